//! Everything that rekey does not own goes to the Magento behind it, streamed both ways and
//! unchanged: method, path and query byte for byte, `Host`, status, body.
//!
//! The client is hyper's. actix's own (`awc` 3.11) keeps paths raw too, but it writes the whole
//! request before it reads a byte of the answer, so that an early 413 is lost behind a broken pipe
//! and two full pipes wait for each other; and it takes an answer that was cut off for complete.
//!
//! In the order of a request: `headers` (hop-by-hop, `X-Forwarded-*`), `upload`, `exchange`
//! (time limits, the second try), `download`; `failure` when it does not work out.
//!
//! Not in here: what rekey owns (`http::fallback` asks the Magento door), and how a failure is
//! worded on the wire.

mod connector;
mod download;
mod exchange;
mod failure;
mod headers;
mod upload;

use std::time::Duration;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use hyper_util::client::legacy::Client;
use ipnet::IpNet;

use crate::config::Config;
use connector::Connector;
pub use failure::Failure;
use upload::Upload;

/// Where to pass to. Each worker opens its own [`Passthrough`].
#[derive(Clone)]
pub struct Upstream {
    scheme: Scheme,
    authority: Authority,
    /// Stands before every path; without a slash at its end.
    base: String,
    timeout: Duration,
    /// Whose `X-Forwarded-*` is believed.
    proxies: Vec<IpNet>,
    connector: Connector,
}

impl Upstream {
    /// None without `upstream.url`. Connects to nobody yet.
    ///
    /// # Errors
    /// What is wrong with the URL, or with the system's certificates.
    pub fn new(config: &Config) -> Result<Option<Self>, String> {
        let settings = &config.upstream;
        let Some(url) = settings.url.clone() else { return Ok(None) };
        let parts = url.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err("expected http://host:port".into());
        };
        let connector = connector::new(scheme == Scheme::HTTPS, settings.connect_timeout)?;
        let base = parts.path_and_query.map_or_else(String::new, |path| path.path().trim_end_matches('/').to_owned());
        let proxies = config.http.trusted_proxies.clone();
        Ok(Some(Self { scheme, authority, base, timeout: settings.timeout, proxies, connector }))
    }

    /// With a pool of connections of its own.
    pub fn open(&self) -> Passthrough {
        Passthrough { client: connector::client(&self.connector), upstream: self.clone() }
    }

    /// The same path and query, there.
    fn target(&self, request: &HttpRequest) -> Result<Uri, Failure> {
        let raw = request.uri().path_and_query().map_or("/", |raw| raw.as_str());
        let path = PathAndQuery::try_from(format!("{}{raw}", self.base)).map_err(|_| Failure::NotPassable)?;
        let builder = Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone());
        builder.path_and_query(path).build().map_err(|_| Failure::NotPassable)
    }
}

/// One worker's connections to the upstream.
pub struct Passthrough {
    client: Client<Connector, Upload>,
    upstream: Upstream,
}

impl Passthrough {
    /// Has the upstream answer.
    ///
    /// # Errors
    /// Why it did not.
    pub async fn forward(&self, request: &HttpRequest, payload: web::Payload) -> Result<HttpResponse, Failure> {
        if request.method() == Method::CONNECT || headers::asks_for_websocket(request.headers()) {
            return Err(Failure::Upgrade);
        }
        let head = self.head(request)?;
        let (body, progress) = upload::start(request.headers(), payload, self.upstream.timeout);
        let answer = exchange::run(&self.client, head, body, &progress, self.upstream.timeout).await?;
        download::answer(request, answer, self.upstream.timeout)
    }

    /// The head as the upstream gets it.
    fn head(&self, request: &HttpRequest) -> Result<http::request::Parts, Failure> {
        let method = http::Method::from_bytes(request.method().as_str().as_bytes());
        let mut head = http::Request::new(()).into_parts().0;
        head.method = method.map_err(|_| Failure::NotPassable)?;
        head.uri = self.upstream.target(request)?;
        let peer = request.peer_addr().map(|address| address.ip().to_canonical());
        let trusted = peer.is_some_and(|peer| self.upstream.proxies.iter().any(|net| net.contains(&peer)));
        head.headers = headers::to_upstream(request.headers(), peer, trusted)?;
        Ok(head)
    }
}
