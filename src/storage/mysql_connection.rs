//! The MySQL side of [`super::Db`]: a newtype around diesel-async's blocking wrapper.
//!
//! The wrapper itself cannot be a variant of `#[derive(MultiConnection)]`: the derive wants traits
//! that only Diesel's own connections implement. This file implements them; it is the only one that
//! touches Diesel's internal traits, which is why Diesel is pinned exactly
//! (docs/decisions/0002-mysql-client.md says what to do at an upgrade).
//!
//! The wrapper blocks on a runtime of its own: it lives on the database threads only.

use std::any::Any;

use diesel::connection::{
    AnsiTransactionManager, CacheSize, Connection, Instrumentation, LoadConnection, SimpleConnection,
};
use diesel::expression::QueryMetadata;
use diesel::internal::derives::multiconnection::{ConnectionSealed, MultiConnectionHelper};
use diesel::migration::MigrationConnection;
use diesel::mysql::Mysql;
use diesel::query_builder::{Query, QueryFragment, QueryId};
use diesel::r2d2::R2D2Connection;
use diesel::{ConnectionResult, QueryResult};
use diesel_async::AsyncMysqlConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

type Wrapper = AsyncConnectionWrapper<AsyncMysqlConnection>;

/// A blocking MySQL or MariaDB connection over the pure-Rust client.
pub struct MySqlConnection {
    inner: Wrapper,
    transactions: AnsiTransactionManager,
}

impl SimpleConnection for MySqlConnection {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.inner.batch_execute(query)
    }
}

impl ConnectionSealed for MySqlConnection {}

impl Connection for MySqlConnection {
    type Backend = Mysql;
    type TransactionManager = AnsiTransactionManager;

    fn establish(url: &str) -> ConnectionResult<Self> {
        Ok(Self { inner: Wrapper::establish(url)?, transactions: AnsiTransactionManager::default() })
    }

    fn execute_returning_count<T>(&mut self, source: &T) -> QueryResult<usize>
    where
        T: QueryFragment<Mysql> + QueryId,
    {
        self.inner.execute_returning_count(source)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.inner.instrumentation()
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.inner.set_instrumentation(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.inner.set_prepared_statement_cache_size(size);
    }
}

impl LoadConnection for MySqlConnection {
    type Cursor<'conn, 'query> = <Wrapper as LoadConnection>::Cursor<'conn, 'query>;
    type Row<'conn, 'query> = <Wrapper as LoadConnection>::Row<'conn, 'query>;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> QueryResult<Self::Cursor<'conn, 'query>>
    where
        T: Query + QueryFragment<Mysql> + QueryId + 'query,
        Mysql: QueryMetadata<T::SqlType>,
    {
        self.inner.load(source)
    }
}

impl R2D2Connection for MySqlConnection {
    fn ping(&mut self) -> QueryResult<()> {
        self.inner.ping()
    }

    fn is_broken(&mut self) -> bool {
        self.inner.is_broken()
    }
}

impl MigrationConnection for MySqlConnection {
    fn setup(&mut self) -> QueryResult<usize> {
        self.inner.setup()
    }
}

impl MultiConnectionHelper for MySqlConnection {
    fn to_any<'a>(lookup: &mut ()) -> &mut (dyn Any + 'a) {
        lookup
    }

    fn from_any(lookup: &mut dyn Any) -> Option<&mut ()> {
        lookup.downcast_mut()
    }
}
