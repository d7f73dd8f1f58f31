//! Many who come at the same moment are looked up and written together; each is told, and gets, what is its own.

use crate::harness::calls::{SIGN_IN_FAILED, reset, sign_in};
use crate::harness::world::seal;
use crate::harness::{Answer, Customer, Kind, NEW_PASSWORD, PASSWORD, TOKEN, World, both};
use crate::token::MISMATCHED;

const ROOM: &[(&str, &str)] = &[("http.workers", "2"), ("database.threads", "8"), ("password.threads", "2")];
const CUSTOMERS: i64 = 5;

fn email(id: i64) -> String {
    format!("customer{id}@example.com")
}

/// Customers anew, all of them with the same token.
fn anew(world: &World) {
    world.sql("DELETE FROM customer_entity");
    let quick = Customer::quick();
    for id in 1..=CUSTOMERS {
        world.customer(&Customer { id, email: email(id), rp_token: Some(seal(TOKEN)), ..quick.clone() });
    }
}

both!(each_password_goes_to_its_customer, super::ROOM, |world| {
    for _ in 0..20 {
        anew(world);
        let requests: Vec<_> = (1..=CUSTOMERS)
            .flat_map(|id| [(id, TOKEN, "First"), (id, TOKEN, "Second"), (id, "another token", "Third")])
            .map(|(id, token, password)| reset(&email(id), token, &format!("{password}-Pass{id}")))
            .collect();
        let answers = world.together(&requests);
        for (id, answers) in (1..=CUSTOMERS).zip(answers.chunks(3)) {
            let winner = answers.iter().position(Answer::is_true).expect("one of them spends the token");
            for (_, loser) in answers.iter().enumerate().filter(|(index, _)| *index != winner) {
                loser.refused(400, MISMATCHED);
            }
            assert!(world.signs_in(id, &format!("{}-Pass{id}", ["First", "Second", "Third"][winner])));
            assert_eq!(world.column(id, "rp_token"), None);
        }
    }
});

/// One thread hashes; who waits for it waits for company, too.
const BEHIND: &[(&str, &str)] = &[("password.threads", "1"), ("password.bcrypt_cost", "9")];

both!(who_waits_for_company_gets_its_own, super::BEHIND, |world| {
    anew(world);
    let resets: Vec<_> = (1..=CUSTOMERS)
        .flat_map(|id| ["First", "Second", "Third"].map(|word| reset(&email(id), TOKEN, &format!("{word}-Pass{id}"))))
        .collect();
    let answers = world.together(&resets);
    let words = (1..=CUSTOMERS).zip(answers.chunks(3)).map(|(_, answers)| {
        let won: Vec<usize> = (0..3).filter(|index| answers[*index].is_true()).collect();
        assert_eq!(won.len(), 1, "one of them spends the token");
        ["First", "Second", "Third"][won[0]]
    });
    let passwords: Vec<String> = (1..=CUSTOMERS).zip(words).map(|(id, word)| format!("{word}-Pass{id}")).collect();
    let signing_in: Vec<_> = (0..20)
        .map(|n| (1 + n % CUSTOMERS, n % 2 == 0))
        .map(|(id, right)| {
            let password = &passwords[usize::try_from(id - 1).expect("small")];
            sign_in(&email(id), if right { password } else { "Wrong-Pass1" })
        })
        .collect();
    for (n, answer) in world.together(&signing_in).iter().enumerate() {
        assert_eq!(answer.status, if n % 2 == 0 { 200 } else { 401 }, "{}", answer.body);
    }
    assert_eq!(world.count("customer_log"), CUSTOMERS);
});

both!(each_name_is_answered_for_itself, super::ROOM, |world| {
    anew(world);
    for _ in 0..10 {
        let requests: Vec<_> = (1..=CUSTOMERS)
            .flat_map(|id| [(email(id), PASSWORD), (email(id + CUSTOMERS), PASSWORD)])
            .map(|(email, password)| sign_in(&email, password))
            .collect();
        for (id, answers) in (1..=CUSTOMERS).zip(world.together(&requests).chunks(2)) {
            let token = answers[0].json().as_str().expect("a token").to_owned();
            assert_eq!(world.me(&token).json()["email"], email(id));
            answers[1].refused(401, SIGN_IN_FAILED);
        }
        assert_eq!(world.count("customer_log"), CUSTOMERS, "one row for each who signed in");
        world.sql("DELETE FROM oauth_token_request_log");
        world.sql("DELETE FROM customer_log WHERE customer_id < 3");
    }
});

/// A Magento that keeps a customer's row locked keeps that customer waiting; who came at the same moment does not
/// wait for its end.
#[test]
fn a_locked_row_holds_up_only_its_customer() {
    let world = World::start(Kind::MariaDb, ROOM);
    anew(&world);
    let world = &world;
    world.sql("BEGIN; UPDATE customer_entity SET failures_num = 1 WHERE entity_id = 1");
    let locked = std::thread::scope(|scope| {
        let locked = scope.spawn(|| world.reset(&email(1), TOKEN, NEW_PASSWORD));
        let others: Vec<_> = (2..=CUSTOMERS).map(|id| reset(&email(id), TOKEN, NEW_PASSWORD)).collect();
        for answer in world.together(&others) {
            assert!(answer.is_true(), "{} {}", answer.status, answer.body);
        }
        world.sql("COMMIT");
        locked.join().expect("a hand")
    });
    assert!(locked.is_true(), "{} {}", locked.status, locked.body);
}
