//! Queries on `rekey_async_operation`: calls that were accepted and are still to be done.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::connection::Db;
use super::schema::rekey_async_operation as o;
use super::update::update;

/// Seconds for which a worker has a call to itself. When its process dies, the call is due again.
const LEASE: i64 = 60;

/// A call to be done.
#[derive(Queryable, Selectable, Insertable, Clone)]
#[diesel(table_name = o)]
pub struct Operation {
    /// The same for all calls of one request.
    pub bulk_uuid: String,
    /// The operation's name in the table of routes.
    pub operation: String,
    /// The store that the URL named.
    pub store_id: i32,
    /// The customer behind the bearer token, or 0.
    pub caller: i64,
    /// The client's address.
    pub address: String,
    /// The parameters as JSON, sealed with the crypt key.
    pub sealed: String,
    /// UTC, whole seconds.
    pub created_at: NaiveDateTime,
    /// Not before; UTC, whole seconds.
    pub due_at: NaiveDateTime,
    /// How often it was begun.
    pub attempts: i32,
}

/// Stores all calls of a request.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, operations: &[Operation]) -> QueryResult<()> {
    for operation in operations {
        diesel::insert_into(o::table).values(operation).execute(db)?;
    }
    Ok(())
}

/// Whether a request's calls are stored: settles a COMMIT whose answer was lost.
///
/// # Errors
/// The database's.
pub fn is_accepted(db: &mut Db, bulk_uuid: &str) -> QueryResult<bool> {
    let calls: i64 = o::table.filter(o::bulk_uuid.eq(bulk_uuid)).count().get_result(db)?;
    Ok(calls > 0)
}

/// Takes the oldest call that is due, for [`LEASE`] seconds; of several workers one gets it, because
/// its due time stands in WHERE and is changed.
///
/// # Errors
/// The database's.
pub fn claim(db: &mut Db, now: NaiveDateTime) -> QueryResult<Option<(i64, Operation)>> {
    let due: Vec<(i64, Operation)> = o::table
        .filter(o::due_at.le(now))
        .order((o::due_at, o::id))
        .limit(8)
        .select((o::id, Operation::as_select()))
        .load(db)?;
    for (id, operation) in due {
        let mine = update(o::table.filter(o::id.eq(id)).filter(o::due_at.eq(operation.due_at)))
            .set((o::due_at.eq(now + TimeDelta::seconds(LEASE)), o::attempts.eq(o::attempts + 1)))
            .execute(db)?;
        if mine == 1 {
            return Ok(Some((id, operation)));
        }
    }
    Ok(None)
}

/// The call is done, or will never be.
///
/// # Errors
/// The database's.
pub fn finish(db: &mut Db, id: i64) -> QueryResult<()> {
    diesel::delete(o::table.find(id)).execute(db).map(drop)
}

/// The call could not be done now.
///
/// # Errors
/// The database's.
pub fn postpone(db: &mut Db, id: i64, until: NaiveDateTime) -> QueryResult<()> {
    update(o::table.find(id)).set(o::due_at.eq(until)).execute(db).map(drop)
}
