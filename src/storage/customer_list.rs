//! Lists of customers.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::connection::{Db, MultiBackend};
use super::customers::Account;
use super::filter::{self, Boxed, Condition};
use super::schema::customer_entity as c;
use crate::domain::commerce_layer::listing::{Clause, Column, Listing, Sort, SortKey};

type Query<'a> = c::BoxedQuery<'a, MultiBackend>;

/// A page of customers, and how many there are in all.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, listing: &Listing) -> QueryResult<(Vec<Account>, i64)> {
    let count: i64 = filtered(listing).count().get_result(db)?;
    let query = listing.order.iter().fold(filtered(listing), |query, sort| ordered(query, *sort));
    let page = listing.page;
    let query = query.then_order_by(c::entity_id.asc()).limit(page.size).offset(page.offset());
    Ok((query.select(Account::as_select()).load(db)?, count))
}

fn filtered<'a>(listing: &Listing) -> Query<'a> {
    listing.filters.iter().fold(c::table.into_boxed(), |query, filter| query.filter(filter::any(filter, clause)))
}

/// What Magento's customers do not have is NULL, and their metadata are empty.
fn clause(clause: &Clause) -> Condition<c::table> {
    let empty = || Box::new(Some("{}".to_owned()).into_sql::<Nullable<Text>>()) as Boxed<c::table, Nullable<Text>>;
    match clause.column {
        Column::CustomerId => filter::number(clause, || Box::new(c::entity_id.nullable())),
        Column::Email => filter::text(clause, || Box::new(filter::lower(c::email))),
        Column::CreatedAt => filter::time(clause, || Box::new(c::created_at.nullable())),
        Column::UpdatedAt => filter::time(clause, || Box::new(c::updated_at.nullable())),
        Column::Metadata => filter::json(clause, empty),
        Column::Reference | Column::ReferenceOrigin | Column::Token | Column::ResetPasswordAt => {
            filter::text(clause, filter::null)
        }
        Column::Id | Column::Name | Column::EventId => filter::text(clause, filter::null),
    }
}

fn ordered(query: Query<'_>, Sort { key, descending }: Sort) -> Query<'_> {
    match (key, descending) {
        (SortKey::Email, false) => query.then_order_by(c::email.asc()),
        (SortKey::Email, true) => query.then_order_by(c::email.desc()),
        (SortKey::CreatedAt, false) => query.then_order_by(c::created_at.asc()),
        (SortKey::CreatedAt, true) => query.then_order_by(c::created_at.desc()),
        (SortKey::UpdatedAt, false) => query.then_order_by(c::updated_at.asc()),
        (SortKey::UpdatedAt, true) => query.then_order_by(c::updated_at.desc()),
        (SortKey::Id | SortKey::Customer, true) => query.then_order_by(c::entity_id.desc()),
        (SortKey::Id | SortKey::Customer, false) => query.then_order_by(c::entity_id.asc()),
        (SortKey::Reference | SortKey::ReferenceOrigin | SortKey::Name, _) => query,
    }
}
