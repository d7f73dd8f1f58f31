//! The outbox and its courier: what is committed arrives once, whatever the mail server does meanwhile.

use std::sync::Arc;

use rekey::app::{App, Clock, SystemRandom};
use rekey::domain::letter::{Letter, LetterKind};
use rekey::service::mail::{self, Queued};
use rekey::storage::{Db, outbox};

use crate::harness::sink::{Mood, Sink};
use crate::harness::{Kind, World, kinds, wait};

const LINK: &str = "https://shop.example/customer/account/createPassword/?email=a%40b.c&id=1&token=s3cretT0ken";

/// An application without a server: its courier starts when a test says so.
struct Post<'a> {
    world: &'a World,
    app: App,
}

impl<'a> Post<'a> {
    fn open(world: &'a World, settings: &[(&str, &str)]) -> Self {
        let quick = [("mail.poll", "20ms")].iter().chain(settings).copied().collect::<Vec<_>>();
        let app = App::build_with(world.config(&quick), world.clock.clone(), Arc::new(SystemRandom));
        Self { world, app: app.expect("the application can be built") }
    }

    fn to(world: &'a World, sink: &Sink) -> Self {
        Self::open(world, &[("mail.url", &sink.url), ("mail.timeout", "300ms")])
    }

    fn start(self) -> Self {
        self.app.courier.start().expect("there is a thread");
        self
    }

    /// Puts a letter into the outbox, as a use case does.
    fn put(&self, letter: &Letter) {
        let sealed = mail::seal(&self.app, letter).expect("it can be sealed");
        wait(self.app.storage.write(move |db| outbox::insert(db, &sealed))).expect("the database answers");
        mail::wake(&self.app);
    }

    fn queue(&self) -> Vec<Queued> {
        wait(mail::queue(&self.app, 1000, 0)).expect("the database answers")
    }

    fn await_empty(&self) {
        self.world.wait_until("the outbox is empty", || self.queue().is_empty());
    }

