//! The embedded migrations. Diesel's files, our own ledger: Diesel's table name is fixed and
//! unprefixed, and on a Magento's database everything of ours is called `rekey_…`.

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::connection::Db;
use super::errors::StorageError;
use super::manager::Manager;
use super::schema::rekey_migration;
use super::target::Target;

const MYSQL: EmbeddedMigrations = embed_migrations!("migrations/mysql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS rekey_migration \
    (version VARCHAR(64) NOT NULL PRIMARY KEY, run_at DATETIME NOT NULL)";

/// Two processes that start together migrate one after the other. SQLite does all or nothing.
const MYSQL_LOCK: [&str; 2] = ["SELECT GET_LOCK('rekey_migration', 60)", "SELECT RELEASE_LOCK('rekey_migration')"];
const SQLITE_LOCK: [&str; 2] = ["BEGIN IMMEDIATE", "COMMIT"];

/// Runs what has not run yet; answers the names of what it ran.
///
/// # Errors
/// The database's own words.
pub fn run(target: &Target, now: NaiveDateTime) -> Result<Vec<String>, StorageError> {
    let mut db = Manager(target.clone()).open().map_err(broken)?;
    if pending(&mut db).is_ok_and(|names| names.is_empty()) {
        // The usual start changes nothing, so it needs no right to make tables.
        return Ok(Vec::new());
    }
    let [lock, unlock] = match db {
        Db::MySql(_) => MYSQL_LOCK,
        Db::Sqlite(_) => SQLITE_LOCK,
    };
    db.batch_execute(lock).map_err(broken)?;
    // After an error the connection is closed, which unlocks, too.
    let names = run_pending(&mut db, now)?;
    db.batch_execute(unlock).map_err(broken)?;
    Ok(names)
}

fn run_pending(db: &mut Db, now: NaiveDateTime) -> Result<Vec<String>, StorageError> {
    let mut names = Vec::new();
    db.batch_execute(LEDGER).map_err(broken)?;
    for version in pending(db).map_err(broken)? {
        run_one(db, &version)?;
        diesel::insert_into(rekey_migration::table)
            .values((rekey_migration::version.eq(&version), rekey_migration::run_at.eq(now)))
            .execute(db)
            .map_err(broken)?;
        names.push(version);
    }
    Ok(names)
}

/// The migrations that the database has not seen.
///
/// # Errors
/// When the ledger cannot be read, which also means that nothing was ever migrated.
pub fn pending(db: &mut Db) -> QueryResult<Vec<String>> {
    let done: Vec<String> = rekey_migration::table.select(rekey_migration::version).load(db)?;
    let all = match db {
        Db::MySql(_) => names::<diesel::mysql::Mysql>(&MYSQL),
        Db::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&SQLITE),
    };
    Ok(all.into_iter().filter(|name| !done.contains(name)).collect())
}

fn names<B: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Vec<String> {
    let list = MigrationSource::<B>::migrations(source).unwrap_or_default();
    let mut names: Vec<String> = list.iter().map(|one| one.name().to_string()).collect();
    names.sort();
    names
}

fn run_one(db: &mut Db, version: &str) -> Result<(), StorageError> {
    match db {
        Db::MySql(connection) => find::<diesel::mysql::Mysql>(&MYSQL, version)?.run(connection),
        Db::Sqlite(connection) => find::<diesel::sqlite::Sqlite>(&SQLITE, version)?.run(connection),
    }
    .map_err(|error| StorageError::Broken(format!("migration {version}: {error}")))
}

fn find<B: diesel::backend::Backend>(
    source: &EmbeddedMigrations,
    version: &str,
) -> Result<Box<dyn Migration<B>>, StorageError> {
    MigrationSource::<B>::migrations(source)
        .unwrap_or_default()
        .into_iter()
        .find(|migration| migration.name().to_string() == version)
        .ok_or_else(|| StorageError::Broken(format!("migration {version} is not in this binary")))
}

fn broken(error: impl std::fmt::Display) -> StorageError {
    StorageError::Broken(error.to_string())
}
