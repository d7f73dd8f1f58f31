//! rekey in front of a Magento: a small upstream of the test's own says what it was sent, and the
//! client's side is raw bytes, so that nothing is tidied up on the way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web;
use rekey::app::App;
use rekey::config::{Config, Overrides};
use sha2::{Digest, Sha256};

/// Nothing here takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_mins(1);
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const RESET: &str = "/rest/V1/customers/resetPassword";

/// A request or an answer.
#[derive(Debug)]
struct Message {
    first: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Message {
    /// The values of a header, in their order.
    fn all(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str()).collect()
    }

    fn status(&self) -> &str {
        self.first.split(' ').nth(1).unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

type Reader = BufReader<TcpStream>;

fn line(reader: &mut Reader) -> std::io::Result<String> {
    let mut line = String::new();
    match reader.read_line(&mut line)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
    }
}

fn head(reader: &mut Reader) -> std::io::Result<Message> {
    let first = line(reader)?;
    let mut headers = Vec::new();
    while let Some((name, value)) = line(reader)?.split_once(':') {
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(Message { first, headers, body: Vec::new() })
}

/// A chunk; the last one is empty.
fn chunk(reader: &mut Reader) -> std::io::Result<Vec<u8>> {
    let size = usize::from_str_radix(&line(reader)?, 16).map_err(std::io::Error::other)?;
    let mut bytes = vec![0; size];
    reader.read_exact(&mut bytes)?;
    line(reader)?;
    Ok(bytes)
}

fn message(reader: &mut Reader) -> std::io::Result<Message> {
    let mut message = head(reader)?;
    if let [length] = message.all("content-length")[..] {
        message.body = vec![0; length.parse().map_err(std::io::Error::other)?];
        reader.read_exact(&mut message.body)?;
    } else if message.all("transfer-encoding") == ["chunked"] {
        loop {
            let piece = chunk(reader)?;
            if piece.is_empty() {
                break;
            }
            message.body.extend(piece);
        }
    }
    Ok(message)
}

fn reader(stream: TcpStream) -> Reader {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    BufReader::new(stream)
}

/// Listens, and hands each connection to a thread of its own.
fn upstream(serve: impl Fn(&mut Reader) -> std::io::Result<()> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(&mut reader(stream)));
        }
    });
    address
}

/// Answers every request with the same bytes, and tells the test what it was sent.
fn recording(answer: impl Into<Vec<u8>>) -> (SocketAddr, Receiver<Message>) {
    let (sender, receiver) = channel();
    let (sender, answer) = (Mutex::new(sender), answer.into());
    let address = upstream(move |reader| {
        loop {
            let request = message(reader)?;
            reader.get_mut().write_all(&answer)?;
            let _ = sender.lock().unwrap().send(request);
        }
    });
    (address, receiver)
}

/// rekey on an SQLite database of its own, until it is dropped.
struct Rekey {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    folder: std::path::PathBuf,
}

fn config(folder: &std::path::Path, settings: &[(&str, String)]) -> Result<Config, Vec<String>> {
    let file = folder.join("rekey.toml");
    std::fs::write(&file, "").unwrap();
    let own = [
        ("http.bind", "127.0.0.1:0".to_owned()),
        ("http.workers", "1".to_owned()),
        ("database.url", format!("sqlite://{}", folder.join("rekey.db").display())),
        ("password.bcrypt_cost", "4".to_owned()),
        ("mail.url", format!("file://{}", folder.join("mail").display())),
    ];
    let values = own.into_iter().chain(settings.iter().cloned()).map(|(key, value)| (key.to_owned(), value)).collect();
    Config::read(&Overrides { file: Some(file), values }, &[])
}

