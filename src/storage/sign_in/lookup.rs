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
use super::super::question::{Question, by_question};
use super::super::search::Search;
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

/// Who signs in, and what is counted against the name.
pub struct LookUp {
    /// The name under which failures are counted.
    pub user_name: String,
    /// The same as an email, and where it is searched.
    pub search: Search,
}

impl Question for LookUp {
    type Answer = Found;

    fn answer(db: &mut Db, questions: &[Self]) -> QueryResult<Vec<Found>> {
        let rows: Vec<Row> = Lookups(questions).load(db)?;
        let answers = by_question(rows, questions.len(), |row| row.number);
        Ok(questions.iter().zip(answers).map(|(asked, found)| asked.choose(found)).collect())
    }
}

impl LookUp {
    fn choose(&self, rows: Vec<Row>) -> Found {
        let throttle = rows.first().and_then(Row::throttle);
        let meant = self.search.choose(rows, |row| (row.website_id, row.entity_id, row.email.as_deref()));
        Found { candidate: meant.and_then(Row::candidate), throttle }
    }
}

#[derive(Queryable)]
struct Row {
    /// Which lookup found it.
    number: i32,
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

struct Lookups<'a>(&'a [LookUp]);

impl Query for Lookups<'_> {
    /// The columns of a [`Row`], in its order.
    type SqlType = (
        Integer,
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

impl<C> RunQueryDsl<C> for Lookups<'_> {}

impl QueryId for Lookups<'_> {
    type QueryId = ();
    /// There is a text for each number of lookups; what is prepared is found by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Lookups<'_>
where
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for (number, asked) in self.0.iter().enumerate() {
            if number > 0 {
                out.push_sql(" UNION ALL ");
            }
            out.push_sql(&format!("SELECT {number}"));
            out.push_sql(
                ", c.entity_id, c.website_id, c.email, c.password_hash, c.confirmation, c.failures_num, \
                 c.first_failure, c.lock_expires, l.log_id, l.failures_count, l.lock_expires_at \
                 FROM (SELECT 1 AS one) always LEFT JOIN customer_entity c ON c.email = ",
            );
            out.push_bind_param::<Text, str>(asked.search.key())?;
            out.push_sql(" LEFT JOIN oauth_token_request_log l ON l.user_type = 2 AND l.user_name = ");
            out.push_bind_param::<Text, str>(&asked.user_name)?;
        }
        Ok(())
    }
}
