//! A line to the MariaDB that breaks at the worst moment: when something is being committed.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What a client sends to commit: `COM_QUERY` and its text.
const COMMIT: &[u8] = b"\x03COMMIT";

/// And to begin a transaction.
const BEGIN: &[u8] = b"\x03BEGIN";

/// What a client sends for a prepared statement begins so, after its length and number.
const EXECUTE: u8 = 0x17;

/// How what commits fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// It never arrives.
    Before,
    /// It arrives, and the line breaks before it is done.
    During,
    /// It arrives, and its answer is lost.
    After,
}

/// What commits.
#[derive(Clone)]
enum At {
    /// The COMMIT of a transaction that sent this text.
    Commit(String),
    /// A prepared statement that is given this text, and commits by itself.
    Statement(String),
}

#[derive(Clone)]
pub struct Proxy {
    /// `HOST:PORT` to connect to instead of the server's.
    pub address: String,
    server: String,
    next: Arc<Mutex<Option<(Break, At)>>>,
    broken: Arc<AtomicUsize>,
}

impl Proxy {
    /// * `server`: `HOST:PORT`.
    pub fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address").to_string();
        let proxy = Self { address, server: server.into(), next: Arc::default(), broken: Arc::default() };
        let lines = proxy.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let proxy = lines.clone();
                std::thread::spawn(move || proxy.connect(&client));
            }
        });
        proxy
    }

    /// Breaks the line once, at the COMMIT of a transaction that sent this text; other transactions (the
    /// courier's) are left alone.
    pub fn break_after(&self, text: &str, how: Break) {
        *self.next.lock().expect("no thread panicked") = Some((how, At::Commit(text.into())));
    }

    /// Breaks the line once, at the statement that is given this text.
    pub fn break_at(&self, text: &str, how: Break) {
        *self.next.lock().expect("no thread panicked") = Some((how, At::Statement(text.into())));
    }

    /// How many lines were broken.
    pub fn broken(&self) -> usize {
        self.broken.load(Ordering::SeqCst)
    }

    fn connect(&self, client: &TcpStream) {
        let server = TcpStream::connect(&self.server).expect("the server listens");
        let (mut answers, mut back) = (clone(&server), clone(client));
        let swallow = Arc::new(Mutex::new(false));
        let swallowed = swallow.clone();
        std::thread::spawn(move || {
            pump(&mut answers, |bytes| {
                let lost = *swallowed.lock().expect("no thread panicked");
                !lost && back.write_all(bytes).is_ok()
            });
            let _ = back.shutdown(Shutdown::Both);
        });
        let (mut forward, mut sent) = (clone(&server), Vec::new());
        pump(&mut clone(client), |bytes| match self.breaks(bytes, &mut sent) {
            Some(Break::Before) => false,
            Some(Break::During) => forward.write_all(bytes).is_err(),
            Some(Break::After) => {
                *swallow.lock().expect("no thread panicked") = true;
                forward.write_all(bytes).is_ok()
            }
            None => forward.write_all(bytes).is_ok(),
        });
        // After a lost answer the other thread has read it by then: the server saw the whole COMMIT.
        let _ = server.shutdown(Shutdown::Both);
        let _ = client.shutdown(Shutdown::Both);
    }

    /// * `sent`: by this transaction until now.
    fn breaks(&self, bytes: &[u8], sent: &mut Vec<u8>) -> Option<Break> {
        if bytes.ends_with(BEGIN) {
            sent.clear();
        }
        sent.extend(bytes);
        let is_commit = bytes.ends_with(COMMIT);
        let transaction = if is_commit { std::mem::take(sent) } else { Vec::new() };
        let mut next = self.next.lock().expect("no thread panicked");
        let (how, _) = next.take_if(|(_, at)| match at {
            At::Commit(text) => is_commit && contains(&transaction, text),
            At::Statement(text) => bytes.get(4) == Some(&EXECUTE) && contains(bytes, text),
        })?;
        self.broken.fetch_add(1, Ordering::SeqCst);
        Some(how)
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a stream can be cloned")
}

/// Hands on what arrives until `hand_on` or the line ends.
fn pump(from: &mut TcpStream, mut hand_on: impl FnMut(&[u8]) -> bool) {
    let mut buffer = vec![0; 65_536];
    loop {
        match from.read(&mut buffer) {
            Ok(count @ 1..) if hand_on(&buffer[..count]) => {}
            _ => return,
        }
    }
}
