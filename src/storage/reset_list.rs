//! Lists of resets: a boxed query from a [`Listing`].

use diesel::prelude::*;

use super::connection::{Db, MultiBackend};
use super::filter::{self, Condition};
use super::reset_resources::Row;
use super::schema::rekey_event as e;
use super::schema::rekey_reset_resource as r;
use crate::domain::commerce_layer::listing::{Clause, Column, Filter, Listing, Operand, Sort, SortKey};
use crate::domain::commerce_layer::reset::Reset;

type Query<'a> = r::BoxedQuery<'a, MultiBackend>;

/// A page of resets, and how many there are in all.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, listing: &Listing) -> QueryResult<(Vec<Reset>, i64)> {
    let filters = with_event_rows(db, &listing.filters)?;
    let count: i64 = filtered(&filters).count().get_result(db)?;
    let mut query = filtered(&filters);
    for sort in &listing.order {
        query = ordered(query, *sort);
    }
    let page = listing.page;
    let query = query.then_order_by(r::id.asc()).limit(page.size).offset(page.offset());
    let rows: Vec<Row> = query.select(Row::as_select()).load(db)?;
    Ok((rows.into_iter().map(Reset::from).collect(), count))
}

/// Puts the resets' row ids in the place of their events' public ids.
fn with_event_rows(db: &mut Db, filters: &[Filter]) -> QueryResult<Vec<Filter>> {
    let mut filters = filters.to_vec();
    for clause in filters.iter_mut().flatten().filter(|clause| clause.column == Column::EventId) {
        for value in &mut clause.values {
            let Operand::Text(id) = &*value else { continue };
            let row = e::table.filter(e::public_id.eq(id)).select(e::reset_id).first(db).optional()?;
            *value = Operand::Number(row.unwrap_or(NOBODY));
        }
    }
    Ok(filters)
}

/// A row id that no row has.
const NOBODY: i64 = -1;

fn filtered<'a>(filters: &[Filter]) -> Query<'a> {
    filters.iter().fold(r::table.into_boxed(), |query, filter| query.filter(filter::any(filter, clause)))
}

fn clause(clause: &Clause) -> Condition<r::table> {
    match clause.column {
        Column::Id => filter::text(clause, || Box::new(r::public_id.nullable())),
        Column::Token => filter::text(clause, || Box::new(r::token_digest.nullable())),
        Column::Reference => filter::text(clause, || Box::new(r::reference)),
        Column::ReferenceOrigin => filter::text(clause, || Box::new(r::reference_origin)),
        // Emails count regardless of case; the values are in lower case already.
        Column::Email => filter::text(clause, || Box::new(filter::lower(r::customer_email.nullable()))),
        Column::ResetPasswordAt => filter::time(clause, || Box::new(r::reset_password_at)),
        Column::CreatedAt => filter::time(clause, || Box::new(r::created_at.nullable())),
        Column::UpdatedAt => filter::time(clause, || Box::new(r::updated_at.nullable())),
        Column::CustomerId => filter::number(clause, || Box::new(r::customer_id.nullable())),
        Column::EventId => filter::number(clause, || Box::new(r::id.nullable())),
        Column::Metadata => filter::json(clause, || Box::new(r::metadata.nullable())),
        Column::Name => filter::text(clause, filter::null),
    }
}

/// NULLs stand last when ascending and first when descending, as in Commerce Layer's database.
fn ordered(query: Query<'_>, Sort { key, descending }: Sort) -> Query<'_> {
    match (key, descending) {
        (SortKey::Id, false) => query.then_order_by(r::id.asc()),
        (SortKey::Id, true) => query.then_order_by(r::id.desc()),
        (SortKey::CreatedAt, false) => query.then_order_by(r::created_at.asc()),
        (SortKey::CreatedAt, true) => query.then_order_by(r::created_at.desc()),
        (SortKey::UpdatedAt, false) => query.then_order_by(r::updated_at.asc()),
        (SortKey::UpdatedAt, true) => query.then_order_by(r::updated_at.desc()),
        (SortKey::Reference, false) => query.then_order_by((r::reference.is_null().asc(), r::reference.asc())),
        (SortKey::Reference, true) => query.then_order_by((r::reference.is_null().desc(), r::reference.desc())),
        (SortKey::ReferenceOrigin, false) => {
            query.then_order_by((r::reference_origin.is_null().asc(), r::reference_origin.asc()))
        }
        (SortKey::ReferenceOrigin, true) => {
            query.then_order_by((r::reference_origin.is_null().desc(), r::reference_origin.desc()))
        }
        (SortKey::Customer, false) => query.then_order_by(r::customer_id.asc()),
        (SortKey::Customer, true) => query.then_order_by(r::customer_id.desc()),
        (SortKey::Email, false) => query.then_order_by(r::customer_email.asc()),
        (SortKey::Email, true) => query.then_order_by(r::customer_email.desc()),
        (SortKey::Name, _) => query,
    }
}
