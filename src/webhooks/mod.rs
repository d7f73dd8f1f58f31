//! Webhooks: signed messages to the shop's endpoints about what happened to resets. Shops send the
//! mail when they hear of `customer_password_resets.create`.
//!
//! The messages stand in an outbox, written in the transaction of what happened; a thread for each
//! endpoint posts them, so that a slow one holds up no other.
//!
//! Not in here: when a message is written (`storage::events`), how a resource looks (`json_api`).

mod breaker;
mod message;

use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::runtime::{Builder, Runtime};

use crate::app::App;
use crate::config::commerce_layer::Webhook;
use crate::service::commerce_layer::deliveries::{self, Delivery};
use breaker::Breaker;

/// How often the outbox is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// How long an endpoint may take to answer 2xx.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Tries after the first.
const RETRIES: i32 = 10;

/// Before the first retry; doubled with each.
const FIRST_DELAY: i64 = 5;

/// Starts a thread for each configured endpoint. They end when the application does.
///
/// # Errors
/// When the system gives no thread.
pub fn start(app: &Arc<App>) -> std::io::Result<()> {
    for number in 0..app.config.commerce_layer.webhooks.len() {
        let (app, runtime) = (Arc::downgrade(app), Builder::new_current_thread().enable_time().build()?);
        thread::Builder::new().name(format!("webhook-{number}")).spawn(move || run(&app, number, &runtime))?;
    }
    Ok(())
}

fn run(app: &Weak<App>, number: usize, runtime: &Runtime) {
    let agent = message::agent(TIMEOUT);
    let mut breaker = Breaker::default();
    while let Some(app) = app.upgrade() {
        let Some(hook) = app.config.commerce_layer.webhooks.get(number) else { return };
        let worked = breaker.allows(Instant::now()) && deliver_next(&app, hook, &agent, &mut breaker, runtime);
        drop(app);
        if !worked {
            thread::sleep(PAUSE);
        }
    }
}

/// Posts the next message; false when there is none.
fn deliver_next(app: &App, hook: &Webhook, agent: &ureq::Agent, breaker: &mut Breaker, runtime: &Runtime) -> bool {
    let claimed = match runtime.block_on(deliveries::claim(app, &hook.url)) {
        Ok(Some(delivery)) => delivery,
        Ok(None) => return false,
        Err(fault) => {
            log::warn!("webhooks: the outbox cannot be read: {fault:?}");
            return false;
        }
    };
    let sent = message::post(app, agent, hook, &claimed);
    if let Err(reason) = &sent {
        log::warn!("webhook {} number {}: {reason}", claimed.topic, claimed.id);
        breaker.failed(Instant::now());
    } else {
        breaker.succeeded();
    }
    let noted = match sent {
        Ok(()) => runtime.block_on(deliveries::forget(app, claimed.id)),
        Err(_) if claimed.attempts >= RETRIES => {
            log::error!("webhook {} number {} is given up", claimed.topic, claimed.id);
            runtime.block_on(deliveries::forget(app, claimed.id))
        }
        Err(_) => runtime.block_on(deliveries::postpone(app, claimed.id, delay(&claimed))),
    };
    if let Err(fault) = noted {
        log::warn!("webhooks: the outbox cannot be written: {fault:?}");
    }
    true
}

fn delay(delivery: &Delivery) -> TimeDelta {
    TimeDelta::seconds(FIRST_DELAY << delivery.attempts.clamp(0, RETRIES))
}
