//! Spending tokens of `rp_token` on new passwords, one or several at once.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::super::connection::Db;
use super::super::question::Question;
use super::is_current_hash;

/// A token to be spent, and the password that it buys.
#[derive(Clone)]
pub struct Renewal {
    /// Whose token.
    pub customer_id: i64,
    /// `rp_token`, as it was read: it must still stand there.
    pub sealed: String,
    /// The new password, hashed.
    pub password_hash: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
}

impl Question for Renewal {
    /// Whether this was the one that spent the token.
    type Answer = bool;

    fn answer(db: &mut Db, renewals: &[Self]) -> QueryResult<Vec<bool>> {
        if renew(db, renewals)? == renewals.len() {
            return Ok(vec![true; renewals.len()]);
        }
        // Each hash has a salt of its own: where it stands this one was the winner, now or when it was put before.
        renewals.iter().map(|renewal| is_current_hash(db, renewal.customer_id, &renewal.password_hash)).collect()
    }
}

/// Writes the passwords and nothing else; how many of them spent their tokens.
///
/// The token stands in WHERE and is changed: of any number of simultaneous calls, on any number of
/// processes, and beside a PHP Magento, one counts a row. Reading first and writing by id let 82 of
/// 200 tokens be spent twice.
///
/// # Errors
/// The database's.
pub fn renew(db: &mut Db, renewals: &[Renewal]) -> QueryResult<usize> {
    let of_a_second = renewals.chunk_by(|one, other| one.now == other.now);
    of_a_second.map(|renewals| Update { renewals, now: &renewals[0].now }.execute(db)).sum()
}

struct Update<'a> {
    /// At least one.
    renewals: &'a [Renewal],
    now: &'a NaiveDateTime,
}

impl<C> RunQueryDsl<C> for Update<'_> {}

impl QueryId for Update<'_> {
    type QueryId = ();
    /// There is a text for each number of renewals; what is prepared is found by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Update<'_> {
    /// Both, wherever a customer is meant: two links of one customer may come together, one of them void.
    fn push_condition<'b, DB: Backend>(renewal: &'b Renewal, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        str: ToSql<Text, DB>,
        i64: ToSql<BigInt, DB>,
    {
        out.push_sql("entity_id = ");
        out.push_bind_param::<BigInt, i64>(&renewal.customer_id)?;
        out.push_sql(" AND rp_token = ");
        out.push_bind_param::<Text, str>(&renewal.sealed)
    }
}

impl<DB: Backend> QueryFragment<DB> for Update<'_>
where
    str: ToSql<Text, DB>,
    i64: ToSql<BigInt, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // MySQL assigns from left to right: the token is read before it is emptied.
        out.push_sql("UPDATE customer_entity SET password_hash = CASE");
        for renewal in self.renewals {
            out.push_sql(" WHEN ");
            Self::push_condition(renewal, &mut out)?;
            out.push_sql(" THEN ");
            out.push_bind_param::<Text, str>(&renewal.password_hash)?;
        }
        out.push_sql(" END, rp_token = NULL, rp_token_created_at = NULL, failures_num = 0, first_failure = NULL");
        out.push_sql(", lock_expires = NULL, session_cutoff = ");
        out.push_bind_param::<Timestamp, NaiveDateTime>(self.now)?;
        out.push_sql(", updated_at = ");
        out.push_bind_param::<Timestamp, NaiveDateTime>(self.now)?;
        for (index, renewal) in self.renewals.iter().enumerate() {
            out.push_sql(if index == 0 { " WHERE (" } else { " OR (" });
            Self::push_condition(renewal, &mut out)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::storage::Target;
    use crate::storage::connect;

    const TABLE: &str = "CREATE TABLE customer_entity (entity_id INTEGER PRIMARY KEY, password_hash, rp_token, \
         rp_token_created_at, failures_num, first_failure, lock_expires, session_cutoff, updated_at); \
         INSERT INTO customer_entity (entity_id, password_hash, rp_token) VALUES (1, 'old', 'new link'), (2, 'old', 'link')";

    #[test]
    fn of_two_links_of_a_customer_the_void_one_sets_nothing() {
        let mut db = connect(&Target::Sqlite(":memory:".into())).unwrap();
        db.batch_execute(TABLE).unwrap();
        let renewal = |customer_id, sealed: &str, hash: &str| Renewal {
            customer_id,
            sealed: sealed.to_owned(),
            password_hash: hash.to_owned(),
            now: NaiveDateTime::default(),
        };
        let together = [
            renewal(1, "void link", "void"),
            renewal(2, "void link", "void, too"),
            renewal(1, "new link", "first"),
            renewal(2, "link", "second"),
        ];
        let answers = Renewal::answer(&mut db, &together).unwrap();
        assert_eq!(answers, [false, false, true, true]);
        for (id, hash) in [(1, "first"), (2, "second")] {
            assert!(is_current_hash(&mut db, id, hash).unwrap());
        }
        assert_eq!(renew(&mut db, &together).unwrap(), 0, "each link works once");
        assert_eq!(Renewal::answer(&mut db, &together).unwrap(), answers, "put again, after a line broke say");
        assert_eq!(Renewal::answer(&mut db, &together[2..3]).unwrap(), [true], "put again by itself");
    }
}
