//! What is off by default, a line of configuration each.

use std::time::Duration;

use serde_json::json;

use crate::forgot::TOO_MANY;
use crate::harness::calls::{FORGOT, forgot, reset, sign_in};
use crate::harness::{Answer, Customer, EMAIL, NEW_PASSWORD, PASSWORD, RESET, Request, TOKEN, World, both};
use crate::token::MISMATCHED;

/// All that a client sees, but for what no two answers share.
fn seen(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "date" && name != "x-request-id");
    (answer.status, answer.body.clone(), headers)
}

both!(hide_accounts_unknown_emails_look_known, &[("magento.hide_accounts", "true")], |world| {
    world.quick_alice();
    let (known, unknown) = (world.forgot(EMAIL), world.forgot("nobody@example.com"));
    assert!(known.is_true());
    // The address of both is one: the first request of each kind is the one to compare.
    world.sql("DELETE FROM password_reset_request_event");
    let unknown_first = world.forgot("nobody@example.com");
    assert_eq!(seen(&known), seen(&unknown_first));
    assert_eq!(seen(&world.forgot(EMAIL)), seen(&unknown), "and so do refusals for too many");
    let mails = world.mails();
    assert!(mails.len() == 1 && mails[0].to.contains(EMAIL), "{mails:?}");
    world.reset("nobody@example.com", TOKEN, NEW_PASSWORD).refused(400, MISMATCHED);
    world.reset(EMAIL, "wrong", NEW_PASSWORD).refused(400, MISMATCHED);
    assert!(world.reset(EMAIL, &mails[0].token(), NEW_PASSWORD).is_true());
});

both!(hide_accounts_hides_them_in_refusals, &[("magento.hide_accounts", "true")], |world| {
    world.quick_alice();
    world.without_limits();
    let bad = |email: &str, template: &str| {
        Request::json("PUT", FORGOT, json!({"email": email, "template": template}).to_string())
    };
    let asks: [fn(&str) -> Request; 5] = [
        |email| reset(email, "wrong", NEW_PASSWORD),
        |email| reset(email, "wrong", "weak"),
        |email| reset(email, "", NEW_PASSWORD),
        |email| reset(email, "0", NEW_PASSWORD),
        |email| sign_in(email, "wrong"),
    ];
    for ask in asks {
        let (known, unknown) = (world.send(&ask(EMAIL)), world.send(&ask("nobody@example.com")));
        assert!(known.status >= 400 && seen(&known) == seen(&unknown), "{} {}", known.body, unknown.body);
    }
    for template in ["nope", ""] {
        let (known, unknown) = (world.send(&bad(EMAIL, template)), world.send(&bad("nobody@example.com", template)));
        assert!(known.status == 400 && seen(&known) == seen(&unknown), "{} {}", known.body, unknown.body);
    }
});

both!(hide_accounts_is_off_by_default, |world| {
    assert_eq!(world.forgot("nobody@example.com").status, 404);
    assert_eq!(world.reset("nobody@example.com", TOKEN, NEW_PASSWORD).status, 404);
});

both!(refusal_time_is_the_least_that_a_refusal_takes, &[("magento.refusal_time", "400ms")], |world| {
    world.quick_alice();
    let took = |request: &Request| {
        let begun = std::time::Instant::now();
        (world.send(request).status, begun.elapsed())
    };
    for (request, status) in [(reset(EMAIL, "wrong", NEW_PASSWORD), 400), (forgot("nobody@example.com"), 404)] {
        let (got, time) = took(&request);
        // Only the lower bound is promised.
        assert!(got == status && time >= Duration::from_millis(400), "{got} {time:?}");
    }
});

both!(a087_limits_are_400_by_default, |world| {
    world.quick_alice();
    assert!(world.forgot(EMAIL).is_true());
    let answer = world.forgot(EMAIL);
    answer.refused(400, TOO_MANY);
    assert_eq!(answer.json()["parameters"], json!(["hello@example.com"]));
    assert_eq!(answer.header("retry-after"), None);
});

