//! `rekey demo`: the lines that a newcomer pastes.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::process::command;
use crate::harness::{Kind, Process, World};

/// The demo prints `curl` lines, so a `curl` is needed to try them.
fn curl() -> (PathBuf, String) {
    let local = Path::new(env!("CARGO_MANIFEST_DIR")).join(".test-deps/usr");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join("curl").is_file());
    if found {
        return ("/".into(), String::new());
    }
    assert!(local.join("bin/curl").is_file(), "this test needs curl; run `make test-deps`");
    let libraries = std::fs::read_dir(local.join("lib")).into_iter().flatten().flatten();
    let libraries: Vec<String> = libraries.map(|entry| entry.path().display().to_string()).collect();
    (local.join("bin"), libraries.join(":"))
}

/// Lets a command find `curl`.
pub fn with_curl(command: &mut Command) {
    let (folder, libraries) = curl();
    let path = format!("{}:{}", std::env::var("PATH").unwrap_or_default(), folder.display());
    command.env("PATH", path);
    if !libraries.is_empty() {
        command.env("LD_LIBRARY_PATH", libraries);
    }
}

fn paste(lines: &str) -> String {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(lines);
    with_curl(&mut shell);
    let output = shell.output().expect("there is a shell");
    assert!(output.status.success(), "{lines}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Each `curl` command that was printed, with its continuation lines.
fn curls(printed: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut open = false;
    for line in printed.lines() {
        if open {
            let command = commands.last_mut().expect("an open command");
            command.push('\n');
            command.push_str(line);
        } else if line.trim_start().starts_with("curl ") {
            commands.push(line.to_owned());
        } else {
            continue;
        }
        open = line.ends_with('\\');
    }
    commands
}

fn demo(bind: &str) {
    let world = World::empty(Kind::Sqlite);
    let start = || {
        let mut command = command(&world.folder());
        command.arg("demo").env("REKEY_HTTP__BIND", bind).env("REKEY_PASSWORD__BCRYPT_COST", "4");
        let process = Process::spawn(command);
        process.wait_for("Stop with Ctrl-C");
        process
    };
    let process = start();
    let printed = process.output();
    let [reset, sign_in] =
        <[String; 2]>::try_from(curls(&printed)).unwrap_or_else(|_| panic!("not two lines: {printed}"));
    assert!(paste(&sign_in).contains("sign-in was incorrect"), "the new password is not set yet");
    assert_eq!(paste(&reset), "true", "{reset}");
    assert!(paste(&sign_in).starts_with("\"eyJ"), "a bearer token: {sign_in}");
    assert!(paste(&reset).contains("The password token is mismatched"), "a second time");
    drop(process);
    let again = start();
    let reset = curls(&again.output()).into_iter().next().expect("a curl line");
    assert_eq!(paste(&reset), "true", "a new start issues a new token");
}

#[test]
fn the_printed_line_works() {
    demo("127.0.0.1:0");
}

#[test]
fn the_printed_line_works_when_it_listens_everywhere() {
    demo("0.0.0.0:0");
}

#[test]
fn the_printed_line_works_on_another_port() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address");
    demo(&free.to_string());
}

#[test]
fn a_database_server_is_no_place_for_a_demo() {
    let world = World::empty(Kind::MariaDb);
    let output = crate::harness::process::run(&world, &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("embedded database only"));
    assert_eq!(world.tables().len(), 0);
}
