//! `rekey mail`: the outbox for people.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::{Failure, output};
use crate::app::App;
use crate::service::mail::{self, Queued};

#[derive(Serialize)]
struct Shown {
    id: i64,
    kind: String,
    to: Option<String>,
    created_at: NaiveDateTime,
    attempts: i32,
    due_at: Option<NaiveDateTime>,
    given_up_at: Option<NaiveDateTime>,
    last_error: Option<String>,
}

impl From<Queued> for Shown {
    fn from(mail: Queued) -> Self {
        let Queued { id, kind, to, created_at, attempts, last_error, due_at, given_up_at } = mail;
        Self { id, kind, to, created_at, attempts, due_at, given_up_at, last_error }
    }
}

/// Prints what waits in the outbox and what was given up.
pub async fn list(app: &App, limit: i64, after: i64, json: bool) -> Result<(), Failure> {
    let mails: Vec<Shown> = mail::queue(app, limit, after).await?.into_iter().map(Shown::from).collect();
    output::print(&mails, json, |mails| {
        mails.iter().for_each(line);
        if mails.is_empty() {
            println!("no mail waits");
        }
    })
}

/// Makes mails due now; a running server sends them.
pub async fn retry(app: &App, id: Option<i64>, json: bool) -> Result<(), Failure> {
    let due = mail::retry(app, id).await?;
    if let (0, Some(id)) = (due, id) {
        return Err(Failure::Message(format!("no mail {id} waits, or it is being sent right now")));
    }
    output::print(&due, json, |due| println!("{due} mail(s) are due now; a running `rekey serve` sends them"))
}

fn line(mail: &Shown) {
    let state = match (mail.given_up_at, mail.due_at) {
        (Some(at), _) => format!("given up {at}"),
        (None, Some(at)) => format!("due {at}"),
        (None, None) => "not due".into(),
    };
    println!(
        "{}  {}  {}  written {}  {} failure(s)  {state}{}",
        mail.id,
        mail.kind,
        mail.to.as_deref().unwrap_or("(the crypt key does not open it)"),
        mail.created_at,
        mail.attempts,
        mail.last_error.as_deref().map_or(String::new(), |error| format!("  {error}")),
    );
}
