//! A Magento that customers are copied from: only read, on a connection that may do nothing else.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::customers::{Customer, table::imported as c};
use super::places::{self, Places};
use crate::storage::connection::Db;
use crate::storage::errors::StorageError;
use crate::storage::{Target, connect};

/// The server refuses every change in this session.
const READ_ONLY: &str = "SET SESSION TRANSACTION READ ONLY";

/// Names a server and its database, however its address was written.
const IDENTITY: &str =
    "SELECT CONCAT_WS('/', @@hostname, @@port, @@socket, @@datadir, @@server_id, DATABASE()) AS identity";

/// A connection to it.
pub struct Source(Db);

#[derive(QueryableByName)]
struct Identity {
    #[diesel(sql_type = Text)]
    identity: String,
}

impl Source {
    /// Connects, for reading only.
    ///
    /// # Errors
    /// The database's own words.
    pub fn open(target: &Target) -> Result<Self, StorageError> {
        let mut db = connect(target)?;
        db.batch_execute(READ_ONLY).map_err(broken)?;
        Ok(Self(db))
    }

    /// Whether it is the very database that is written to.
    ///
    /// # Errors
    /// The database's own words.
    pub fn is(&mut self, target: &Target) -> Result<bool, StorageError> {
        if matches!(target, Target::Sqlite(_)) {
            return Ok(false);
        }
        let mut other = connect(target)?;
        Ok(identity(&mut self.0).map_err(broken)? == identity(&mut other).map_err(broken)?)
    }

    /// Its websites, store groups and stores.
    ///
    /// # Errors
    /// The database's own words.
    pub fn places(&mut self) -> Result<Places, StorageError> {
        places::load(&mut self.0).map_err(broken)
    }

    /// How many customers have an id above this one.
    ///
    /// # Errors
    /// The database's own words.
    pub fn count(&mut self, after: i64) -> Result<i64, StorageError> {
        c::table.filter(c::entity_id.gt(after)).count().get_result(&mut self.0).map_err(broken)
    }

    /// Customers in the order of their ids, after this one.
    ///
    /// # Errors
    /// The database's own words.
    pub fn page(&mut self, after: i64, limit: i64) -> Result<Vec<Customer>, StorageError> {
        let page = c::table.filter(c::entity_id.gt(after)).order(c::entity_id).limit(limit);
        page.select(Customer::as_select()).load(&mut self.0).map_err(broken)
    }
}

fn identity(db: &mut Db) -> QueryResult<String> {
    diesel::sql_query(IDENTITY).get_result::<Identity>(db).map(|row| row.identity)
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn broken(error: diesel::result::Error) -> StorageError {
    StorageError::Broken(error.to_string())
}
