//! The rate limits of Commerce Layer's door: a window for each client address.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Instant;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::super::client_address;
use crate::app::App;
use crate::domain::commerce_layer::rate_limit::Limit;

/// What is limited.
#[derive(Clone, Copy)]
pub enum Door {
    /// `/api`.
    Api,
    /// `/oauth`.
    OAuth,
}

/// What a client has left.
pub struct Allowance {
    limit: Limit,
    /// None: this request is one too many.
    pub remaining: Option<u32>,
}

/// Counts the request.
pub fn take(app: &App, request: &HttpRequest, door: Door) -> Allowance {
    let client = network(client_address::of(request, &app.config.http.trusted_proxies));
    let state = &app.commerce_layer;
    let windows = match door {
        Door::Api => &state.api_limit,
        Door::OAuth => &state.oauth_limit,
    };
    let mut windows = windows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let remaining = windows.take(client, Instant::now());
    Allowance { limit: windows.limit(), remaining }
}

/// One IPv6 client owns a /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl Allowance {
    /// Writes the three headers; the interval is in seconds.
    pub fn write(&self, response: &mut HttpResponse) {
        let values = [
            ("x-ratelimit-limit", u64::from(self.limit.requests)),
            ("x-ratelimit-interval", self.limit.interval.as_secs()),
            ("x-ratelimit-remaining", u64::from(self.remaining.unwrap_or(0))),
        ];
        for (name, value) in values {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}
