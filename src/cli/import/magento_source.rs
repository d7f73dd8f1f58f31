//! Reads another Magento's customers into batches, on a thread of its own.

use tokio::sync::mpsc::Sender;

use super::{BATCH, Failure};
use crate::domain::imported;
use crate::service::import::{Batch, Refused, Row, Sent};
use crate::storage::import::customers::Customer;
use crate::storage::import::places::Places;
use crate::storage::import::source::Source;
use crate::storage::{StorageError, Target};

/// A Magento that is read.
pub struct MagentoSource {
    /// Its URL without the password.
    pub name: String,
    /// Its websites, store groups and stores.
    pub places: Places,
    source: Source,
}

/// Connections block, which an async task must not.
pub fn apart<T: Send>(work: impl FnOnce() -> Result<T, Failure> + Send) -> Result<T, Failure> {
    let done = std::thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|_| Err(Failure::Message("the source's connection failed".into())))
}

/// Connects and looks around.
///
/// # Errors
/// A wrong URL, no connection, no Magento's tables, or the very database that is imported into.
pub fn open(url: &str, own: &Target) -> Result<MagentoSource, Failure> {
    let target = match Target::parse(url) {
        Ok(target @ Target::MySql(_)) => target,
        Ok(Target::Sqlite(_)) => return Err(Failure::Message("--from-magento: must begin with mysql://".into())),
        Err(reason) => return Err(Failure::Message(format!("--from-magento: {reason}"))),
    };
    let name = target.masked().replace("?prefer_socket=false", "");
    let failure = |error: StorageError| Failure::Message(format!("{name}: {error}"));
    let (source, places) = apart(|| {
        let mut source = Source::open(&target).map_err(failure)?;
        if source.is(own).map_err(failure)? {
            return Err(Failure::Message(format!("{name} is the database that rekey runs on: nothing to import")));
        }
        let places = source.places().map_err(failure)?;
        Ok((source, places))
    })?;
    Ok(MagentoSource { name, places, source })
}

/// Says what was added, and where an id means something else here.
pub fn notice_places(source: &Places, added: &Places, here: &Places) {
    let counts = (added.websites.len(), added.groups.len(), added.stores.len());
    if counts != (0, 0, 0) {
        eprintln!("added {} website(s), {} store group(s), {} store(s)", counts.0, counts.1, counts.2);
    }
    for website in &source.websites {
        let same = here.websites.iter().find(|one| one.website_id == website.website_id);
        if let Some(other) = same.filter(|one| one.code != website.code) {
            let code = |code: &Option<String>| code.clone().unwrap_or_default();
            let (id, there, here) = (website.website_id, code(&website.code), code(&other.code));
            eprintln!("note: website {id} is `{there}` there and `{here}` here; customers keep the id");
        }
    }
}

impl MagentoSource {
    /// How many customers have an id above this one; blocks.
    ///
    /// # Errors
    /// The database's own words.
    pub fn count(&mut self, after: i64) -> Result<u64, Failure> {
        Ok(u64::try_from(self.source.count(after)?).unwrap_or(0))
    }

    /// Sends all batches, until nobody takes them any more.
    pub fn send_all(mut self, mut after: i64, to: &Sender<Sent>) {
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        loop {
            let page = self.source.page(after, limit).map_err(|error| format!("{}: {error}", self.name));
            let batch = page.map(|page| batch(page, after));
            let end = batch.as_ref().map_or(true, |batch| batch.last);
            after = batch.as_ref().map_or(after, |batch| batch.position);
            if to.blocking_send(batch).is_err() || end {
                return;
            }
        }
    }
}

/// A Magento's columns hold what Magento's columns hold; only an email may be none.
fn batch(page: Vec<Customer>, after: i64) -> Batch {
    let mut batch = Batch { position: after, last: page.len() < BATCH, ..Batch::default() };
    for customer in page {
        let number = customer.entity_id.unwrap_or(after);
        batch.position = number;
        if customer.email.as_deref().is_some_and(|email| imported::is_email(email.trim_end_matches(' '))) {
            batch.rows.push(Row { number, offset: 0, customer });
        } else {
            let reason = "email is no address that could be written to".into();
            batch.refused.push(Refused { number, offset: 0, reason });
        }
    }
    batch
}
