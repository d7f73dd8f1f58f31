//! Forgetting the links that were spent.
//!
//! `rp_token` decides, and it is empty: the row that a spent link leaves in `rekey_password_reset` leads
//! to a customer who has no such token. So nobody waits for it to go, and those of a second go together.
//! One that stays, because its client hung up or the server ended before, goes with the customer's next link.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::storage::{Storage, resets};

/// How long links are gathered.
const GATHERING: Duration = Duration::from_secs(1);

/// After so long a sweep is taken to have died with the thread that it ran on.
const OVERDUE: Duration = Duration::from_secs(30);

/// Digests of links that were spent.
pub struct SpentLinks {
    storage: Arc<Storage>,
    gathered: Arc<Mutex<Gathered>>,
}

#[derive(Default)]
struct Gathered {
    digests: Vec<String>,
    /// Since when a sweep is on its way to them.
    since: Option<Instant>,
}

impl SpentLinks {
    /// None yet.
    #[must_use]
    pub fn new(storage: Arc<Storage>) -> Self {
        Self { storage, gathered: Arc::default() }
    }

    /// Forgets the links with these digests soon. To be called on a runtime.
    pub fn forget(&self, digests: Vec<String>) {
        let mut gathered = lock(&self.gathered);
        if gathered.since.is_none_or(|since| since.elapsed() > OVERDUE) {
            gathered.since = Some(Instant::now());
            tokio::spawn(sweep(self.storage.clone(), self.gathered.clone()));
        }
        gathered.digests.extend(digests);
    }
}

async fn sweep(storage: Arc<Storage>, gathered: Arc<Mutex<Gathered>>) {
    tokio::time::sleep(GATHERING).await;
    let Gathered { digests, .. } = std::mem::take(&mut *lock(&gathered));
    let swept = storage.write_autocommit(move |db| resets::forget_links(db, &digests));
    if let Err(error) = swept.await {
        log::warn!("spent links stay in rekey_password_reset until their customers ask for new ones: {error}");
    }
}

fn lock(gathered: &Mutex<Gathered>) -> MutexGuard<'_, Gathered> {
    gathered.lock().unwrap_or_else(PoisonError::into_inner)
}
