//! `rekey customer add|show|list`.

use chrono::NaiveDateTime;
use secrecy::SecretString;
use serde::Serialize;

use super::arguments::{Add, Which};
use super::{Failure, output};
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::shop::Shop;
use crate::service::{customers, shop};
use crate::storage::customers::Account;

/// What is shown of a customer: nothing secret.
#[derive(Serialize)]
struct Shown {
    id: i64,
    email: String,
    first_name: String,
    last_name: String,
    website: Option<i32>,
    has_password: bool,
    reset_pending_since: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
}

impl From<Account> for Shown {
    fn from(account: Account) -> Self {
        Self {
            id: account.entity_id,
            email: account.email.unwrap_or_default(),
            first_name: account.firstname.unwrap_or_default(),
            last_name: account.lastname.unwrap_or_default(),
            website: account.website_id,
            has_password: account.password_hash.is_some(),
            reset_pending_since: account.rp_token.and(account.rp_token_created_at),
            created_at: account.created_at,
        }
    }
}

/// The website that was named, or the default one.
///
/// # Errors
/// When there is none with that id.
pub fn website(shop: &Shop, named: Option<i32>) -> Result<i32, Failure> {
    let id = named.unwrap_or_else(|| shop.default_store().map_or(1, |store| store.website));
    shop.website(id).map(|website| website.id).ok_or_else(|| Failure::Message(format!("there is no website {id}")))
}

/// Stores a new customer and prints it.
pub async fn add(app: &App, add: Add, json: bool) -> Result<(), Failure> {
    let shop = shop::current(app).await?;
    let website = website(&shop, add.website)?;
    let email = Email::new(add.email);
    let customer = customers::Add {
        email: email.clone(),
        password: SecretString::from(add.password),
        first_name: add.first_name,
        last_name: add.last_name,
        website,
    };
    customers::add(app, &shop, customer).await?;
    print(customers::find(app, email, website).await?, json)
}

/// Prints one customer.
pub async fn show(app: &App, which: Which, json: bool) -> Result<(), Failure> {
    let shop = shop::current(app).await?;
    let website = website(&shop, which.website)?;
    print(customers::find(app, Email::new(which.email), website).await?, json)
}

/// Prints customers in the order of their ids.
pub async fn list(app: &App, limit: i64, after: i64, json: bool) -> Result<(), Failure> {
    let customers: Vec<Shown> = customers::list(app, limit, after).await?.into_iter().map(Shown::from).collect();
    output::print(&customers, json, |customers| customers.iter().for_each(line))
}

fn print(account: Account, json: bool) -> Result<(), Failure> {
    output::print(&Shown::from(account), json, line)
}

fn line(customer: &Shown) {
    let pending = customer.reset_pending_since.map_or(String::new(), |since| format!("  reset pending since {since}"));
    println!(
        "{}  {}  {} {}  website {}{pending}",
        customer.id,
        customer.email,
        customer.first_name,
        customer.last_name,
        customer.website.map_or_else(|| "-".to_owned(), |id| id.to_string()),
    );
}
