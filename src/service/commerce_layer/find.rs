//! Reading resets, customers, events and histories.

use super::super::Fault;
use super::customer_row_id;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::event::{Event, EventStore};
use crate::domain::commerce_layer::listing::{Column, Listing, Operand};
use crate::domain::commerce_layer::public_id;
use crate::domain::commerce_layer::reset::Reset;
use crate::domain::token::ResetToken;
use crate::storage::customers::{self, Account};
use crate::storage::events::{self, Cursor};
use crate::storage::{customer_list, event_list, reset_list, reset_resources};

/// The reset with this public id.
///
/// # Errors
/// [`Refusal::UnknownResource`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn reset(app: &App, id: String) -> Result<Reset, Fault> {
    if !public_id::is_well_formed(&id) {
        return Err(Refusal::UnknownResource.into());
    }
    let found = app.storage.read(move |db| reset_resources::by_public_id(db, &id)).await?;
    Ok(found.ok_or(Refusal::UnknownResource)?)
}

/// A page of resets, and how many there are in all.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn resets(app: &App, listing: Listing) -> Result<(Vec<Reset>, i64), Fault> {
    let listing = with_stored_values(app, listing);
    Ok(app.storage.read(move |db| reset_list::list(db, &listing)).await?)
}

/// A page of the events of a reset, and how many there are in all.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn reset_events(app: &App, reset: i64, listing: Listing) -> Result<(Vec<Event>, i64), Fault> {
    Ok(app.storage.read(move |db| event_list::list(db, reset, &listing)).await?)
}

/// A page of customers, and how many there are in all.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn customer_list(app: &App, listing: Listing) -> Result<(Vec<Account>, i64), Fault> {
    let listing = with_stored_values(app, listing);
    Ok(app.storage.read(move |db| customer_list::list(db, &listing)).await?)
}

fn with_stored_values(app: &App, mut listing: Listing) -> Listing {
    for clause in listing.filters.iter_mut().flatten() {
        let values = std::mem::take(&mut clause.values);
        clause.values = values.into_iter().flat_map(|value| stored(app, clause.column, value)).collect();
    }
    listing
}

/// What stands in the database for a value of the client's: a token is known by its digests, a
/// customer by its row id.
fn stored(app: &App, column: Column, value: Operand) -> Vec<Operand> {
    match (column, value) {
        (Column::Token, Operand::Text(token)) => {
            app.crypt_key.digests(&ResetToken::new(token)).into_iter().map(Operand::Text).collect()
        }
        (Column::CustomerId, Operand::Text(id)) => vec![Operand::Number(customer_row_id(app, &id).unwrap_or(-1))],
        (Column::Email, Operand::Text(email)) => vec![Operand::Text(comparable(&email))],
        (_, value) => vec![value],
    }
}

/// In lower case, and without characters that Magento's three-byte columns cannot be compared with;
/// what stands in their place is in no email.
fn comparable(email: &str) -> String {
    email.to_ascii_lowercase().chars().map(|c| if c > '\u{ffff}' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The customers with these row ids, as far as they exist.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn customers(app: &App, ids: Vec<i64>) -> Result<Vec<Account>, Fault> {
    let found = app.storage.read(move |db| {
        let accounts: Result<Vec<Option<Account>>, _> = ids.iter().map(|id| customers::by_id(db, *id)).collect();
        accounts
    });
    Ok(found.await?.into_iter().flatten().collect())
}

/// The customer with this public id.
///
/// # Errors
/// [`Refusal::UnknownResource`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn customer(app: &App, id: &str) -> Result<Account, Fault> {
    let row = customer_row_id(app, id).ok_or(Refusal::UnknownResource)?;
    Ok(customers(app, vec![row]).await?.pop().ok_or(Refusal::UnknownResource)?)
}

/// The events of some resets, oldest first: `(reset's row id, event)`.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn events(app: &App, resets: Vec<i64>) -> Result<Vec<(i64, Event)>, Fault> {
    Ok(app.storage.read(move |db| events::of_resets(db, &resets)).await?)
}

/// The event with this public id.
///
/// # Errors
/// [`Refusal::UnknownResource`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn event(app: &App, id: String) -> Result<Event, Fault> {
    // MySQL takes `id` and `id ` for equal.
    if !public_id::is_well_formed(&id) {
        return Err(Refusal::UnknownResource.into());
    }
    let found = app.storage.read(move |db| events::event_by_public_id(db, &id)).await?;
    Ok(found.ok_or(Refusal::UnknownResource)?)
}

/// A part of a reset's history: at most `size` lines behind the public id `after`, and whether there
/// are more.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn history(
    app: &App,
    reset: i64,
    after: Option<i64>,
    descending: bool,
    size: i64,
) -> Result<(Vec<EventStore>, bool), Fault> {
    let cursor = Cursor { after, descending, limit: size + 1 };
    let mut lines = app.storage.read(move |db| events::history(db, reset, cursor)).await?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = lines.len() > size;
    lines.truncate(size);
    Ok((lines, more))
}

/// The line of history with this public id.
///
/// # Errors
/// [`Refusal::UnknownResource`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn event_store(app: &App, id: &str) -> Result<EventStore, Fault> {
    let (row, _) = EventStore::parse_id(id).ok_or(Refusal::UnknownResource)?;
    let found = app.storage.read(move |db| events::event_store_by_id(db, row)).await?;
    Ok(found.filter(|line| line.public_id() == id).ok_or(Refusal::UnknownResource)?)
}
