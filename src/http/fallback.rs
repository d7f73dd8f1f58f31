//! Who answers what no other route takes: rekey as Magento, the Magento behind it, or nobody.

use actix_web::http::Method;
use actix_web::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use actix_web::{HttpRequest, HttpResponse, web};

use super::magento::{self, Operation};
use super::passthrough::{Passthrough, Upstream};
use crate::app::App;
use crate::config;

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answerer {
    /// rekey.
    Rekey,
    /// The Magento behind it.
    Upstream,
    /// rekey, with Magento's own 401 or 404.
    Refused,
}

/// What stands behind rekey, and what goes there.
#[derive(Clone)]
pub struct Behind {
    upstream: Option<Upstream>,
    passed: Vec<Operation>,
}

impl Behind {
    /// Checks the settings; connects to nobody yet.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(settings: &config::Upstream) -> Result<Self, String> {
        let passed = magento::operations(&settings.pass).map_err(|mistake| format!("upstream.pass: {mistake}"))?;
        let upstream = Upstream::new(settings).map_err(|mistake| format!("upstream.url: {mistake}"))?;
        if upstream.is_none() && !passed.is_empty() {
            return Err("upstream.pass: there is no upstream to pass to; set upstream.url".into());
        }
        Ok(Self { upstream, passed })
    }

    /// Who answers a request for this operation; `None` stands for everything that rekey has not.
    #[must_use]
    pub fn answerer(&self, operation: Option<Operation>) -> Answerer {
        answerer(&self.passed, self.upstream.is_some(), operation)
    }

    /// For one worker: connections are pooled per thread, so that a worker that ends takes nobody
    /// else's with it.
    pub(super) fn open(&self) -> Opened {
        Opened { passthrough: self.upstream.as_ref().map(Upstream::open), passed: self.passed.clone() }
    }
}

/// A worker's share of [`Behind`].
pub(super) struct Opened {
    passthrough: Option<Passthrough>,
    passed: Vec<Operation>,
}

fn answerer(passed: &[Operation], upstream: bool, operation: Option<Operation>) -> Answerer {
    match operation {
        Some(operation) if !passed.contains(&operation) => Answerer::Rekey,
        _ if upstream => Answerer::Upstream,
        _ => Answerer::Refused,
    }
}

/// The method that decides who answers: a browser's preflight belongs to the call that it asks for.
fn asked_method(app: &App, request: &HttpRequest) -> Method {
    let asked = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD).and_then(|value| value.to_str().ok());
    match asked.map(str::parse) {
        Some(Ok(asked)) if request.method() == Method::OPTIONS && !app.config.http.cors_origins.is_empty() => asked,
        _ => request.method().clone(),
    }
}

/// Answers, or has it answered. The pass-through knows nothing of Magento's error object: what it
/// cannot do is said here, in the words of the one door whose clients ask.
pub(super) async fn serve(
    app: web::Data<App>,
    behind: web::Data<Opened>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    if let Some(passthrough) = &behind.passthrough {
        let operation = magento::operation(&asked_method(&app, &request), request.uri().path());
        if answerer(&behind.passed, true, operation) == Answerer::Upstream {
            let answer = passthrough.forward(&request, payload).await;
            return answer
                .unwrap_or_else(|failure| magento::refuse(&app, &request, failure.status(), &failure.to_string()));
        }
    }
    magento::serve(app, request, payload).await
}
