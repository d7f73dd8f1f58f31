//! The lookup by email, written out, for one or several at once. Diesel would put the text together anew for
//! each request, only to find the statement that is already prepared for it, at a twentieth of what a
//! refused reset costs with MySQL.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};

use super::{ByEmail, newest};

/// The columns of a [`super::TokenHolder`], in its order.
type Holder = (BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Timestamp>);

/// Which lookup found it, a customer and its website, the id of a reset, and that of a count of failed sign-ins.
pub(super) type Row = (i32, super::TokenHolder, Option<i32>, Option<i64>, Option<i64>);

/// All customers that have these emails, in any website, each with the reset that has the newest digest and with
/// what is counted against the email. There is at least one to look for, and each has a part of the text, so that
/// there are no more texts than sizes.
pub(super) struct Lookups<'a>(pub(super) &'a [ByEmail]);

impl Query for Lookups<'_> {
    type SqlType = (Integer, Holder, Nullable<Integer>, Nullable<BigInt>, Nullable<BigInt>);
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
                ", c.entity_id, c.email, c.password_hash, c.rp_token, c.rp_token_created_at, c.website_id, r.id, \
                 l.log_id FROM customer_entity c LEFT JOIN rekey_reset_resource r ON r.token_digest = ",
            );
            out.push_bind_param::<Text, str>(newest(&asked.digests))?;
            out.push_sql(" LEFT JOIN oauth_token_request_log l ON l.user_type = 2 AND l.user_name = ");
            out.push_bind_param::<Text, str>(asked.search.key())?;
            out.push_sql(" WHERE c.email = ");
            out.push_bind_param::<Text, str>(asked.search.key())?;
        }
        Ok(())
    }
}
