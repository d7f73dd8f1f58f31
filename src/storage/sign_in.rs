//! Queries of the sign-in: failure counters, the throttle of user names, the log of logins.
//!
//! Counters are raised by an UPDATE before they are read: the row is locked from then on, and of
//! simultaneous failures none is lost.

mod last_login;
mod lookup;

pub use last_login::Login;
pub use lookup::{Candidate, Found, LookUp};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::connection::Db;
use super::customers;
use super::outbox::{self, NewMail};
use super::resets;
use super::schema::{customer_entity as c, oauth_token_request_log as log};
use super::update::update;
use super::upsert::upsert;
use crate::domain::lockout::Rule;

/// `user_type` of a customer.
const CUSTOMER: i32 = 2;

/// Counts a failed token request of a user name, known or not.
///
/// * `seconds`: how long it counts from now.
///
/// # Errors
/// The database's.
pub fn count_failed_request(db: &mut Db, user_name: &str, now: NaiveDateTime, seconds: i64) -> QueryResult<()> {
    let until = now + TimeDelta::seconds(seconds.clamp(0, 10 * 365 * 86_400));
    upsert(
        db,
        |db| {
            update(log::table.filter(log::user_name.eq(user_name)).filter(log::user_type.eq(CUSTOMER)))
                .set((log::failures_count.eq(log::failures_count + 1), log::lock_expires_at.eq(until)))
                .execute(db)
        },
        |db| {
            let row = (
                log::user_name.eq(user_name),
                log::user_type.eq(CUSTOMER),
                log::failures_count.eq(1),
                log::lock_expires_at.eq(until),
            );
            diesel::insert_into(log::table).values(row).execute(db)
        },
    )
}

/// Counts a wrong password of a customer, and locks the account when the rule says so.
///
/// # Errors
/// The database's.
pub fn count_wrong_password(db: &mut Db, id: i64, rule: Rule, now: NaiveDateTime) -> QueryResult<()> {
    if !rule.is_on() {
        return Ok(());
    }
    // Takes the row's lock; the value is set below from what then stands there.
    update(c::table.find(id)).set(c::failures_num.eq(c::failures_num)).execute(db)?;
    let Some(account) = customers::by_id(db, id)? else { return Ok(()) };
    let after = rule.after_failure(account.failures(), now);
    update(c::table.find(id))
        .set((
            c::failures_num.eq(after.count),
            c::first_failure.eq(after.first),
            c::lock_expires.eq(after.locked_until),
        ))
        .execute(db)
        .map(drop)
}

/// Clears both counters after the right password.
///
/// # Errors
/// The database's.
pub fn forget_failures(db: &mut Db, id: i64, user_name: &str) -> QueryResult<usize> {
    let none = None::<NaiveDateTime>;
    update(c::table.find(id))
        .set((c::failures_num.eq(0), c::first_failure.eq(none), c::lock_expires.eq(none)))
        .execute(db)?;
    forget_failed_requests(db, user_name)
}

/// Lifts the throttle of a user name.
///
/// # Errors
/// The database's.
pub(super) fn forget_failed_requests(db: &mut Db, user_name: &str) -> QueryResult<usize> {
    diesel::delete(log::table.filter(log::user_name.eq(user_name)).filter(log::user_type.eq(CUSTOMER))).execute(db)
}

/// A changed password, with the hash that it replaces.
#[derive(Clone)]
pub struct PasswordChange {
    /// Whose.
    pub customer_id: i64,
    /// The hash that the current password was held against.
    pub old_hash: String,
    /// The new one.
    pub new_hash: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
    /// Tells the customer, where the shop wants that.
    pub notice: Option<NewMail>,
}

/// Replaces the hash if it is still the one that was checked; voids pending resets. Failure counters
/// stay, as in Magento.
///
/// # Errors
/// The database's.
pub fn change_password(db: &mut Db, change: &PasswordChange) -> QueryResult<bool> {
    let updated =
        update(c::table.filter(c::entity_id.eq(change.customer_id)).filter(c::password_hash.eq(&change.old_hash)))
            .set((
                c::password_hash.eq(&change.new_hash),
                c::rp_token.eq(None::<String>),
                c::rp_token_created_at.eq(None::<NaiveDateTime>),
                c::session_cutoff.eq(change.now),
                c::updated_at.eq(change.now),
            ))
            .execute(db)?;
    if updated == 1 {
        resets::void(db, change.customer_id)?;
        if let Some(notice) = &change.notice {
            outbox::insert(db, notice)?;
        }
    }
    Ok(updated == 1)
}
