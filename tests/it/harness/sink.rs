//! A mail server that does what a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does at the moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mood {
    Accept,
    /// Closes without a word.
    Close,
    /// 451 to the recipient: greylisting.
    Greylist,
    /// 554 to the content, quoting it as content filters do.
    Reject,
    /// Never answers to DATA.
    Hang,
    /// Closes in the middle of DATA.
    Cut,
}

/// Recipients and content.
type Received = (Vec<String>, String);

#[derive(Clone)]
pub struct Sink {
    pub url: String,
    mood: Arc<Mutex<Mood>>,
    got: Arc<Mutex<Vec<Received>>>,
    hanging: Arc<AtomicU32>,
}

impl Sink {
    pub fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let url = format!("smtp://{}", listener.local_addr().expect("a listener has an address"));
        let sink = Self { url, mood: Arc::new(Mutex::new(mood)), got: Arc::default(), hanging: Arc::default() };
        let served = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sink = served.clone();
                std::thread::spawn(move || sink.serve(&stream));
            }
        });
        sink
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().expect("no test panics with it") = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().expect("no test panics with it")
    }

    /// The recipient of each mail, sorted.
    pub fn recipients(&self) -> Vec<String> {
        let got = self.got.lock().expect("no test panics with it");
        let mut all: Vec<String> = got.iter().flat_map(|(to, _)| to.clone()).collect();
        all.sort();
        all
    }

    /// The mails as they were sent.
    pub fn contents(&self) -> Vec<String> {
        let got = self.got.lock().expect("no test panics with it");
        got.iter().map(|(_, content)| content.clone()).collect()
    }

    /// How many connections hung at DATA so far.
    pub fn hanging(&self) -> u32 {
        self.hanging.load(Ordering::Relaxed)
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
                    to.push(line.trim_start_matches("RCPT TO:").to_owned());
                    say("250 ok")?;
                }
                "DATA" if mood == Mood::Hang => return self.hang(),
                "DATA" => say(&self.data(mood, &mut to, &mut lines, say)?)?,
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

    fn hang(&self) -> Option<()> {
        self.hanging.fetch_add(1, Ordering::Relaxed);
        while self.mood() == Mood::Hang {
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// Reads the content; answers what to say to it.
    fn data(
        &self,
        mood: Mood,
        to: &mut Vec<String>,
        lines: &mut impl Iterator<Item = std::io::Result<String>>,
        say: impl Fn(&str) -> Option<()>,
    ) -> Option<String> {
        say("354 go on")?;
        if mood == Mood::Cut {
            return None;
        }
        let content: Vec<String> = lines.map_while(Result::ok).take_while(|line| line != ".").collect();
        let content = content.join("\r\n");
        if mood == Mood::Reject {
            let link = content.replace("=\r\n", "").replace("=3D", "=");
            let link = link.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_default();
            return Some(format!("554 5.7.1 blocked URL {link}"));
        }
        self.got.lock().expect("no test panics with it").push((std::mem::take(to), content));
        Some("250 queued".into())
    }
}
