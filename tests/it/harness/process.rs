//! The binary itself, as a process of its own.

use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::world::World;

/// `rekey` in a folder, without any setting of whoever runs the tests.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir(folder);
    command
}

/// Runs `rekey` on a world's database to its end.
pub fn run(world: &World, arguments: &[&str]) -> Output {
    configured(world).args(arguments).output().expect("the binary runs")
}

/// `rekey` with a world's settings as variables.
pub fn configured(world: &World) -> Command {
    let mut command = command(&world.folder());
    for (key, value) in world.settings() {
        let (section, name) = key.split_once('.').expect("section.key");
        command.env(format!("REKEY_{}__{}", section.to_uppercase(), name.to_uppercase()), value);
    }
    command
}

/// A running `rekey`; killed when it is dropped.
pub struct Process {
    child: Child,
    log: Arc<Mutex<Vec<u8>>>,
}

impl Process {
    pub fn spawn(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let log = Arc::new(Mutex::new(Vec::new()));
        collect(child.stdout.take().expect("a pipe"), log.clone());
        collect(child.stderr.take().expect("a pipe"), log.clone());
        Self { child, log }
    }

    /// Starts `rekey serve` on a world's database.
    pub fn serve(world: &World, variables: &[(&str, &str)]) -> Self {
        let mut command = configured(world);
        command.arg("serve").env("RUST_LOG", "info").envs(variables.iter().copied());
        Self::spawn(command)
    }

    /// Where it listens, as its log says.
    pub fn address(&self) -> SocketAddr {
        let line = self.wait_for("listening on http://");
        line.trim().parse().expect("an address")
    }

    /// The rest of the first line that has this in it.
    pub fn wait_for(&self, text: &str) -> String {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            let output = self.output();
            let mut lines = output.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            if let Some((_, rest)) = lines.find_map(|line| line.split_once(text)) {
                return rest.trim_end().to_owned();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("`{text}` was never said: {}", self.output());
    }

    /// All that it printed so far.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().expect("there is `kill`");
        assert!(status.success());
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it is our child")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As it comes: what is written at once stays together.
fn collect(mut pipe: impl Read + Send + 'static, log: Arc<Mutex<Vec<u8>>>) {
    std::thread::spawn(move || {
        let mut chunk = [0; 8192];
        while let Ok(length @ 1..) = pipe.read(&mut chunk) {
            log.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&chunk[..length]);
        }
    });
}
