//! When customers signed in last: Magento's `customer_log`.

use chrono::NaiveDateTime;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Integer, Timestamp};

use super::super::connection::Db;
use super::super::question::Question;
use super::super::schema::customer_log as login;
use super::super::upsert::upsert;

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

/// Customers who were there before have a row; those who were not, or were just now, are taken one by one:
/// MySQL does not count a row that has that time already.
fn note(db: &mut Db, logins: &[Login]) -> QueryResult<()> {
    let Some(Login { at, .. }) = logins.first() else { return Ok(()) };
    // An id beyond the column's has no row there, and gets none.
    let ids: Vec<i32> = logins.iter().filter_map(|login| i32::try_from(login.customer_id).ok()).collect();
    if ids.is_empty() || (ids.len() > 1 && (Update { ids: &ids, at }).execute(db)? == ids.len()) {
        return Ok(());
    }
    for id in ids {
        let insert = |db: &mut Db| {
            let row = (login::customer_id.eq(id), login::last_login_at.eq(at));
            diesel::insert_into(login::table).values(row).execute(db)
        };
        upsert(db, |db| Update { ids: &[id], at }.execute(db), insert)?;
    }
    Ok(())
}

struct Update<'a> {
    /// At least one.
    ids: &'a [i32],
    at: &'a NaiveDateTime,
}

impl<C> RunQueryDsl<C> for Update<'_> {}

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
