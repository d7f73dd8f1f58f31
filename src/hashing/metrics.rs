//! How long computations wait, and how many are turned away, for each door.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::queue::Door;

/// The label of a door.
type Label = [(&'static str, Door); 1];

/// The counters; clones count together.
#[derive(Clone)]
pub(super) struct Metrics {
    wait: Family<Label, Histogram, fn() -> Histogram>,
    refused: Family<Label, Counter>,
    last_waits: Arc<LastWaits>,
}

/// Microseconds.
#[derive(Default)]
struct LastWaits {
    magento: AtomicU64,
    commerce_layer: AtomicU64,
}

impl Metrics {
    pub(super) fn new() -> Self {
        // From a millisecond to 16 seconds.
        let histogram: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 4.0, 8));
        Self { wait: Family::new_with_constructor(histogram), refused: Family::default(), last_waits: Arc::default() }
    }

    pub(super) fn waited(&self, door: Door, time: Duration) {
        self.wait.get_or_create(&label(door)).observe(time.as_secs_f64());
        self.last(door).store(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How long the last one waited.
    pub(super) fn last_wait(&self, door: Door) -> Duration {
        Duration::from_micros(self.last(door).load(Ordering::Relaxed))
    }

    fn last(&self, door: Door) -> &AtomicU64 {
        match door {
            Door::Magento => &self.last_waits.magento,
            Door::CommerceLayer => &self.last_waits.commerce_layer,
        }
    }

    pub(super) fn refused(&self, door: Door) {
        self.refused.get_or_create(&label(door)).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Seconds that password computations waited for a thread";
        registry.register("hashing_wait_seconds", help, self.wait.clone());
        let help = "Password computations refused because the door's queue was full";
        registry.register("hashing_refused", help, self.refused.clone());
    }
}

fn label(door: Door) -> Label {
    [("door", door)]
}

impl EncodeLabelValue for Door {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), fmt::Error> {
        let name = match self {
            Self::Magento => "magento",
            Self::CommerceLayer => "commerce_layer",
        };
        name.encode(encoder)
    }
}
