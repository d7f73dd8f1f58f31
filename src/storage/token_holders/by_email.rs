//! The lookup by email, written out. Diesel would put this text together anew for each request, only to
//! find the statement that is already prepared for it, at a twentieth of what a refused reset costs
//! with MySQL.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};

/// The columns of a [`super::TokenHolder`], in its order.
type Holder = (BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Timestamp>);

/// A customer, the id of a reset, and that of a count of failed sign-ins.
pub(super) type Row = (super::TokenHolder, Option<i64>, Option<i64>);

/// All customers that have this email, each with the reset that has this digest and with what is counted
/// against the email.
pub(super) struct ByEmail<'a> {
    pub(super) digest: &'a str,
    pub(super) email: &'a str,
    /// In all of them if none is given.
    pub(super) website: Option<i32>,
}

impl Query for ByEmail<'_> {
    type SqlType = (Holder, Nullable<BigInt>, Nullable<BigInt>);
}

impl<C> RunQueryDsl<C> for ByEmail<'_> {}

impl QueryId for ByEmail<'_> {
    type QueryId = ();
    /// There are two texts; what is prepared is found by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for ByEmail<'_>
where
    str: ToSql<Text, DB>,
    i32: ToSql<Integer, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT c.entity_id, c.email, c.password_hash, c.rp_token, c.rp_token_created_at, r.id, l.log_id \
             FROM customer_entity c LEFT JOIN rekey_reset_resource r ON r.token_digest = ",
        );
        out.push_bind_param::<Text, str>(self.digest)?;
        out.push_sql(" LEFT JOIN oauth_token_request_log l ON l.user_type = 2 AND l.user_name = ");
        out.push_bind_param::<Text, str>(self.email)?;
        out.push_sql(" WHERE c.email = ");
        out.push_bind_param::<Text, str>(self.email)?;
        let Some(website) = &self.website else {
            out.push_sql(" ORDER BY c.website_id, c.entity_id");
            return Ok(());
        };
        out.push_sql(" AND c.website_id = ");
        out.push_bind_param::<Integer, i32>(website)
    }
}
