//! A mail server, through lettre: pooled connections, bounded waits.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{Error, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

use super::SendError;
use crate::mail::compose::Composed;
use crate::mail::destination::{Security, Server};

type Pool = AsyncSmtpTransport<Tokio1Executor>;

/// A mail server.
pub struct Smtp {
    server: Server,
    timeout: Duration,
    pool: Mutex<Option<Pool>>,
}

impl Smtp {
    pub fn new(server: Server, timeout: Duration) -> Self {
        Self { server, timeout, pool: Mutex::new(None) }
    }

    pub async fn send(&self, message: &Composed) -> Result<(), SendError> {
        let pool = self.pool().map_err(|error| later(&error))?;
        let sending = pool.send_raw(&message.envelope, &message.bytes);
        // lettre bounds the connecting only. This bound is below the courier's lease, so that no other
        // courier takes a mail that is still under way.
        match tokio::time::timeout(2 * self.timeout, sending).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(SendError::Refused(error.to_string())),
            Ok(Err(error)) => Err(later(&error)),
            Err(_) => {
                // lettre would put the connection back in the middle of a mail.
                self.forget();
                Err(SendError::Later("the server did not answer in time".into()))
            }
        }
    }

    pub async fn close(&self) {
        let pool = self.forget();
        if let Some(pool) = pool {
            let _ = tokio::time::timeout(Duration::from_secs(1), pool.shutdown()).await;
        }
    }

    fn forget(&self) -> Option<Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn pool(&self) -> Result<Pool, Error> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        match &*pool {
            Some(pool) => Ok(pool.clone()),
            None => Ok(pool.insert(connect(&self.server, self.timeout)?).clone()),
        }
    }
}

fn connect(server: &Server, timeout: Duration) -> Result<Pool, Error> {
    let parameters = || TlsParameters::new(server.host.clone());
    let tls = match server.security {
        Security::WhenOffered => Tls::Opportunistic(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
        Security::Tls => Tls::Wrapper(parameters()?),
    };
    let mut builder = Pool::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(timeout))
        .pool_config(PoolConfig::new());
    if let Some((user, password)) = &server.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

fn later(error: &Error) -> SendError {
    SendError::Later(error.to_string())
}
