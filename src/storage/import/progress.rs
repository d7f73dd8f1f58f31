//! `rekey_import`: how far each import came.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use crate::storage::connection::Db;
use crate::storage::schema::rekey_import as i;
use crate::storage::update::update;

/// One import: a file, or another Magento's database.
#[derive(Queryable, Selectable, Insertable, Clone, Debug)]
#[diesel(table_name = i)]
pub struct Record {
    /// Tells one source from another.
    pub fingerprint: String,
    /// For people.
    pub source: String,
    /// A byte of the file, or an `entity_id`; everything before it is done.
    pub position: i64,
    /// The line of a file that stands at `position`.
    pub line: i64,
    /// Rows that were stored.
    pub imported: i64,
    /// Rows whose customer was there already.
    pub existing: i64,
    /// Rows that could not be stored.
    pub refused: i64,
    /// UTC.
    pub started_at: NaiveDateTime,
    /// UTC.
    pub updated_at: NaiveDateTime,
    /// When the end of the source was reached.
    pub finished_at: Option<NaiveDateTime>,
}

/// What became of the rows of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stored.
    pub imported: i64,
    /// There already.
    pub existing: i64,
    /// Impossible.
    pub refused: i64,
}

/// The import with this fingerprint.
///
/// # Errors
/// The database's.
pub fn find(db: &mut Db, fingerprint: &str) -> QueryResult<Option<Record>> {
    i::table.find(fingerprint).select(Record::as_select()).first(db).optional()
}

/// Notes a new import, in place of an older one of the same source.
///
/// # Errors
/// The database's.
pub fn begin(db: &mut Db, record: &Record) -> QueryResult<()> {
    diesel::delete(i::table.find(&record.fingerprint)).execute(db)?;
    diesel::insert_into(i::table).values(record).execute(db).map(drop)
}

/// Moves an import from one position to the next; `false` when it is not there (any more), as when
/// another process works on the same source.
///
/// # Errors
/// The database's.
pub fn advance(db: &mut Db, record: &Record, position: i64, line: i64, now: NaiveDateTime) -> QueryResult<bool> {
    let here = i::table.find(&record.fingerprint).filter(i::position.eq(record.position));
    let changes = (i::position.eq(position), i::line.eq(line), i::updated_at.eq(now));
    Ok(update(here).set(changes).execute(db)? > 0)
}

/// Adds what became of a batch.
///
/// # Errors
/// The database's.
pub fn add(db: &mut Db, fingerprint: &str, counts: Counts) -> QueryResult<()> {
    let changes = (
        i::imported.eq(i::imported + counts.imported),
        i::existing.eq(i::existing + counts.existing),
        i::refused.eq(i::refused + counts.refused),
    );
    update(i::table.find(fingerprint)).set(changes).execute(db).map(drop)
}

/// Notes that the end of the source was reached.
///
/// # Errors
/// The database's.
pub fn finish(db: &mut Db, fingerprint: &str, now: NaiveDateTime) -> QueryResult<()> {
    let changes = (i::finished_at.eq(now), i::updated_at.eq(now));
    update(i::table.find(fingerprint)).set(changes).execute(db).map(drop)
}
