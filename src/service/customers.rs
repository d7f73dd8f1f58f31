//! Adding and finding customers for the command line.

use secrecy::{ExposeSecret, SecretString};

use super::Fault;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::email::Email;
use crate::domain::new_customer::check_email;
use crate::domain::shop::Shop;
use crate::domain::token::LENGTH;
use crate::hashing::Door;
use crate::storage::customers::{self, Account, NewCustomer};

/// Magento's customer group "General".
const GENERAL: i32 = 1;

/// A customer to be added.
pub struct Add {
    /// The email.
    pub email: Email,
    /// The password, held against the shop's rules.
    pub password: SecretString,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The website's id.
    pub website: i32,
}

/// Finds a customer of a website by email.
///
/// # Errors
/// [`Refusal::UnknownEmail`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn find(app: &App, email: Email, website: i32) -> Result<Account, Fault> {
    let found = app.storage.read(move |db| customers::by_email(db, &email, Some(website))).await?;
    Ok(found.ok_or(Refusal::UnknownEmail { website })?)
}

/// Customers in the order of their ids, at most `limit` after the id `after`.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn list(app: &App, limit: i64, after: i64) -> Result<Vec<Account>, Fault> {
    Ok(app.storage.read(move |db| customers::list(db, limit, after)).await?)
}

/// Stores a new customer and answers its id.
///
/// # Errors
/// What is wrong with the email or the password; [`Refusal::EmailTaken`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn add(app: &App, shop: &Shop, add: Add) -> Result<i64, Fault> {
    check_email(add.email.as_str())?;
    shop.password_policy().check(add.password.expose_secret(), add.email.as_str())?;
    let store = shop.website(add.website).and_then(|website| shop.store(website.default_store?));
    let password_hash =
        app.hasher.hash(app.hasher.admit(Door::Magento)?, add.password, app.random_text(LENGTH)).await?;
    let now = app.now();
    let customer = NewCustomer {
        website_id: add.website,
        email: add.email.as_str().to_owned(),
        group_id: GENERAL,
        store_id: store.map_or(0, |store| store.id),
        created_at: now,
        updated_at: now,
        created_in: store.map_or_else(String::new, |store| store.name.clone()),
        firstname: add.first_name,
        lastname: add.last_name,
        prefix: None,
        middlename: None,
        suffix: None,
        dob: None,
        taxvat: None,
        gender: None,
        password_hash: Some(password_hash),
        confirmation: None,
    };
    let inserted = app
        .storage
        .write(move |db| {
            // The unique index under the database's collation would also refuse look-alikes; that is
            // Magento's answer too.
            match customers::insert(db, &customer) {
                Ok(id) => Ok(Some(id)),
                Err(error) if customers::is_duplicate(&error) => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await?;
    Ok(inserted.ok_or(Refusal::EmailTaken)?)
}
