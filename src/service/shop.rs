//! The shop's stores and settings, kept for `magento.settings_ttl`.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::Fault;
use crate::app::App;
use crate::domain::shop::Shop;
use crate::storage;

/// The last snapshot and its age.
pub struct ShopCache {
    ttl: Duration,
    snapshot: RwLock<Option<(Instant, Arc<Shop>)>>,
    /// One request refreshes; the others wait for it instead of asking too.
    refreshing: tokio::sync::Mutex<()>,
}

impl ShopCache {
    /// An empty cache; a `ttl` of zero reads every time.
    #[must_use]
    pub fn new(ttl: Duration) -> Self {
        Self { ttl, snapshot: RwLock::new(None), refreshing: tokio::sync::Mutex::new(()) }
    }

    fn fresh(&self) -> Option<Arc<Shop>> {
        let snapshot = self.snapshot.read().unwrap_or_else(PoisonError::into_inner);
        let (read, shop) = snapshot.as_ref()?;
        (read.elapsed() < self.ttl).then(|| shop.clone())
    }

    fn keep(&self, shop: &Arc<Shop>) {
        let mut snapshot = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        *snapshot = Some((Instant::now(), shop.clone()));
    }
}

/// The shop as it is now, at most `magento.settings_ttl` old.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn current(app: &App) -> Result<Arc<Shop>, Fault> {
    if app.shop.ttl.is_zero() {
        return Ok(Arc::new(app.storage.read(storage::shop::load).await?));
    }
    if let Some(shop) = app.shop.fresh() {
        return Ok(shop);
    }
    let _turn = app.shop.refreshing.lock().await;
    if let Some(shop) = app.shop.fresh() {
        return Ok(shop);
    }
    let shop = Arc::new(app.storage.read(storage::shop::load).await?);
    app.shop.keep(&shop);
    Ok(shop)
}
