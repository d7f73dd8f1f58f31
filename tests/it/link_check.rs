//! `GET …/password/resetLinkToken/…`: asks, and changes nothing.

use serde_json::{Value, json};

use crate::harness::calls::{self, ME};
use crate::harness::{Customer, EMAIL, Kind, NEW_PASSWORD, PASSWORD, Request, TOKEN, World, both};
use crate::token::{EXPIRED, MISMATCHED};

both!(a032_link_scanners_consume_nothing, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    let before = world.dump();
    for _ in 0..20 {
        assert!(world.check_link("1", &token).is_true());
        assert_eq!(world.check_link("1", "wrong").status, 400);
    }
    assert_eq!(world.dump(), before);
    world.clock.advance(7199);
    assert!(world.check_link("1", &token).is_true());
    world.clock.advance(1);
    world.check_link("1", &token).refused(400, EXPIRED);
    assert_eq!(world.dump(), before, "asking has extended nothing");
});

both!(a032_then_the_reset_works, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    (0..20).for_each(|_| assert!(world.check_link("1", &token).is_true()));
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    world.check_link("1", &token).refused(400, MISMATCHED);
});

/// The ids that are nobody's, with status, message and parameters.
fn strange_ids(world: &World) {
    let no_such = "No such entity with %fieldName = %fieldValue";
    let wrong_type = |value: &str| {
        format!("The \"{value}\" value's type is invalid. The \"int\" type was expected. Verify and try again.")
    };
    for id in [-1_i64, 99, 1_000_000_000] {
        let answer = world.check_link(&id.to_string(), TOKEN);
        answer.refused(404, no_such);
        assert_eq!(answer.json()["parameters"], json!({"fieldName": "customerId", "fieldValue": id}));
    }
    for id in ["abc", "null", "1x", "%27", "0x1"] {
        let answer = world.check_link(id, TOKEN);
        answer.refused(400, &wrong_type(&id.replace("%27", "'")));
    }
    world.check_link("2", TOKEN).refused(400, MISMATCHED);
}

both!(a033_ids_of_nobody, |world| {
    world.alice();
    world.customer(&Customer::other(2, "bob@example.com", None));
    strange_ids(world);
    assert!(world.check_link("0", TOKEN).is_true(), "match-token: the token alone decides");
    assert_eq!(world.check_link("0", "wrong").status, 404);
    world.token_still_works();
});

both!(a033_ids_of_nobody_as_in_magento, &[("magento.empty_email", "refuse")], |world| {
    world.alice();
    world.customer(&Customer::other(2, "bob@example.com", None));
    strange_ids(world);
    let answer = world.check_link("0", TOKEN);
    answer.refused(400, "Invalid value of \"%value\" provided for the %fieldName field.");
    assert_eq!(answer.json()["parameters"], json!({"value": 0, "fieldName": "customerId"}));
});

both!(a034_guessing_locks_nobody_out, |world| {
    world.customer(&Customer { rp_token: Customer::default().rp_token, ..Customer::quick() });
    let before = world.dump();
    for guess in 0..300 {
        world.reset(EMAIL, &format!("guess{guess}"), NEW_PASSWORD).refused(400, MISMATCHED);
        world.check_link("1", &format!("guess{guess}")).refused(400, MISMATCHED);
        assert_eq!(world.reset("", &format!("guess{guess}"), NEW_PASSWORD).status, 404);
    }
    assert_eq!(world.dump(), before);
    world.bearer(EMAIL, PASSWORD);
    world.token_still_works();
});

/// What makes guessing hopeless whatever the limits: 32 letters and digits, 190 bits, each token anew.
#[test]
fn a034_tokens_are_long_and_random() {
    let world = World::start(Kind::Sqlite, &[]);
    world.quick_alice();
    world.without_limits();
    let mut seen = std::collections::BTreeSet::new();
    let mut letters = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let token = world.forgotten(EMAIL).token();
        assert!(token.len() == 32 && token.chars().all(|c| c.is_ascii_alphanumeric()), "{token}");
        letters.extend(token.chars());
        assert!(seen.insert(token));
    }
    assert_eq!(letters.len(), 62, "3200 draws of 62 miss one about never");
}

both!(a105_no_answer_is_cached, |world| {
    world.quick_alice();
    world.without_limits();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let token = world.forgotten(EMAIL).token();
    let link = format!("/rest/V1/customers/1/password/resetLinkToken/{token}");
    let get = |path: &str| Request::new("GET", path).with("Accept", "application/json");
    let requests = [
        (get(&link), 200),
        (get("/rest/V1/customers/1/password/resetLinkToken/wrong"), 400),
        (get(ME).bearer(&bearer), 200),
        (get(ME), 401),
        (calls::sign_in(EMAIL, PASSWORD), 200),
        (calls::sign_in(EMAIL, "wrong"), 401),
        (calls::reset(EMAIL, &token, NEW_PASSWORD), 200),
        (calls::reset(EMAIL, &token, NEW_PASSWORD), 400),
        (calls::change(&bearer, NEW_PASSWORD, PASSWORD), 200),
        (calls::forgot(EMAIL), 200),
        (calls::forgot("nobody@example.com"), 404),
        (calls::forgot(EMAIL).at("/rest/async/V1/customers/password"), 202),
    ];
    for (request, status) in requests {
        let answer = world.send(&request);
        assert_eq!(answer.status, status, "{}: {}", request.path, answer.body);
        let control = answer.header("cache-control").unwrap_or_default();
        assert!(control.contains("no-store"), "{}: {control}", request.path);
        assert!(answer.header("etag").is_none() && answer.header("last-modified").is_none(), "{}", request.path);
    }
    let _: Value = world.me(&bearer).json();
});
