//! Lists of a reset's events.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::connection::{Db, MultiBackend};
use super::filter::{self, Boxed, Condition};
use super::schema::rekey_event as e;
use crate::domain::commerce_layer::event::Event;
use crate::domain::commerce_layer::listing::{Clause, Column, Listing, Sort, SortKey};

type Query<'a> = e::BoxedQuery<'a, MultiBackend>;

/// A page of a reset's events, and how many there are in all.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, reset: i64, listing: &Listing) -> QueryResult<(Vec<Event>, i64)> {
    let count: i64 = filtered(reset, listing).count().get_result(db)?;
    let query = listing.order.iter().fold(filtered(reset, listing), |query, sort| ordered(query, *sort));
    let page = listing.page;
    let rows: Vec<(String, String, NaiveDateTime, NaiveDateTime)> = query
        .then_order_by(e::id.asc())
        .limit(page.size)
        .offset(page.offset())
        .select((e::public_id, e::name, e::created_at, e::updated_at))
        .load(db)?;
    let event = |(public_id, name, created_at, updated_at)| Event { public_id, name, created_at, updated_at };
    Ok((rows.into_iter().map(event).collect(), count))
}

fn filtered<'a>(reset: i64, listing: &Listing) -> Query<'a> {
    let own = e::table.filter(e::reset_id.eq(reset)).into_boxed();
    listing.filters.iter().fold(own, |query, filter| query.filter(filter::any(filter, clause)))
}

/// What an event does not have is NULL, and its metadata are empty.
fn clause(clause: &Clause) -> Condition<e::table> {
    let empty = || Box::new(Some("{}".to_owned()).into_sql::<Nullable<Text>>()) as Boxed<e::table, Nullable<Text>>;
    match clause.column {
        Column::Id => filter::text(clause, || Box::new(e::public_id.nullable())),
        Column::Name => filter::text(clause, || Box::new(e::name.nullable())),
        Column::CreatedAt => filter::time(clause, || Box::new(e::created_at.nullable())),
        Column::UpdatedAt => filter::time(clause, || Box::new(e::updated_at.nullable())),
        Column::Metadata => filter::json(clause, empty),
        Column::Reference | Column::ReferenceOrigin | Column::Token | Column::ResetPasswordAt => {
            filter::text(clause, filter::null)
        }
        Column::Email | Column::CustomerId | Column::EventId => filter::text(clause, filter::null),
    }
}

fn ordered(query: Query<'_>, Sort { key, descending }: Sort) -> Query<'_> {
    match (key, descending) {
        (SortKey::Name, false) => query.then_order_by(e::name.asc()),
        (SortKey::Name, true) => query.then_order_by(e::name.desc()),
        (SortKey::CreatedAt, false) => query.then_order_by(e::created_at.asc()),
        (SortKey::CreatedAt, true) => query.then_order_by(e::created_at.desc()),
        (SortKey::UpdatedAt, false) => query.then_order_by(e::updated_at.asc()),
        (SortKey::UpdatedAt, true) => query.then_order_by(e::updated_at.desc()),
        (SortKey::Id, true) => query.then_order_by(e::id.desc()),
        (SortKey::Id, false) => query.then_order_by(e::id.asc()),
        (SortKey::Reference | SortKey::ReferenceOrigin | SortKey::Customer | SortKey::Email, _) => query,
    }
}
