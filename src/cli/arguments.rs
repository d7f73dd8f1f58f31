//! What the command line may say.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::import;
use crate::config::Overrides;

/// Password resets as Magento 2 and Commerce Layer answer them.
#[derive(Parser)]
#[command(
    name = "rekey",
    version,
    after_help = "Settings: `rekey config` lists them all. Each is a variable \
(REKEY_HTTP__BIND for http.bind), a line of rekey.toml, or --set http.bind=…; RUST_LOG sets the log level."
)]
pub struct Arguments {
    /// Configuration file [default: rekey.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address to listen on, for http.bind
    #[arg(long, global = true, value_name = "HOST:PORT")]
    bind: Option<String>,
    /// Database, for database.url
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// Any setting, over file and environment; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_value)]
    set: Vec<(String, String)>,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// What is to stand over file and environment.
    pub fn overrides(&self) -> Overrides {
        let named = |key: &str, value: &Option<String>| value.clone().map(|value| (key.to_owned(), value));
        let named = [named("http.bind", &self.bind), named("database.url", &self.database_url)];
        let values = self.set.iter().cloned().chain(named.into_iter().flatten()).collect();
        Overrides { file: self.config.clone(), values }
    }
}

fn key_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected KEY=VALUE, as in http.bind=127.0.0.1:8081".into())
}

#[derive(Subcommand)]
pub enum Command {
    /// Answer requests (the default)
    Serve,
    /// Start with a demo customer and a live reset token, and print the curl line that spends it
    Demo,
    /// Create or update the tables, and end
    Migrate,
    /// Show the effective settings, secrets masked
    Config,
    /// List the routes and who answers each: rekey, the upstream, or a refusal
    Routes,
    /// Check the database and the crypt key, and say what was found
    Doctor,
    /// Add and look up customers
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// Make and revoke credentials for Commerce Layer's door
    #[command(subcommand)]
    Application(ApplicationCommand),
    /// Issue reset tokens
    #[command(subcommand)]
    Reset(ResetCommand),
    /// Look at the mails that wait
    #[command(subcommand)]
    Mail(MailCommand),
}

#[derive(Subcommand)]
pub enum CustomerCommand {
    /// Store a new customer
    Add(Add),
    /// Bring in customers from a CSV file or from another Magento's database
    #[command(after_help = import::HELP)]
    Import(import::Arguments),
    /// Show one customer
    Show(Which),
    /// Show customers in the order of their ids
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: i64,
        /// Only ids above this one
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
}

#[derive(Subcommand)]
pub enum ResetCommand {
    /// Replace a customer's reset token and print it with its link
    Issue(Which),
}

#[derive(Subcommand)]
pub enum ApplicationCommand {
    /// Make credentials and print them; the secret is shown this once
    Add {
        /// integration manages resets; `sales_channel` has no secret and may only update them
        #[arg(long, value_parser = ["integration", "sales_channel"])]
        kind: String,
        /// For people
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Show all applications
    List,
    /// End an application and all its tokens
    Revoke {
        /// As `list` shows it
        id: String,
    },
}

#[derive(Subcommand)]
pub enum MailCommand {
    /// Show the mails that wait or were given up, in the order of arrival
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: i64,
        /// Only ids above this one
        #[arg(long, default_value_t = 0)]
        after: i64,
    },
    /// Try again now, also what was given up; a running server sends it
    Retry {
        /// Only this mail [default: all]
        #[arg(long)]
        id: Option<i64>,
    },
}

/// Names a customer.
#[derive(Args)]
pub struct Which {
    /// The customer's email
    #[arg(long)]
    pub email: String,
    /// The website's id [default: the default website]
    #[arg(long)]
    pub website: Option<i32>,
}

/// A customer to be.
#[derive(Args)]
pub struct Add {
    /// The customer's email
    #[arg(long)]
    pub email: String,
    /// The password; it is held against the shop's rules
    #[arg(long)]
    pub password: String,
    /// First name
    #[arg(long, default_value = "")]
    pub first_name: String,
    /// Last name
    #[arg(long, default_value = "")]
    pub last_name: String,
    /// The website's id [default: the default website]
    #[arg(long)]
    pub website: Option<i32>,
}
