//! Clients that send a byte now and then.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::harness::client::connect;
use crate::harness::{EMAIL, NEW_PASSWORD, RESET, Request, both};
use crate::token::MISMATCHED;

const SLOW: usize = 100;
/// Far above the timeouts of a second below: it only tells an end from none.
const GENEROUS: Duration = Duration::from_secs(30);

/// Sends the beginning, then a byte every 100 ms until the server has had enough; answers what it said.
fn dribble(address: SocketAddr, beginning: &[u8]) -> String {
    let mut stream: TcpStream = connect(address);
    stream.write_all(beginning).expect("the beginning is taken");
    stream.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout can be set");
    let mut said = Vec::new();
    let begin = Instant::now();
    while begin.elapsed() < GENEROUS {
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer) {
            Ok(0) => return String::from_utf8_lossy(&said).into_owned(),
            Ok(count) => said.extend(&buffer[..count]),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                let _ = stream.write_all(b"a");
            }
            Err(_) => return String::from_utf8_lossy(&said).into_owned(),
        }
    }
    panic!("the server waits for ever");
}

both!(a056_slow_clients_are_let_go, &[("http.head_timeout", "1s"), ("http.body_timeout", "1s")], |world| {
    world.alice();
    let address = world.server().address;
    let head = format!("POST {RESET} HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    let body = Request::json("POST", RESET, "{").with("Content-Length", "10000").bytes();
    std::thread::scope(|scope| {
        let heads: Vec<_> = (0..SLOW).map(|_| scope.spawn(|| dribble(address, head.as_bytes()))).collect();
        let bodies: Vec<_> = (0..SLOW).map(|_| scope.spawn(|| dribble(address, &body))).collect();
        for _ in 0..50 {
            let begin = Instant::now();
            world.reset(EMAIL, "wrong", NEW_PASSWORD).refused(400, MISMATCHED);
            assert!(begin.elapsed() < Duration::from_secs(10), "a normal client waited {:?}", begin.elapsed());
        }
        for head in heads {
            let said = head.join().expect("it was let go");
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
        }
        for body in bodies {
            let said = body.join().expect("it was let go");
            assert!(said.starts_with("HTTP/1.1 408") && said.contains("{\"message\":"), "{said}");
        }
    });
    world.token_still_works();
});
