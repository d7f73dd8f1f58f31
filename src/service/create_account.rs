//! Making an account (`AccountManagementApi::createAccount`).

use chrono::NaiveDate;
use secrecy::{ExposeSecret, SecretString};

use super::issue_reset::new_token;
use super::letters::{Recipient, letter, storefront_page};
use super::{Fault, mail};
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::letter::{Letter, LetterKind};
use crate::domain::new_customer::{check_email, check_names};
use crate::domain::shop::{Scope, Shop, Store};
use crate::domain::token::LENGTH;
use crate::domain::{Refusal, shop_defaults as path};
use crate::hashing::Door;
use crate::storage::customers::{self, NewCustomer};
use crate::storage::{Db, outbox, resets};

/// An account as it was asked for.
pub struct Request {
    /// As it was sent; required.
    pub email: Option<String>,
    /// None for an account whose password is chosen later.
    pub password: Option<SecretString>,
    /// First name.
    pub first_name: String,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Before the name.
    pub prefix: Option<String>,
    /// Behind the name.
    pub suffix: Option<String>,
    /// Day of birth.
    pub dob: Option<NaiveDate>,
    /// Tax number.
    pub taxvat: Option<String>,
    /// Magento's option id.
    pub gender: Option<i32>,
    /// A website of the client's choice.
    pub website: Option<i64>,
    /// A store of the client's choice.
    pub store: Option<i64>,
}

/// Checks in Magento's order, stores the customer with a first reset token, and puts the welcome mail
/// into the outbox; answers the new id.
///
/// # Errors
/// The broken rule, [`Refusal::EmailTaken`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn create_account(app: &App, shop: &Shop, store: &Store, request: Request) -> Result<i64, Fault> {
    let email = request.email.clone().ok_or(Refusal::CustomerWithoutEmail)?;
    if let Some(password) = &request.password {
        shop.password_policy().check(password.expose_secret(), &email)?;
    }
    let store = home(shop, store, &request)?;
    check_names(&request.first_name, request.middle_name.as_deref().unwrap_or_default(), &request.last_name)?;
    check_email(&email)?;
    let place = request.password.as_ref().map(|_| app.hasher.admit(Door::Magento)).transpose()?;
    refuse_taken(app, shop, &email, store).await?;
    let confirmation = shop.confirms_accounts(store.website).then(|| app.random_text(LENGTH));
    let password_hash = match request.password.clone().zip(place) {
        Some((password, place)) => Some(app.hasher.hash(place, password, app.random_text(LENGTH)).await?),
        None => None,
    };
    let customer = row(app, shop, store, request, email, password_hash, confirmation);
    let id = store_customer(app, shop, customer).await?;
    mail::wake(app);
    Ok(id)
}

/// The store that the account belongs to: the client's, else that of its website, else the request's.
fn home<'a>(shop: &'a Shop, current: &'a Store, request: &Request) -> Result<&'a Store, Fault> {
    let by_id = |id: i64| i32::try_from(id).ok().and_then(|id| shop.store(id));
    let (store, website) = (request.store.filter(|id| *id != 0), request.website.filter(|id| *id != 0));
    if let Some(website) = website {
        let found = i32::try_from(website).ok().and_then(|id| shop.website(id));
        let found = found.ok_or(Refusal::UnknownWebsite { website })?;
        let Some(store) = store else {
            return Ok(found.default_store.and_then(|id| shop.store(id)).ok_or(Refusal::UnknownStore)?);
        };
        let store = by_id(store).ok_or(Refusal::UnknownStore)?;
        return if store.website == found.id { Ok(store) } else { Err(Refusal::StoreNotInWebsite.into()) };
    }
    match store {
        Some(id) => Ok(by_id(id).ok_or(Refusal::UnknownStore)?),
        None if current.id == 0 => Ok(shop.default_store().ok_or(Refusal::UnknownStore)?),
        None => Ok(current),
    }
}

