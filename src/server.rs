//! The HTTP server put together: middleware, limits, graceful stop.

use std::net::SocketAddr;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App as Actix, HttpServer, web};

use crate::app::{App, StartError};
use crate::telemetry::Metrics;
use crate::{http, telemetry, webhooks};

/// A server that listens; it runs while it is awaited.
pub struct Listening {
    /// Where, with the port that was really taken.
    pub address: SocketAddr,
    /// Await it; it ends after SIGTERM, SIGINT or its handle's `stop`, when what was in flight is answered.
    pub server: Server,
}

/// How long an idle connection is kept: longer than common load balancers keep theirs.
const KEEP_ALIVE: std::time::Duration = std::time::Duration::from_secs(75);

/// Binds and starts. Must be called inside an actix system.
///
/// # Errors
/// When the address is taken or not ours, or `upstream.*` makes no sense.
pub fn listen(app: web::Data<App>) -> Result<Listening, StartError> {
    let options = app.config.http.clone();
    let behind = http::Behind::new(&app.config).map_err(StartError::Setting)?;
    http::start_workers(&app);
    app.courier.start()?;
    webhooks::start(&app.clone().into_inner())?;
    let metrics = web::Data::new(Metrics::new(|registry| app.hasher.register(registry)));
    let server = HttpServer::new(move || {
        Actix::new()
            .app_data(app.clone())
            .app_data(metrics.clone())
            .wrap(from_fn(telemetry::access_log))
            .configure(|config| http::routes(config, &behind))
    })
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(options.head_timeout)
    .shutdown_timeout(options.shutdown_timeout.as_secs())
    .workers(options.workers.unwrap_or_else(default_workers));
    let server = server.bind(options.bind).map_err(|error| {
        std::io::Error::new(
            error.kind(),
            format!("cannot listen on {}: {error}; set REKEY_HTTP__BIND to another address", options.bind),
        )
    })?;
    let address = server.addrs().first().copied().unwrap_or(options.bind);
    Ok(Listening { address, server: server.run() })
}

/// Half as many as cores, at least two: a thread that wakes finds several requests, and leaves more of the
/// cores to the hashes (docs/decisions/0013).
fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2).max(2)
}
