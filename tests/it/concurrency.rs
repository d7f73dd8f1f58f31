//! One token, many hands.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Barrier;

use serde_json::json;

use crate::harness::client::{connect, read_answer};
use crate::harness::world::{body, seal};
use crate::harness::{Answer, Customer, EMAIL, Kind, Process, RESET, Request, TOKEN, World, both};
use crate::token::MISMATCHED;

const HANDS: usize = 200;
const ROUNDS: usize = 20;

/// More room than a usual test has, and a queue for all hands.
const ROOM: &[(&str, &str)] =
    &[("http.workers", "2"), ("database.threads", "8"), ("password.threads", "2"), ("password.queue", "256")];

fn password(hand: usize) -> String {
    format!("Different-{hand}")
}

/// Posts once from each hand at the same moment; hands take turns in the addresses.
fn all_at_once(addresses: &[SocketAddr], email: &str, token: &str) -> Vec<Answer> {
    let barrier = Barrier::new(HANDS);
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS)
            .map(|hand| {
                let (barrier, address) = (&barrier, addresses[hand % addresses.len()]);
                let sent = Request::json("POST", RESET, body(&json!(email), &json!(token), &json!(password(hand))));
                scope.spawn(move || {
                    let mut stream = connect(address);
                    barrier.wait();
                    stream.write_all(&sent.bytes()).expect("the request is taken");
                    read_answer(&stream, false).expect("an answer")
                })
            })
            .collect();
        hands.into_iter().map(|hand| hand.join().expect("a hand")).collect()
    })
}

/// Exactly one won, the others were told that they lost, and only the winner's password is in.
fn judge(world: &World, answers: &[Answer], lost: &[&str]) {
    let winners: Vec<usize> = (0..answers.len()).filter(|hand| answers[*hand].is_true()).collect();
    assert_eq!(winners.len(), 1, "so many won");
    for answer in answers.iter().filter(|answer| !answer.is_true()) {
        assert!(
            (400..500).contains(&answer.status) && lost.contains(&&*answer.message()),
            "{} {}",
            answer.status,
            answer.body
        );
    }
    let stored = world.column(1, "password_hash").expect("a hash");
    for hand in 0..answers.len() {
        let fits = bcrypt::verify(password(hand), &stored).expect("a bcrypt hash");
        assert_eq!(fits, winners[0] == hand, "the stored password is the winner's");
    }
    assert_eq!(world.column(1, "rp_token"), None);
}

both!(a001_one_token_200_hands, super::ROOM, |world| {
    for _ in 0..ROUNDS {
        world.clear();
        world.alice();
        judge(world, &all_at_once(&[world.server().address], EMAIL, TOKEN), &[MISMATCHED]);
    }
});

both!(a001_one_token_200_hands_without_email, super::ROOM, |world| {
    for _ in 0..ROUNDS / 4 {
        world.clear();
        world.alice();
        let answers = all_at_once(&[world.server().address], "", TOKEN);
        // Spent before the customer was found by it, or after.
        judge(world, &answers, &["No such entity with rp_token = %value", MISMATCHED]);
    }
});

both!(two_tokens_do_not_disturb_each_other, super::ROOM, |world| {
    world.alice();
    world.customer(&Customer {
        id: 2,
        email: "bob@example.com".into(),
        rp_token: Some(seal("tokenBBBB")),
        ..Customer::default()
    });
    let address = [world.server().address];
    std::thread::scope(|scope| {
        let alice = scope.spawn(|| all_at_once(&address, EMAIL, TOKEN));
        let bob = scope.spawn(|| all_at_once(&address, "bob@example.com", "tokenBBBB"));
        for answers in [alice, bob].map(|hands| hands.join().expect("hands")) {
            // Together they may fill the queue before hashing; then some are told to come again.
            let known = |answer: &&Answer| answer.is_true() || answer.status == 400 || answer.status == 503;
            assert_eq!(answers.iter().filter(known).count(), HANDS);
            assert_eq!(answers.iter().filter(|answer| answer.is_true()).count(), 1);
        }
    });
});

/// Two servers, one database.
fn two_processes(kind: Kind, rounds: usize) {
    let world = World::without_server(kind);
    let settings =
        [("REKEY_DATABASE__THREADS", "8"), ("REKEY_PASSWORD__THREADS", "2"), ("REKEY_PASSWORD__QUEUE", "256")];
    let processes = [Process::serve(&world, &settings), Process::serve(&world, &settings)];
    let addresses = [processes[0].address(), processes[1].address()];
    for _ in 0..rounds {
        world.clear();
        world.alice();
        judge(&world, &all_at_once(&addresses, EMAIL, TOKEN), &[MISMATCHED]);
    }
}

#[test]
fn a002_two_processes_on_one_mariadb() {
    two_processes(Kind::MariaDb, ROUNDS);
}
