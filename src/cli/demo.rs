//! `rekey demo`: a running server that a newcomer can talk to at once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::web;
use secrecy::SecretString;

use super::{Failure, with_app};
use crate::app::App;
use crate::config::Config;
use crate::domain::Refusal;
use crate::domain::email::Email;
use crate::server;
use crate::service::{Fault, customers, issue_reset, shop};
use crate::storage::Target;

const EMAIL: &str = "demo@example.com";
const PASSWORD: &str = "Old-Password-1";
const NEW_PASSWORD: &str = "New-Password-2";

/// Adds the demo customer where there is none, issues a token, prints the lines, serves.
pub fn run(config: Config) -> Result<(), Failure> {
    if matches!(config.database.target, Target::MySql(_)) {
        return Err(Failure::Message(
            "demo adds a customer with a known password, so it runs on the embedded database only; \
             unset REKEY_DATABASE__URL or use `rekey serve`"
                .into(),
        ));
    }
    with_app(config, serve)
}

async fn serve(app: App) -> Result<(), Failure> {
    let app = web::Data::new(app);
    let token = prepare(&app).await?;
    let listening = server::listen(app)?;
    let base = format!("http://{}", reachable(listening.address));
    // At once, so that no line of the log comes between.
    println!("{}", lines(&base, &token));
    listening.server.await?;
    Ok(())
}

/// What a newcomer pastes.
fn lines(base: &str, token: &str) -> String {
    format!(
        "rekey demo answers on {base} with the customer {EMAIL} and a live reset token.

Reset the password (works once; a second time it says that the token is mismatched):

  curl -sS {base}/rest/V1/customers/resetPassword -H 'Content-Type: application/json' \\
    -d '{{\"email\":\"{EMAIL}\",\"resetToken\":\"{token}\",\"newPassword\":\"{NEW_PASSWORD}\"}}'

Then sign in with the new password, which answers a bearer token:

  curl -sS {base}/rest/V1/integration/customer/token -H 'Content-Type: application/json' \\
    -d '{{\"username\":\"{EMAIL}\",\"password\":\"{NEW_PASSWORD}\"}}'

Stop with Ctrl-C; starting again issues a new token."
    )
}

async fn prepare(app: &App) -> Result<String, Failure> {
    let shop = shop::current(app).await?;
    let website = shop.default_store().map_or(1, |store| store.website);
    let add = customers::Add {
        email: Email::new(EMAIL),
        password: SecretString::from(PASSWORD.to_owned()),
        first_name: "Demo".into(),
        last_name: "Customer".into(),
        website,
    };
    match customers::add(app, &shop, add).await {
        Ok(_) | Err(Fault::Refused(Refusal::EmailTaken)) => {}
        Err(fault) => return Err(fault.into()),
    }
    let account = customers::find(app, Email::new(EMAIL), website).await?;
    Ok(issue_reset::issue_reset(app, &shop, &account).await?.token.expose().to_owned())
}

/// An address that a client on this machine can use: listening everywhere is no destination.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