fn folder() -> std::path::PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("rekey-passthrough-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl Rekey {
    fn start(settings: &[(&str, String)]) -> Self {
        let folder = folder();
        let config = config(&folder, settings).unwrap();
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || {
            let app = web::Data::new(App::build(config).unwrap());
            actix_web::rt::System::new().block_on(async move {
                let listening = rekey::server::listen(app).unwrap();
                sender.send((listening.address, listening.server.handle())).unwrap();
                listening.server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        Self { address, handle, thread: Some(thread), folder }
    }

    fn before(upstream: SocketAddr) -> Self {
        Self::start(&[("upstream.url", format!("http://{upstream}"))])
    }

    fn connect(&self) -> Reader {
        reader(TcpStream::connect(self.address).unwrap())
    }

    /// One request over a connection of its own.
    fn ask(&self, request: impl AsRef<[u8]>) -> Message {
        let mut client = self.connect();
        client.get_mut().write_all(request.as_ref()).unwrap();
        message(&mut client).unwrap()
    }
}

impl Drop for Rekey {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Bytes that no compression or text handling leaves alone.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| byte()).collect()
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn chunked(bytes: &[u8]) -> Vec<u8> {
    let piece = |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
    [bytes.chunks(7919).flat_map(piece).collect::<Vec<u8>>(), b"0\r\n\r\n".to_vec()].concat()
}

#[test]
fn large_bodies_arrive_unchanged_in_both_directions() {
    let body = noise(20 << 20);
    let head = |first: &str, framing: &str| format!("{first}\r\nHost: shop\r\n{framing}\r\n\r\n").into_bytes();
    let length = format!("Content-Length: {}", body.len());
    let plain = |first: &str| [head(first, &length), body.clone()].concat();
    let pieces = |first: &str| [head(first, "Transfer-Encoding: chunked"), chunked(&body)].concat();
    for frame in [&plain as &dyn Fn(&str) -> Vec<u8>, &pieces] {
        let (upstream, requests) = recording(frame("HTTP/1.1 200 OK"));
        let rekey = Rekey::before(upstream);
        let mut client = rekey.connect();
        let mut sending = client.get_ref().try_clone().unwrap();
        let request = frame("POST /media/upload HTTP/1.1");
        let sender = std::thread::spawn(move || sending.write_all(&request));
        let answer = message(&mut client).unwrap();
        sender.join().unwrap().unwrap();
        let request = requests.recv().unwrap();
        assert_eq!(hash(&request.body), hash(&body), "{:?}", request.headers);
        assert_eq!(hash(&answer.body), hash(&body), "{:?}", answer.headers);
    }
}

#[test]
fn every_piece_is_passed_on_before_the_next_one_comes() {
    // Each side sends its next piece only after the other's has arrived: a buffer in between would
    // stop them both for ever.
    let upstream = upstream(|reader| {
        head(reader)?;
        reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            let piece = chunk(reader)?;
            reader.get_mut().write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
            reader.get_mut().write_all(&[&piece[..], b"\r\n"].concat())?;
            if piece.is_empty() {
                return Ok(());
            }
        }
    });
    let rekey = Rekey::before(upstream);
    let mut client = rekey.connect();
    client.get_mut().write_all(b"POST /drip HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n").unwrap();
    assert_eq!(head(&mut client).unwrap().status(), "200");
    for piece in [b"1".as_slice(), b"22", b"333", b"4444", b""] {
        let framed = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        client.get_mut().write_all(&framed).unwrap();
        assert_eq!(chunk(&mut client).unwrap(), piece);
    }
}

#[test]
fn method_path_query_and_host_are_kept_byte_for_byte() {
    let (upstream, requests) = recording(OK);
    let rekey = Rekey::before(upstream);
    let targets = [
        "GET /a%2Fb/./c//d?x=%20+&y",
        "GET //leading?",
        "GET /a/../b?a[]=1&a[]=2&c={d}|e",
        "PUT /%e4%F6/;p=1,2?&&=",
        "PATCH /rest/V1/products",
        "GET /rest/V1/customers/resetPassword",
        "PROPFIND /customer/account/",
        "DELETE /rest/default/V1/carts/mine",
    ];
    for target in targets {
        let answer = rekey.ask(format!("{target} HTTP/1.1\r\nHost: Shop.Example:8443\r\nConnection: close\r\n\r\n"));
        assert_eq!((answer.status(), answer.text().as_str()), ("200", "ok"));
        let request = requests.recv().unwrap();
        assert_eq!(request.first, format!("{target} HTTP/1.1"));
        assert_eq!(request.all("host"), ["Shop.Example:8443"]);
    }
}

#[test]
fn a_base_path_stands_before_the_path() {
    let (upstream, requests) = recording(OK);
    let rekey = Rekey::start(&[("upstream.url", format!("http://{upstream}/magento/"))]);
    rekey.ask("GET /x?y HTTP/1.1\r\nHost: shop\r\n\r\n");
    assert_eq!(requests.recv().unwrap().first, "GET /magento/x?y HTTP/1.1");
}

#[test]
fn headers_of_one_hop_are_taken_out_and_the_origin_is_written_in() {
    let (upstream, requests) = recording(
        "HTTP/1.1 302 Found\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\
         Keep-Alive: timeout=5\r\nLocation: /next\r\nContent-Encoding: gzip\r\nX-Request-Id: theirs\r\n\
         Content-Length: 3\r\n\r\nabc",
    );
    let rekey = Rekey::before(upstream);
    let answer = rekey.ask(
        "GET / HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\n\
         TE: trailers\r\nProxy-Authorization: Basic eA==\r\nX-Twice: 1\r\nX-Twice: 2\r\nAuthorization: OAuth x=\"y\"\r\n\
         Accept-Encoding: gzip\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nCookie: c=d\r\n\r\n",
    );
    let mut request = requests.recv().unwrap().headers;
    request.sort();
    let expected = [
        ("accept-encoding", "gzip"),
        ("authorization", "OAuth x=\"y\""),
        ("cookie", "c=d"),
        ("host", "shop"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-host", "shop"),
        ("x-forwarded-proto", "http"),
        ("x-twice", "1"),
        ("x-twice", "2"),
    ];
    assert_eq!(request, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((answer.status(), answer.text().as_str()), ("302", "abc"));
    assert_eq!(answer.all("set-cookie"), ["a=1; Path=/", "b=2"]);
    assert_eq!(answer.all("location"), ["/next"]);
    assert_eq!(answer.all("content-encoding"), ["gzip"]);
    assert_eq!(answer.all("x-request-id"), ["theirs"]);
    for name in ["x-hop", "keep-alive", "connection", "transfer-encoding"] {
        assert!(answer.all(name).is_empty(), "{name}");
    }
}

#[test]
fn a_trusted_proxy_is_believed() {
    let (upstream, requests) = recording(OK);
    let url = ("upstream.url", format!("http://{upstream}"));
    let rekey = Rekey::start(&[url, ("http.trusted_proxies", "127.0.0.0/8".into())]);
    rekey.ask("GET / HTTP/1.1\r\nHost: shop\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n");
    let request = requests.recv().unwrap();
    assert_eq!(request.all("x-forwarded-for"), ["203.0.113.9, 127.0.0.1"]);
    assert_eq!(request.all("x-forwarded-proto"), ["https"]);
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let upstream = upstream(|reader| {
        loop {
            let request = message(reader)?;
            let body = format!("{} {}", request.first, request.text());
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            reader.get_mut().write_all(answer.as_bytes())?;
        }
    });
    let rekey = Rekey::before(upstream);
    let mut client = rekey.connect();
    let one = |n: usize| format!("POST /{n} HTTP/1.1\r\nHost: shop\r\nContent-Length: {}\r\n\r\n{}", n, "x".repeat(n));
    let all: String = (0..9).map(one).collect();
    client.get_mut().write_all(all.as_bytes()).unwrap();
    for n in 0..9 {
        assert_eq!(message(&mut client).unwrap().text(), format!("POST /{n} HTTP/1.1 {}", "x".repeat(n)));
    }
}

#[test]
fn answers_without_a_body_keep_their_length() {
    let (upstream, _requests) = recording("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"x\"\r\n\r\n");
    let rekey = Rekey::before(upstream);
    let mut client = rekey.connect();
    for _ in 0..2 {
        client.get_mut().write_all(b"HEAD /pic HTTP/1.1\r\nHost: shop\r\n\r\n").unwrap();
        let answer = head(&mut client).unwrap();
        assert_eq!((answer.status(), answer.all("content-length")), ("200", vec!["1234"]));
    }
    for status in ["204 No Content", "304 Not Modified"] {
        let (upstream, _requests) = recording(format!("HTTP/1.1 {status}\r\nETag: \"x\"\r\n\r\n"));
        let rekey = Rekey::before(upstream);
        let mut client = rekey.connect();
        for _ in 0..2 {
            client.get_mut().write_all(b"GET /pic HTTP/1.1\r\nHost: shop\r\n\r\n").unwrap();
            let answer = head(&mut client).unwrap();
            assert!(answer.first.contains(status) && answer.all("etag") == ["\"x\""], "{answer:?}");
        }
    }
}

#[test]
fn http_1_0_gets_the_body_without_chunks() {
    let (upstream, _requests) = recording("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    let rekey = Rekey::before(upstream);
    let mut client = rekey.connect();
    client.get_mut().write_all(b"GET / HTTP/1.0\r\nHost: shop\r\n\r\n").unwrap();
    assert!(head(&mut client).unwrap().all("transfer-encoding").is_empty());
    let mut body = String::new();
    client.read_to_string(&mut body).unwrap();
    assert_eq!(body, "ok");
}

#[test]
fn a_body_that_waits_to_be_asked_for_is_asked_for() {
    let (upstream, requests) = recording(OK);
    let rekey = Rekey::before(upstream);
    let mut client = rekey.connect();
    let head_only = b"POST /x HTTP/1.1\r\nHost: shop\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    client.get_mut().write_all(head_only).unwrap();
    assert_eq!(head(&mut client).unwrap().status(), "100");
    client.get_mut().write_all(b"body").unwrap();
    assert_eq!(message(&mut client).unwrap().status(), "200");
    assert_eq!(requests.recv().unwrap().text(), "body");
}

#[test]
fn an_early_answer_reaches_the_client() {
    let upstream = upstream(|reader| {
        head(reader)?;
        reader.get_mut().write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
    });
    let rekey = Rekey::before(upstream);
    let answer = rekey.ask("POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000000\r\n\r\nonly this");
    assert_eq!((answer.status(), answer.text().as_str()), ("413", "big"));
}

#[test]
fn websockets_are_refused() {
    let (upstream, requests) = recording(OK);
    let rekey = Rekey::before(upstream);
    let answer = rekey.ask(
        "GET /ws HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
    assert_eq!(answer.status(), "501");
    assert_eq!(answer.text(), r#"{"message":"Protocol upgrades are not supported."}"#);
    assert!(requests.try_recv().is_err());
}

#[test]
fn an_upstream_that_is_not_there_is_502_in_the_wanted_format() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let rekey = Rekey::before(free);
    let answer = rekey.ask("GET /rest/V1/products HTTP/1.1\r\nHost: shop\r\nAccept: application/json\r\n\r\n");
    assert_eq!(answer.status(), "502");
    assert_eq!(answer.all("content-type"), ["application/json; charset=utf-8"]);
    assert_eq!(answer.text(), r#"{"message":"The upstream server cannot be reached. Try again later."}"#);
    let answer = rekey.ask("GET /rest/V1/products HTTP/1.1\r\nHost: shop\r\nAccept: application/xml\r\n\r\n");
    assert_eq!(answer.status(), "502");
    assert_eq!(answer.all("content-type"), ["application/xml; charset=utf-8"]);
    assert!(answer.text().contains("<message>The upstream server cannot be reached."), "{}", answer.text());
}

#[test]
fn an_upstream_that_speaks_nonsense_is_502() {
    let (upstream, _requests) = recording("SSH-2.0-OpenSSH\r\n\r\n");
    let answer = Rekey::before(upstream).ask("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
    assert_eq!(answer.status(), "502");
}

#[test]
fn an_upstream_that_hangs_is_504_and_a_client_that_hangs_408() {
    let upstream = upstream(|reader| message(reader).map(|_| std::thread::sleep(PATIENCE)));
    let url = ("upstream.url", format!("http://{upstream}"));
    let rekey = Rekey::start(&[url, ("upstream.timeout", "200ms".into())]);
    let answer = rekey.ask("GET / HTTP/1.1\r\nHost: shop\r\n\r\n");
    assert_eq!(answer.status(), "504");
    assert_eq!(answer.text(), r#"{"message":"The upstream server did not answer in time. Try again later."}"#);
    let answer = rekey.ask("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nhalf");
    assert_eq!(answer.status(), "408");
}

#[test]
fn an_answer_that_breaks_off_does_not_look_complete() {
    for framing in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let upstream = upstream(move |reader| {
            message(reader)?;
            let answer = format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n3\r\nabc\r\n");
            reader.get_mut().write_all(answer.as_bytes())
        });
        let rekey = Rekey::before(upstream);
        let mut client = rekey.connect();
        client.get_mut().write_all(b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n").unwrap();
        assert!(message(&mut client).is_err(), "{framing}");
    }
}

#[test]
fn a_client_that_hangs_up_frees_the_upstream() {
    let (sender, closed) = channel();
    let sender = Mutex::new(sender);
    let upstream = upstream(move |reader| {
        let request = head(reader)?;
        if request.first.starts_with("GET") {
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            while reader.get_mut().write_all(b"1\r\nx\r\n").is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
        } else {
            let _ = reader.read_to_end(&mut Vec::new());
        }
        let _ = sender.lock().unwrap().send(request.first);
        Ok(())
    });
    let rekey = Rekey::before(upstream);
    let mut download = rekey.connect();
    download.get_mut().write_all(b"GET /down HTTP/1.1\r\nHost: shop\r\n\r\n").unwrap();
    head(&mut download).unwrap();
    drop(download);
    assert_eq!(closed.recv_timeout(PATIENCE).unwrap(), "GET /down HTTP/1.1");
    let mut upload = rekey.connect();
    upload.get_mut().write_all(b"POST /up HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
    drop(upload);
    assert_eq!(closed.recv_timeout(PATIENCE).unwrap(), "POST /up HTTP/1.1");
}

/// Answers the first request of its first connection, and hangs up on the second.
fn hangs_up_once() -> (SocketAddr, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    let address = upstream(move |reader| {
        let first = counter.fetch_add(1, Ordering::SeqCst) == 0;
        message(reader)?;
        reader.get_mut().write_all(OK.as_bytes())?;
        while message(reader).is_ok() && !first {
            reader.get_mut().write_all(OK.as_bytes())?;
        }
        Ok(())
    });
    (address, connections)
}

#[test]
fn connections_are_used_again_and_a_dead_one_is_replaced_where_that_is_safe() {
    let get = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
    let (upstream, connections) = hangs_up_once();
    let rekey = Rekey::before(upstream);
    for _ in 0..4 {
        assert_eq!(rekey.ask(get).status(), "200");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2);
    let (upstream, connections) = hangs_up_once();
    let rekey = Rekey::before(upstream);
    assert_eq!(rekey.ask(get).status(), "200");
    let post = rekey.ask("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\nhi");
    assert_eq!((post.status(), connections.load(Ordering::SeqCst)), ("502", 1));
}

#[test]
fn what_rekey_owns_stays_with_it_until_it_is_handed_over() {
    let (upstream, requests) = recording(OK);
    let url = ("upstream.url", format!("http://{upstream}"));
    let body = r#"{"email":"a@b.example","resetToken":"t","newPassword":"Abcd1234!"}"#;
    let reset = format!(
        "POST {RESET} HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let rekey = Rekey::start(std::slice::from_ref(&url));
    let answer = rekey.ask(&reset);
    assert_eq!(answer.status(), "404");
    assert!(answer.text().contains("No such entity"), "{}", answer.text());
    for path in ["/health", "/ready"] {
        assert_eq!(rekey.ask(format!("GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n")).status(), "200");
    }
    assert!(requests.try_recv().is_err());
    let rekey = Rekey::start(&[url, ("upstream.pass", "resetPassword, getMe".into())]);
    assert_eq!(rekey.ask(&reset).text(), "ok");
    let request = requests.recv().unwrap();
    assert_eq!(
        (request.first, String::from_utf8(request.body).unwrap()),
        (format!("POST {RESET} HTTP/1.1"), body.into())
    );
}

#[test]
fn without_an_upstream_magentos_own_refusals_are_given() {
    let rekey = Rekey::start(&[]);
    let answer = rekey.ask("GET /rest/V1/products HTTP/1.1\r\nHost: shop\r\n\r\n");
    assert_eq!(
        (answer.status(), answer.text().as_str()),
        ("404", r#"{"message":"Request does not match any route."}"#)
    );
}

#[test]
fn settings_that_make_no_sense_are_refused_at_the_start() {
    let folder = folder();
    let refusal = |settings: &[(&str, String)]| match config(&folder, settings) {
        Err(mistakes) => mistakes.join("; "),
        Ok(config) => rekey::http::Behind::new(&config).err().unwrap_or_default(),
    };
    let url = ("upstream.url", "http://127.0.0.1:1".to_owned());
    assert_eq!(refusal(std::slice::from_ref(&url)), "");
    let wrong = refusal(&[url, ("upstream.pass", "resetPassword,nothing".into())]);
    assert!(wrong.contains("`nothing` is none of") && wrong.contains("resetPassword, "), "{wrong}");
    assert!(refusal(&[("upstream.pass", "getMe".into())]).contains("set upstream.url"));
    for url in ["ftp://host", "host:80", "http://user:s3cret@host", "http://host/?q"] {
        let wrong = refusal(&[("upstream.url", url.into())]);
        assert!(wrong.contains("http://host:port") && !wrong.contains("s3cret"), "{wrong}");
    }
    let _ = std::fs::remove_dir_all(folder);
}
