//! What `examples/` holds runs.

use std::path::Path;
use std::process::Command;

use crate::harness::{Customer, EMAIL, Kind, PASSWORD, Process, World};

#[test]
fn forgot_to_sign_out() {
    let world = World::without_server(Kind::Sqlite);
    world.customer(&Customer { id: 42, ..Customer::quick() });
    let server = Process::serve(&world, &[]);
    let address = server.address();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/forgot-to-sign-out.sh");
    let mut command = Command::new(script);
    crate::demo::with_curl(&mut command);
    command.env("BASE", format!("http://{address}")).env("MAIL_DIR", world.folder().join("mail")).env("EMAIL", EMAIL);
    let output = command.output().expect("there is a shell");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("my account, signed out: 401\n"), "{said}");
    let stored = world.column(42, "password_hash").expect("a hash");
    assert!(bcrypt::verify("Battery-Staple-8", &stored).is_ok_and(|fits| fits), "it is the last password");
    assert!(bcrypt::verify(PASSWORD, &stored).is_ok_and(|fits| !fits));
}
