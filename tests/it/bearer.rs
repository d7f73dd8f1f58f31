//! Bearer tokens: whose they are, until when, and what is none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rekey::app::Clock;
use rekey::domain::jwt::{self, Algorithm, Claims};
use secrecy::SecretString;
use serde_json::json;

use crate::harness::calls::{MY_PASSWORD, REVOKE};
use crate::harness::{CRYPT_KEY, Customer, EMAIL, NEW_PASSWORD, PASSWORD, Request, World, both};

const NOT_AUTHORIZED: &str = "The consumer isn't authorized to access %resources.";

fn revoke(world: &World, bearer: &str) {
    assert!(world.send(&Request::json("POST", REVOKE, "").bearer(bearer)).is_true());
}

fn now(world: &World) -> i64 {
    world.clock.now().and_utc().timestamp()
}

/// Signed with the shop's own key, whatever it says.
fn signed(claims: &Claims, algorithm: Algorithm) -> String {
    jwt::sign(claims, algorithm, &SecretString::from(CRYPT_KEY.to_owned())).expect("it can be signed")
}

both!(a094_bearers_outlive_a_reset_as_in_magento, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    assert_eq!(world.me(&bearer).status, 200);
    revoke(world, &bearer);
    world.me(&bearer).refused(401, NOT_AUTHORIZED);
});

both!(a095_bearers_are_in_no_dump_and_expire, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let signature = bearer.rsplit('.').next().expect("a signature");
    assert!(!world.dump().contains(&bearer) && !world.dump().contains(signature));
    world.clock.advance(3599);
    assert_eq!(world.me(&bearer).status, 200);
    world.clock.advance(1);
    world.me(&bearer).refused(401, NOT_AUTHORIZED);
});

both!(a095_opaque_tokens_of_a_magento, |world| {
    world.quick_alice();
    let row = |token: &str, revoked: i32, age: i64| {
        let at = (world.clock.now() - chrono::TimeDelta::seconds(age)).format("%Y-%m-%d %H:%M:%S");
        world.sql(&format!(
            "INSERT INTO oauth_token (customer_id, type, token, secret, callback_url, revoked, authorized, user_type, created_at)
             VALUES (1, 'access', '{token}', 'secret', '', {revoked}, 0, 3, '{at}')"
        ));
    };
    let token = |letter: &str| letter.repeat(32);
    row(&token("a"), 0, 60);
    row(&token("b"), 1, 60);
    row(&token("c"), 0, 3600);
    assert_eq!(world.me(&token("a")).status, 200);
    for other in ["b", "c", "d", "A"] {
        world.me(&token(other)).refused(401, NOT_AUTHORIZED);
    }
});

both!(a096_forged_tokens, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let parts: Vec<&str> = bearer.split('.').collect();
    let (payload, signature) = (parts[1], parts[2]);
    let header = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let none = header(r#"{"kid":"1","alg":"none"}"#);
    let claims = Claims { uid: 1, utypid: jwt::CUSTOMER, iat: now(world), exp: now(world) + 3600 };
    assert_eq!(world.me(&signed(&claims, Algorithm::HS256)).status, 200, "what Magento's PHP signs is taken");
    let other = header(&json!({"uid": 2, "utypid": 3, "iat": claims.iat, "exp": claims.exp}).to_string());
    let forged = [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{}.{payload}.", header(r#"{"kid":"1","alg":"None"}"#)),
        format!("{}.{payload}.{signature}", header(r#"{"kid":"1","alg":"RS256"}"#)),
        format!("{}.{payload}.{signature}", header(r#"{"kid":"1","alg":"HS512"}"#)),
        format!("{}.{payload}.{signature}", header(r#"{"kid":"../../dev/null","alg":"HS256"}"#)),
        format!("{}.{other}.{signature}", parts[0]),
        format!("{}.{payload}.", parts[0]),
        format!("{}.{payload}", parts[0]),
        format!("{}.{}", parts[0], signature),
        format!("{bearer}."),
        format!("{bearer}x"),
        signed(&claims, Algorithm::HS512),
        signed(&Claims { exp: now(world), ..claims.clone() }, Algorithm::HS256),
        signed(&Claims { utypid: 2, ..claims.clone() }, Algorithm::HS256),
        signed(&Claims { uid: 99, ..claims.clone() }, Algorithm::HS256),
        jwt::sign(&claims, Algorithm::HS256, &SecretString::from("another key".to_owned())).expect("a token"),
    ];
    for token in forged {
        world.me(&token).refused(401, NOT_AUTHORIZED);
    }
    revoke(world, &bearer);
    for iat in [claims.iat - 10, claims.iat] {
        let old = signed(&Claims { iat, ..claims.clone() }, Algorithm::HS256);
        world.me(&old).refused(401, NOT_AUTHORIZED);
    }
    world.clock.advance(1);
    let fresh = world.bearer(EMAIL, PASSWORD);
    assert_eq!(world.me(&fresh).status, 200);
});

both!(a097_switched_off_customers, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    world.sql("UPDATE customer_entity SET is_active = 0");
    world.me(&bearer).refused(401, NOT_AUTHORIZED);
    assert_eq!(world.change_password(&bearer, PASSWORD, NEW_PASSWORD).status, 401);
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true(), "as in Magento");
    world.sql("DELETE FROM customer_entity");
    world.me(&bearer).refused(401, NOT_AUTHORIZED);
});

both!(a097_unconfirmed_customers, |world| {
    world.customer(&Customer { confirmation: Some("key".into()), ..Customer::quick() });
    world.setting("default", 0, "customer/create_account/confirm", "1");
    world.sign_in(EMAIL, PASSWORD).refused(401, "This account isn't confirmed. Verify and try again.");
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    assert_eq!(world.sign_in(EMAIL, NEW_PASSWORD).status, 401, "a reset confirms nothing");
    world.setting("default", 0, "customer/create_account/confirm", "0");
    world.bearer(EMAIL, NEW_PASSWORD);
});

both!(a098_nobody_changes_anothers_password, |world| {
    world.quick_alice();
    world.customer(&Customer { id: 2, email: "bob@example.com".into(), ..Customer::quick() });
    let bearer = world.bearer(EMAIL, PASSWORD);
    let change = |path: &str, id: serde_json::Value| {
        let body = json!({"customerId": id, "currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}).to_string();
        world.send(&Request::json("PUT", path, body).bearer(&bearer))
    };
    assert!(change(&format!("{MY_PASSWORD}?customerId=2"), json!(2)).is_true());
    assert!(world.signs_in(1, NEW_PASSWORD) && world.signs_in(2, PASSWORD));
    assert_eq!(change("/rest/V1/customers/2/password", json!(2)).status, 404);
    let me = world.send(&Request::new("GET", "/rest/V1/customers/me?customerId=2").bearer(&bearer));
    assert_eq!(me.json()["id"], json!(1));
});

both!(a099_a_garbage_bearer_on_the_other_calls, |world| {
    world.without_limits();
    let long = "x".repeat(8192);
    for bearer in ["undefined", "null", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", &long] {
        world.sql("DELETE FROM customer_entity");
        world.quick_alice();
        assert!(world.send(&crate::harness::calls::forgot(EMAIL).bearer(bearer)).is_true());
        let signed_in = world.send(&crate::harness::calls::sign_in(EMAIL, PASSWORD).bearer(bearer));
        assert_eq!(signed_in.status, 200, "{}", signed_in.body);
        assert_eq!(world.me(bearer).status, 401);
    }
});
