//! Queries on pending reset tokens: `customer_entity.rp_token` and `rekey_password_reset`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::customers::Account;
use super::outbox::{self, NewMail};
use super::schema::{customer_entity as c, oauth_token_request_log as log, rekey_password_reset as r};
use super::tokens;

/// `user_type` of a customer in `oauth_token_request_log`.
const CUSTOMER: i32 = 2;

/// Finds the customer whose token has one of these digests (one for each crypt key): one indexed
/// lookup, whatever the number of customers.
///
/// # Errors
/// The database's.
pub fn by_digest(db: &mut Db, digests: &[String]) -> QueryResult<Option<Account>> {
    for digest in digests {
        let found = r::table
            .inner_join(c::table.on(c::entity_id.eq(r::customer_id)))
            .filter(r::token_digest.eq(digest))
            .select(Account::as_select())
            .first(db)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The newest sealed tokens, whoever issued them: `(entity_id, rp_token)`, at most `limit`.
///
/// # Errors
/// The database's.
pub fn sealed(db: &mut Db, limit: i64) -> QueryResult<Vec<(i64, Option<String>)>> {
    c::table
        .filter(c::rp_token_created_at.is_not_null())
        .order(c::rp_token_created_at.desc())
        .limit(limit)
        .select((c::entity_id, c::rp_token))
        .load(db)
}

/// A token to be issued.
#[derive(Clone)]
pub struct Issue {
    /// Whom it is for.
    pub customer_id: i64,
    /// The token sealed with the crypt key, for `rp_token`.
    pub sealed: String,
    /// The keyed digest that finds it.
    pub digest: String,
    /// The mark of the password that it may replace.
    pub password_mark: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
}

/// Replaces the customer's token; false when there is no such customer any more.
///
/// # Errors
/// The database's.
pub fn issue(db: &mut Db, issue: &Issue) -> QueryResult<bool> {
    let updated = diesel::update(c::table.find(issue.customer_id))
        .set((c::rp_token.eq(&issue.sealed), c::rp_token_created_at.eq(issue.now), c::updated_at.eq(issue.now)))
        .execute(db)?;
    void(db, issue.customer_id)?;
    if updated == 0 {
        return Ok(false);
    }
    diesel::insert_into(r::table)
        .values((
            r::customer_id.eq(issue.customer_id),
            r::token_digest.eq(&issue.digest),
            r::password_mark.eq(&issue.password_mark),
            r::created_at.eq(issue.now),
        ))
        .execute(db)?;
    Ok(true)
}

/// A token to be spent, with the password that it buys.
#[derive(Clone)]
pub struct Spend {
    /// Whose token.
    pub customer_id: i64,
    /// The stored email, for lifting the throttle of the sign-in.
    pub email: String,
    /// `rp_token` as it was read: it must still stand there.
    pub sealed: String,
    /// The new password, hashed.
    pub password_hash: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
    /// Whether the customer is signed out everywhere.
    pub revoke_tokens: bool,
    /// Tells the customer, where the shop wants that.
    pub notice: Option<NewMail>,
}

/// Spends the token and writes the password; true when this call was the one that did.
///
/// The token stands in WHERE and is changed: of any number of simultaneous calls, on any number of
/// processes, and beside a PHP Magento, one counts a row. Reading first and writing by id let 82 of
/// 200 tokens be spent twice.
///
/// # Errors
/// The database's.
pub fn spend(db: &mut Db, spend: &Spend) -> QueryResult<bool> {
    let none = None::<NaiveDateTime>;
    let updated =
        diesel::update(c::table.filter(c::entity_id.eq(spend.customer_id)).filter(c::rp_token.eq(&spend.sealed)))
            .set((
                c::password_hash.eq(&spend.password_hash),
                c::rp_token.eq(None::<String>),
                c::rp_token_created_at.eq(none),
                c::failures_num.eq(0),
                c::first_failure.eq(none),
                c::lock_expires.eq(none),
                c::session_cutoff.eq(spend.now),
                c::updated_at.eq(spend.now),
            ))
            .execute(db)?;
    if updated != 1 {
        return Ok(false);
    }
    void(db, spend.customer_id)?;
    // Magento leaves its sign-in throttle standing for half an hour; ours is lifted with the lock.
    diesel::delete(log::table.filter(log::user_name.eq(&spend.email)).filter(log::user_type.eq(CUSTOMER)))
        .execute(db)?;
    if spend.revoke_tokens {
        tokens::revoke(db, spend.customer_id, spend.now.and_utc().timestamp())?;
    }
    if let Some(notice) = &spend.notice {
        outbox::insert(db, notice)?;
    }
    Ok(true)
}

/// Whether the customer's stored hash is this one: settles a COMMIT whose answer was lost.
///
/// # Errors
/// The database's.
pub fn is_current_hash(db: &mut Db, customer_id: i64, hash: &str) -> QueryResult<bool> {
    let stored: Option<Option<String>> = c::table.find(customer_id).select(c::password_hash).first(db).optional()?;
    Ok(stored.flatten().as_deref() == Some(hash))
}

/// Forgets every token of ours that this customer has.
///
/// # Errors
/// The database's.
pub fn void(db: &mut Db, customer_id: i64) -> QueryResult<usize> {
    diesel::delete(r::table.filter(r::customer_id.eq(customer_id))).execute(db)
}
