//! Deleting a reset; its token dies with it.

use super::super::Fault;
use super::{announcement, find};
use crate::app::App;
use crate::domain::Refusal;
use crate::storage::reset_resources;

/// Deletes the reset with this public id.
///
/// # Errors
/// [`Refusal::UnknownResource`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn delete_reset(app: &App, id: String, who: &str) -> Result<(), Fault> {
    let reset = find::reset(app, id).await?;
    let announcement = announcement(app, who);
    let gone = reset.public_id.clone();
    let deleted = app.storage.write_settled(
        move |db| reset_resources::delete(db, &reset, &announcement),
        move |db| Ok(reset_resources::by_public_id(db, &gone)?.is_none().then_some(true)),
    );
    if deleted.await? { Ok(()) } else { Err(Refusal::UnknownResource.into()) }
}
