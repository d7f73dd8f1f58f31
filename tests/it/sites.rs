//! Several websites and store views.

use crate::harness::world::{body, seal};
use crate::harness::{Customer, EMAIL, NEW_PASSWORD, Request, TOKEN, World, both};
use crate::token::MISMATCHED;
use serde_json::json;

/// The same email on two websites, each with a token.
fn twins(world: &World) {
    world.clear();
    world.second_website();
    world.alice();
    let second = Customer { id: 2, website: 2, store: 2, rp_token: Some(seal("tokenTWO")), ..Customer::default() };
    world.customer(&second);
}

fn reset_at(world: &World, store: &str, token: &str) -> crate::harness::Answer {
    let path = format!("/rest/{store}V1/customers/resetPassword");
    world.send(&Request::json("POST", &path, body(&json!(EMAIL), &json!(token), &json!(NEW_PASSWORD))))
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

both!(a024_shared_accounts, |world| {
    twins(world);
    world.sql("DELETE FROM customer_entity WHERE entity_id = 1");
    assert_eq!(reset_at(world, "", "tokenTWO").status, 404);
    world.setting("default", 0, "customer/account_share/scope", "0");
    assert!(reset_at(world, "", "tokenTWO").is_true());
});
