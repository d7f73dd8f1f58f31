//! What the database is, for `/ready`, `rekey doctor` and the choice of the password scheme.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connection::Db;

/// The client library, as `rekey doctor` names it.
#[must_use]
pub fn client(db: &Db) -> &'static str {
    match db {
        Db::MySql(_) => "mysql_async (pure Rust)",
        Db::Sqlite(_) => "SQLite (bundled)",
    }
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The server's own name and version, for example `11.4.2-MariaDB` or `SQLite 3.51.0`.
///
/// # Errors
/// The database's.
pub fn version(db: &mut Db) -> QueryResult<String> {
    let (sql, prefix) = match db {
        Db::MySql(_) => ("SELECT VERSION() AS version", ""),
        Db::Sqlite(_) => ("SELECT sqlite_version() AS version", "SQLite "),
    };
    let row: Version = diesel::sql_query(sql).get_result(db)?;
    Ok(format!("{prefix}{}", row.version))
}

/// Whether a Magento owns these tables: its `setup_module` is there.
///
/// # Errors
/// The database's.
pub fn magento_owned(db: &mut Db) -> QueryResult<bool> {
    let sql = match db {
        Db::MySql(_) => {
            "SELECT COUNT(*) AS count FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name = 'setup_module'"
        }
        Db::Sqlite(_) => "SELECT COUNT(*) AS count FROM sqlite_master WHERE type = 'table' AND name = 'setup_module'",
    };
    let row: Count = diesel::sql_query(sql).get_result(db)?;
    Ok(row.count > 0)
}
