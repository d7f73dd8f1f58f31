//! Who answers what no other route takes: rekey as Magento, the Magento behind it, or nobody.

use actix_web::http::Method;
use actix_web::http::header::ACCESS_CONTROL_REQUEST_METHOD;
use actix_web::{HttpRequest, HttpResponse, web};

use super::cors;
use super::magento::{self, Operation, Own};
use super::passthrough::{Passthrough, Upstream};
use crate::app::App;
use crate::config::Config;

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

/// A route and who answers it.
#[derive(Debug, serde::Serialize)]
pub struct Row {
    /// `*` stands for any.
    pub method: &'static str,
    /// From `/V1` on; `*` stands for any.
    pub path: &'static str,
    /// The name that `upstream.pass` takes.
    pub operation: Option<&'static str>,
    /// Under the settings in force.
    pub answered_by: Answerer,
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
    pub fn new(config: &Config) -> Result<Self, String> {
        let passed = magento::operations(&config.upstream.pass);
        let passed = passed.map_err(|mistake| format!("upstream.pass: {mistake}"))?;
        let upstream = Upstream::new(config).map_err(|mistake| format!("upstream.url: {mistake}"))?;
        if upstream.is_none() && !passed.is_empty() {
            return Err("upstream.pass: there is no upstream to pass to; set upstream.url".into());
        }
        Ok(Self { upstream, passed })
    }

    /// Every route that rekey knows; the last row is everything else.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let answered_by = |operation: Option<Operation>| {
            answerer(&self.passed, self.upstream.is_some(), operation.map(Own::Operation))
        };
        let row = |route: &'static magento::Route| Row {
            method: route.method.as_str(),
            path: route.path,
            operation: route.operation.map(Operation::name),
            answered_by: answered_by(route.operation),
        };
        let rest = Row { method: "*", path: "*", operation: None, answered_by: answered_by(None) };
        magento::ROUTES.iter().map(row).chain([rest]).collect()
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

/// * `own`: what rekey could answer; `None` stands for everything that it has not.
fn answerer(passed: &[Operation], upstream: bool, own: Option<Own>) -> Answerer {
    let is_passed = matches!(own, Some(Own::Operation(operation)) if passed.contains(&operation));
    match own {
        Some(_) if !is_passed => Answerer::Rekey,
        _ if upstream => Answerer::Upstream,
        _ => Answerer::Refused,
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
        let own = magento::own(&asked_method(&app, &request), request.uri());
        if answerer(&behind.passed, true, own) == Answerer::Upstream {
            let answer = passthrough.forward(&request, payload).await;
            return answer
                .unwrap_or_else(|failure| magento::refuse(&app, &request, failure.status(), &failure.to_string()));
        }
    }
    magento::serve(app, request, payload).await
}

/// A browser that asks whether it may call is answered by whom it is going to call.
fn asked_method(app: &App, request: &HttpRequest) -> Method {
    let method = request.method();
    if method != Method::OPTIONS || cors::allowed_origin(request, &app.config.http.cors_origins).is_none() {
        return method.clone();
    }
    let asked = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD);
    asked.and_then(|asked| Method::from_bytes(asked.as_bytes()).ok()).unwrap_or_else(|| method.clone())
}
