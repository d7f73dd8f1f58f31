//! Update or insert, without the databases' own words for it, which Diesel cannot say for both.

use diesel::QueryResult;

use super::connection::Db;
use super::customers::is_duplicate;

/// Updates; inserts when nothing was there; updates once more when somebody else inserted meanwhile.
pub(super) fn upsert(
    db: &mut Db,
    update: impl Fn(&mut Db) -> QueryResult<usize>,
    insert: impl Fn(&mut Db) -> QueryResult<usize>,
) -> QueryResult<()> {
    if update(db)? > 0 {
        return Ok(());
    }
    match insert(db) {
        Err(error) if is_duplicate(&error) => update(db).map(drop),
        inserted => inserted.map(drop),
    }
}
