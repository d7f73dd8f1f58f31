//! One request and the head of its answer.

use std::error::Error as _;
use std::io::ErrorKind;
use std::pin::pin;
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, Error};
use tokio::time::{Instant, timeout_at};

use super::Failure;
use super::connector::Connector;
use super::upload::{Progress, Upload};

type Pool = Client<Connector, Upload>;

/// Sends, and waits for the head of the answer. A request that may be repeated, and has no body that
/// would be gone, is sent once more when the connection turns out to be dead: the upstream may close
/// an idle one in the moment in which it is used.
pub async fn run(
    client: &Pool,
    head: Parts,
    body: Upload,
    progress: &Progress,
    limit: Duration,
) -> Result<Response<Incoming>, Failure> {
    let again = body.again().filter(|_| head.method.is_idempotent()).map(|body| (head.clone(), body));
    let first = send(client, Request::from_parts(head, body), progress, limit).await?;
    let answer = match (first, again) {
        (Err(error), Some((head, body))) if is_dead_connection(&error) => {
            send(client, Request::from_parts(head, body), progress, limit).await?
        }
        (first, _) => first,
    };
    answer.map_err(|error| failure(&error, progress))
}

/// The limit counts from the last piece of body that moved: a large upload may take its time.
async fn send(
    client: &Pool,
    request: Request<Upload>,
    progress: &Progress,
    limit: Duration,
) -> Result<Result<Response<Incoming>, Error>, Failure> {
    let begin = Instant::now();
    let mut answer = pin!(client.request(request));
    loop {
        let deadline = progress.moved().max(begin) + limit;
        match timeout_at(deadline, answer.as_mut()).await {
            Ok(answer) => return Ok(answer),
            Err(_) if progress.moved().max(begin) + limit > deadline => {}
            Err(_) => return Err(progress.blame()),
        }
    }
}

/// What happened, for the client; the reason is for the log.
fn failure(error: &Error, progress: &Progress) -> Failure {
    if let Some(failure) = progress.failure() {
        return failure;
    }
    log::warn!("upstream: {error}{}", error.source().map(|source| format!(": {source}")).unwrap_or_default());
    if error.is_connect() { Failure::Unreachable } else { Failure::Broken }
}

/// Whether the other side hung up before it said anything.
fn is_dead_connection(error: &Error) -> bool {
    let Some(error) = error.source().and_then(|source| source.downcast_ref::<hyper::Error>()) else { return false };
    let kind = error.source().and_then(|source| source.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    error.is_incomplete_message() || matches!(kind, Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe))
}
