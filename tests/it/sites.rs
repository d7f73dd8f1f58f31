//! Several websites and store views.

use crate::harness::calls::{self, unknown};
use crate::harness::world::seal;
use crate::harness::{Answer, Customer, EMAIL, NEW_PASSWORD, PASSWORD, Request, TOKEN, World, both};
use crate::token::MISMATCHED;
use serde_json::{Value, json};

/// The same email on two websites, each with a token.
fn twins(world: &World) {
    world.clear();
    world.second_website();
    world.alice();
    let second = Customer { id: 2, website: 2, store: 2, rp_token: Some(seal("tokenTWO")), ..Customer::default() };
    world.customer(&second);
}

fn reset_at(world: &World, store: &str, token: &str) -> Answer {
    world.send(&reset_request(store, token, NEW_PASSWORD))
}

fn reset_request(store: &str, token: &str, password: &str) -> Request {
    calls::reset(EMAIL, token, password).at(&format!("/rest/{store}V1/customers/resetPassword"))
}

both!(a024_the_same_email_on_two_websites, |world| {
    twins(world);
    let before = world.dump();
    reset_at(world, "second_store/", TOKEN).refused(400, MISMATCHED);
    for first in ["", "default/", "german/", "all/"] {
        reset_at(world, first, "tokenTWO").refused(400, MISMATCHED);
    }
    assert_eq!(world.dump(), before);
    assert!(reset_at(world, "second_store/", "tokenTWO").is_true());
    assert!(world.signs_in(2, NEW_PASSWORD) && !world.signs_in(1, NEW_PASSWORD));
    assert!(reset_at(world, "german/", TOKEN).is_true(), "another store view of the same website");
    assert!(world.signs_in(1, NEW_PASSWORD));
});

both!(a024_both_websites_at_once, |world| {
    for _ in 0..10 {
        twins(world);
        let one_each =
            [reset_request("", TOKEN, "First-Pass1"), reset_request("second_store/", "tokenTWO", "Second-Pass2")];
        for answer in world.together(&one_each) {
            assert!(answer.is_true(), "{}", answer.body);
        }
        assert!(world.signs_in(1, "First-Pass1") && world.signs_in(2, "Second-Pass2"));
    }
});

both!(a024_shared_accounts, |world| {
    twins(world);
    world.setting("default", 0, "customer/account_share/scope", "0");
    assert!(reset_at(world, "second_store/", TOKEN).is_true(), "the first website's comes first");
    assert!(world.signs_in(1, NEW_PASSWORD));
    world.setting("default", 0, "customer/account_share/scope", "1");
    world.sql("DELETE FROM customer_entity WHERE entity_id = 1");
    assert_eq!(reset_at(world, "", "tokenTWO").status, 404);
    world.setting("default", 0, "customer/account_share/scope", "0");
    assert!(reset_at(world, "", "tokenTWO").is_true());
});

fn forgot_at(world: &World, store: &str, website: Option<Value>) -> Answer {
    let mut body = json!({"email": EMAIL, "template": "email_reset"});
    if let Some(website) = website {
        body["websiteId"] = website;
    }
    world.send(&Request::json("PUT", &format!("/rest/{store}V1/customers/password"), body.to_string()))
}

both!(a107_all_stores_without_a_website, |world| {
    world.without_limits();
    world.quick_alice();
    let answer = forgot_at(world, "all/", None);
    assert_eq!((answer.status, answer.json()), (404, unknown(EMAIL, &json!("0"))));
    assert!(forgot_at(world, "all/", Some(json!(1))).is_true());
    let token = world.mails()[0].token();
    assert!(reset_at(world, "all/", &token).is_true(), "a reset falls back to the default website");
});

both!(a109_sign_in_through_other_stores, |world| {
    world.second_website();
    world.quick_alice();
    world.customer(&Customer { id: 2, website: 2, store: 2, email: "bob@example.com".into(), ..Customer::quick() });
    let sign_in = |store: &str, email: &str| {
        let path = format!("/rest/{store}V1/integration/customer/token");
        world.send(&calls::sign_in(email, PASSWORD).at(&path)).status
    };
    for (store, alice, bob) in
        [("", 200, 401), ("default/", 200, 401), ("german/", 200, 401), ("all/", 200, 401), ("second_store/", 401, 200)]
    {
        assert_eq!((sign_in(store, EMAIL), sign_in(store, "bob@example.com")), (alice, bob), "{store}");
    }
    let me = |store: &str, bearer: &str| {
        world.send(&Request::new("GET", &format!("/rest/{store}V1/customers/me")).bearer(bearer)).status
    };
    let bearer = world.bearer(EMAIL, PASSWORD);
    assert_eq!((me("german/", &bearer), me("second_store/", &bearer), me("all/", &bearer)), (200, 401, 401));
    world.setting("default", 0, "customer/account_share/scope", "0");
    assert_eq!((sign_in("second_store/", EMAIL), me("second_store/", &bearer)), (200, 200));
});

both!(a110_stores_and_websites_of_any_kind, |world| {
    world.without_limits();
    world.quick_alice();
    for store in ["nope/", "admin/", "DEFAULT/", "1/", "default%00/"] {
        let path = format!("/rest/{store}V1/customers/password");
        let answer = world.send(&calls::forgot(EMAIL).at(&path));
        assert!(matches!(answer.status, 400 | 404), "{store}: {} {}", answer.status, answer.body);
    }
    world
        .send(&calls::forgot(EMAIL).at("/rest/nope/V1/customers/password"))
        .refused(400, "Specified request cannot be processed.");
    // Cast as PHP does.
    for website in [json!(1), json!("1"), json!(" 1"), json!(1.5)] {
        assert!(forgot_at(world, "", Some(website.clone())).is_true(), "{website}");
    }
    for website in [json!(0), json!(-1), json!(99), json!(i64::MAX)] {
        let answer = forgot_at(world, "", Some(website.clone()));
        assert_eq!((answer.status, answer.json()), (404, unknown(EMAIL, &website)), "{website}");
    }
    for website in [json!("x"), json!("1x"), json!([]), json!({}), json!(9_223_372_036_854_775_808_u64)] {
        let answer = forgot_at(world, "", Some(website.clone()));
        assert!(matches!(answer.status, 400 | 404), "{website}: {} {}", answer.status, answer.body);
    }
    assert_eq!(world.mails().len(), 4);
});
