//! What a new password may be, and that every byte of it counts. Where a sign-in would show it, the
//! stored hash is asked.

use std::sync::Barrier;

use rekey::config::values::SchemeChoice;
use serde_json::json;

use crate::harness::world::{PASSWORD_HASH, body};
use crate::harness::{CRYPT_KEY, Customer, EMAIL, NEW_PASSWORD, PASSWORD, TOKEN, World, both};
use crate::token::MISMATCHED;

const PADDED: &str = "The password can't begin or end with a space. Verify the password and try again.";
const SAME_AS_EMAIL: &str = "The password can't be the same as the email address. Create a new password and try again.";
const FEW_CLASSES: &str = "Minimum of different classes of characters in password is %1. \
                           Classes of characters: Lower Case, Upper Case, Digits, Special Characters.";
const TOO_LONG: &str = "Please enter a password with at most %1 characters.";
const TOO_SHORT: &str = "The password needs at least %1 characters. Create a new password and try again.";

/// Sets this password for a fresh usual customer.
fn set(world: &World, password: &str) {
    world.clear();
    world.alice();
    let answer = world.reset(EMAIL, TOKEN, password);
    assert!(answer.is_true(), "{password:?}: {}", answer.body);
}

fn every_byte_counts(world: &World) {
    for length in [71, 72, 73, 255, 256] {
        let stem = format!("X1!{}", "a".repeat(length - 4));
        set(world, &format!("{stem}Z"));
        assert!(world.signs_in(1, &format!("{stem}Z")), "{length}");
        for other in [format!("{stem}Y"), stem.clone(), format!("{stem}Zb")] {
            assert!(!world.signs_in(1, &other), "{length}");
        }
    }
    set(world, &format!("{}X1!", "a".repeat(72)));
    assert!(!world.signs_in(1, &format!("{}Y2?", "a".repeat(72))));
}

both!(a064_all_bytes_count_under_bcrypt, |world| {
    assert_eq!(world.server().app.config.password.scheme, SchemeChoice::Auto);
    every_byte_counts(world);
    assert!(world.column(1, "password_hash").is_some_and(|hash| hash.contains("$2b$")));
});

both!(a064_all_bytes_count_under_argon2id, &[("password.scheme", "argon2id13")], |world| {
    every_byte_counts(world);
    assert!(world.column(1, "password_hash").is_some_and(|hash| hash.ends_with(":3_32_2_67108864")));
});

both!(a065_nul_in_the_password, |world| {
    set(world, "Secret1!\0suffix");
    assert!(world.signs_in(1, "Secret1!\0suffix"));
    assert!(
        !world.signs_in(1, "Secret1!") && !world.signs_in(1, "Secret1!\0other") && !world.signs_in(1, "Secret1!\0")
    );
});

both!(a066_at_most_256_characters, |world| {
    for filler in ["a", "é", "\u{1f600}"] {
        world.clear();
        world.alice();
        for length in [257, 300] {
            let answer = world.reset(EMAIL, TOKEN, &format!("Aa1{}", filler.repeat(length - 3)));
            assert_eq!(answer.body, json!({"message": TOO_LONG, "parameters": [256]}).to_string());
        }
        for length in [255, 256] {
            set(world, &format!("Aa1{}", filler.repeat(length - 3)));
        }
    }
});

both!(a067_a_megabyte_is_refused_before_it_is_hashed, |world| {
    world.alice();
    // Well formed and below the limit of bodies: only the length of the password speaks against it.
    let huge = "Aa1!".repeat(250_000);
    let barrier = Barrier::new(100);
    std::thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                barrier.wait();
                world.reset(EMAIL, TOKEN, &huge).refused(400, TOO_LONG);
            });
        }
    });
    assert_eq!(world.column(1, "password_hash").as_deref(), Some(PASSWORD_HASH));
    world.token_still_works();
});

both!(a068_unicode_is_taken_as_sent, |world| {
    let (composed, decomposed) = ("P\u{e4}1!ssword", "Pa\u{308}1!ssword");
    set(world, composed);
    assert!(world.signs_in(1, composed) && !world.signs_in(1, decomposed));
    set(world, decomposed);
    assert!(world.signs_in(1, decomposed) && !world.signs_in(1, composed));
});

both!(a069_white_space_at_the_ends, |world| {
    world.alice();
    for space in [" ", "\t", "\n", "\r", "\0", "\u{b}"] {
        world.reset(EMAIL, TOKEN, &format!("{space}Abcdef1!")).refused(400, PADDED);
        world.reset(EMAIL, TOKEN, &format!("Abcdef1!{space}")).refused(400, PADDED);
    }
    for fine in ["Abcdef1!\u{a0}", "\u{2003}Abcdef1!", "\u{c}Abcdef1!", "Abc def 1!"] {
        set(world, fine);
        assert!(world.signs_in(1, fine) && !world.signs_in(1, fine.trim()) || fine.trim() == fine, "{fine:?}");
    }
});

both!(a070_classes_are_ascii, |world| {
    world.alice();
    for weak in ["пароль12", "éééééééé", "ÀÉÈabcdef", "aaaaaaa!", "AAAAAAA1", "\u{1f600}\u{1f600}aaaaaa"]
    {
        let answer = world.reset(EMAIL, TOKEN, weak);
        assert_eq!(answer.body, json!({"message": FEW_CLASSES, "parameters": ["3"]}).to_string(), "{weak}");
    }
    for fine in ["ÀÉ1aaaaa", "Aa\u{1f600}aaaaa", "ПАРОЛЬaA"] {
        set(world, fine);
    }
});

