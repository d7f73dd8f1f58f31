//! Queries on `password_reset_request_event`: who asked for reset links, and when.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::connection::Db;
use super::schema::password_reset_request_event as e;
use crate::domain::request_limit::{Protection, RequestLimit, WINDOW};

/// `request_type` of a customer.
const CUSTOMER: i32 = 0;

/// The length of Magento's column, characters.
const REFERENCE_LENGTH: usize = 255;

/// One request for a reset link.
#[derive(Clone)]
pub struct ResetRequest {
    /// The email as sent; Magento stores an empty one as NULL.
    pub email: String,
    /// See [`crate::domain::request_limit::address_key`].
    pub address: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
}

impl ResetRequest {
    fn reference(&self) -> Option<String> {
        // Magento's columns can be of three-byte characters: a longer one cannot even be compared there.
        let fit = |c: char| if c > '\u{ffff}' { '\u{fffd}' } else { c };
        (!self.email.is_empty()).then(|| self.email.chars().map(fit).take(REFERENCE_LENGTH).collect())
    }
}

/// Whether this request is one too many; it is recorded only when it is not.
///
/// # Errors
/// The database's.
pub fn exceeds(db: &mut Db, request: &ResetRequest, limit: &RequestLimit) -> QueryResult<bool> {
    if limit.protection == Protection::Off {
        return Ok(false);
    }
    let newest: Option<NaiveDateTime> =
        matching(request, limit.protection).select(e::created_at).order(e::created_at.desc()).first(db).optional()?;
    let since = request.now - TimeDelta::seconds(WINDOW);
    let recent: i64 = matching(request, limit.protection).filter(e::created_at.ge(since)).count().get_result(db)?;
    let age = newest.map(|newest| (request.now - newest).num_seconds());
    Ok(limit.is_exceeded(age, recent))
}

/// Remembers the request, also one for an unknown email: otherwise the limit would tell them apart.
///
/// # Errors
/// The database's.
pub fn record(db: &mut Db, request: &ResetRequest) -> QueryResult<()> {
    diesel::insert_into(e::table)
        .values((
            e::request_type.eq(CUSTOMER),
            e::account_reference.eq(request.reference()),
            e::created_at.eq(request.now),
            e::ip.eq(&request.address),
        ))
        .execute(db)
        .map(drop)
}

/// Whether such a request is remembered: settles a COMMIT whose answer was lost.
///
/// # Errors
/// The database's.
pub fn is_recorded(db: &mut Db, request: &ResetRequest) -> QueryResult<bool> {
    let then = matching(request, Protection::Address).filter(e::created_at.eq(request.now));
    let references: Vec<Option<String>> = then.select(e::account_reference).load(db)?;
    Ok(references.contains(&request.reference()))
}

fn matching(request: &ResetRequest, protection: Protection) -> e::BoxedQuery<'_, super::connection::MultiBackend> {
    let customers = e::table.filter(e::request_type.eq(CUSTOMER)).into_boxed();
    let same_email = e::account_reference.eq(request.reference());
    match protection {
        Protection::Address => customers.filter(e::ip.eq(&request.address)),
        Protection::Email => customers.filter(same_email),
        Protection::AddressOrEmail | Protection::Off => {
            customers.filter(same_email.or(e::ip.eq(&request.address).nullable()))
        }
    }
}
