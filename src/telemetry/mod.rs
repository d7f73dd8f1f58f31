//! Logs and metrics. Never logged: passwords, tokens, query strings, `Authorization`, bodies, whole emails.

mod access_log;
mod metrics;

pub use access_log::access_log;
pub use metrics::{CONTENT_TYPE, Metrics};

/// Starts `env_logger`; `RUST_LOG` decides, `info` without it.
pub fn init() {
    let environment = env_logger::Env::default().default_filter_or("info");
    // A second start, as in tests, keeps the first logger.
    let _ = env_logger::Builder::from_env(environment).format_target(true).try_init();
}
