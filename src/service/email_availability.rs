//! Whether an email is free (`AccountManagement::isEmailAvailable`).

use super::Fault;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::email::Email;
use crate::domain::shop::{Scope, Shop};
use crate::domain::shop_defaults::GUEST_CHECKOUT_LOGIN;
use crate::storage::customers;

/// Always true unless the shop lets guests sign in at the checkout: since 2.4.7 Magento does not
/// tell strangers who has an account.
///
/// # Errors
/// [`Refusal::UnknownWebsite`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn is_email_available(app: &App, shop: &Shop, email: Email, website: i64, store: i32) -> Result<bool, Fault> {
    if !shop.flag(Scope::Store(store), GUEST_CHECKOUT_LOGIN) {
        return Ok(true);
    }
    let known = i32::try_from(website).ok().and_then(|id| shop.website(id));
    let id = known.ok_or(Refusal::UnknownWebsite { website })?.id;
    let searched = (!shop.shares_accounts(store)).then_some(id);
    Ok(app.storage.read(move |db| customers::by_email(db, &email, searched)).await?.is_none())
}
