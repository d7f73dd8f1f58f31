//! What is sent: formats, names, sizes, nonsense.

use std::io::{Read, Write};

use serde_json::{Value, json};

use crate::harness::client::{connect, read_answer};
use crate::harness::world::body;
use crate::harness::{Answer, Customer, EMAIL, NEW_PASSWORD, RESET, Request, TOKEN, World, both};
use crate::token::MISMATCHED;

const DECODING: &str = "Decoding error.";

fn right() -> String {
    body(&json!(EMAIL), &json!(TOKEN), &json!(NEW_PASSWORD))
}

/// A 4xx with a message, and the customer as before.
fn harmless(world: &World, answer: &Answer, what: &str) {
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.body);
    assert!(!answer.message().is_empty(), "{what}");
    let customer = &world.customers()["1"];
    assert!(customer["rp_token"].is_some() && customer["session_cutoff"].is_none(), "{what}");
}

both!(a046_query_over_body, |world| {
    world.alice();
    world.customer(&Customer::other(2, "bob@example.com", Some("tokenBBBB")));
    let path = format!("{RESET}?email=bob%40example.com&resetToken=tokenBBBB");
    assert!(world.send(&Request::json("POST", &path, right())).is_true());
    assert!(world.signs_in(2, NEW_PASSWORD) && !world.signs_in(1, NEW_PASSWORD));
    let path = format!("{RESET}?email=alice%40example.com&resetToken={TOKEN}&newPassword=Query-Pass1");
    assert!(world.send(&Request::new("POST", &path)).is_true(), "no body at all");
    assert!(world.signs_in(1, "Query-Pass1"));
});

both!(a047_camel_case_over_snake_case, |world| {
    let sent = |camel: Value, snake: Value| {
        json!({"email": EMAIL, "resetToken": camel, "reset_token": snake, "newPassword": NEW_PASSWORD}).to_string()
    };
    let cases = [
        (json!(TOKEN), json!("wrong"), true),
        (json!("wrong"), json!(TOKEN), false),
        (json!(null), json!(TOKEN), true),
        (json!(""), json!(TOKEN), false),
    ];
    for (camel, snake, works) in cases {
        world.clear();
        world.alice();
        assert_eq!(world.post(sent(camel.clone(), snake.clone())).is_true(), works, "{camel} {snake}");
    }
    world.clear();
    world.alice();
    let snake = json!({"email": EMAIL, "reset_token": TOKEN, "new_password": NEW_PASSWORD});
    assert!(world.post(snake.to_string()).is_true());
});

