//! How a pass-through can fail.

use actix_web::http::StatusCode;

/// Why the upstream's answer is not there. The text is for clients: no address, no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection.
    #[error("The upstream server cannot be reached. Try again later.")]
    Unreachable,
    /// It broke off, or did not speak HTTP.
    #[error("The upstream server sent no valid answer. Try again later.")]
    Broken,
    /// Nothing moved for `upstream.timeout`.
    #[error("The upstream server did not answer in time. Try again later.")]
    TimedOut,
    /// Websockets and tunnels.
    #[error("Protocol upgrades are not supported.")]
    Upgrade,
    /// A head that HTTP/1.1 cannot carry on.
    #[error("The request cannot be passed on.")]
    NotPassable,
    /// The client's body broke off.
    #[error("The request body broke off.")]
    BodyBroken,
    /// The client's body stood still for `upstream.timeout`.
    #[error("The request body did not arrive in time.")]
    BodySlow,
}

impl Failure {
    /// What it is answered with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Unreachable | Self::Broken => StatusCode::BAD_GATEWAY,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Self::Upgrade => StatusCode::NOT_IMPLEMENTED,
            Self::NotPassable | Self::BodyBroken => StatusCode::BAD_REQUEST,
            Self::BodySlow => StatusCode::REQUEST_TIMEOUT,
        }
    }
}
