//! What is measured while the server runs, in Prometheus's text form (`OpenMetrics`).

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The Content-Type of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Label = [(&'static str, &'static str); 1];

/// All that is measured. No label is anything that a client sent.
pub struct Metrics {
    registry: Registry,
    requests: Family<Label, Histogram, fn() -> Histogram>,
}

impl Metrics {
    /// Requests, and what `others` add.
    #[must_use]
    pub fn new(others: impl FnOnce(&mut Registry)) -> Self {
        let mut registry = Registry::with_prefix("rekey");
        // From a quarter of a millisecond to 4 seconds.
        let histogram: fn() -> Histogram = || Histogram::new(exponential_buckets(0.000_25, 4.0, 8));
        let requests = Family::new_with_constructor(histogram);
        registry.register("http_request_seconds", "Seconds from head to answer, by status", requests.clone());
        others(&mut registry);
        Self { registry, requests }
    }

    /// Notes an answered request.
    pub fn answered(&self, status: u16, time: Duration) {
        self.requests.get_or_create(&[("status", class(status))]).observe(time.as_secs_f64());
    }

    /// Everything as text; empty only when formatting fails, which memory alone could cause.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.registry) {
            log::error!("metrics cannot be written: {error}");
        }
        text
    }
}

fn class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_class() {
        let metrics = Metrics::new(|_| {});
        metrics.answered(400, Duration::from_millis(1));
        metrics.answered(404, Duration::from_millis(1));
        let text = metrics.text();
        assert!(text.contains(r#"rekey_http_request_seconds_count{status="4xx"} 2"#), "{text}");
        assert!(!text.contains("5xx") && text.ends_with("# EOF\n"));
    }
}
