//! Works off the calls that were accepted asynchronously, one after the other, like any client's.

use std::net::{IpAddr, Ipv4Addr};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::web;
use futures_util::FutureExt;

use super::routes::Operation;
use super::{Context, asynchronous, call};
use crate::app::App;
use crate::service::async_operations::{Claimed, claim, settle};
use crate::service::{Fault, shop};

/// How often an idle worker looks for work; another process may have accepted it.
const POLL: Duration = Duration::from_secs(1);

/// Runs until the server ends. A call in hand at that moment is due again when its lease is over.
pub async fn run(app: web::Data<App>) {
    loop {
        match step(&app).await {
            Ok(true) => {}
            Ok(false) => drop(tokio::time::timeout(POLL, app.accepted.notified()).await),
            Err(fault) => {
                log::warn!("asynchronous calls wait: {fault:?}");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

/// Does one call; false when none is due.
async fn step(app: &App) -> Result<bool, Fault> {
    let Some(claimed) = claim(app).await? else { return Ok(false) };
    let retry = perform(app, &claimed).await?;
    settle(app, &claimed, retry).await?;
    Ok(true)
}

/// Answers whether it is worth another try: refusals are final, our own failures are not.
async fn perform(app: &App, claimed: &Claimed) -> Result<bool, Fault> {
    let shop = shop::current(app).await?;
    let Some(operation) = Operation::by_name(&claimed.call.operation) else {
        log::error!("an accepted call names an unknown operation: {}", claimed.call.operation);
        return Ok(false);
    };
    let store = shop.store(claimed.call.store).or_else(|| shop.default_store());
    let Some(store) = store else { return Ok(true) };
    let address = claimed.call.address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let context = Context { app, shop: &shop, store, address };
    let Some(params) = asynchronous::restore(&claimed.call.parameters) else { return Ok(false) };
    let done = AssertUnwindSafe(call(&context, operation, &params, claimed.call.caller)).catch_unwind().await;
    let Ok(done) = done else {
        log::error!("asynchronous {} panicked", operation.name());
        return Ok(true);
    };
    match done {
        Ok(_) => Ok(false),
        Err(problem) if problem.status.is_server_error() => Ok(true),
        Err(problem) => {
            log::info!("asynchronous {} was refused: {}", operation.name(), problem.message);
            Ok(false)
        }
    }
}
