//! Calls that are answered before they are done: stored, then worked off, also after a restart.

use chrono::TimeDelta;
use secrecy::ExposeSecret;
use uuid::Uuid;

use super::Fault;
use crate::app::App;
use crate::domain::crypt_key::{hex, mac};
use crate::storage::async_operations::{self, Operation};

/// Seconds before a call that failed for our reasons is tried again; the last one repeats.
const PAUSES: [i64; 5] = [1, 5, 30, 120, 600];

/// Seconds before a call is taken up. Magento's consumers come by a moment later, too: a client that
/// reads back at once sees the state before.
const DELAY: i64 = 2;

/// How often a call is tried.
const MAX_ATTEMPTS: i32 = 20;

/// A call as it was accepted.
pub struct Call {
    /// The operation's name in the table of routes.
    pub operation: String,
    /// The store that the URL named.
    pub store: i32,
    /// The customer behind the bearer token, or 0.
    pub caller: i64,
    /// The client's address.
    pub address: String,
    /// The parameters as JSON.
    pub parameters: String,
}

/// What the client is told: an id for all, and a hash for each call.
pub struct Accepted {
    /// Magento's `bulk_uuid`.
    pub bulk_uuid: String,
    /// Magento's `data_hash`: HMAC-SHA256 under the crypt key, in hex.
    pub hashes: Vec<String>,
}

/// Stores calls, all or none.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn accept(app: &App, calls: Vec<Call>) -> Result<Accepted, Fault> {
    let (bulk_uuid, now) = (Uuid::new_v4().to_string(), app.now());
    let mut hashes = Vec::with_capacity(calls.len());
    let mut operations = Vec::with_capacity(calls.len());
    for call in calls {
        let key = app.crypt_key.newest().expose_secret().as_bytes();
        hashes.push(hex(&mac(key, call.parameters.as_bytes())));
        let sealed = app.crypt_key.seal_text(&call.parameters, app.random_bytes());
        operations.push(Operation {
            bulk_uuid: bulk_uuid.clone(),
            operation: call.operation,
            store_id: call.store,
            caller: call.caller,
            address: call.address,
            sealed: sealed.ok_or_else(|| Fault::Broken("cannot seal a call".into()))?,
            created_at: now,
            due_at: now + TimeDelta::seconds(DELAY),
            attempts: 0,
        });
    }
    let bulk = bulk_uuid.clone();
    let insert = app.storage.write_settled(
        move |db| async_operations::insert(db, &operations),
        move |db| Ok(async_operations::is_accepted(db, &bulk)?.then_some(())),
    );
    insert.await?;
    app.accepted.notify_one();
    Ok(Accepted { bulk_uuid, hashes })
}

/// A call that this worker has to itself for a while.
pub struct Claimed {
    id: i64,
    attempts: i32,
    /// What to do.
    pub call: Call,
}

/// The next call that is due.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn claim(app: &App) -> Result<Option<Claimed>, Fault> {
    let now = app.now();
    let Some((id, operation)) = app.storage.write(move |db| async_operations::claim(db, now)).await? else {
        return Ok(None);
    };
    let Some(parameters) = app.crypt_key.open_text(&operation.sealed) else {
        log::error!("call {id} of bulk {} cannot be opened with this crypt key: dropped", operation.bulk_uuid);
        app.storage.write(move |db| async_operations::finish(db, id)).await?;
        return Ok(None);
    };
    let call = Call {
        operation: operation.operation,
        store: operation.store_id,
        caller: operation.caller,
        address: operation.address,
        parameters: parameters.to_string(),
    };
    Ok(Some(Claimed { id, attempts: operation.attempts + 1, call }))
}

/// Files how a call ended: done and refused ones are forgotten, others are tried again later.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn settle(app: &App, claimed: &Claimed, retry: bool) -> Result<(), Fault> {
    let (id, attempts) = (claimed.id, claimed.attempts);
    if retry && attempts < MAX_ATTEMPTS {
        let pause = usize::try_from(attempts - 1).ok().and_then(|n| PAUSES.get(n)).unwrap_or(&600);
        let until = app.now() + TimeDelta::seconds(*pause);
        return Ok(app.storage.write(move |db| async_operations::postpone(db, id, until)).await?);
    }
    if retry {
        log::error!("call {id} ({}) is given up after {attempts} attempts", claimed.call.operation);
    }
    Ok(app.storage.write(move |db| async_operations::finish(db, id)).await?)
}
