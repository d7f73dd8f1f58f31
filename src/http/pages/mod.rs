//! The pages that people look at: `/docs`.
//!
//! Each is one file of HTML without scripts, fonts or images from anywhere, under a policy that
//! allows nothing but its own style. Not in here: what the pages say about the calls
//! ([`super::published`]).

mod docs;
mod origin;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::escape;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");

/// Mounts the routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/docs", web::get().to(serve_docs));
}

async fn serve_docs(request: HttpRequest) -> HttpResponse {
    page("rekey", &docs::render(&super::published(), &origin::of(&request)))
}

fn page(title: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        escape(title)
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, policy()))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        // It names the host that it was asked under: no cache may show it to others.
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(html)
}

/// Nothing but this one style.
fn policy() -> String {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}
