//! `rekey application add|list|revoke`.

use chrono::NaiveDateTime;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::{Failure, output};
use crate::app::App;
use crate::domain::commerce_layer::application::{Application, Kind};
use crate::service::commerce_layer::{applications, signing_key};

#[derive(Serialize)]
struct Shown {
    id: String,
    kind: &'static str,
    name: String,
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    created_at: NaiveDateTime,
    revoked_at: Option<NaiveDateTime>,
}

impl Shown {
    fn new(application: Application, client_secret: Option<String>) -> Self {
        Self {
            id: application.public_id,
            kind: application.kind.as_str(),
            name: application.name,
            client_id: application.client_id,
            client_secret,
            created_at: application.created_at,
            revoked_at: application.revoked_at,
        }
    }
}

/// Makes an application and prints its credentials.
pub async fn add(app: &App, kind: &str, name: String, json: bool) -> Result<(), Failure> {
    let kind = Kind::parse(kind).ok_or_else(|| Failure::Message(format!("there is no kind {kind}")))?;
    // Made now, so that the first request for a token need not wait for it.
    signing_key::current(app).await?;
    let made = applications::add(app, kind, name).await?;
    let secret = made.secret.map(|secret| secret.expose_secret().to_owned());
    output::print(&Shown::new(made.application, secret), json, |shown| {
        println!("id             {}", shown.id);
        println!("kind           {}", shown.kind);
        println!("client_id      {}", shown.client_id);
        if let Some(secret) = &shown.client_secret {
            println!("client_secret  {secret}");
            println!("The secret is not shown again.");
        }
    })
}

/// Prints all applications.
pub async fn list(app: &App, json: bool) -> Result<(), Failure> {
    let applications = applications::list(app).await?;
    let shown: Vec<Shown> = applications.into_iter().map(|application| Shown::new(application, None)).collect();
    output::print(&shown, json, |shown| {
        for one in shown {
            let state = one.revoked_at.map_or(String::new(), |at| format!("  revoked {at}"));
            println!("{}  {:<13}  {}  {}{state}", one.id, one.kind, one.client_id, one.name);
        }
    })
}

/// Revokes one application.
pub async fn revoke(app: &App, id: String, json: bool) -> Result<(), Failure> {
    if !applications::revoke(app, id.clone()).await? {
        return Err(Failure::Message(format!("there is no application {id} that could be revoked")));
    }
    output::print(&serde_json::json!({"revoked": id}), json, |_| println!("revoked {id}"))
}
