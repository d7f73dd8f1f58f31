//! Events of resets, their history, and the webhook messages that they cause: always written in the
//! transaction of what happened.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::schema::{rekey_event as e, rekey_event_store as s, rekey_webhook_delivery as w};
use crate::domain::commerce_layer::event::{Event, EventStore, Topic};
use crate::domain::commerce_layer::reset::Reset;

/// Who did it, when, and who is to be told.
#[derive(Clone, Debug)]
pub struct Announcement {
    /// The public id of the event to be.
    pub event_id: String,
    /// JSON: the application.
    pub who: String,
    /// URLs that listen, with the topics they listen to.
    pub endpoints: Vec<(String, Topic)>,
    /// UTC, milliseconds.
    pub now: NaiveDateTime,
}

/// Writes the event, the line of history and a message for each endpoint.
pub(super) fn record(
    db: &mut Db,
    reset: &Reset,
    topic: Topic,
    payload: &str,
    announcement: &Announcement,
) -> QueryResult<()> {
    diesel::insert_into(e::table)
        .values((
            e::public_id.eq(&announcement.event_id),
            e::reset_id.eq(reset.id),
            e::name.eq(topic.as_str()),
            e::created_at.eq(announcement.now),
            e::updated_at.eq(announcement.now),
        ))
        .execute(db)?;
    let kind = match topic {
        Topic::Create => "create",
        Topic::ResetPassword => "update",
        Topic::Destroy => "destroy",
    };
    store(db, reset, kind, payload, announcement)?;
    for (endpoint, _) in announcement.endpoints.iter().filter(|(_, wanted)| *wanted == topic) {
        enqueue(db, endpoint, reset, topic, announcement.now)?;
    }
    Ok(())
}

/// Writes a line of history.
pub(super) fn store(
    db: &mut Db,
    reset: &Reset,
    event: &str,
    payload: &str,
    announcement: &Announcement,
) -> QueryResult<usize> {
    diesel::insert_into(s::table)
        .values((
            s::reset_id.eq(reset.id),
            s::resource_id.eq(&reset.public_id),
            s::event.eq(event),
            s::payload.eq(payload),
            s::who.eq(&announcement.who),
            s::created_at.eq(announcement.now),
        ))
        .execute(db)
}

fn enqueue(db: &mut Db, endpoint: &str, reset: &Reset, topic: Topic, now: NaiveDateTime) -> QueryResult<usize> {
    let snapshot =
        serde_json::to_string(reset).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    diesel::insert_into(w::table)
        .values((
            w::endpoint.eq(endpoint),
            w::topic.eq(topic.as_str()),
            w::snapshot.eq(snapshot),
            w::attempts.eq(0),
            w::next_attempt_at.eq(now),
            w::created_at.eq(now),
        ))
        .execute(db)
}

type EventRow = (String, String, NaiveDateTime, NaiveDateTime);

fn event((public_id, name, created_at, updated_at): EventRow) -> Event {
    Event { public_id, name, created_at, updated_at }
}

/// The events of some resets, oldest first: `(reset's row id, event)`.
///
/// # Errors
/// The database's.
pub fn of_resets(db: &mut Db, resets: &[i64]) -> QueryResult<Vec<(i64, Event)>> {
    let rows: Vec<(i64, EventRow)> = e::table
        .filter(e::reset_id.eq_any(resets.to_vec()))
        .order(e::id)
        .select((e::reset_id, (e::public_id, e::name, e::created_at, e::updated_at)))
        .load(db)?;
    Ok(rows.into_iter().map(|(reset, row)| (reset, event(row))).collect())
}

/// Finds an event by its public id.
///
/// # Errors
/// The database's.
pub fn event_by_public_id(db: &mut Db, id: &str) -> QueryResult<Option<Event>> {
    let row: Option<EventRow> = e::table
        .filter(e::public_id.eq(id))
        .select((e::public_id, e::name, e::created_at, e::updated_at))
        .first(db)
        .optional()?;
    Ok(row.map(event))
}

type StoreRow = (i64, String, String, String, String, NaiveDateTime);

fn event_store((id, resource_id, event, payload, who, created_at): StoreRow) -> EventStore {
    EventStore { id, resource_id, event, payload, who, created_at }
}

/// A part of a history.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// The row id of the last line that was seen.
    pub after: Option<i64>,
    /// Newest first.
    pub descending: bool,
    /// Most lines.
    pub limit: i64,
}

/// The history of a reset behind a cursor.
///
/// # Errors
/// The database's.
pub fn history(db: &mut Db, reset: i64, cursor: Cursor) -> QueryResult<Vec<EventStore>> {
    let query = s::table.filter(s::reset_id.eq(reset)).limit(cursor.limit);
    let columns = (s::id, s::resource_id, s::event, s::payload, s::who, s::created_at);
    let rows: Vec<StoreRow> = if cursor.descending {
        let last = cursor.after.unwrap_or(i64::MAX);
        query.filter(s::id.lt(last)).order(s::id.desc()).select(columns).load(db)?
    } else {
        query.filter(s::id.gt(cursor.after.unwrap_or(0))).order(s::id).select(columns).load(db)?
    };
    Ok(rows.into_iter().map(event_store).collect())
}

/// Finds a line of history by row id.
///
/// # Errors
/// The database's.
pub fn event_store_by_id(db: &mut Db, id: i64) -> QueryResult<Option<EventStore>> {
    let columns = (s::id, s::resource_id, s::event, s::payload, s::who, s::created_at);
    let row: Option<StoreRow> = s::table.find(id).select(columns).first(db).optional()?;
    Ok(row.map(event_store))
}
