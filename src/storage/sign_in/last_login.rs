//! When customers signed in last: Magento's `customer_log`.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Integer, Timestamp};

use super::super::connection::Db;
use super::super::question::Question;

/// A sign-in to be noted.
pub struct Login {
    /// Whose.
    pub customer_id: i64,
    /// UTC, whole seconds.
    pub at: NaiveDateTime,
}

impl Question for Login {
    type Answer = ();

    fn answer(db: &mut Db, logins: &[Self]) -> QueryResult<Vec<()>> {
        for same in logins.chunk_by(|one, other| one.at == other.at) {
            note(db, same)?;
        }
        Ok(vec![(); logins.len()])
    }
}

/// Most have a row. Where one has none, all are written as Magento's `insertOnDuplicate` does; by itself that would
/// use up a `log_id` for each sign-in.
fn note(db: &mut Db, logins: &[Login]) -> QueryResult<()> {
    let Some(Login { at, .. }) = logins.first() else { return Ok(()) };
    // An id beyond the column's has no row there, and gets none.
    let mut ids: Vec<i32> = logins.iter().filter_map(|login| i32::try_from(login.customer_id).ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || (Update { ids: &ids, at }).execute(db)? == ids.len() {
        return Ok(());
    }
    let on_duplicate = match db {
        Db::MySql(_) => " ON DUPLICATE KEY UPDATE last_login_at = ",
        Db::Sqlite(_) => " ON CONFLICT (customer_id) DO UPDATE SET last_login_at = ",
    };
    Insert { ids: &ids, at, on_duplicate }.execute(db).map(drop)
}

struct Update<'a> {
    /// At least one.
    ids: &'a [i32],
    at: &'a NaiveDateTime,
}

struct Insert<'a> {
    /// At least one.
    ids: &'a [i32],
    at: &'a NaiveDateTime,
    on_duplicate: &'static str,
}

impl<C> RunQueryDsl<C> for Update<'_> {}
impl<C> RunQueryDsl<C> for Insert<'_> {}

impl QueryId for Update<'_> {
    type QueryId = ();
    /// There is a text for each number of ids; what is prepared is found by the text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Update<'_>
where
    i32: ToSql<Integer, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE customer_log SET last_login_at = ");
        out.push_bind_param::<Timestamp, NaiveDateTime>(self.at)?;
        for (index, id) in self.ids.iter().enumerate() {
            out.push_sql(if index == 0 { " WHERE customer_id IN (" } else { ", " });
            out.push_bind_param::<Integer, i32>(id)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Insert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend> QueryFragment<DB> for Insert<'_>
where
    i32: ToSql<Integer, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO customer_log (customer_id, last_login_at) VALUES ");
        for (index, id) in self.ids.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<Integer, i32>(id)?;
            out.push_sql(", ");
            out.push_bind_param::<Timestamp, NaiveDateTime>(self.at)?;
            out.push_sql(")");
        }
        out.push_sql(self.on_duplicate);
        out.push_bind_param::<Timestamp, NaiveDateTime>(self.at)
    }
}
