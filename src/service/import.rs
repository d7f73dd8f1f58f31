//! Bringing in many customers, a batch a transaction; an import that was stopped goes on.

use std::sync::Arc;

use chrono::NaiveDateTime;
use tokio::sync::mpsc::Receiver;

use super::Fault;
use crate::app::App;
use crate::storage::import::customers::{self, Customer, Fate};
use crate::storage::import::places::{self, Places};
use crate::storage::import::progress::{self, Counts, Record};
use crate::storage::{Db, QueryResult};

/// A row that was read.
pub struct Row {
    /// Its line, or its id in the source.
    pub number: i64,
    /// Where it begins in its file.
    pub offset: u64,
    /// What is to be stored.
    pub customer: Customer,
}

/// A row that cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its line, or its id in the source.
    pub number: i64,
    /// Where it begins in its file.
    pub offset: u64,
    /// Why, for people.
    pub reason: String,
}

/// Some rows in the order of the source, and where they end in it.
#[derive(Default)]
pub struct Batch {
    /// Rows to be stored.
    pub rows: Vec<Row>,
    /// Rows that are none.
    pub refused: Vec<Refused>,
    /// Where the next batch begins.
    pub position: i64,
    /// The same as a line of the file.
    pub line: i64,
    /// Whether the source has no more.
    pub last: bool,
}

/// What reads a source sends; the text says why it cannot go on.
pub type Sent = Result<Batch, String>;

/// The import of this source so far; a new one when there is none, or when `restart` asks for it.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn begin(app: &App, new: Record, restart: bool) -> Result<Record, Fault> {
    let begun = app.storage.write(move |db| {
        if let Some(record) = progress::find(db, &new.fingerprint)?.filter(|_| !restart) {
            return Ok(record);
        }
        progress::begin(db, &new)?;
        Ok(new.clone())
    });
    Ok(begun.await?)
}

/// Stores every batch that comes; `watch` sees how far it is and what was refused.
///
/// # Errors
/// [`Fault::Broken`] when source or database fail; what was committed until then stays.
pub async fn run(
    app: &App,
    mut record: Record,
    mut batches: Receiver<Sent>,
    mut watch: impl FnMut(&Record, &[Refused]),
) -> Result<Record, Fault> {
    loop {
        let sent = batches.recv().await.unwrap_or_else(|| Err("the source ended in the middle".into()));
        let batch = sent.map_err(Fault::Broken)?;
        let last = batch.last;
        if batch.position != record.position {
            let (after, refused) = store(app, record, batch).await?;
            record = after;
            watch(&record, &refused);
        }
        if last {
            let (fingerprint, now) = (record.fingerprint.clone(), app.now());
            app.storage.write(move |db| progress::finish(db, &fingerprint, now)).await?;
            return Ok(Record { finished_at: Some(now), ..record });
        }
    }
}

/// One transaction for the rows and the position behind them.
async fn store(app: &App, before: Record, batch: Batch) -> Result<(Record, Vec<Refused>), Fault> {
    let (batch, before, now) = (Arc::new(batch), Arc::new(before), app.now());
    let (fingerprint, position) = (before.fingerprint.clone(), batch.position);
    let stored = app
        .storage
        .write_settled(
            move |db| store_batch(db, &before, &batch, now),
            // The connection died at COMMIT: the position says whether the rows are there.
            move |db| {
                let record = progress::find(db, &fingerprint)?.filter(|record| record.position == position);
                Ok(record.map(|record| Some((record, Vec::new()))))
            },
        )
        .await?;
    stored.ok_or_else(|| Fault::Broken("another process imports from the same source".into()))
}

/// `None` when the import is not where we left it; nothing was changed then.
fn store_batch(
    db: &mut Db,
    before: &Record,
    batch: &Batch,
    now: NaiveDateTime,
) -> QueryResult<Option<(Record, Vec<Refused>)>> {
    if !progress::advance(db, before, batch.position, batch.line, now)? {
        return Ok(None);
    }
    let customers: Vec<&Customer> = batch.rows.iter().map(|row| &row.customer).collect();
    let fates = customers::insert(db, &customers)?;
    let mut refused = batch.refused.clone();
    let mut counts = Counts::default();
    for (row, fate) in batch.rows.iter().zip(fates) {
        match fate {
            Fate::Imported => counts.imported += 1,
            Fate::Existing => counts.existing += 1,
            Fate::Refused(reason) => refused.push(Refused { number: row.number, offset: row.offset, reason }),
        }
    }
    refused.sort_by_key(|refused| refused.number);
    counts.refused = i64::try_from(refused.len()).unwrap_or(i64::MAX);
    progress::add(db, &before.fingerprint, counts)?;
    let after = Record {
        position: batch.position,
        line: batch.line,
        imported: before.imported + counts.imported,
        existing: before.existing + counts.existing,
        refused: before.refused + counts.refused,
        updated_at: now,
        ..before.clone()
    };
    Ok(Some((after, refused)))
}

/// The websites, store groups and stores that there are.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn places(app: &App) -> Result<Places, Fault> {
    Ok(app.storage.read(places::load).await?)
}

/// Adds the websites, store groups and stores that there are not, by their ids; answers them.
///
/// # Errors
/// [`Fault::Broken`], also where a code belongs to another id.
pub async fn add_places(app: &App, source: Places) -> Result<Places, Fault> {
    let new = source.without(&places(app).await?);
    let added = new.clone();
    app.storage.write(move |db| places::insert(db, &added)).await?;
    Ok(new)
}