both!(a048_the_last_of_equal_keys, |world| {
    world.alice();
    let twice = |first: &str, last: &str| {
        format!(r#"{{"email":"{first}","email":"{last}","resetToken":"{TOKEN}","newPassword":"{NEW_PASSWORD}"}}"#)
    };
    assert_eq!(world.post(twice(EMAIL, "nobody@example.com")).status, 404);
    assert!(world.post(twice("nobody@example.com", EMAIL)).is_true());
});

both!(a049_malformed_empty_and_wrong_tops, |world| {
    world.alice();
    for broken in
        ["{", "{\"a\":}", "{'a':1}", "{} {}", "{}x", "\u{feff}{}", "[1,", "nul", "tru", "   ", "\"x", "{\"a\":1,}"]
    {
        world.post(broken).refused(400, DECODING);
        let xml = Request::json("POST", RESET, broken).with("Accept", "application/xml");
        assert_eq!(world.send(&xml).status, 400, "{broken}");
        let xml =
            Request::new("POST", RESET).with("Content-Type", "application/json").with("Accept", "application/xml");
        let answer = world.send(&xml.body(broken));
        assert_eq!(answer.header("content-type"), Some("application/xml; charset=utf-8"));
        assert!(answer.status == 400 && answer.body.contains("<message>Decoding error.</message>"), "{}", answer.body);
    }
    for nothing in ["", "0", "[]", "true", "false", "\"x\"", "123", "null", "{}", "[[]]", "[\"email\"]"] {
        let answer = world.post(nothing);
        assert_eq!(answer.status, 400, "{nothing}");
        assert_eq!(answer.json()["errors"].as_array().map(Vec::len), Some(3), "{nothing}: {}", answer.body);
    }
    world.token_still_works();
});

both!(a050_invalid_utf8_is_never_replaced, |world| {
    world.alice();
    let with = |password: &[u8]| {
        let head = format!(r#"{{"email":"{EMAIL}","resetToken":"{TOKEN}","newPassword":""#);
        [head.as_bytes(), password, b"\"}"].concat()
    };
    let broken: [&[u8]; 8] = [
        b"Pass\xff123!",
        b"Pass\xc0\xaf123!",
        b"Pass\xed\xa0\x80123!",
        b"Pass\xf4\x90\x80\x80123!",
        b"Pass\xc3",
        br"Pass\ud800123!",
        br"Pass\udc00\ud800123!",
        b"Pass\x01word123!",
    ];
    for password in broken {
        world.post(with(password)).refused(400, DECODING);
    }
    for query in ["newPassword=Pass%ff123!", "email=%ff", "%ff=1"] {
        let answer = world.send(&Request::json("POST", &format!("{RESET}?{query}"), right()));
        harmless(world, &answer, query);
    }
    let xml = b"<r><email>\xff</email></r>".to_vec();
    let answer = world.send(&Request::new("POST", RESET).with("Content-Type", "application/xml").body(xml));
    assert_eq!(answer.status, 400);
    assert!(!world.signs_in(1, "Pass\u{fffd}123!"));
    world.token_still_works();
});

both!(a051_deep_nesting_and_huge_numbers, |world| {
    world.alice();
    let nested = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    for deep in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        nested("[", "]", 100_000),
        nested("[", "]", 513),
        format!("{{\"email\":{}}}", nested("[", "]", 100_000)),
    ] {
        world.post(deep).refused(400, DECODING);
    }
    let xml = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let answer = world.send(&Request::new("POST", RESET).with("Content-Type", "application/xml").body(xml));
    assert_eq!(answer.status, 400, "{}", answer.body);
    for number in ["1e999", "-1e999", "1e25", &"9".repeat(10_000), "123456789012345678901234567890"] {
        let sent = format!(r#"{{"email":{number},"resetToken":"{TOKEN}","newPassword":"{NEW_PASSWORD}"}}"#);
        harmless(world, &world.post(sent), number);
    }
    let keys: Vec<String> = (0..60_000).map(|n| format!("\"k{n}\":1")).collect();
    let keys = format!("{{{}}}", keys.join(","));
    assert!(keys.len() < 1_048_576, "below the limit: it is decoded");
    assert_eq!(world.post(keys).status, 400);
    let long_key = format!("{{\"{}\":1}}", "k".repeat(10_000_000));
    assert_eq!(world.post(long_key).status, 413);
    world.token_still_works();
});

both!(a052_bodies_above_the_limit, |world| {
    world.alice();
    let too_large = |answer: &Answer, what: &str| {
        assert_eq!(answer.status, 413, "{what}: {}", answer.body);
        assert!(!answer.message().is_empty());
        assert_eq!(answer.header("connection"), Some("close"), "{what}: the rest is not read");
    };
    // A gigabyte that is only announced is refused before a byte of it is read.
    let announced = Request::json("POST", RESET, "").with("Content-Length", "1073741824");
    let mut stream = connect(world.server().address);
    stream.write_all(&announced.bytes()).expect("the head is taken");
    too_large(&read_answer(&stream, false).expect("an answer before the body"), "announced");
    // Chunks that never end are refused at the limit: an answer comes although no last chunk was sent.
    let head = Request::json("POST", RESET, "").with("Transfer-Encoding", "chunked");
    let mut stream = connect(world.server().address);
    stream.write_all(&head.bytes()).expect("the head is taken");
    let chunk = [b"10000\r\n".as_slice(), &vec![b'a'; 0x10000], b"\r\n"].concat();
    let mut writer = stream.try_clone().expect("a handle");
    std::thread::scope(|scope| {
        scope.spawn(move || while writer.write_all(&chunk).is_ok() {});
        too_large(&read_answer(&stream, false).expect("an answer"), "chunked");
        let _ = stream.shutdown(std::net::Shutdown::Both);
    });
    let spaces = format!("{}{}", " ".repeat(1_048_576), right());
    too_large(&world.post(spaces), "a byte too many");
    let exact = format!("{}{}", " ".repeat(1_048_576 - right().len()), right());
    assert!(world.post(exact).is_true(), "exactly the limit");
});

both!(a053_no_field_and_type_makes_a_5xx, |world| {
    world.alice();
    let values = [
        json!(""),
        json!("x"),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!({}),
    ];
    for email in &values {
        for token in &values {
            for password in &values {
                let answer = world.post(body(email, token, password));
                let sent = || body(email, token, password);
                assert!((400..500).contains(&answer.status), "{}: {} {}", sent(), answer.status, answer.body);
                assert!(!answer.message().is_empty(), "{}", sent());
            }
        }
    }
    for odd in [r#"{"customer":""}"#, r#"{"customer":{}}"#, r#"{"email":{"email":"x"}}"#] {
        harmless(world, &world.post(odd), odd);
    }
    world.token_still_works();
});

both!(a054_content_types, |world| {
    let understand = |media: &str| format!("Server cannot understand Content-Type HTTP header media type {media}");
    let refused = [
        (None, "Content-Type header is empty.".to_owned()),
        (Some("text/plain"), understand("text/plain")),
        (Some("application/x-www-form-urlencoded"), understand("application/x-www-form-urlencoded")),
        (Some("application/JSON"), understand("application/JSON")),
        (Some("application/vnd.api+json"), understand("application/vnd.api+json")),
        (Some("application/json; charset=latin1"), "UTF-8 is the only supported charset.".to_owned()),
        (Some("application/json; charset=utf8"), "UTF-8 is the only supported charset.".to_owned()),
        (Some("application/json; foo=bar"), "Content-Type header is invalid.".to_owned()),
        (Some("*/*"), "Content-Type header is invalid.".to_owned()),
    ];
    world.alice();
    for (content_type, message) in refused {
        let mut request = Request::new("POST", RESET).with("Accept", "application/json").body(right());
        request.headers.extend(content_type.map(|value| ("Content-Type".to_owned(), value.to_owned())));
        world.send(&request).refused(400, &message);
    }
    let multipart = Request::new("POST", RESET).with("Content-Type", "multipart/form-data; boundary=x").body("--x--");
    assert_eq!(world.send(&multipart).json()["errors"].as_array().map(Vec::len), Some(3));
    for fine in [
        "application/json",
        "application/json; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/json;",
    ] {
        world.clear();
        world.alice();
        let request = Request::new("POST", RESET).with("Content-Type", fine).body(right());
        assert!(world.send(&request).is_true(), "{fine}");
    }
});

both!(a055_accept, |world| {
    const JSON: &str = "application/json; charset=utf-8";
    const XML: &str = "application/xml; charset=utf-8";
    let cases = [
        (None, 400, JSON),
        (Some("*/*"), 400, JSON),
        (Some("application/json"), 400, JSON),
        (Some("application/xml"), 400, XML),
        (Some("text/xml"), 400, XML),
        (Some("application/xml, application/json"), 400, XML),
        (Some("application/json, application/xml"), 400, JSON),
        (Some("application/xml;q=0.5, application/json;q=0.9"), 400, JSON),
        (Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), 400, XML),
        (Some("application/json, text/plain, */*"), 400, JSON),
        (Some("text/html"), 406, JSON),
        (Some("image/png"), 406, JSON),
        (Some("garbage"), 406, JSON),
    ];
    world.alice();
    for (accept, status, content_type) in cases {
        let mut request = Request::new("POST", RESET).with("Content-Type", "application/json").body(body(
            &json!(EMAIL),
            &json!("wrong"),
            &json!(NEW_PASSWORD),
        ));
        request.headers.extend(accept.map(|value| ("Accept".to_owned(), value.to_owned())));
        let answer = world.send(&request);
        assert_eq!((answer.status, answer.header("content-type")), (status, Some(content_type)), "{accept:?}");
        assert!(status != 400 || answer.body.contains(MISMATCHED), "{}", answer.body);
    }
});

both!(a063_control_characters_are_escaped, |world| {
    let odd = "a\u{0}\r\nSet-Cookie: x=1\u{1b}[31m\u{7f}\u{2028}\"\\/<script>@example.com";
    let answer = world.reset(odd, TOKEN, NEW_PASSWORD);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["parameters"]["fieldValue"], json!(odd));
    assert!(answer.header("set-cookie").is_none());
    assert!(answer.body.bytes().all(|byte| byte == 0x7f || (b' '..=b'~').contains(&byte)), "{}", answer.body);
    let long = format!("{}@example.com", "x".repeat(900_000));
    let answer = world.reset(&long, TOKEN, NEW_PASSWORD);
    assert_eq!((answer.status, &answer.json()["parameters"]["fieldValue"]), (404, &json!(long)), "echoed whole");
    let xml = Request::new("POST", RESET).with("Content-Type", "application/json").with("Accept", "application/xml");
    let answer = world.send(&xml.body(body(&json!("<a>&\"'@x"), &json!(TOKEN), &json!(NEW_PASSWORD))));
    assert!(!answer.body.contains("<a>") && answer.body.contains("&lt;a&gt;&amp;"), "{}", answer.body);
});

both!(broken_http_closes_the_connection, |world| {
    for raw in ["GARBAGE\r\n\r\n", "POST /rest/V1/x HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]
    {
        let mut stream = connect(world.server().address);
        stream.write_all(raw.as_bytes()).expect("bytes are taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the connection ends");
        assert!(answer.starts_with("HTTP/1.1 4"), "{raw:?}: {answer:?}");
    }
});
