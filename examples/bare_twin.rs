//! The least that a refused reset could cost: an actix handler that parses the JSON and runs the same
//! indexed SELECT on fixed database threads. No rules, no limits, no error object, no request id, no
//! timeouts. `make bench` measures rekey against it in the same run.
//!
//! `cargo run --release --example bare_twin ADDRESS DATABASE_URL THREADS`

use actix_web::{App, HttpResponse, HttpServer, web};
use crossbeam_channel::{Receiver, Sender, bounded};
use rekey::domain::email::Email;
use rekey::storage::token_holders::{ByEmail, Found};
use rekey::storage::{Question, Search, Target, connect};
use serde::Deserialize;
use tokio::sync::oneshot;

/// What `POST /V1/customers/resetPassword` is sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    email: String,
    reset_token: String,
    new_password: String,
}

/// A query and where its answer goes.
struct Job {
    email: String,
    answer: oneshot::Sender<Option<Found>>,
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("ADDRESS DATABASE_URL THREADS");
    let (address, url, threads): (String, String, usize) =
        (next(), next(), next().parse().expect("a number of threads"));
    let target = Target::parse(&url).expect("a database URL");
    let (queue, jobs) = bounded(1024);
    for _ in 0..threads {
        let (target, jobs) = (target.clone(), jobs.clone());
        std::thread::spawn(move || work(&target, &jobs));
    }
    let queue = web::Data::new(queue);
    HttpServer::new(move || App::new().app_data(queue.clone()).default_service(web::post().to(reset)))
        .bind(address)?
        .run()
        .await
}

fn work(target: &Target, jobs: &Receiver<Job>) {
    let mut db = connect(target).expect("a database that answers");
    for job in jobs {
        let asked = ByEmail {
            search: Search { email: Email::new(job.email), website: Some(1) },
            digests: vec!["0".repeat(64)],
        };
        let found = ByEmail::answer(&mut db, &[asked]).expect("a query that is answered");
        let _ = job.answer.send(found.into_iter().next().flatten());
    }
}

async fn reset(queue: web::Data<Sender<Job>>, body: web::Json<Body>) -> HttpResponse {
    let Body { email, reset_token, new_password } = body.into_inner();
    let (answer, found) = oneshot::channel();
    queue.send(Job { email, answer }).expect("threads that work");
    let found = found.await.expect("an answer");
    let matches = found.is_some_and(|found| found.holder.rp_token == Some(reset_token)) && !new_password.is_empty();
    HttpResponse::BadRequest().json(serde_json::json!({ "message": "refused", "matches": matches }))
}
