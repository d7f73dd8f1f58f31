//! A sliding window of requests for each client.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests.
    pub requests: u32,
    /// The window.
    pub interval: Duration,
}

/// Most clients that are remembered at once: when it is reached, those that are idle are forgotten,
/// and if all are busy, everything is: a flood of addresses costs memory to nobody.
const MAX_CLIENTS: usize = 50_000;

/// Counts requests by two adjoining fixed windows, weighted: a sliding window in constant space.
pub struct Windows<K> {
    limit: Limit,
    clients: HashMap<K, Window>,
}

struct Window {
    begin: Instant,
    current: u32,
    previous: u32,
}

impl<K: Eq + Hash> Windows<K> {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(limit: Limit) -> Self {
        Self { limit, clients: HashMap::new() }
    }

    /// The limit.
    #[must_use]
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// Counts a request: what remains, or `None` when it is one too many.
    pub fn take(&mut self, client: K, now: Instant) -> Option<u32> {
        if self.clients.len() >= MAX_CLIENTS && !self.clients.contains_key(&client) {
            self.forget_idle(now);
        }
        let Limit { requests, interval } = self.limit;
        let window = self.clients.entry(client).or_insert(Window { begin: now, current: 0, previous: 0 });
        window.slide(now, interval);
        let used = window.used(now, interval);
        if used >= requests {
            return None;
        }
        window.current += 1;
        Some(requests - used - 1)
    }

    fn forget_idle(&mut self, now: Instant) {
        let interval = self.limit.interval;
        self.clients.retain(|_, window| now.duration_since(window.begin) < interval * 2);
        if self.clients.len() >= MAX_CLIENTS {
            self.clients.clear();
        }
    }
}

impl Window {
    fn slide(&mut self, now: Instant, interval: Duration) {
        let age = now.duration_since(self.begin);
        if age >= interval * 2 {
            *self = Self { begin: now, current: 0, previous: 0 };
        } else if age >= interval {
            *self = Self { begin: self.begin + interval, current: 0, previous: self.current };
        }
    }

    /// The previous window counts for the share of it that the sliding one still covers.
    fn used(&self, now: Instant, interval: Duration) -> u32 {
        let left = interval.saturating_sub(now.duration_since(self.begin));
        let weighted = u128::from(self.previous) * left.as_nanos() / interval.as_nanos().max(1);
        self.current + u32::try_from(weighted).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let limit = Limit { requests: 2, interval: Duration::from_secs(10) };
        let mut windows = Windows::new(limit);
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(windows.take("a", at(0)), Some(1));
        assert_eq!(windows.take("a", at(1)), Some(0));
        assert_eq!(windows.take("a", at(2)), None);
        assert_eq!(windows.take("b", at(2)), Some(1));
        assert_eq!(windows.take("a", at(10)), None);
        assert_eq!(windows.take("a", at(15)), Some(0));
        assert_eq!(windows.take("a", at(60)), Some(1));
    }
}
