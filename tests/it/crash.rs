//! Two rekey processes on one MariaDB, a courier each; one of them is killed again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::harness::calls::{forgot, reset};
use crate::harness::client::read_answer;
use crate::harness::sink::{Mood, Sink};
use crate::harness::{Customer, Kind, NEW_PASSWORD, Process, World};

const CUSTOMERS: usize = 40;
const ROUNDS: usize = 4;
const HANDS: usize = 4;

fn email(number: usize) -> String {
    format!("c{number}@example.com")
}

fn shop() -> World {
    let world = World::without_server(Kind::MariaDb);
    world.without_limits();
    let quick = Customer::quick();
    for (number, id) in (0..CUSTOMERS).zip(1..) {
        world.customer(&Customer { id, email: email(number), ..quick.clone() });
    }
    world
}

#[test]
fn a093_two_processes_send_each_mail_once() {
    let world = shop();
    let sink = Sink::start(Mood::Accept);
    let variables = [("REKEY_MAIL__URL", sink.url.as_str()), ("REKEY_MAIL__POLL", "20ms")];
    let processes = [Process::serve(&world, &variables), Process::serve(&world, &variables)];
    let addresses = processes.each_ref().map(Process::address);
    std::thread::scope(|scope| {
        for number in 0..CUSTOMERS {
            scope.spawn(move || assert!(forgot(&email(number)).send(addresses[number % 2]).is_true()));
        }
    });
    world.wait_until("the outbox is empty", || world.count("rekey_mail") == 0);
    let mut expected: Vec<String> = (0..CUSTOMERS).map(|number| format!("<{}>", email(number))).collect();
    expected.sort();
    assert_eq!(sink.recipients(), expected);
}

/// Whether the server acknowledged; nothing is known of one that was killed meanwhile.
fn acknowledged(address: SocketAddr, email: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let patience = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let sent = patience.and_then(|()| stream.write_all(&forgot(email).bytes()));
    sent.and_then(|()| read_answer(&stream, false)).is_ok_and(|answer| answer.is_true())
}

/// Asks for links at both, from several hands, until so many were acknowledged by the one that is
/// then killed, in the middle of whatever it is doing.
fn storm(victim: Process, survivor: SocketAddr, until: usize, promised: &Mutex<BTreeSet<usize>>) {
    let address = victim.address();
    let (turn, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let victim = Mutex::new(Some(victim));
    std::thread::scope(|scope| {
        for hand in 0..HANDS {
            let (turn, done, victim) = (&turn, &done, &victim);
            scope.spawn(move || {
                while victim.lock().expect("a victim").is_some() {
                    let number = turn.fetch_add(1, Ordering::Relaxed) % CUSTOMERS;
                    let at_survivor = hand == 0;
                    if !acknowledged(if at_survivor { survivor } else { address }, &email(number)) {
                        continue;
                    }
                    promised.lock().expect("a set").insert(number);
                    if !at_survivor && done.fetch_add(1, Ordering::Relaxed) + 1 >= until {
                        drop(victim.lock().expect("a victim").take());
                    }
                }
            });
        }
    });
}

#[test]
fn a093_every_acknowledged_forgot_is_mailed_whoever_is_killed() {
    let world = shop();
    let variables = [("REKEY_MAIL__TIMEOUT", "1s"), ("REKEY_MAIL__LEASE", "2s"), ("REKEY_MAIL__POLL", "100ms")];
    let survivor = Process::serve(&world, &variables);
    let (address, promised) = (survivor.address(), Mutex::default());
    for _ in 0..ROUNDS {
        let until = rand::random_range(1..60);
        storm(Process::serve(&world, &variables), address, until, &promised);
    }
    let promised = promised.into_inner().expect("a set");
    assert!(!promised.is_empty());
    // The survivor takes over what the killed ones had in hand.
    let newest: BTreeMap<String, String> =
        world.mails().iter().map(|mail| (address_of(&mail.to), mail.token())).collect();
    for number in promised {
        let email = email(number);
        let token = newest.get(&email).unwrap_or_else(|| panic!("{email} was promised a mail: {newest:?}"));
        let answer = reset(&email, token, NEW_PASSWORD).send(address);
        assert!(answer.is_true(), "the newest mail of {email} has the live token: {}", answer.body);
    }
}

/// `a@b.c` of `Name <a@b.c>`.
fn address_of(header: &str) -> String {
    header.rsplit('<').next().unwrap_or(header).trim_end_matches('>').to_owned()
}
