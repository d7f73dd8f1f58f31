//! A database for each test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::SimpleConnection;
use rekey::storage::{self, Target};

use super::{mariadb, supervisor};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    MariaDb,
}

/// An empty database and a folder; both vanish with it.
pub struct Backend {
    pub kind: Kind,
    pub url: String,
    pub folder: PathBuf,
    database: String,
}

impl Backend {
    pub fn new(kind: Kind) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let folder = supervisor::folder();
        let database = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.join("rekey.db").display()),
            Kind::MariaDb => {
                administer(&format!("CREATE DATABASE {database} CHARACTER SET utf8mb4"));
                format!("{}/{database}", mariadb::server())
            }
        };
        Self { kind, url, folder, database }
    }

    pub fn target(&self) -> Target {
        Target::parse(&self.url).expect("a URL of ours")
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if self.kind == Kind::MariaDb && !std::thread::panicking() {
            administer(&format!("DROP DATABASE {}", self.database));
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn administer(sql: &str) {
    let target = Target::parse(&format!("{}/mysql", mariadb::server())).expect("a URL of ours");
    let mut db = storage::connect(&target).expect("the private MariaDB answers");
    db.batch_execute(sql).expect("root may do anything");
}
