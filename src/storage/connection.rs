//! The one connection type: an enum over both databases, so that each query stands once.

#![expect(missing_docs, reason = "the derive writes public items without docs")]

use diesel::SqliteConnection;

use super::mysql_connection::MySqlConnection;

/// An open database connection of either kind.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// MySQL or MariaDB.
    MySql(MySqlConnection),
    /// The embedded SQLite.
    Sqlite(SqliteConnection),
}
