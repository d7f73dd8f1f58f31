//! The command line: one file per command.
//!
//! Not in here: anything that a request needs too.

mod application;
mod arguments;
mod config;
mod customer;
mod demo;
mod doctor;
mod failure;
mod import;
mod mail;
mod migrate;
mod output;
mod reset;
mod routes;
mod serve;

use std::future::Future;

use clap::Parser;

use crate::app::App;
use crate::config::Config;
use crate::{http, telemetry};
use arguments::{ApplicationCommand, Arguments, Command, CustomerCommand, MailCommand, ResetCommand};
pub use failure::Failure;

/// Reads the command line and does what it says.
///
/// # Errors
/// [`Failure`], in words for an operator.
pub fn run() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let config = Config::load(&arguments.overrides()).map_err(Failure::Config)?;
    http::Behind::new(&config).map_err(|mistake| Failure::Config(vec![mistake]))?;
    telemetry::init();
    let json = arguments.json;
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(config),
        Command::Demo => demo::run(config),
        Command::Migrate => migrate::run(&config, json),
        Command::Config => config::run(&config, json),
        Command::Routes => routes::run(&config, json),
        Command::Doctor => doctor::run(&config, json),
        Command::Customer(command) => with_app(config, async move |app| match command {
            CustomerCommand::Add(add) => customer::add(&app, add, json).await,
            CustomerCommand::Import(arguments) => import::run(&app, arguments, json).await,
            CustomerCommand::Show(which) => customer::show(&app, which, json).await,
            CustomerCommand::List { limit, after } => customer::list(&app, limit, after, json).await,
        }),
        Command::Application(command) => with_app(config, async move |app| match command {
            ApplicationCommand::Add { kind, name } => application::add(&app, &kind, name, json).await,
            ApplicationCommand::List => application::list(&app, json).await,
            ApplicationCommand::Revoke { id } => application::revoke(&app, id, json).await,
        }),
        Command::Reset(ResetCommand::Issue(which)) => {
            with_app(config, async move |app| reset::issue(&app, which, json).await)
        }
        Command::Mail(command) => with_app(config, async move |app| match command {
            MailCommand::List { limit, after } => mail::list(&app, limit, after, json).await,
            MailCommand::Retry { id } => mail::retry(&app, id, json).await,
        }),
    }
}

/// Builds the application first: a connection that blocks cannot be made inside an async task.
fn with_app<F: Future<Output = Result<(), Failure>>>(
    config: Config,
    work: impl FnOnce(App) -> F,
) -> Result<(), Failure> {
    let app = App::build(config)?;
    actix_web::rt::System::new().block_on(work(app))
}
