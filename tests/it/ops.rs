//! For operators: health, readiness, the end.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::client::{connect, read_answer};
use crate::harness::world::body;
use crate::harness::{EMAIL, Kind, NEW_PASSWORD, Process, RESET, Request, TOKEN, World, both};

both!(health_and_readiness, |world| {
    let get = |path: &str| world.send(&Request::new("GET", path));
    assert_eq!((get("/health").status, get("/health").body.as_str()), (200, "{\"status\":\"ok\"}"));
    assert_eq!((get("/ready").status, get("/ready").body.as_str()), (200, "{\"status\":\"ready\"}"));
    world.sql("DELETE FROM rekey_migration");
    let answer = get("/ready");
    assert_eq!((answer.status, &answer.json()["reason"]), (503, &json!("migrations")));
    world.sql("ALTER TABLE rekey_migration RENAME TO gone");
    let answer = get("/ready");
    assert_eq!((answer.status, &answer.json()["reason"]), (503, &json!("database")));
    assert_eq!(get("/health").status, 200, "the process lives all the same");
});

both!(metrics_count_what_was_answered, |world| {
    world.alice();
    world.reset(EMAIL, "wrong", NEW_PASSWORD);
    assert!(world.reset(EMAIL, TOKEN, NEW_PASSWORD).is_true());
    let answer = world.send(&Request::new("GET", "/metrics"));
    assert_eq!(answer.status, 200);
    for line in [
        "rekey_http_request_seconds_count{status=\"2xx\"} 1",
        "rekey_http_request_seconds_count{status=\"4xx\"} 1",
        "rekey_hashing_wait_seconds_count{door=\"magento\"} 1",
    ] {
        assert!(answer.body.lines().any(|seen| seen == line), "{line}: {}", answer.body);
    }
    assert!(!answer.body.contains("example.com"), "nothing that a client sent");
});

both!(metrics_are_not_for_everybody, &[("http.metrics_from", "10.0.0.0/8")], |world| {
    assert_eq!(world.send(&Request::new("GET", "/metrics")).status, 404);
});

both!(every_answer_has_a_request_id, |world| {
    for path in ["/health", "/nosuch", "/rest/V1/nosuch"] {
        let answer = world.send(&Request::new("GET", path));
        assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 32), "{path}");
    }
});

both!(one_connection_serves_many_requests, |world| {
    world.alice();
    let stream = connect(world.server().address);
    let wrong = Request::json("POST", RESET, body(&json!(EMAIL), &json!("wrong"), &json!(NEW_PASSWORD))).bytes();
    for _ in 0..3 {
        (&stream).write_all(&wrong).expect("the request is taken");
        assert_eq!(read_answer(&stream, false).expect("an answer").status, 400);
    }
});

/// A request whose body is half sent when SIGTERM comes is still answered, and nobody new is let in.
fn sigterm(kind: Kind) {
    let world = World::without_server(kind);
    world.alice();
    let mut server = Process::serve(&world, &[]);
    let address = server.address();
    let sent = Request::json("POST", RESET, body(&json!(EMAIL), &json!(TOKEN), &json!(NEW_PASSWORD))).bytes();
    let (first, rest) = sent.split_at(sent.len() - 5);
    let mut stream = connect(address);
    stream.write_all(first).expect("the first part is taken");
    // An answer to somebody else tells that the server has come round to reading.
    assert_eq!(Request::new("GET", "/health").send(address).status, 200);
    server.terminate();
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(address).is_ok() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
    stream.write_all(rest).expect("the rest is taken");
    assert!(read_answer(&stream, false).expect("an answer").is_true());
    assert!(server.wait().success());
    assert!(server.output().contains("stopped"), "{}", server.output());
}

#[test]
fn sigterm_finishes_what_is_in_flight_sqlite() {
    sigterm(Kind::Sqlite);
}

#[test]
fn sigterm_finishes_what_is_in_flight_mariadb() {
    sigterm(Kind::MariaDb);
}

#[test]
fn a_taken_address_is_named() {
    let world = World::without_server(Kind::Sqlite);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = crate::harness::process::run(&world, &["serve", "--bind", &address]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains(&address) && text.contains("REKEY_HTTP__BIND"), "{text}");
}
