//! Putting letters together from the shop's settings and a customer.

use super::issue_reset::recipient;
use super::{Fault, mail};
use crate::app::App;
use crate::config::reset_link::ResetLinks;
use crate::domain::letter::{Letter, LetterKind};
use crate::domain::shop::{Scope, Shop};
use crate::domain::shop_defaults as path;
use crate::domain::token::ResetToken;
use crate::storage::customers;
use crate::storage::outbox::NewMail;

/// Whom a letter is for.
pub struct Recipient {
    /// `entity_id`.
    pub id: i64,
    /// The stored address; never one that a request brings along.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// The store that the customer is written to from ([`Shop::mail_store`]).
    pub store: i32,
}

/// A letter of this kind, or none where the shop has switched mail off.
#[must_use]
pub fn letter(shop: &Shop, kind: LetterKind, to: &Recipient, link: Option<String>) -> Option<Letter> {
    let scope = Scope::Store(to.store);
    if shop.flag(scope, path::MAIL_DISABLED) {
        return None;
    }
    let identity = match kind {
        LetterKind::Welcome | LetterKind::WelcomeWithoutPassword | LetterKind::ConfirmAccount => path::WELCOME_IDENTITY,
        LetterKind::PasswordReset | LetterKind::PasswordReminder | LetterKind::PasswordChanged => path::RESET_IDENTITY,
    };
    let (from_name, from_email) = shop.sender(to.store, identity);
    Some(Letter {
        kind,
        store: to.store,
        store_code: shop.store(to.store).map_or_else(String::new, |store| store.code.clone()),
        store_name: shop.store_name(to.store),
        store_phone: shop.setting(scope, path::STORE_PHONE).to_owned(),
        store_email: shop.sender(to.store, path::RESET_IDENTITY).1,
        locale: shop.setting(scope, path::LOCALE).to_owned(),
        to_name: to.name.clone(),
        to_email: to.email.clone(),
        from_name,
        from_email,
        link,
    })
}

/// The notice that the password was changed, sealed, where the operator wants it sent; Magento's REST
/// calls send none.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`], also when the crypt key cannot seal.
pub async fn password_changed(app: &App, shop: &Shop, customer_id: i64) -> Result<Option<NewMail>, Fault> {
    if !app.config.mail.password_changed {
        return Ok(None);
    }
    let account = app.storage.read(move |db| customers::by_id(db, customer_id)).await?;
    let Some(account) = account else { return Ok(None) };
    let letter = letter(shop, LetterKind::PasswordChanged, &recipient(shop, &account), None);
    letter.map(|letter| mail::seal(app, &letter)).transpose()
}

/// The page on which the customer chooses a new password: the operator's pattern for the store, else
/// the storefront's own page, as Magento links it. Never built from what a request says of its host.
#[must_use]
pub fn reset_link(app: &App, shop: &Shop, to: &Recipient, token: &ResetToken) -> String {
    let code = shop.store(to.store).map_or("", |store| store.code.as_str());
    let id = to.id.to_string();
    let values = [("email", to.email.as_str()), ("id", &id), ("token", token.expose())];
    let links: &ResetLinks = &app.config.magento.reset_link;
    match links.pattern(code) {
        Some(pattern) => ResetLinks::fill(pattern, &values),
        None => storefront_page(shop, to.store, "createPassword", &values),
    }
}

/// A page of the customer's area in the storefront, with parameters.
#[must_use]
pub fn storefront_page(shop: &Shop, store: i32, page: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}customer/account/{page}/?{query}", shop.storefront_url(store))
}
