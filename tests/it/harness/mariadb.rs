//! A private MariaDB: one a test process, on a free port, in a temporary folder, whoever we are and
//! whatever else listens on 3306.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rekey::storage::{self, Target};

use super::supervisor::supervise;

const MISSING: &str = "these tests need a MariaDB server binary (mariadbd); run `make test-deps`";

/// Durable is what a test database need not be.
const FAST: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--max-connections=1000",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--performance-schema=0",
];

/// Runs the server with its folder as `$1`; kills it and removes the folder at the end.
const SCRIPT: &str = "folder=$1; shift
\"$@\" >\"$folder/log\" 2>&1 </dev/null &
cat >/dev/null
kill -9 $!; wait; rm -rf \"$folder\"";

/// `mysql://root@127.0.0.1:PORT` of the server of this process.
pub fn server() -> &'static str {
    static SERVER: OnceLock<(String, Child)> = OnceLock::new();
    &SERVER.get_or_init(start).0
}

fn start() -> (String, Child) {
    let install = Install::find().expect(MISSING);
    let folder = std::env::temp_dir().join(format!("rekey-mariadb-{}", std::process::id()));
    install.make_data(&folder);
    // Between asking for a free port and taking it somebody else may: then another one.
    for _ in 0..5 {
        let port = free_port();
        let mut guard = supervise(SCRIPT, install.command(&folder, port));
        let url = format!("mysql://root@127.0.0.1:{port}");
        if ready(&url) {
            return (url, guard);
        }
        drop(guard.stdin.take());
        let _ = guard.wait();
        install.make_data(&folder);
    }
    panic!("the private MariaDB in {} does not start", folder.display());
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("a listener has an address").port()
}

fn ready(url: &str) -> bool {
    let target = Target::parse(&format!("{url}/mysql")).expect("a URL of ours");
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if storage::connect(&target).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Where the binaries are.
struct Install {
    daemon: PathBuf,
    initializer: PathBuf,
    /// The `usr` of a tree that `scripts/test-deps.sh` unpacked, when it is not the system's.
    base: Option<PathBuf>,
}

impl Install {
    fn find() -> Option<Self> {
        let local = Path::new(env!("CARGO_MANIFEST_DIR")).join(".test-deps/usr");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        folders.extend(["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].map(PathBuf::from));
        folders.extend([local.join("sbin"), local.join("bin")]);
        let find = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
        let daemon = find("mariadbd")?;
        let base = daemon.starts_with(&local).then_some(local);
        Some(Self { daemon, initializer: find("mariadb-install-db")?, base })
    }

    fn make_data(&self, folder: &Path) {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder.join("tmp")).expect("the temporary folder can be written");
        let output = self
            .program(&self.initializer)
            .arg("--no-defaults")
            .args(self.base.iter().map(|base| format!("--basedir={}", base.display())))
            .arg(format!("--datadir={}", folder.join("data").display()))
            .args(["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"])
            .args(as_root())
            .output()
            .expect("mariadb-install-db can be run");
        let text = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "mariadb-install-db: {}", String::from_utf8_lossy(&text));
    }

    /// What [`SCRIPT`] is given.
    fn command(&self, folder: &Path, port: u16) -> Vec<String> {
        let file = |name: &str| folder.join(name).display().to_string();
        let mut words = vec![folder.display().to_string(), "env".into(), self.library_path()];
        words.extend([self.daemon.display().to_string(), "--no-defaults".into()]);
        words.extend(self.base.iter().map(|base| format!("--basedir={}", base.display())));
        words.extend([
            format!("--datadir={}", file("data")),
            format!("--tmpdir={}", file("tmp")),
            format!("--socket={}", file("socket")),
            format!("--pid-file={}", file("pid")),
            format!("--port={port}"),
        ]);
        words.extend(FAST.iter().map(|word| (*word).to_owned()));
        words.extend(as_root());
        words
    }

    fn program(&self, program: &Path) -> Command {
        let mut command = Command::new("env");
        command.arg(self.library_path()).arg(program);
        command
    }

    /// The libraries of an unpacked tree, for `env`.
    fn library_path(&self) -> String {
        let given = std::env::var("LD_LIBRARY_PATH").unwrap_or_default();
        let Some(base) = &self.base else { return format!("LD_LIBRARY_PATH={given}") };
        let folders = std::fs::read_dir(base.join("lib")).into_iter().flatten().flatten();
        let folders = folders.map(|entry| entry.path()).filter(|path| path.is_dir());
        let folders: Vec<String> = folders.map(|path| path.display().to_string()).collect();
        format!("LD_LIBRARY_PATH={}:{given}", folders.join(":"))
    }
}

/// The server refuses to run as root unless it is told to.
fn as_root() -> Option<String> {
    let output = Command::new("id").arg("-u").output().expect("there is `id`");
    (output.stdout.trim_ascii() == b"0").then(|| "--user=root".to_owned())
}
