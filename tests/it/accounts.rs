//! Making accounts, and whose email is free.

use std::sync::Barrier;

use serde_json::json;

use crate::harness::calls::{CUSTOMERS, IS_AVAILABLE, create};
use crate::harness::{EMAIL, NEW_PASSWORD, PASSWORD, Request, World, both};
use crate::identity::{LOOK_ALIKES, STORED};
use crate::token::MISMATCHED;

pub const TAKEN: &str = "A customer with the same email address already exists in an associated website.";

const ROOM: &[(&str, &str)] =
    &[("http.workers", "2"), ("database.threads", "8"), ("password.threads", "2"), ("password.queue", "256")];

both!(a007_200_accounts_with_one_email, super::ROOM, |world| {
    let address = world.server().address;
    let barrier = Barrier::new(200);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..200)
            .map(|hand| {
                let email = if hand % 2 == 0 { "new@example.com" } else { "NEW@Example.COM" };
                let (barrier, request) = (&barrier, create(email, PASSWORD));
                scope.spawn(move || {
                    barrier.wait();
                    request.send(address)
                })
            })
            .collect();
        hands.into_iter().map(|hand| hand.join().expect("a hand")).collect()
    });
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((made.len(), world.count("customer_entity")), (1, 1));
    for answer in refused {
        answer.refused(400, TAKEN);
    }
    assert_eq!(world.mails().len(), 1, "one welcome");
    world.bearer("new@example.com", PASSWORD);
});

both!(a_new_account_signs_in, |world| {
    let answer = world.create("new@example.com", PASSWORD);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let customer = answer.json();
    assert_eq!((&customer["email"], &customer["firstname"]), (&json!("new@example.com"), &json!("Bob")));
    assert!(!answer.body.contains("password") && !answer.body.contains("rp_token"), "{}", answer.body);
    let bearer = world.bearer("new@example.com", PASSWORD);
    assert_eq!(world.me(&bearer).json()["id"], customer["id"]);
    world.create("new@example.com", PASSWORD).refused(400, TAKEN);
});

both!(an_account_without_a_password_gets_one_by_mail, |world| {
    let customer = json!({"email": "new@example.com", "firstname": "Bob", "lastname": "Jones"});
    let body = json!({"customer": customer}).to_string();
    assert_eq!(world.send(&Request::json("POST", CUSTOMERS, body)).status, 200);
    assert_eq!(world.sign_in("new@example.com", PASSWORD).status, 401);
    let mails = world.mails();
    assert!(world.reset("new@example.com", &mails[0].token(), PASSWORD).is_true());
    world.bearer("new@example.com", PASSWORD);
});

both!(a039_a_look_alike_never_touches_the_other, |world| {
    world.without_limits();
    for (_, email) in LOOK_ALIKES.iter().filter(|(stored, _)| *stored == STORED) {
        world.sql("DELETE FROM customer_entity; DELETE FROM rekey_password_reset");
        world.customer(&crate::harness::Customer { email: STORED.into(), ..crate::harness::Customer::quick() });
        let created = world.create(email, "Mallory-Pass1");
        let _ = world.mails();
        if created.status != 200 {
            assert_eq!(created.status, 400, "{email:?}: {}", created.body);
            continue;
        }
        let token = world.forgotten(email).token();
        world.reset(STORED, &token, NEW_PASSWORD).refused(400, MISMATCHED);
        let theirs = world.forgotten(STORED);
        assert!(theirs.to.contains(STORED), "{email:?}: {}", theirs.to);
        world.reset(email, &theirs.token(), NEW_PASSWORD).refused(400, MISMATCHED);
        assert_eq!(world.sign_in(STORED, "Mallory-Pass1").status, 401, "{email:?}");
        assert!(world.reset(email, &token, NEW_PASSWORD).is_true(), "{email:?}");
        assert!(world.signs_in(1, PASSWORD), "{email:?}");
        world.bearer(STORED, PASSWORD);
    }
});

both!(a071_the_email_is_no_password_of_a_new_account, |world| {
    let email = "Alice.Smith1@example.com";
    for password in [email.to_owned(), email.to_uppercase()] {
        assert_eq!(world.create(email, &password).status, 400);
    }
    assert_eq!(world.count("customer_entity"), 0);
});

fn available(world: &World, email: &str) -> String {
    world.send(&Request::json("POST", IS_AVAILABLE, json!({"customerEmail": email}).to_string())).body
}

both!(whether_an_email_is_free_is_told_only_where_the_shop_wants_it, |world| {
    world.quick_alice();
    assert_eq!((available(world, EMAIL), available(world, "free@example.com")), ("true".into(), "true".into()));
    world.setting("default", 0, "checkout/options/enable_guest_checkout_login", "1");
    assert_eq!((available(world, EMAIL), available(world, "free@example.com")), ("false".into(), "true".into()));
});

both!(a_stranger_chooses_no_group, |world| {
    let customer = json!({"email": "new@example.com", "firstname": "Bob", "lastname": "Jones", "group_id": 3});
    let body = json!({"customer": customer, "password": PASSWORD}).to_string();
    assert_eq!(world.send(&Request::json("POST", CUSTOMERS, body)).status, 401);
    assert_eq!(world.count("customer_entity"), 0);
});
