//! What a sign-in asks before it hashes, written out as one statement: the customer, and what is counted
//! against the name, which may be nobody's. One trip whether there is such a customer or not, so that time
//! does not tell.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};

use super::super::connection::Db;
use super::super::lenient::Lenient;
use crate::domain::email::Email;
use crate::domain::lockout::Failures;

/// A customer, as far as a sign-in needs it.
pub struct Candidate {
    /// `entity_id`.
    pub entity_id: i64,
    /// `NULL` when its website was deleted.
    pub website_id: Option<i32>,
    /// Magento's `hash:salt:version`, or a bcrypt hash; none for a guest.
    pub password_hash: Option<String>,
    /// The key that confirms the account; none when it is confirmed.
    pub confirmation: Option<String>,
    /// Failed sign-ins in a row.
    pub failures: Failures,
}

/// What a lookup found.
pub struct Found {
    /// Who may sign in.
    pub candidate: Option<Candidate>,
    /// Failed token requests of the user name, and until when they count.
    pub throttle: Option<(i64, Option<NaiveDateTime>)>,
}

/// Finds a customer by email, in one website or (`None`) in any, as [`super::super::customers::by_email`],
/// and what is counted against the user name.
///
/// # Errors
/// The database's.
pub fn look_up(db: &mut Db, user_name: &str, email: &Email, website: Option<i32>) -> QueryResult<Found> {
    let key = email.lookup_key();
    let mut rows = Lookup { user_name, email: key.unwrap_or_default(), website }.load::<Row>(db)?;
    let throttle = rows.first().and_then(Row::throttle);
    rows.retain(|row| key.is_some() && row.email.as_deref().is_some_and(|stored| email.matches(stored)));
    Ok(Found { candidate: rows.into_iter().next().and_then(Row::candidate), throttle })
}

#[derive(Queryable)]
struct Row {
    entity_id: Option<i64>,
    website_id: Option<i32>,
    email: Option<String>,
    password_hash: Option<String>,
    confirmation: Option<String>,
    failures_num: Option<i32>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    first_failure: Option<NaiveDateTime>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    lock_expires: Option<NaiveDateTime>,
    log_id: Option<i64>,
    failures_count: Option<i32>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    lock_expires_at: Option<NaiveDateTime>,
}

impl Row {
    fn throttle(&self) -> Option<(i64, Option<NaiveDateTime>)> {
        self.log_id.map(|_| (i64::from(self.failures_count.unwrap_or(0)), self.lock_expires_at))
    }

    fn candidate(self) -> Option<Candidate> {
        Some(Candidate {
            entity_id: self.entity_id?,
            website_id: self.website_id,
            password_hash: self.password_hash,
            confirmation: self.confirmation,
            failures: Failures {
                count: self.failures_num.unwrap_or(0),
                first: self.first_failure,
                locked_until: self.lock_expires,
            },
        })
    }
}

struct Lookup<'a> {
    user_name: &'a str,
    email: &'a str,
    /// In all of them if none is given.
    website: Option<i32>,
}

impl Query for Lookup<'_> {
    /// The columns of a [`Row`], in its order.
    type SqlType = (
        Nullable<BigInt>,
        Nullable<Integer>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Integer>,
        Nullable<Timestamp>,
        Nullable<Timestamp>,
        Nullable<BigInt>,
        Nullable<Integer>,
        Nullable<Timestamp>,
    );
}

impl<C> RunQueryDsl<C> for Lookup<'_> {}

impl QueryId for Lookup<'_> {
    type QueryId = ();
    /// There are two texts; what is prepared is found by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Lookup<'_>
where
    str: ToSql<Text, DB>,
    i32: ToSql<Integer, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT c.entity_id, c.website_id, c.email, c.password_hash, c.confirmation, c.failures_num, \
             c.first_failure, c.lock_expires, l.log_id, l.failures_count, l.lock_expires_at \
             FROM (SELECT 1 AS one) always LEFT JOIN customer_entity c ON c.email = ",
        );
        out.push_bind_param::<Text, str>(self.email)?;
        if let Some(website) = &self.website {
            out.push_sql(" AND c.website_id = ");
            out.push_bind_param::<Integer, i32>(website)?;
        }
        out.push_sql(" LEFT JOIN oauth_token_request_log l ON l.user_type = 2 AND l.user_name = ");
        out.push_bind_param::<Text, str>(self.user_name)?;
        if self.website.is_none() {
            out.push_sql(" ORDER BY c.website_id, c.entity_id");
        }
        Ok(())
    }
}
