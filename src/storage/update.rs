//! UPDATE as `diesel::update` writes it, but prepared once for each connection: Diesel prepares each
//! UPDATE anew and closes it again, which is two more trips to a MySQL server for every write.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AsChangeset, AstPass, IntoUpdateTarget, QueryFragment, QueryId};
use diesel::query_source::QuerySource;

/// Begins an UPDATE of the rows of `target`, a table or one that is filtered.
pub(super) fn update<T: IntoUpdateTarget>(target: T) -> Target<T::Table, T::WhereClause> {
    let target = target.into_update_target();
    Target { table: target.table, rows: target.where_clause }
}

/// What is to be updated.
pub(super) struct Target<T, W> {
    table: T,
    rows: W,
}

impl<T: QuerySource, W> Target<T, W> {
    /// Names the columns and their new values; there is at least one.
    pub(super) fn set<V: AsChangeset<Target = T>>(self, values: V) -> Update<T::FromClause, V::Changeset, W> {
        Update { table: self.table.from_clause(), values: values.as_changeset(), rows: self.rows }
    }
}

/// A whole UPDATE, ready to be executed.
pub(super) struct Update<T, V, W> {
    table: T,
    values: V,
    rows: W,
}

impl<C, T, V, W> RunQueryDsl<C> for Update<T, V, W> {}

impl<T, V, W> QueryId for Update<T, V, W> {
    type QueryId = ();
    /// What is prepared is found by the text: a changeset may leave columns out.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB, T, V, W> QueryFragment<DB> for Update<T, V, W>
where
    DB: Backend,
    T: QueryFragment<DB>,
    V: QueryFragment<DB>,
    W: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        self.rows.walk_ast(out)
    }
}
