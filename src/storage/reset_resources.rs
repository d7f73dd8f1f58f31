//! Rows of `customer_password_resets`: create, find, change, delete.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::result::Error::RollbackTransaction;

use super::connection::Db;
use super::events::{self, Announcement};
use super::schema::rekey_reset_resource as r;
use super::update::update;
use crate::domain::commerce_layer::event::Topic;
use crate::domain::commerce_layer::reset::Reset;

/// [`Reset`] as Diesel reads it, in the order of the table.
#[derive(Queryable, Selectable)]
#[diesel(table_name = r)]
pub(super) struct Row {
    id: i64,
    public_id: String,
    customer_id: i64,
    customer_email: String,
    token_digest: String,
    token_sealed: String,
    password_mark: String,
    reference: Option<String>,
    reference_origin: Option<String>,
    metadata: String,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    reset_password_at: Option<NaiveDateTime>,
}

impl From<Row> for Reset {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            public_id: row.public_id,
            customer_id: row.customer_id,
            customer_email: row.customer_email,
            token_digest: row.token_digest,
            token_sealed: row.token_sealed,
            password_mark: row.password_mark,
            reference: row.reference,
            reference_origin: row.reference_origin,
            metadata: row.metadata,
            created_at: row.created_at,
            updated_at: row.updated_at,
            reset_password_at: row.reset_password_at,
        }
    }
}

/// Stores a reset (its `id` is ignored) with its event; answers it as stored.
///
/// # Errors
/// The database's.
pub fn create(db: &mut Db, reset: &Reset, announcement: &Announcement) -> QueryResult<Reset> {
    diesel::insert_into(r::table)
        .values((
            r::public_id.eq(&reset.public_id),
            r::customer_id.eq(reset.customer_id),
            r::customer_email.eq(&reset.customer_email),
            r::token_digest.eq(&reset.token_digest),
            r::token_sealed.eq(&reset.token_sealed),
            r::password_mark.eq(&reset.password_mark),
            r::reference.eq(&reset.reference),
            r::reference_origin.eq(&reset.reference_origin),
            r::metadata.eq(&reset.metadata),
            r::created_at.eq(reset.created_at),
            r::updated_at.eq(reset.updated_at),
        ))
        .execute(db)?;
    let stored = by_public_id(db, &reset.public_id)?.ok_or(RollbackTransaction)?;
    events::record(db, &stored, Topic::Create, "{}", announcement)?;
    Ok(stored)
}

/// Finds a reset by its public id.
///
/// # Errors
/// The database's.
pub fn by_public_id(db: &mut Db, id: &str) -> QueryResult<Option<Reset>> {
    let row: Option<Row> = r::table.filter(r::public_id.eq(id)).select(Row::as_select()).first(db).optional()?;
    Ok(row.map(Reset::from))
}

/// Finds the reset whose token has one of these digests (one for each crypt key).
///
/// # Errors
/// The database's.
pub fn by_digest(db: &mut Db, digests: &[String]) -> QueryResult<Option<Reset>> {
    for digest in digests {
        let row: Option<Row> =
            r::table.filter(r::token_digest.eq(digest)).select(Row::as_select()).first(db).optional()?;
        if row.is_some() {
            return Ok(row.map(Reset::from));
        }
    }
    Ok(None)
}

/// What a client may change of a reset besides spending it; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The shop's own name, or none.
    pub reference: Option<Option<String>>,
    /// Where that name comes from, or nothing.
    pub reference_origin: Option<Option<String>>,
    /// A JSON object.
    pub metadata: Option<String>,
}

impl Changes {
    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reference.is_none() && self.reference_origin.is_none() && self.metadata.is_none()
    }
}

/// Changes, and how the history shows them.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// What is written.
    pub changes: Changes,
    /// Name, old and new value of what is different, as JSON; none where nothing is.
    pub payload: Option<String>,
}

/// Changes a reset, with a line of its history; answers it as stored, `None` when it is gone.
///
/// # Errors
/// The database's.
pub fn change(db: &mut Db, id: i64, edit: &Edit, announcement: &Announcement) -> QueryResult<Option<Reset>> {
    if !edit.changes.is_empty() {
        set(db, id, &edit.changes, announcement.now)?;
    }
    let Some(reset) = by_id(db, id)? else { return Ok(None) };
    if let Some(payload) = &edit.payload {
        events::store(db, &reset, "update", payload, announcement)?;
    }
    Ok(Some(reset))
}

fn set(db: &mut Db, id: i64, changes: &Changes, now: NaiveDateTime) -> QueryResult<usize> {
    let reference = changes.reference.as_ref().map(|reference| r::reference.eq(reference));
    let origin = changes.reference_origin.as_ref().map(|origin| r::reference_origin.eq(origin));
    let metadata = changes.metadata.as_ref().map(|metadata| r::metadata.eq(metadata));
    update(r::table.find(id)).set((reference, origin, metadata, r::updated_at.eq(now))).execute(db)
}

pub(super) fn by_id(db: &mut Db, id: i64) -> QueryResult<Option<Reset>> {
    let row: Option<Row> = r::table.find(id).select(Row::as_select()).first(db).optional()?;
    Ok(row.map(Reset::from))
}

/// Marks an unspent reset as spent, with its event. The caller's transaction has just changed the
/// password under the condition that this reset was unspent; should it be gone all the same, all is
/// rolled back.
///
/// # Errors
/// The database's; a rollback.
pub(super) fn take(db: &mut Db, reset: &Reset, announcement: &Announcement) -> QueryResult<()> {
    let now = announcement.now;
    let taken = update(r::table.find(reset.id).filter(r::reset_password_at.is_null()))
        .set((r::reset_password_at.eq(now), r::updated_at.eq(now)))
        .execute(db)?;
    let spent = by_id(db, reset.id)?.filter(|_| taken == 1).ok_or(RollbackTransaction)?;
    let at = now.format("%Y-%m-%dT%H:%M:%S%.3fZ");
    let payload = format!(r#"{{"reset_password_at":{{"from":null,"to":"{at}"}}}}"#);
    events::record(db, &spent, Topic::ResetPassword, &payload, announcement)
}

/// Deletes a reset; false when it was gone. Its events stay.
///
/// # Errors
/// The database's.
pub fn delete(db: &mut Db, reset: &Reset, announcement: &Announcement) -> QueryResult<bool> {
    if diesel::delete(r::table.find(reset.id)).execute(db)? == 0 {
        return Ok(false);
    }
    events::record(db, reset, Topic::Destroy, "{}", announcement)?;
    Ok(true)
}
