//! Who calls, and what they may do.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use serde_json::json;

use super::errors::{self, Problem};
use super::routes::Operation;
use crate::app::App;
use crate::domain::commerce_layer::application::{Application, Kind};
use crate::service::commerce_layer::tokens;

/// The application that a request's token belongs to.
pub struct Caller {
    application: Application,
}

/// The bearer of the token.
///
/// # Errors
/// 401 `INVALID_TOKEN` without a token that is good.
pub async fn caller(app: &App, request: &HttpRequest) -> Result<Caller, Problem> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, token) = header.trim().split_once(' ').unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(errors::invalid_token());
    }
    let application = tokens::check(app, token.trim()).await.map_err(errors::of_fault)?;
    Ok(Caller { application })
}

impl Caller {
    /// Passwords are managed with integration credentials; a sales channel may only update resets.
    ///
    /// # Errors
    /// 401 `UNAUTHORIZED`.
    pub fn check(&self, operation: &Operation) -> Result<(), Problem> {
        match (self.application.kind, operation) {
            (Kind::Integration, _) | (Kind::SalesChannel, Operation::Update(_)) => Ok(()),
            (Kind::SalesChannel, _) => Err(errors::unauthorized()),
        }
    }

    /// Whether it may read what it has not proved to know: its credentials are in every browser.
    pub fn is_trusted(&self) -> bool {
        self.application.kind == Kind::Integration
    }

    /// As histories name it.
    pub fn who(&self) -> String {
        let application = &self.application;
        let confidential = application.kind == Kind::Integration;
        let who = json!({"application": {
            "id": application.public_id, "client_id": application.client_id, "kind": application.kind.as_str(),
            "public": !confidential, "confidential": confidential,
        }});
        who.to_string()
    }
}
