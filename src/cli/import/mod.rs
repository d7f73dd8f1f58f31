//! `rekey customer import`: a file, or another Magento's database, into this database.
//!
//! Here: reading the sources, checking their rows, showing how far it is. Not in here: the batches'
//! transactions (`service/import`), SQL (`storage/import`).

mod arguments;
mod columns;
mod csv_source;
mod magento_source;
mod rejects;
mod row;
mod shop;
mod view;

use std::path::PathBuf;

use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::{Failure, output};
use crate::app::App;
use crate::domain::crypt_key::hex;
use crate::service::{
    import::{self, Sent},
    shop as current_shop,
};
use crate::storage::import::progress::Record;
pub use arguments::{Arguments, HELP};
use csv_source::CsvSource;
use rejects::Rejects;
use shop::ShopIndex;
use view::View;

/// Rows of one transaction: on SQLite each of them waits for the disk.
const BATCH: usize = 5000;

/// Batches that may wait for the database.
const AHEAD: usize = 4;

/// What is said at the end.
#[derive(Serialize)]
struct Summary {
    source: String,
    imported: i64,
    existing: i64,
    refused: i64,
    already_finished: bool,
}

/// Imports from what was named.
pub async fn run(app: &App, arguments: Arguments, json: bool) -> Result<(), Failure> {
    match (&arguments.file, &arguments.from_magento) {
        (Some(file), _) => from_file(app, file.clone(), &arguments, json).await,
        (None, Some(url)) => from_magento(app, url, arguments.restart, json).await,
        (None, None) => Err(Failure::Message("name a file, or --from-magento URL".into())),
    }
}

async fn from_file(app: &App, file: PathBuf, arguments: &Arguments, json: bool) -> Result<(), Failure> {
    let shop = current_shop::current(app).await?;
    let website = super::customer::website(&shop, None)?;
    let shop = ShopIndex::new(import::places(app).await?, website);
    let mut source = CsvSource::open(&file, shop, app.now())?;
    let record = import::begin(app, record(app, &source.fingerprint, &source.name), arguments.restart).await?;
    if record.finished_at.is_some() {
        eprintln!("{} was imported already; --restart goes through it again", record.source);
        return finish(&record, true, json);
    }
    let resumed = record.position > 0;
    if resumed {
        eprintln!("going on at line {} of {}", record.line, record.source);
    }
    source.notice_ignored();
    let mut rejects = arguments.rejects.as_ref().map(|to| Rejects::open(&file, to, resumed)).transpose()?;
    source.go_to(&record)?;
    let mut view = View::new("line", source.size, &record);
    let (sender, receiver) = mpsc::channel::<Sent>(AHEAD);
    let reader = std::thread::spawn(move || source.send_all(&sender));
    let mut written = Ok(());
    let imported = import::run(app, record, receiver, |record, refused| {
        view.see(u64::try_from(record.position).unwrap_or(0), record, refused);
        if let (Some(rejects), Ok(())) = (&mut rejects, &written) {
            written = rejects.write(refused);
        }
    })
    .await;
    view.end();
    let _ = reader.join();
    written?;
    finish(&imported?, false, json)
}

async fn from_magento(app: &App, url: &str, restart: bool, json: bool) -> Result<(), Failure> {
    let mut source = magento_source::open(url, &app.config.database.target)?;
    let added = import::add_places(app, source.places.clone()).await?;
    magento_source::notice_places(&source.places, &added, &import::places(app).await?);
    let name = source.name.clone();
    let record = import::begin(app, record(app, &fingerprint(&[name.as_bytes()]), &name), restart).await?;
    if record.position > 0 {
        eprintln!("going on after entity_id {} of {name}", record.position);
    }
    let total = magento_source::apart(|| source.count(record.position))?;
    let mut view = View::new("entity_id", total, &record);
    let (after, before) = (record.position, record.imported + record.existing + record.refused);
    let (sender, receiver) = mpsc::channel::<Sent>(AHEAD);
    let reader = std::thread::spawn(move || source.send_all(after, &sender));
    let imported = import::run(app, record, receiver, |record, refused| {
        let done = record.imported + record.existing + record.refused - before;
        view.see(u64::try_from(done).unwrap_or(0), record, refused);
    })
    .await;
    view.end();
    let _ = reader.join();
    finish(&imported?, false, json)
}

/// An import that has not begun.
fn record(app: &App, fingerprint: &str, name: &str) -> Record {
    let now = app.now();
    Record {
        fingerprint: fingerprint.to_owned(),
        source: name.chars().take(255).collect(),
        position: 0,
        line: 0,
        imported: 0,
        existing: 0,
        refused: 0,
        started_at: now,
        updated_at: now,
        finished_at: None,
    }
}

/// Hex, of parts that cannot run into each other.
fn fingerprint(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}

fn finish(record: &Record, already_finished: bool, json: bool) -> Result<(), Failure> {
    let summary = Summary {
        source: record.source.clone(),
        imported: record.imported,
        existing: record.existing,
        refused: record.refused,
        already_finished,
    };
    output::print(&summary, json, |summary| {
        println!("imported  {}", summary.imported);
        println!("existing  {}", summary.existing);
        println!("refused   {}", summary.refused);
    })?;
    match record.refused {
        0 => Ok(()),
        count => Err(Failure::Message(format!("{count} row(s) of {} were refused", record.source))),
    }
}