both!(a071_the_email_is_no_password, |world| {
    let stored = "Alice.Smith1@example.com";
    world.customer(&Customer { email: stored.into(), ..Customer::default() });
    let upper = stored.to_uppercase();
    for (sent, password) in [(stored, stored), (stored, &*upper), (&*upper, stored), (&*upper, &*upper)] {
        world.reset(sent, TOKEN, password).refused(400, SAME_AS_EMAIL);
    }
    world.reset("", TOKEN, stored).refused(400, SAME_AS_EMAIL);
    assert!(world.reset(stored, TOKEN, &format!("{stored}x")).is_true());
});

both!(a072_order_of_the_checks, |world| {
    world.alice();
    let (unknown, wrong, weak) = ("nobody@example.com", "wrong", "a");
    assert_eq!(world.reset(unknown, wrong, weak).status, 404);
    assert_eq!(world.reset(unknown, TOKEN, weak).status, 404);
    assert_eq!(world.reset(unknown, "", weak).status, 404);
    world.reset(EMAIL, wrong, weak).refused(400, MISMATCHED);
    world.reset(EMAIL, wrong, EMAIL).refused(400, MISMATCHED);
    world.reset(EMAIL, TOKEN, EMAIL).refused(400, SAME_AS_EMAIL);
    world.reset(EMAIL, TOKEN, weak).refused(400, TOO_SHORT);
    world.reset(EMAIL, TOKEN, " Abcdefg").refused(400, PADDED);
    world.reset(EMAIL, TOKEN, "abcdefgh").refused(400, FEW_CLASSES);
    world.clock.advance(7200);
    world.reset(EMAIL, TOKEN, weak).refused(400, "The password token is expired. Reset and try again.");
});

both!(a073_a_refused_reset_spends_nothing, |world| {
    world.alice();
    let before = world.dump();
    let right = [json!(EMAIL), json!(TOKEN), json!(NEW_PASSWORD)];
    for weak in ["", "short", "abcdefgh", " Abcdef1!", EMAIL] {
        assert_eq!(world.reset(EMAIL, TOKEN, weak).status, 400, "{weak:?}");
    }
    for field in 0..3 {
        for value in [json!(null), json!([]), json!("wrong"), json!("")] {
            let mut fields = right.clone();
            fields[field] = value;
            // Not the reset that must succeed: an empty email names the customer by the token.
            if fields[0] != json!("") {
                assert!(world.post(body(&fields[0], &fields[1], &fields[2])).status >= 400, "{fields:?}");
            }
        }
    }
    assert_eq!(world.dump(), before);
    world.token_still_works();
});

both!(a074_the_same_password_again, |world| {
    set(world, PASSWORD);
    assert!(world.signs_in(1, PASSWORD));
    assert_ne!(world.column(1, "password_hash").as_deref(), Some(PASSWORD_HASH));
});

both!(a075_no_list_of_leaked_passwords_by_default, |world| {
    for leaked in ["Password1!", "P@ssw0rd", "Qwerty123!"] {
        set(world, leaked);
    }
});

both!(a076_hashes_of_every_age, |world| {
    // Each of `Password123!`, made with PHP's functions and libsodium.
    let chained =
        "3ba2a8bd5433436ae48f5ac851ab2a948cce0afbca1ad1827d178196f93fe9cf:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0:1";
    let salted = |algorithm: &dyn Fn(&str) -> String, version: &str| {
        format!("{}:{SALT}:{version}", algorithm(&format!("{SALT}{PASSWORD}")))
    };
    let md5 = salted(&|text| hex(&md5::Md5::digest(text)), "0");
    let sha256 = salted(&|text| hex(&sha2::Sha256::digest(text)), "1");
    let keyed = hex(&rekey::domain::crypt_key::mac(CRYPT_KEY.as_bytes(), PASSWORD.as_bytes()));
    let bcrypt = bcrypt::hash(PASSWORD, 4).expect("bcrypt hashes");
    let php = bcrypt.replacen("$2b$", "$2y$", 1);
    let version2 = PASSWORD_HASH.replace(":3_32_2_67108864", ":2");
    let good = [chained, &md5, &sha256, &keyed, &bcrypt, &php, &version2, PASSWORD_HASH];
    for stored in good {
        world.clear();
        world.customer(&Customer { password_hash: Some(stored.to_owned()), ..Customer::default() });
        assert!(world.signs_in(1, PASSWORD), "{stored}");
        assert!(!world.signs_in(1, "Password123") && !world.signs_in(1, ""), "{stored}");
        world.token_still_works();
        assert!(world.signs_in(1, NEW_PASSWORD) && !world.signs_in(1, PASSWORD));
    }
    let malformed =
        [None, Some(""), Some("x"), Some("a:b"), Some("a:b:9"), Some("h::2"), Some("$2b$04$x"), Some(":::::")];
    for stored in malformed {
        world.clear();
        world.customer(&Customer { password_hash: stored.map(str::to_owned), ..Customer::default() });
        for password in [PASSWORD, "", "x"] {
            assert!(!world.signs_in(1, password), "{stored:?}");
        }
        world.token_still_works();
    }
});

const SALT: &str = "abcdefghijklmnopqrstuvwxyzABCDEF";

use md5::Digest;
use rekey::domain::crypt_key::hex;