both!(a087_limits_are_429_when_asked_for, &[("magento.limit_status", "429")], |world| {
    world.quick_alice();
    assert!(world.forgot(EMAIL).is_true());
    let answer = world.forgot(EMAIL);
    answer.refused(429, TOO_MANY);
    let seconds: i64 = answer.header("retry-after").and_then(|text| text.parse().ok()).expect("Retry-After in seconds");
    assert_eq!(seconds, 600);
    world.clock.advance(seconds);
    assert!(world.forgot(EMAIL).is_true(), "it was worth the wait");
    assert_eq!(world.reset(EMAIL, "wrong", NEW_PASSWORD).status, 400, "only limits");
});

both!(a094_revoke_on_reset, &[("magento.revoke_on_reset", "true")], |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let token = world.forgotten(EMAIL).token();
    assert_eq!(world.me(&bearer).status, 200);
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    assert_eq!(world.me(&bearer).status, 401);
    world.clock.advance(1);
    let fresh = world.bearer(EMAIL, NEW_PASSWORD);
    assert_eq!(world.me(&fresh).status, 200);
});

const TWO_HASHING_THREADS: &[(&str, &str)] = &[("magento.revoke_on_reset", "true"), ("password.threads", "2")];

both!(a_sign_in_that_began_before_the_reset_is_revoked_with_it, super::TWO_HASHING_THREADS, |world| {
    // Compared for longer than all of the reset takes.
    let slow = bcrypt::hash(PASSWORD, 14).expect("bcrypt hashes");
    world.customer(&Customer { password_hash: Some(slow), ..Customer::default() });
    let begun =
        || world.send(&Request::new("GET", "/metrics")).body.contains("hashing_wait_seconds_count{door=\"magento\"} 1");
    let bearer = std::thread::scope(|scope| {
        let signing_in = scope.spawn(|| world.bearer(EMAIL, PASSWORD));
        world.wait_until("the old password is being compared", begun);
        assert!(world.reset(EMAIL, TOKEN, NEW_PASSWORD).is_true());
        world.clock.advance(5);
        signing_in.join().expect("the old password was right when it was asked for")
    });
    assert_eq!(world.me(&bearer).status, 401);
});

/// Exactly what `curl -d` sends.
fn curls_request() -> Request {
    let body = json!({"email": EMAIL, "resetToken": TOKEN, "newPassword": NEW_PASSWORD}).to_string();
    Request::new("POST", RESET)
        .with("User-Agent", "curl/8.14.1")
        .with("Accept", "*/*")
        .with("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
}

both!(curls_default_content_type_is_refused_by_default, |world| {
    world.alice();
    let message = "Server cannot understand Content-Type HTTP header media type application/x-www-form-urlencoded";
    world.send(&curls_request()).refused(400, message);
    world.token_still_works();
});

both!(accept_curl_json, &[("magento.accept_curl_json", "true")], |world| {
    world.alice();
    let form = curls_request().body("email=alice%40example.com&resetToken=tokenAAAA&newPassword=NewPass123%21");
    assert_eq!(world.send(&form).status, 400, "a form is still none");
    assert_eq!(world.send(&curls_request().body("{")).status, 400);
    assert!(world.send(&curls_request()).is_true());
});

both!(a092_no_notice_by_default, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    assert_eq!(world.mails().len(), 0);
});

both!(a092_password_changed, &[("mail.password_changed", "true")], |world| {
    world.quick_alice();
    let notice = |what: &str| {
        let mails = world.mails();
        assert_eq!(mails.len(), 1, "{what}");
        let mail = &mails[0];
        assert!(mail.to.contains(EMAIL), "{what}: {}", mail.to);
        for secret in ["token=", PASSWORD, NEW_PASSWORD] {
            assert!(![&mail.text, &mail.html, &mail.subject].iter().any(|part| part.contains(secret)), "{what}");
        }
    };
    let token = world.forgotten(EMAIL).token();
    assert_eq!(world.reset(EMAIL, "wrong", NEW_PASSWORD).status, 400);
    assert_eq!(world.mails().len(), 0);
    assert!(world.reset(&EMAIL.to_uppercase(), &token, NEW_PASSWORD).is_true());
    notice("reset");
    let bearer = world.bearer(EMAIL, NEW_PASSWORD);
    assert_eq!(world.change_password(&bearer, "wrong", PASSWORD).status, 401);
    assert_eq!(world.mails().len(), 0);
    assert!(world.change_password(&bearer, NEW_PASSWORD, PASSWORD).is_true());
    notice("change");
});

const SHOP: &str = "https://shop.example";

