//! The real server, built as the binary builds it, on a thread of this process and a free port.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::web;
use chrono::{NaiveDateTime, TimeDelta};
use rekey::app::{App, Clock, SystemClock, SystemRandom};
use rekey::config::Config;

/// A clock that stands still until a test moves it on. It begins at the real time, so that tests may
/// also run the binary, which has its own.
pub struct TestClock {
    now: Mutex<NaiveDateTime>,
    broken: AtomicBool,
}

impl TestClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { now: Mutex::new(SystemClock.now()), broken: AtomicBool::new(false) })
    }

    /// Sets it to the real time again, after the binary has stamped something.
    pub fn catch_up(&self) {
        *self.now.lock().expect("no test panics with the clock") = SystemClock.now();
    }

    /// Makes whoever asks for the time panic, until it is told otherwise.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    pub fn advance(&self, seconds: i64) {
        *self.now.lock().expect("no test panics with the clock") += TimeDelta::seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> NaiveDateTime {
        assert!(!self.broken.load(Ordering::Relaxed), "the clock is broken");
        *self.now.lock().expect("no test panics with the clock")
    }
}

/// Runs until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub app: web::Data<App>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Builds on this thread, outside any async task, and serves on one of its own.
    pub fn start(config: Config, clock: Arc<dyn Clock>) -> Self {
        let app = App::build_with(config, clock, Arc::new(SystemRandom)).expect("the application can be built");
        let app = web::Data::new(app);
        let (sender, receiver) = mpsc::channel();
        let served = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listening = rekey::server::listen(served).expect("a free port can be taken");
                sender.send((listening.address, listening.server.handle())).expect("the test waits");
                listening.server.await.expect("the server ends well");
            });
        });
        let (address, handle) = receiver.recv().expect("the server starts");
        Self { address, app, handle, thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The command is sent at the call; awaiting it would only wait for the end.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
