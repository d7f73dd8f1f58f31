//! Connections to the upstream: TCP, with TLS over it for `https`, pooled while they are idle.

use std::sync::Arc;
use std::time::Duration;

use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};

use super::upload::Upload;

/// Opens connections.
pub type Connector = HttpsConnector<HttpConnector>;

/// How long an idle connection is kept: shorter than common servers keep theirs.
const IDLE: Duration = Duration::from_secs(15);

/// The most headers that an answer may have: hyper's 100 are few for a page with many cookies.
const HEADERS: usize = 256;

/// * `tls`: the system's certificates are read only then, since a lean container has none.
pub fn new(tls: bool, timeout: Duration) -> Result<Connector, String> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(timeout));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let builder = if tls {
        builder.with_native_roots().map_err(|error| format!("the system's certificates: {error}"))?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    let config = builder.with_no_client_auth();
    Ok(HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().wrap_connector(tcp))
}

/// A pool. `Host` is the client's own, and only HTTP/1.0 comes without one.
pub fn client(connector: &Connector) -> Client<Connector, Upload> {
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .http1_max_headers(HEADERS)
        .build(connector.clone())
}
