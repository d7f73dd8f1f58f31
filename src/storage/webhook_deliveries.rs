//! The outbox of webhooks: messages that endpoints have not taken yet.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::schema::rekey_webhook_delivery as w;
use super::update::update;

/// A message.
#[derive(Queryable, Clone, Debug)]
pub struct Delivery {
    /// Row id.
    pub id: i64,
    /// Where it goes.
    pub endpoint: String,
    /// What happened.
    pub topic: String,
    /// The reset as it was then, as JSON; its token is sealed.
    pub snapshot: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it may be tried again; UTC.
    pub next_attempt_at: NaiveDateTime,
    /// When it happened; UTC.
    pub created_at: NaiveDateTime,
}

/// Whether a message waits for the endpoint.
///
/// # Errors
/// The database's.
pub fn is_due(db: &mut Db, endpoint: &str, now: NaiveDateTime) -> QueryResult<bool> {
    let due = w::table.filter(w::endpoint.eq(endpoint)).filter(w::next_attempt_at.le(now));
    let found: Option<i64> = due.select(w::id).first(db).optional()?;
    Ok(found.is_some())
}

/// Takes the oldest message of an endpoint that is due, and keeps others off it until `lease`.
///
/// The time of the next attempt stands in WHERE and is changed: of several processes one gets it.
///
/// # Errors
/// The database's.
pub fn claim(db: &mut Db, endpoint: &str, now: NaiveDateTime, lease: NaiveDateTime) -> QueryResult<Option<Delivery>> {
    let due: Option<Delivery> = w::table
        .filter(w::endpoint.eq(endpoint))
        .filter(w::next_attempt_at.le(now))
        .order((w::next_attempt_at, w::id))
        .first(db)
        .optional()?;
    let Some(due) = due else { return Ok(None) };
    let claimed = update(w::table.find(due.id).filter(w::next_attempt_at.eq(due.next_attempt_at)))
        .set((w::next_attempt_at.eq(lease), w::attempts.eq(due.attempts + 1)))
        .execute(db)?;
    Ok((claimed == 1).then_some(due))
}

/// Sets the time of the next attempt.
///
/// # Errors
/// The database's.
pub fn postpone(db: &mut Db, id: i64, until: NaiveDateTime) -> QueryResult<usize> {
    update(w::table.find(id)).set(w::next_attempt_at.eq(until)).execute(db)
}

/// Forgets a message that was taken, or given up.
///
/// # Errors
/// The database's.
pub fn forget(db: &mut Db, id: i64) -> QueryResult<usize> {
    diesel::delete(w::table.find(id)).execute(db)
}

/// Forgets what is older than `before`: messages to endpoints that are configured no more.
///
/// # Errors
/// The database's.
pub fn forget_older(db: &mut Db, before: NaiveDateTime) -> QueryResult<usize> {
    diesel::delete(w::table.filter(w::created_at.lt(before))).execute(db)
}
