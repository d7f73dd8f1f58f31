//! Issuing a reset token.

use super::Fault;
use crate::app::App;
use crate::domain::shop::{Scope, Shop};
use crate::domain::shop_defaults::SECURE_BASE_URL;
use crate::domain::token::{LENGTH, ResetToken};
use crate::storage::customers::Account;
use crate::storage::resets::{self, Issue};

/// A token and the page of the shop that it opens.
pub struct Issued {
    /// The token; it is nowhere readable after this.
    pub token: ResetToken,
    /// The storefront's page with email, id and token, as Magento's mail links it.
    pub link: String,
}

/// Replaces the customer's pending token with a new one.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn issue_reset(app: &App, shop: &Shop, account: &Account) -> Result<Issued, Fault> {
    let token = ResetToken::new(app.random_text(LENGTH));
    let key = &app.crypt_key;
    let sealed = key.seal(&token, app.random_bytes()).ok_or_else(|| Fault::Broken("cannot seal a token".into()))?;
    let issue = Issue {
        customer_id: account.entity_id,
        sealed,
        digest: key.digest(&token),
        password_mark: key.password_mark(account.password_hash.as_deref()),
        now: app.now(),
    };
    if !app.storage.write(move |db| resets::issue(db, &issue)).await? {
        return Err(Fault::Broken("the customer was deleted meanwhile".into()));
    }
    let link = link(shop, account, &token);
    Ok(Issued { token, link })
}

/// Built from the customer's store settings, never from what a request says of its host.
fn link(shop: &Shop, account: &Account, token: &ResetToken) -> String {
    let base = shop.setting(Scope::Store(account.store_id.unwrap_or(0)), SECURE_BASE_URL);
    let email = account.email.as_deref().unwrap_or_default();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .append_pair("id", &account.entity_id.to_string())
        .append_pair("token", token.expose())
        .finish();
    format!("{}/customer/account/createPassword/?{query}", base.trim_end_matches('/'))
}
