//! The outbox, end to end: what is committed arrives once, whatever the mail server does meanwhile.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use rekey::app::{App, Clock, SystemClock, SystemRandom};
use rekey::config::{Config, Overrides};
use rekey::domain::letter::{Letter, LetterKind};
use rekey::service::mail::{self, Queued};
use rekey::storage::{self, Target, outbox};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const LINK: &str = "https://shop.example/customer/account/createPassword/?email=a%40b.c&id=1&token=s3cretT0ken";

/// A clock that goes on only when it is told to.
struct TestClock(Mutex<NaiveDateTime>);

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(SystemClock.now())))
    }

    fn advance(&self, seconds: i64) {
        *self.0.lock().unwrap() += chrono::Duration::seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> NaiveDateTime {
        *self.0.lock().unwrap()
    }
}

/// A folder that is gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("rekey-mail-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An empty database of each kind: SQLite always, MySQL at `REKEY_TEST_MYSQL` (a URL without a database).
fn databases(scratch: &Scratch, name: &str) -> Vec<String> {
    let mut urls = vec![format!("sqlite://{}/rekey.db", scratch.0.display())];
    if let Ok(server) = std::env::var("REKEY_TEST_MYSQL") {
        let name = format!("rekey_mail_{name}");
        let mut db = storage::connect(&Target::parse(&format!("{server}/mysql")).unwrap()).unwrap();
        db.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).unwrap();
        db.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        urls.push(format!("{server}/{name}"));
    }
    urls
}

struct Post {
    app: App,
    runtime: tokio::runtime::Runtime,
}

impl Post {
    fn open(database: &str, mail_url: &str, more: &[(&str, &str)], clock: &Arc<TestClock>) -> Self {
        let mut variables = vec![
            ("REKEY_DATABASE__URL", database),
            ("REKEY_DATABASE__THREADS", "2"),
            ("REKEY_MAGENTO__CRYPT_KEY", KEY),
            ("REKEY_MAIL__URL", mail_url),
            ("REKEY_MAIL__POLL", "20ms"),
        ];
        variables.extend_from_slice(more);
        let variables: Vec<_> = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let config = Config::read(&Overrides::default(), &variables).unwrap();
        let app = App::build_with(config, clock.clone(), Arc::new(SystemRandom)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { app, runtime }
    }

    /// Puts a letter into the outbox, as a use case does.
    fn put(&self, letter: &Letter) {
        let sealed = mail::seal(&self.app, letter).unwrap();
        self.runtime.block_on(self.app.storage.write(move |db| outbox::insert(db, &sealed))).unwrap();
        mail::wake(&self.app);
    }

    fn queue(&self) -> Vec<Queued> {
        self.runtime.block_on(mail::queue(&self.app, 1000, 0)).unwrap()
    }

    fn await_empty(&self) {
        await_that("the outbox is empty", || self.queue().is_empty());
    }

    /// Waits until the first mail has failed so often.
    fn await_failures(&self, count: i32) {
        await_that("the mail has failed", || self.queue().first().is_some_and(|mail| mail.attempts >= count));
    }
}

/// Waits, and fails with a reason instead of for ever.
fn await_that(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn letter(to: &str) -> Letter {
    Letter {
        kind: LetterKind::PasswordReset,
        store: 1,
        store_code: "default".into(),
        store_name: "Main Website Store".into(),
        store_phone: String::new(),
        store_email: "support@shop.example".into(),
        locale: "en_US".into(),
        to_name: "Zoë O'Neill".into(),
        to_email: to.into(),
        from_name: "Customer Support".into(),
        from_email: "support@shop.example".into(),
        link: Some(LINK.into()),
    }
}

/// The mails of a folder in the order of their names.
fn mails(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Undoes quoted-printable.
fn decoded(mail: &str) -> String {
    let mail = mail.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = mail.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        if let Some(byte) = hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'=') {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the mail server does at the moment.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Mood {
    Accept,
    /// Closes without a word.
    Close,
    /// 451 to the recipient: greylisting.
    Greylist,
    /// 554 to the content, quoting the link as content filters do.
    Reject,
    /// Never answers to DATA.
    Hang,
    /// Closes in the middle of DATA.
    Cut,
}

/// Recipients and content.
type Received = (Vec<String>, String);

#[derive(Clone)]
struct Sink {
    mood: Arc<Mutex<Mood>>,
    got: Arc<Mutex<Vec<Received>>>,
    /// How many connections hang at DATA.
    hanging: Arc<AtomicU32>,
    url: String,
}

impl Sink {
    fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let sink = Self { mood: Arc::new(Mutex::new(mood)), got: Arc::default(), hanging: Arc::default(), url };
        let served = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = served.clone();
                std::thread::spawn(move || sink.serve(&stream));
            }
        });
        sink
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self.got.lock().unwrap().iter().flat_map(|(to, _)| to.clone()).collect();
        all.sort();
        all
    }

