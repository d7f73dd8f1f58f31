//! Whom a reset token belongs to, with all that decides whether it may be spent: one job, and one
//! round trip for the commonest answer, a refusal.

mod by_email;

use by_email::{Lookups, Row};
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::lenient::Lenient;
use super::question::{Question, by_question};
use super::reset_resources;
use super::schema::{customer_entity as c, rekey_password_reset as link, rekey_reset_resource as r};
use super::search::Search;
use crate::domain::commerce_layer::reset::Reset;

/// A customer, as far as a token needs it: every further column costs both sides of the wire.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = c)]
pub struct TokenHolder {
    /// `entity_id`.
    pub entity_id: i64,
    /// As it was registered.
    pub email: Option<String>,
    /// The hash that a reset replaces; none for a guest.
    pub password_hash: Option<String>,
    /// The pending token, sealed with the crypt key.
    pub rp_token: Option<String>,
    /// When it was issued, UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub rp_token_created_at: Option<NaiveDateTime>,
}

/// A customer and, where one of the token's digests is that of a Commerce Layer reset of this
/// customer, the reset.
pub struct Found {
    /// The customer.
    pub holder: TokenHolder,
    /// Spent or not.
    pub reset: Option<Reset>,
    /// Whether failed sign-ins with this email may be counted; certain only where it was searched by email.
    pub may_be_throttled: bool,
}

/// Whom a reset with an email is for.
pub struct ByEmail {
    /// The email, and where it is searched.
    pub search: Search,
    /// The token's, one for each crypt key, newest first.
    pub digests: Vec<String>,
}

impl Question for ByEmail {
    type Answer = Option<Found>;

    fn answer(db: &mut Db, questions: &[Self]) -> QueryResult<Vec<Option<Found>>> {
        let rows: Vec<Row> = Lookups(questions).load(db)?;
        let answers = by_question(rows, questions.len(), |row| row.0);
        questions.iter().zip(answers).map(|(asked, rows)| asked.choose(db, rows)).collect()
    }
}

impl ByEmail {
    fn choose(&self, db: &mut Db, rows: Vec<Row>) -> QueryResult<Option<Found>> {
        let meant = self
            .search
            .choose(rows, |(_, holder, website, ..)| (*website, Some(holder.entity_id), holder.email.as_deref()));
        meant
            .map(|(_, holder, _, reset, throttle)| complete(db, holder, reset, &self.digests, throttle.is_some()))
            .transpose()
    }
}

/// Finds a customer by `entity_id`; `digests` as in [`ByEmail`].
///
/// # Errors
/// The database's.
pub fn by_id(db: &mut Db, id: i64, digests: &[String]) -> QueryResult<Option<Found>> {
    let row = c::table
        .left_join(r::table.on(r::token_digest.eq(newest(digests))))
        .filter(c::entity_id.eq(id))
        .select((TokenHolder::as_select(), r::id.nullable()))
        .first(db)
        .optional()?;
    row.map(|(holder, reset)| complete(db, holder, reset, digests, true)).transpose()
}

/// Finds the customer whose link has one of these digests: an indexed lookup, whatever the number of
/// customers.
///
/// # Errors
/// The database's.
pub fn by_link(db: &mut Db, digests: &[String]) -> QueryResult<Option<TokenHolder>> {
    for digest in digests {
        let found = link::table
            .inner_join(c::table.on(c::entity_id.eq(link::customer_id)))
            .filter(link::token_digest.eq(digest))
            .select(TokenHolder::as_select())
            .first(db)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Finds the customer of the Commerce Layer reset that has one of these digests.
///
/// # Errors
/// The database's.
pub fn by_reset(db: &mut Db, digests: &[String]) -> QueryResult<Option<Found>> {
    let Some(reset) = reset_resources::by_digest(db, digests)? else { return Ok(None) };
    let holder = c::table.find(reset.customer_id).select(TokenHolder::as_select()).first(db).optional()?;
    Ok(holder.map(|holder| Found { holder, reset: Some(reset), may_be_throttled: true }))
}

fn newest(digests: &[String]) -> &str {
    digests.first().map_or("", String::as_str)
}

/// Only the newest key's digest is joined, so that the statement stays the same and prepared; tokens
/// issued under older keys, where there are any, are asked for here.
fn complete(
    db: &mut Db,
    holder: TokenHolder,
    reset: Option<i64>,
    digests: &[String],
    may_be_throttled: bool,
) -> QueryResult<Found> {
    let reset = match reset {
        Some(id) => reset_resources::by_id(db, id)?,
        None => reset_resources::by_digest(db, digests.get(1..).unwrap_or_default())?,
    };
    let reset = reset.filter(|reset| reset.customer_id == holder.entity_id);
    Ok(Found { holder, reset, may_be_throttled })
}
