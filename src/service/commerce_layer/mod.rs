//! The use cases of Commerce Layer's resources.
//!
//! Not in here: JSON:API (`json_api`, `http::commerce_layer`), SQL (`storage`).

pub mod applications;
pub mod create_reset;
pub mod delete_reset;
pub mod deliveries;
pub mod find;
pub mod signing_key;
pub mod spend_reset;
pub mod tokens;
pub mod update_reset;

use std::net::IpAddr;
use std::sync::Mutex;

use crate::app::App;
use crate::config::CommerceLayer;
use crate::domain::commerce_layer::public_id;
use crate::domain::commerce_layer::rate_limit::Windows;
pub use crate::storage::customers::Account;
use crate::storage::events::Announcement;

/// What this door keeps in memory.
pub struct State {
    key: tokio::sync::OnceCell<signing_key::SigningKey>,
    /// Requests to `/api`, for each client address.
    pub api_limit: Mutex<Windows<IpAddr>>,
    /// Requests to `/oauth`, for each client address.
    pub oauth_limit: Mutex<Windows<IpAddr>>,
}

impl State {
    /// Nobody has called yet.
    #[must_use]
    pub fn new(settings: &CommerceLayer) -> Self {
        Self {
            key: tokio::sync::OnceCell::new(),
            api_limit: Mutex::new(Windows::new(settings.rate_limit)),
            oauth_limit: Mutex::new(Windows::new(settings.oauth_rate_limit)),
        }
    }
}

/// The author of what happens through the other door.
pub const NOBODY: &str = "{}";

/// The purpose of the key that customers' public ids are made with.
const CUSTOMER_ID_PURPOSE: &[u8] = b"rekey customer public id v1";

/// The public id of a customer.
#[must_use]
pub fn customer_public_id(app: &App, id: i64) -> String {
    public_id::of_customer(&app.crypt_key.derived(CUSTOMER_ID_PURPOSE), id)
}

/// The customer behind a public id, if there is one.
#[must_use]
pub fn customer_row_id(app: &App, id: &str) -> Option<i64> {
    public_id::to_customer(&app.crypt_key.derived(CUSTOMER_ID_PURPOSE), id)
}

/// The readable token of a reset, for those who may see it.
#[must_use]
pub fn readable_token(app: &App, sealed: &str) -> Option<String> {
    app.crypt_key.open(sealed).map(|token| token.as_str().to_owned())
}

/// * `who`: JSON, the application that does it.
fn announcement(app: &App, who: &str) -> Announcement {
    let webhooks = &app.config.commerce_layer.webhooks;
    let endpoints = webhooks.iter().flat_map(|hook| hook.topics.iter().map(|topic| (hook.url.clone(), *topic)));
    Announcement {
        event_id: public_id::random(app.random_bytes()),
        who: who.to_owned(),
        endpoints: endpoints.collect(),
        now: app.clock.now_millis(),
    }
}