    fn serve(&self, stream: &TcpStream) -> Option<()> {
        if self.mood() == Mood::Close {
            return None;
        }
        let mut lines = BufReader::new(stream).lines();
        let say = |text: &str| {
            let mut stream = stream;
            stream.write_all(format!("{text}\r\n").as_bytes()).ok()
        };
        let mut to = Vec::new();
        say("220 sink")?;
        while let Some(Ok(line)) = lines.next() {
            let (mood, verb) = (self.mood(), line.get(..4).unwrap_or_default().to_uppercase());
            match verb.as_str() {
                _ if mood == Mood::Close => return None,
                "EHLO" => say("250-sink\r\n250 8BITMIME")?,
                "RCPT" if mood == Mood::Greylist => say("451 4.7.1 come again")?,
                "RCPT" => {
                    to.push(line);
                    say("250 ok")?;
                }
                "DATA" if mood == Mood::Hang => {
                    self.hanging.fetch_add(1, Ordering::Relaxed);
                    while self.mood() == Mood::Hang {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    return None;
                }
                "DATA" => {
                    say("354 go on")?;
                    if mood == Mood::Cut {
                        return None;
                    }
                    let content: Vec<String> =
                        lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                    if mood == Mood::Reject {
                        say(&format!("554 5.7.1 blocked URL {LINK}"))?;
                    } else {
                        self.got.lock().unwrap().push((std::mem::take(&mut to), content.join("\r\n")));
                        say("250 queued")?;
                    }
                }
                "QUIT" => {
                    say("221 bye")?;
                    return None;
                }
                _ => {
                    to.clear();
                    say("250 ok")?;
                }
            }
        }
        Some(())
    }
}

#[test]
fn a_mail_becomes_a_file_and_leaves_the_outbox() {
    let scratch = Scratch::new();
    for (number, database) in databases(&scratch, "file").iter().enumerate() {
        let folder = scratch.0.join(number.to_string());
        let post = Post::open(database, &format!("file://{}", folder.display()), &[], &TestClock::new());
        post.put(&letter("zoe@shop.example"));
        let rows = post.runtime.block_on(post.app.storage.read(|db| outbox::list(db, 10, 0))).unwrap();
        assert!(rows.len() == 1 && !rows[0].sealed.contains("s3cret") && !rows[0].sealed.contains("zoe"));
        assert_eq!(post.queue()[0].to.as_deref(), Some("z…@shop.example"));
        post.app.courier.start().unwrap();
        post.await_empty();
        post.put(&letter("second@shop.example"));
        post.await_empty();
        let mails = mails(&folder);
        assert_eq!(mails.len(), 2);
        let mail = decoded(&mails[0]);
        for part in [
            "To: =?utf-8?b?",
            "<zoe@shop.example>",
            "From: \"Customer Support\" <support@shop.example>",
            "Subject: Reset your Main Website Store password\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Message-ID: <",
            "Date: ",
            "multipart/alternative",
            &format!("\n{LINK}"),
            &format!("<a href=\"{}\"", LINK.replace('&', "&amp;")),
        ] {
            assert!(mail.contains(part), "{part} is not in {mail}");
        }
        assert!(mails[1].contains("second@shop.example"));
    }
}

#[test]
fn the_mail_arrives_when_the_server_comes_back() {
    let scratch = Scratch::new();
    for database in databases(&scratch, "back") {
        let (sink, clock) = (Sink::start(Mood::Close), TestClock::new());
        let post = Post::open(&database, &sink.url, &[("REKEY_MAIL__TIMEOUT", "300ms")], &clock);
        post.app.courier.start().unwrap();
        post.put(&letter("zoe@shop.example"));
        let moods = [Mood::Close, Mood::Greylist, Mood::Hang, Mood::Cut, Mood::Reject];
        for (mood, failures) in moods.into_iter().zip(1..) {
            sink.set(mood);
            post.await_failures(failures);
            let failed = &post.queue()[0];
            assert!(failed.due_at.unwrap() > clock.now() && failed.given_up_at.is_none(), "{mood:?}: {failed:?}");
            assert!(!failed.last_error.as_ref().unwrap().contains("s3cret"), "{mood:?}: {failed:?}");
            let next = moods.get(usize::try_from(failures).unwrap()).copied().unwrap_or(Mood::Accept);
            sink.set(next);
            clock.advance(4 * 3600);
        }
        post.await_empty();
        assert_eq!(sink.recipients(), ["RCPT TO:<zoe@shop.example>"]);
        assert!(decoded(&sink.got.lock().unwrap()[0].1).contains(LINK));
    }
}

#[test]
fn two_couriers_send_each_mail_once() {
    let scratch = Scratch::new();
    for database in databases(&scratch, "two") {
        let (sink, clock) = (Sink::start(Mood::Accept), TestClock::new());
        let posts = [(), ()].map(|()| Post::open(&database, &sink.url, &[], &clock));
        for number in 100..160 {
            posts[0].put(&letter(&format!("c{number}@shop.example")));
        }
        for post in &posts {
            post.app.courier.start().unwrap();
        }
        posts[1].await_empty();
        let expected: Vec<String> = (100..160).map(|number| format!("RCPT TO:<c{number}@shop.example>")).collect();
        assert_eq!(sink.recipients(), expected);
    }
}

#[test]
fn what_a_killed_process_had_in_hand_is_sent_after_its_lease() {
    let scratch = Scratch::new();
    for database in databases(&scratch, "killed") {
        let (sink, clock) = (Sink::start(Mood::Accept), TestClock::new());
        let post = Post::open(&database, &sink.url, &[], &clock);
        post.put(&letter("zoe@shop.example"));
        let now = clock.now();
        let until = now + chrono::Duration::seconds(60);
        let taken = move |db: &mut storage::Db| outbox::claim(db, "gone", now, until, 9);
        assert_eq!(post.runtime.block_on(post.app.storage.write(taken)).unwrap().len(), 1);
        assert_eq!(post.runtime.block_on(post.app.storage.write(taken)).unwrap().len(), 0);
        assert_eq!(post.runtime.block_on(mail::retry(&post.app, None)).unwrap(), 0);
        post.app.courier.start().unwrap();
        post.put(&letter("second@shop.example"));
        await_that("the second is sent", || post.queue().len() == 1);
        assert_eq!(sink.recipients(), ["RCPT TO:<second@shop.example>"]);
        clock.advance(61);
        post.await_empty();
        assert_eq!(sink.recipients().len(), 2);
    }
}

#[test]
fn it_gives_up_visibly_and_begins_anew_when_told_to() {
    let scratch = Scratch::new();
    for database in databases(&scratch, "give_up") {
        let (sink, clock) = (Sink::start(Mood::Greylist), TestClock::new());
        let post = Post::open(&database, &sink.url, &[], &clock);
        post.app.courier.start().unwrap();
        post.put(&letter("zoe@shop.example"));
        post.await_failures(1);
        clock.advance(49 * 3600);
        post.await_failures(2);
        let mail = &post.queue()[0];
        assert!(mail.given_up_at.is_some() && mail.due_at.is_none(), "{mail:?}");
        assert!(mail.last_error.as_ref().unwrap().contains("451"), "{mail:?}");
        sink.set(Mood::Accept);
        assert_eq!(post.runtime.block_on(mail::retry(&post.app, Some(mail.id))).unwrap(), 1);
        post.await_empty();
        assert_eq!(sink.recipients().len(), 1);
    }
}

#[test]
fn nothing_is_injected_and_addresses_are_written_in_ascii() {
    let scratch = Scratch::new();
    let sink = Sink::start(Mood::Accept);
    let database = &databases(&scratch, "injected")[0];
    let post = Post::open(database, &sink.url, &[], &TestClock::new());
    let mut evil = letter("a@bücher.example");
    evil.to_name = "Eve\r\nBcc: evil@evil.example\r\n\r\n{{ link }}".into();
    evil.store_name = "Shop\r\nBcc: evil@evil.example".into();
    post.put(&evil);
    post.put(&letter("a@x.example\r\nBcc: evil@y.example"));
    post.put(&letter("no address"));
    post.app.courier.start().unwrap();
    await_that("two are given up", || {
        let queue = post.queue();
        queue.len() == 2 && queue.iter().all(|mail| mail.given_up_at.is_some())
    });
    assert_eq!(sink.recipients(), ["RCPT TO:<a@xn--bcher-kva.example>"]);
    let content = sink.got.lock().unwrap()[0].1.clone();
    let headers = content.split("\r\n\r\n").next().unwrap();
    assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
}

#[test]
fn an_owners_templates_stand_over_the_embedded_ones() {
    let scratch = Scratch::new();
    let (folder, templates) = (scratch.0.join("mail"), scratch.0.join("templates"));
    let write = |path: &str, text: &str| {
        let path = templates.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let options = [("REKEY_MAIL__TEMPLATES", templates.to_str().unwrap())];
    let clock = TestClock::new();
    let database = &databases(&scratch, "templates")[0];
    let post = Post::open(database, &format!("file://{}", folder.display()), &options, &clock);
    post.app.courier.start().unwrap();
    let mut german = letter("zoe@shop.example");
    german.locale = "de_DE".into();
    for (path, number) in ["", "de/", "de_DE/", "default/", "default/de/", "default/de_DE/"].into_iter().zip(1..) {
        write(&format!("{path}password_reset.subject"), &format!("subject {number} of {{{{ store_name }}}}"));
        post.put(&german);
        post.await_empty();
        let subject = format!("Subject: subject {number} of Main Website Store\r\n");
        assert!(mails(&folder).last().unwrap().contains(&subject), "{path}");
    }
    write("layout.html", "framed {% block content %}{% endblock %}");
    post.put(&german);
    post.await_empty();
    assert!(mails(&folder).last().unwrap().contains("framed"));
    write("password_reset.txt", "{{ nonsense }}");
    post.put(&german);
    post.await_failures(1);
    assert!(post.queue()[0].last_error.as_ref().unwrap().contains("template password_reset.txt"), "{:?}", post.queue());
    write("password_reset.txt", "mended");
    clock.advance(60);
    post.await_empty();
    assert!(mails(&folder).last().unwrap().contains("mended"));
}

#[test]
fn without_the_encryption_that_was_asked_for_nothing_is_sent() {
    let scratch = Scratch::new();
    let sink = Sink::start(Mood::Accept);
    let database = &databases(&scratch, "starttls")[0];
    let url = sink.url.replace("smtp://", "smtp+starttls://");
    let post = Post::open(database, &url, &[], &TestClock::new());
    post.app.courier.start().unwrap();
    post.put(&letter("zoe@shop.example"));
    post.await_failures(1);
    assert_eq!(sink.recipients().len(), 0);
}

#[test]
fn stopping_waits_for_the_mail_in_hand() {
    let scratch = Scratch::new();
    let sink = Sink::start(Mood::Hang);
    let database = &databases(&scratch, "stop")[0];
    let post = Post::open(database, &sink.url, &[("REKEY_MAIL__TIMEOUT", "500ms")], &TestClock::new());
    post.app.courier.start().unwrap();
    post.put(&letter("zoe@shop.example"));
    await_that("the mail is under way", || sink.hanging.load(Ordering::Relaxed) == 1);
    assert_eq!(post.queue()[0].attempts, 0);
    post.app.courier.stop();
    assert_eq!(post.queue()[0].attempts, 1);
    post.put(&letter("later@shop.example"));
    assert_eq!(post.queue().len(), 2);
}