/// Before anything is hashed; the unique index decides where two come at once. Where websites share
/// accounts, no index does.
async fn refuse_taken(app: &App, shop: &Shop, email: &str, store: &Store) -> Result<(), Fault> {
    let searched = (!shop.shares_accounts(store.id)).then_some(store.website);
    let email = Email::new(email);
    match app.storage.read(move |db| customers::by_email(db, &email, searched)).await? {
        Some(_) => Err(Refusal::EmailTaken.into()),
        None => Ok(()),
    }
}

fn row(
    app: &App,
    shop: &Shop,
    store: &Store,
    request: Request,
    email: String,
    password_hash: Option<String>,
    confirmation: Option<String>,
) -> NewCustomer {
    let group = shop.number(Scope::Store(store.id), path::DEFAULT_GROUP);
    let now = app.now();
    NewCustomer {
        website_id: store.website,
        email,
        group_id: i32::try_from(group).unwrap_or(1),
        store_id: store.id,
        created_at: now,
        updated_at: now,
        created_in: store.name.clone(),
        firstname: request.first_name,
        lastname: request.last_name,
        prefix: fitting(request.prefix, 40),
        middlename: request.middle_name,
        suffix: fitting(request.suffix, 40),
        dob: request.dob,
        taxvat: fitting(request.taxvat, 50),
        gender: request.gender.filter(|option| (0..=65_535).contains(option)),
        password_hash,
        confirmation,
    }
}

/// As much as Magento's column takes, which cuts off the rest; three-byte characters at most.
fn fitting(text: Option<String>, length: usize) -> Option<String> {
    text.map(|text| text.chars().map(|c| if c > '\u{ffff}' { '\u{fffd}' } else { c }).take(length).collect())
}

/// One transaction for customer, token and mail. The mail's link needs the new id, so it is put
/// together in between; that takes microseconds.
async fn store_customer(app: &App, shop: &Shop, customer: NewCustomer) -> Result<i64, Fault> {
    let (token, issue) = new_token(app, 0)?;
    let (key, random, shop, now) = (app.crypt_key.clone(), app.random.clone(), shop.clone(), app.now());
    let (email, website, sealed) = (Email::new(&customer.email), customer.website_id, issue.sealed.clone());
    let insert = move |db: &mut Db| {
        let id = match customers::insert(db, &customer) {
            Err(error) if customers::is_duplicate(&error) => return Ok(None),
            inserted => inserted?,
        };
        resets::issue(db, &resets::Issue { customer_id: id, ..issue.clone() })?;
        if let Some(letter) = welcome(&shop, &customer, id, token.expose()) {
            let mut nonce = [0; 12];
            random.fill(&mut nonce);
            if let Some(mail) = mail::sealed(&key, &letter, nonce, now) {
                outbox::insert(db, &mail)?;
            }
        }
        Ok(Some(id))
    };
    let stored = app.storage.write_settled(insert, move |db| {
        let Some(account) = customers::by_email(db, &email, Some(website))? else { return Ok(None) };
        let ours = resets::is_pending(db, account.entity_id, &sealed)?;
        Ok(ours.then_some(Some(account.entity_id)))
    });
    Ok(stored.await?.ok_or(Refusal::EmailTaken)?)
}

/// Magento's three mails for new accounts. A welcome links the page on which a password is chosen,
/// without the email.
fn welcome(shop: &Shop, customer: &NewCustomer, id: i64, token: &str) -> Option<Letter> {
    let to = Recipient {
        id,
        email: customer.email.clone(),
        name: format!("{} {}", customer.firstname, customer.lastname),
        store: customer.store_id,
    };
    let id = id.to_string();
    let (kind, page, last) = match (&customer.confirmation, &customer.password_hash) {
        (Some(key), _) => (LetterKind::ConfirmAccount, "confirm", ("key", key.as_str())),
        (None, Some(_)) => (LetterKind::Welcome, "createPassword", ("token", token)),
        (None, None) => (LetterKind::WelcomeWithoutPassword, "createPassword", ("token", token)),
    };
    let link = storefront_page(shop, to.store, page, &[("id", &id), last]);
    letter(shop, kind, &to, Some(link))
}
