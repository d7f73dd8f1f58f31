//! Helper processes that end when this one does, however it ends: a shell waits for its standard
//! input to close, which the system does for us even after `kill -9`, then cleans up.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Starts `sh -c script sh args…`; whatever stands behind `cat` in the script runs at the end.
pub fn supervise<S: AsRef<OsStr>>(script: &str, args: impl IntoIterator<Item = S>) -> Child {
    Command::new("sh")
        .arg("-c")
        .arg(format!("trap '' INT TERM HUP\n{script}"))
        .arg("sh")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("there is a shell")
}

/// A folder of this test process, removed with it.
fn root() -> &'static Path {
    static ROOT: OnceLock<(PathBuf, Child)> = OnceLock::new();
    let (root, _) = ROOT.get_or_init(|| {
        let root = std::env::temp_dir().join(format!("rekey-test-{}", std::process::id()));
        std::fs::create_dir_all(&root).expect("the temporary folder can be written");
        let guard = supervise("cat >/dev/null; rm -rf \"$1\"", [&root]);
        (root, guard)
    });
    root
}

/// A new folder, empty.
pub fn folder() -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let folder = root().join(NUMBER.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir(&folder).expect("a folder of our own can be written");
    folder
}
