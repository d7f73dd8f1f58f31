//! Working the outbox of webhooks.

use chrono::TimeDelta;

use super::super::Fault;
use crate::app::App;
use crate::storage::webhook_deliveries;
pub use crate::storage::webhook_deliveries::Delivery;

/// How long a process that took a message keeps others off it; longer than a post may take.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Messages to endpoints that are configured no more are kept this long.
const KEEP: TimeDelta = TimeDelta::days(7);

/// Takes the next message that is due for an endpoint.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn claim(app: &App, endpoint: &str) -> Result<Option<Delivery>, Fault> {
    let (endpoint, now) = (endpoint.to_owned(), app.clock.now_millis());
    // Looking needs no transaction: an idle outbox takes no write lock.
    let waiting = endpoint.clone();
    if !app.storage.read(move |db| webhook_deliveries::is_due(db, &waiting, now)).await? {
        return Ok(None);
    }
    Ok(app.storage.write(move |db| webhook_deliveries::claim(db, &endpoint, now, now + LEASE)).await?)
}

/// Tries a message again later.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn postpone(app: &App, id: i64, delay: TimeDelta) -> Result<(), Fault> {
    let until = app.clock.now_millis() + delay;
    app.storage.write(move |db| webhook_deliveries::postpone(db, id, until)).await?;
    Ok(())
}

/// Forgets a message that was taken or given up, and very old ones.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn forget(app: &App, id: i64) -> Result<(), Fault> {
    let before = app.clock.now_millis() - KEEP;
    let forgotten = app.storage.write(move |db| {
        webhook_deliveries::forget(db, id)?;
        webhook_deliveries::forget_older(db, before)
    });
    forgotten.await?;
    Ok(())
}