fn preflight(world: &World, origin: &str) -> Answer {
    world.send(
        &Request::new("OPTIONS", RESET)
            .with("Origin", origin)
            .with("Access-Control-Request-Method", "POST")
            .with("Access-Control-Request-Headers", "content-type"),
    )
}

/// Nothing in it lets a browser's page read it.
fn closed(answer: &Answer) {
    assert!(!answer.headers.iter().any(|(name, _)| name.starts_with("access-control-")), "{:?}", answer.headers);
}

both!(cors_is_off_by_default, |world| {
    let answer = preflight(world, SHOP);
    answer.refused(405, "The OPTIONS HTTP method is not supported.");
    closed(&answer);
    closed(&world.send(&reset(EMAIL, TOKEN, NEW_PASSWORD).with("Origin", SHOP)));
});

both!(cors_origins, &[("http.cors_origins", "https://shop.example http://localhost:3000")], |world| {
    world.alice();
    for origin in [SHOP, "http://localhost:3000"] {
        let answer = preflight(world, origin);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some(origin)));
        assert!(answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")));
        let headers = answer.header("access-control-allow-headers").unwrap_or_default();
        assert!(headers.contains("Content-Type") && headers.contains("Authorization"), "{headers}");
        assert_eq!(answer.header("vary"), Some("Origin"));
        for token in ["wrong", "worse"] {
            let answer = world.send(&reset(EMAIL, token, NEW_PASSWORD).with("Origin", origin));
            answer.refused(400, MISMATCHED);
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "pages read refusals, too");
            assert_eq!(answer.header("vary"), Some("Origin"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }
    for origin in [
        "https://evil.example",
        "https://shop.example.evil.example",
        "https://evilshop.example",
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example/",
        "https://SHOP.example",
        "null",
        "*",
        "",
    ] {
        closed(&preflight(world, origin));
        closed(&world.send(&reset(EMAIL, "wrong", NEW_PASSWORD).with("Origin", origin)));
    }
    closed(&world.send(&reset(EMAIL, "wrong", NEW_PASSWORD)));
    world.token_still_works();
});

/// Asks for a stranger's link as if from an address; answers whether the limit let it pass.
fn passes(world: &World, email: &str, forwarded: &[&str]) -> bool {
    let request = forwarded.iter().fold(forgot(email), |request, value| request.with("X-Forwarded-For", value));
    match world.send(&request) {
        answer if answer.status == 404 => true,
        answer => {
            answer.refused(400, TOO_MANY);
            false
        }
    }
}

fn by_address(world: &World) {
    world.setting("default", 0, "customer/password/password_reset_protection_type", "2");
}

both!(a085_nobody_is_believed_by_default, |world| {
    by_address(world);
    assert!(passes(world, "a@example.com", &["1.2.3.4"]));
    assert!(!passes(world, "b@example.com", &["5.6.7.8"]), "a new address was invented");
    assert!(!passes(world, "c@example.com", &[]));
    assert_eq!(world.rows("password_reset_request_event")[0]["ip"].as_deref(), Some("127.0.0.1"));
});

both!(a085_trusted_proxies, &[("http.trusted_proxies", "127.0.0.1 10.0.0.0/8")], |world| {
    by_address(world);
    assert!(passes(world, "a@example.com", &["1.2.3.4"]));
    assert!(!passes(world, "b@example.com", &["1.2.3.4"]));
    assert!(!passes(world, "c@example.com", &["9.9.9.9, 1.2.3.4, 10.1.2.3"]), "what a stranger wrote to the left");
    assert!(!passes(world, "d@example.com", &["9.9.9.9", "1.2.3.4"]), "nor in a header of its own");
    assert!(passes(world, "e@example.com", &["5.6.7.8, 10.1.2.3"]));
    assert!(passes(world, "f@example.com", &["2001:db8:1:2::1"]));
    assert!(!passes(world, "g@example.com", &["2001:db8:1:2:ffff::9"]), "a /64 is one client");
    assert!(passes(world, "h@example.com", &["2001:db8:1:3::1"]));
    assert!(passes(world, "i@example.com", &["garbage"]), "the proxy itself");
    assert!(!passes(world, "j@example.com", &["1.2.3.4, <script>"]));
    let kept = world.rows("password_reset_request_event");
    assert!(kept.iter().all(|row| row["ip"].as_ref().is_some_and(|ip| ip.len() <= 15)), "{kept:?}");
});