    /// Waits until the first mail has failed so often.
    fn await_failures(&self, count: i32) {
        self.world
            .wait_until("the mail has failed", || self.queue().first().is_some_and(|mail| mail.attempts >= count));
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

kinds!(a_mail_becomes_a_file_and_leaves_the_outbox, |kind| {
    let world = World::without_server(kind);
    let post = Post::open(&world, &[]);
    post.put(&letter("zoe@shop.example"));
    let row = format!("{:?}", world.rows("rekey_mail"));
    assert!(!row.contains("s3cret") && !row.contains("zoe"), "{row}");
    assert_eq!(post.queue()[0].to.as_deref(), Some("z…@shop.example"));
    let post = post.start();
    post.await_empty();
    post.put(&letter("second@shop.example"));
    let mails = world.mails();
    assert_eq!(
        (mails.len(), mails[0].link(), mails[0].subject.as_str()),
        (2, LINK, "Reset your Main Website Store password")
    );
    assert!(mails[0].to.contains("Zoë O'Neill") && mails[0].to.contains("<zoe@shop.example>"), "{}", mails[0].to);
    assert!(mails[0].html.contains(&format!("<a href=\"{}\"", LINK.replace('&', "&amp;"))), "{}", mails[0].html);
    for header in ["Auto-Submitted: auto-generated\r\n", "Message-ID: <", "Date: ", "multipart/alternative"] {
        assert!(mails[0].raw.contains(header), "{header}: {}", mails[0].raw);
    }
    assert!(mails[1].to.contains("second@shop.example"));
});

kinds!(the_mail_arrives_when_the_server_comes_back, |kind| {
    let (world, sink) = (World::without_server(kind), Sink::start(Mood::Close));
    let post = Post::to(&world, &sink).start();
    post.put(&letter("zoe@shop.example"));
    let moods = [Mood::Close, Mood::Greylist, Mood::Hang, Mood::Cut, Mood::Reject, Mood::Accept];
    for (pair, failures) in moods.windows(2).zip(1..) {
        post.await_failures(failures);
        let failed = &post.queue()[0];
        let again = failed.due_at.is_some_and(|due| due > world.clock.now());
        assert!(again && failed.given_up_at.is_none(), "{pair:?}: {failed:?}");
        let error = failed.last_error.as_deref().unwrap_or_default();
        assert!(!error.is_empty() && !error.contains("s3cret"), "{pair:?}: {error}");
        sink.set(pair[1]);
        world.clock.advance(4 * 3600);
    }
    post.await_empty();
    assert_eq!(sink.recipients(), ["<zoe@shop.example>"]);
});

kinds!(two_couriers_send_each_mail_once, |kind| {
    let (world, sink) = (World::without_server(kind), Sink::start(Mood::Accept));
    let posts = [Post::to(&world, &sink), Post::to(&world, &sink)];
    for number in 100..160 {
        posts[0].put(&letter(&format!("c{number}@shop.example")));
    }
    let posts = posts.map(Post::start);
    posts[1].await_empty();
    let expected: Vec<String> = (100..160).map(|number| format!("<c{number}@shop.example>")).collect();
    assert_eq!(sink.recipients(), expected);
});

kinds!(what_a_killed_process_had_in_hand_is_sent_after_its_lease, |kind| {
    let (world, sink) = (World::without_server(kind), Sink::start(Mood::Accept));
    let post = Post::to(&world, &sink);
    post.put(&letter("zoe@shop.example"));
    let now = world.clock.now();
    let until = now + chrono::TimeDelta::seconds(60);
    let taken = move |db: &mut Db| outbox::claim(db, "gone", now, until, 9);
    assert_eq!(wait(post.app.storage.write(taken)).expect("the database answers").len(), 1);
    assert_eq!(wait(post.app.storage.write(taken)).expect("the database answers").len(), 0);
    assert_eq!(wait(mail::retry(&post.app, None)).ok(), Some(0));
    let post = post.start();
    post.put(&letter("second@shop.example"));
    world.wait_until("the second is sent", || post.queue().len() == 1);
    assert_eq!(sink.recipients(), ["<second@shop.example>"]);
    world.clock.advance(61);
    post.await_empty();
    assert_eq!(sink.recipients().len(), 2);
});

kinds!(it_gives_up_visibly_and_begins_anew_when_told_to, |kind| {
    let (world, sink) = (World::without_server(kind), Sink::start(Mood::Greylist));
    let post = Post::to(&world, &sink).start();
    post.put(&letter("zoe@shop.example"));
    post.await_failures(1);
    world.clock.advance(49 * 3600);
    post.await_failures(2);
    let mail = &post.queue()[0];
    assert!(mail.given_up_at.is_some() && mail.due_at.is_none(), "{mail:?}");
    assert!(mail.last_error.as_ref().is_some_and(|error| error.contains("451")), "{mail:?}");
    // Told to, it begins anew: one more failure is not the end.
    assert_eq!(wait(mail::retry(&post.app, Some(mail.id))).ok(), Some(1));
    world.wait_until("it failed for the first time again", || post.queue()[0].attempts == 1);
    assert!(post.queue()[0].given_up_at.is_none() && post.queue()[0].due_at.is_some());
    sink.set(Mood::Accept);
    assert_eq!(wait(mail::retry(&post.app, None)).ok(), Some(1));
    post.await_empty();
    assert_eq!(sink.recipients().len(), 1);
});

#[test]
fn nothing_is_injected_and_addresses_are_written_in_ascii() {
    let (world, sink) = (World::without_server(Kind::Sqlite), Sink::start(Mood::Accept));
    let post = Post::to(&world, &sink);
    let mut evil = letter("a@bücher.example");
    evil.to_name = "Eve\r\nBcc: evil@evil.example\r\n\r\n{{ link }}".into();
    evil.store_name = "Shop\r\nBcc: evil@evil.example".into();
    post.put(&evil);
    post.put(&letter("a@x.example\r\nBcc: evil@y.example"));
    post.put(&letter("no address"));
    let post = post.start();
    world.wait_until("two are given up", || {
        let queue = post.queue();
        queue.len() == 2 && queue.iter().all(|mail| mail.given_up_at.is_some())
    });
    assert_eq!(sink.recipients(), ["<a@xn--bcher-kva.example>"]);
    let content = sink.contents().remove(0);
    let headers = content.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
}

#[test]
fn an_owners_templates_stand_over_the_embedded_ones() {
    let world = World::without_server(Kind::Sqlite);
    let templates = world.folder().join("templates");
    let write = |path: &str, text: &str| {
        let path = templates.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is ours");
        std::fs::write(path, text).expect("the folder is ours");
    };
    let post = Post::open(&world, &[("mail.templates", &templates.display().to_string())]).start();
    let mut german = letter("zoe@shop.example");
    german.locale = "de_DE".into();
    let sent = || {
        post.put(&german);
        world.mails().remove(0)
    };
    for (path, number) in ["", "de/", "de_DE/", "default/", "default/de/", "default/de_DE/"].into_iter().zip(1..) {
        write(&format!("{path}password_reset.subject"), &format!("subject {number} of {{{{ store_name }}}}"));
        assert_eq!(sent().subject, format!("subject {number} of Main Website Store"), "{path}");
    }
    write("layout.html", "framed {% block content %}{% endblock %}");
    assert!(sent().html.contains("framed"));
    write("password_reset.txt", "{{ nonsense }}");
    post.put(&german);
    post.await_failures(1);
    let error = post.queue()[0].last_error.clone().unwrap_or_default();
    assert!(error.contains("template password_reset.txt"), "{error}");
    write("password_reset.txt", "mended");
    world.clock.advance(60);
    assert!(world.mails()[0].text.contains("mended"));
}

#[test]
fn without_the_encryption_that_was_asked_for_nothing_is_sent() {
    let (world, sink) = (World::without_server(Kind::Sqlite), Sink::start(Mood::Accept));
    let url = sink.url.replace("smtp://", "smtp+starttls://");
    let post = Post::open(&world, &[("mail.url", &url)]).start();
    post.put(&letter("zoe@shop.example"));
    post.await_failures(1);
    assert_eq!(sink.recipients().len(), 0);
}

#[test]
fn stopping_waits_for_the_mail_in_hand() {
    let (world, sink) = (World::without_server(Kind::Sqlite), Sink::start(Mood::Hang));
    let post = Post::open(&world, &[("mail.url", &sink.url), ("mail.timeout", "500ms")]).start();
    post.put(&letter("zoe@shop.example"));
    world.wait_until("the mail is under way", || sink.hanging() == 1);
    assert_eq!(post.queue()[0].attempts, 0);
    post.app.courier.stop();
    assert_eq!(post.queue()[0].attempts, 1);
    post.put(&letter("later@shop.example"));
    assert_eq!(post.queue().len(), 2);
}
