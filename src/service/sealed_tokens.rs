//! Finding, without an email, a token that a PHP Magento sealed: no digest leads to it, so the
//! newest sealed tokens are opened and compared.
//!
//! What was opened once is remembered by its digest. A search then costs what was asked for since the
//! last one, however many tokens are pending. Everything is looked through anew every now and then: a
//! row may have been written without a request.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{NaiveDateTime, TimeDelta};

use super::Fault;
use crate::app::App;
use crate::domain::crypt_key::CryptKey;
use crate::domain::token::ResetToken;
use crate::storage::resets::{self, Sealed};
use crate::storage::{Db, QueryResult};

/// How many sealed tokens are looked through. They are the newest; it bounds what a stranger's guess
/// costs.
const MOST: i64 = 10_000;

/// How far the clocks of two machines may differ, and how long after a request its token is stored.
const MARGIN: TimeDelta = TimeDelta::seconds(15);

/// Looking through everything takes at most one part in this many of the time: a Magento's table has
/// no index for it, and rekey alters nothing there.
const REST: u32 = 50;

/// The tokens that were opened.
pub struct SealedTokens {
    ttl: Duration,
    /// Held while searching: one search at a time, so that guesses cannot take every database thread.
    turn: tokio::sync::Mutex<()>,
    opened: Arc<Mutex<Opened>>,
}

#[derive(Default)]
struct Opened {
    /// When everything was looked through, and after how long that is due again.
    complete: Option<(Instant, Duration)>,
    /// Requests before then were seen.
    since: NaiveDateTime,
    tokens: HashMap<i64, Token>,
    /// Of those that could be opened: a guess is not compared with each of ten thousand.
    digests: BTreeSet<(String, i64)>,
}

struct Token {
    sealed: String,
    /// None where it cannot be opened with our key.
    digest: Option<String>,
}

impl SealedTokens {
    /// Nothing opened yet.
    ///
    /// * `ttl`: how long all that was seen is believed; zero looks through everything every time.
    #[must_use]
    pub fn new(ttl: Duration) -> Self {
        Self { ttl, turn: tokio::sync::Mutex::default(), opened: Arc::default() }
    }
}

/// The customers whose sealed token seems to be this one; several can have the same. To be compared
/// with the row as it stands.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn holders(app: &App, token: &ResetToken) -> Result<Vec<i64>, Fault> {
    let SealedTokens { ttl, turn, opened } = &app.sealed_tokens;
    let _turn = turn.lock().await;
    let (key, wanted) = (app.crypt_key.clone(), app.crypt_key.digest(token));
    let (opened, ttl, now) = (opened.clone(), *ttl, app.now());
    let found = app.storage.read(move |db| {
        let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.refresh(db, &key, ttl, now)?;
        Ok(opened.holders(&wanted))
    });
    Ok(found.await?)
}

fn rest(ttl: Duration, taken: Duration) -> Duration {
    if ttl.is_zero() { ttl } else { ttl.max(taken * REST) }
}

impl Opened {
    /// On a database thread: opening ten thousand tokens takes its time.
    fn refresh(&mut self, db: &mut Db, key: &CryptKey, ttl: Duration, now: NaiveDateTime) -> QueryResult<()> {
        let begun = Instant::now();
        if self.complete.is_some_and(|(at, rest)| at.elapsed() < rest) {
            let rows = resets::sealed_since(db, self.since, MOST)?;
            self.take(key, rows);
        } else {
            let rows = resets::sealed(db, MOST)?;
            self.forget_all_but(&rows);
            self.take(key, rows);
            self.complete = Some((begun, rest(ttl, begun.elapsed())));
        }
        self.since = now - MARGIN;
        Ok(())
    }

    fn forget_all_but(&mut self, rows: &[Sealed]) {
        let ids: HashSet<i64> = rows.iter().map(|row| row.customer_id).collect();
        self.tokens.retain(|id, _| ids.contains(id));
        self.digests.retain(|(_, id)| ids.contains(id));
    }

    fn holders(&self, digest: &str) -> Vec<i64> {
        let range = (digest.to_owned(), i64::MIN)..=(digest.to_owned(), i64::MAX);
        self.digests.range(range).map(|(_, id)| *id).collect()
    }

    /// Opens what was not known.
    fn take(&mut self, key: &CryptKey, rows: Vec<Sealed>) {
        for Sealed { customer_id, sealed } in rows {
            let Some(sealed) = sealed else { continue };
            if self.tokens.get(&customer_id).is_some_and(|known| known.sealed == sealed) {
                continue;
            }
            let digest = key.open(&sealed).map(|opened| key.digest(&ResetToken::new(opened.as_str())));
            let replaced = self.tokens.insert(customer_id, Token { sealed, digest: digest.clone() });
            if let Some(digest) = replaced.and_then(|token| token.digest) {
                self.digests.remove(&(digest, customer_id));
            }
            self.digests.extend(digest.map(|digest| (digest, customer_id)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_token_is_opened_again() {
        let key = CryptKey::parse("0123456789abcdef0123456789abcdef").unwrap();
        let sealed = |token: &str, nonce| key.seal(&ResetToken::new(token), [nonce; 12]);
        let row = |token: &str, nonce| Sealed { customer_id: 7, sealed: sealed(token, nonce) };
        let mut opened = Opened::default();
        opened.take(&key, vec![row("first", 1)]);
        opened.take(&key, vec![row("second", 1)]);
        opened.take(&key, vec![row("second", 2)]);
        let holders = |opened: &Opened, token: &str| opened.holders(&key.digest(&ResetToken::new(token)));
        assert_eq!(holders(&opened, "second"), [7]);
        assert!(holders(&opened, "first").is_empty());
        opened.forget_all_but(&[]);
        assert!(opened.tokens.is_empty() && holders(&opened, "second").is_empty());
    }

    #[test]
    fn what_cannot_be_opened_is_nobodys() {
        let key = CryptKey::parse("0123456789abcdef0123456789abcdef").unwrap();
        let mut opened = Opened::default();
        opened.take(&key, vec![Sealed { customer_id: 7, sealed: Some("0:3:AAAA".into()) }]);
        assert!(opened.tokens[&7].digest.is_none());
    }

    #[test]
    fn a_slow_look_rests_longer() {
        let second = Duration::from_secs(1);
        assert_eq!(rest(second, second), 50 * second);
        assert_eq!(rest(5 * second, second / 1000), 5 * second);
        assert_eq!(rest(Duration::ZERO, second), Duration::ZERO);
    }
}
