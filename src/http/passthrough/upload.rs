//! The client's body on its way to the upstream. A task carries it over piece by piece, since
//! actix's side belongs to this thread and hyper's may not; no more than a piece waits in between.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::{rt, web};
use futures_util::StreamExt;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::{Failure, headers};

/// A request's body as hyper takes it.
pub struct Upload {
    /// None when it comes in chunks.
    length: Option<u64>,
    pieces: mpsc::Receiver<Result<Bytes, Failure>>,
}

/// How far the upload is.
pub struct Progress {
    moved: Cell<Instant>,
    /// Whether it is the client that is waited for.
    waiting: Cell<bool>,
    failure: Cell<Option<Failure>>,
}

impl Progress {
    /// When something was last done.
    pub fn moved(&self) -> Instant {
        self.moved.get()
    }

    /// Why it stands still, seen from here.
    pub fn blame(&self) -> Failure {
        if self.waiting.get() { Failure::BodySlow } else { Failure::TimedOut }
    }

    /// Why it ended before its end, if it did.
    pub fn failure(&self) -> Option<Failure> {
        self.failure.get()
    }

    fn step(&self, waiting: bool) {
        self.moved.set(Instant::now());
        self.waiting.set(waiting);
    }
}

/// Begins to carry the body over, if there is one.
pub fn start(headers: &HeaderMap, payload: web::Payload, limit: Duration) -> (Upload, Rc<Progress>) {
    let length = length(headers);
    let (sender, pieces) = mpsc::channel(1);
    let progress =
        Rc::new(Progress { moved: Cell::new(Instant::now()), waiting: Cell::new(false), failure: Cell::new(None) });
    if length != Some(0) {
        rt::spawn(carry(payload, sender, progress.clone(), limit));
    }
    (Upload { length, pieces }, progress)
}

/// A request without a length has no body, unless it is chunked.
fn length(headers: &HeaderMap) -> Option<u64> {
    if headers::is_chunked(headers) {
        return None;
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    Some(length.and_then(|length| length.trim().parse().ok()).unwrap_or(0))
}

async fn carry(
    mut payload: web::Payload,
    sender: mpsc::Sender<Result<Bytes, Failure>>,
    progress: Rc<Progress>,
    limit: Duration,
) {
    loop {
        progress.step(true);
        let piece = match timeout(limit, payload.next()).await {
            Ok(None) => return progress.step(false),
            Ok(Some(Ok(piece))) => Ok(piece),
            Ok(Some(Err(_))) => Err(Failure::BodyBroken),
            Err(_) => Err(Failure::BodySlow),
        };
        progress.step(false);
        progress.failure.set(piece.as_ref().err().copied());
        // Nobody takes it any more when the upstream has answered without reading to the end.
        if sender.send(piece).await.is_err() || progress.failure().is_some() {
            return;
        }
    }
}

impl Upload {
    /// Another one like it, where there is nothing to send.
    pub fn again(&self) -> Option<Self> {
        (self.length == Some(0)).then(|| Self { length: self.length, pieces: mpsc::channel(1).1 })
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        self.pieces.poll_recv(cx).map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        self.length == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
