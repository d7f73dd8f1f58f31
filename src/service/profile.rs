//! Reading a customer's own account (`CustomerRepository::getById`).

use super::Fault;
use crate::app::App;
use crate::domain::Refusal;
use crate::storage::customers;
pub use crate::storage::customers::Profile;

/// The profile, and whether the customer takes the newsletter.
///
/// # Errors
/// [`Refusal::UnknownCustomer`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn profile(app: &App, customer: i64) -> Result<(Profile, bool), Fault> {
    // Newsletters are Magento's: without one nobody takes any.
    let asks = app.magento_owned;
    let found = app
        .storage
        .read(move |db| {
            let Some(profile) = customers::profile(db, customer)? else { return Ok(None) };
            let subscribed = asks && customers::is_subscribed(db, customer)?;
            Ok(Some((profile, subscribed)))
        })
        .await?;
    Ok(found.ok_or(Refusal::UnknownCustomer)?)
}
