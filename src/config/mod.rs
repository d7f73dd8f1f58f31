//! The operator's settings: `rekey.toml` under `REKEY_SECTION__KEY` variables under command-line
//! flags. The only room that reads the environment or a configuration file, and it collects every
//! mistake before it refuses.
//!
//! Not in here: the shop's settings, which are rows of `core_config_data` (`domain::shop`).

pub mod commerce_layer;
mod keys;
pub mod reset_link;
mod source;
pub mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use ipnet::IpNet;

use crate::domain::crypt_key::CryptKey;
use crate::mail;
use crate::storage::{self, Target};
pub use commerce_layer::CommerceLayer;
use reset_link::ResetLinks;
pub use source::{Overrides, Reader};
use values::{EmptyEmail, LimitStatus, Mode, SchemeChoice};

/// All settings, parsed.
#[derive(Clone, Debug)]
pub struct Config {
    /// The server's own.
    pub http: Http,
    /// The database.
    pub database: Database,
    /// How Magento is mirrored.
    pub magento: Magento,
    /// Password hashing.
    pub password: Password,
    /// The second door.
    pub commerce_layer: CommerceLayer,
    /// Mail.
    pub mail: Mail,
    /// The Magento behind rekey.
    pub upstream: Upstream,
    effective: Vec<Effective>,
}

/// `http.*`
#[derive(Clone, Debug)]
pub struct Http {
    /// Where to listen; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Threads that speak HTTP; none for half as many as cores.
    pub workers: Option<usize>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may call the Magento door from a browser.
    pub cors_origins: Vec<String>,
    /// Whose requests for `/metrics` are answered.
    pub metrics_from: Vec<IpNet>,
    /// The largest body, in bytes.
    pub max_body: usize,
    /// How long a client may take for the head of a request.
    pub head_timeout: Duration,
    /// How long a client may take for the body.
    pub body_timeout: Duration,
    /// How long requests in flight are waited for at the end.
    pub shutdown_timeout: Duration,
}

/// `database.*`
#[derive(Clone, Debug)]
pub struct Database {
    /// Which one.
    pub target: Target,
    /// Threads, each with a connection; none for what suits the database.
    pub threads: Option<usize>,
    /// Jobs that may wait.
    pub queue: usize,
    /// How long a request waits for the database.
    pub timeout: Duration,
}

impl Database {
    /// As the storage wants them.
    #[must_use]
    pub fn options(&self) -> storage::Options {
        storage::Options { threads: self.threads, queue: self.queue, timeout: self.timeout }
    }
}

/// `magento.*`
#[derive(Clone, Debug)]
pub struct Magento {
    /// The crypt key, when one is given.
    pub crypt_key: Option<CryptKey>,
    /// What an empty email means.
    pub empty_email: EmptyEmail,
    /// Whether errors carry a trace.
    pub mode: Mode,
    /// How long the shop's settings are kept.
    pub settings_ttl: Duration,
    /// Where reset mails lead.
    pub reset_link: ResetLinks,
    /// Whether answers keep it to themselves who has an account.
    pub hide_accounts: bool,
    /// How long a refusal takes at least.
    pub refusal_time: Duration,
    /// What a request beyond the limits is answered with.
    pub limit_status: LimitStatus,
    /// Whether a reset signs the customer out everywhere.
    pub revoke_on_reset: bool,
    /// Whether JSON is taken under the Content-Type that curl sends without being told one.
    pub accept_curl_json: bool,
}

/// `password.*`
#[derive(Clone, Debug)]
pub struct Password {
    /// For new passwords.
    pub scheme: SchemeChoice,
    /// log2 of bcrypt's rounds.
    pub bcrypt_cost: u32,
    /// Hashing threads.
    pub threads: usize,
    /// Hashes that may wait at each door.
    pub queue: usize,
    /// How far the hashing threads stand below everything else, 0 to 19.
    pub nice: u8,
}

/// `mail.*`
#[derive(Clone, Debug)]
pub struct Mail {
    /// Where mails go.
    pub destination: mail::Destination,
    /// A folder whose templates stand over the embedded ones.
    pub templates: Option<PathBuf>,
    /// How often the outbox is looked at when nobody wakes the courier.
    pub poll: Duration,
    /// How long connecting to the mail server may take, and sending a mail after it.
    pub timeout: Duration,
    /// How long sending a mail is tried.
    pub give_up_after: Duration,
    /// How long a mail that was taken is left to its courier, beyond what sending it may take.
    pub lease: Duration,
    /// Whether customers are told that their password was changed; Magento's REST calls send nothing.
    pub password_changed: bool,
}

impl Mail {
    /// As the courier wants them.
    #[must_use]
    pub fn options(&self) -> mail::Options {
        mail::Options {
            destination: self.destination.clone(),
            templates: self.templates.clone(),
            poll: self.poll,
            timeout: self.timeout,
            give_up_after: self.give_up_after,
            lease: self.lease,
        }
    }
}

/// `upstream.*`
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Where everything goes that rekey does not answer; scheme, host and perhaps a base path.
    pub url: Option<Uri>,
    /// How long a new connection may take.
    pub connect_timeout: Duration,
    /// How long nothing may move: until the head of the answer, and between two pieces of a body.
    pub timeout: Duration,
    /// Names of operations that go there too, although rekey could answer them.
    pub pass: Vec<String>,
}

/// One line of `rekey config`.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Effective {
    /// `section.key`.
    pub key: &'static str,
    /// As text, secrets masked.
    pub value: String,
    /// Where it came from: `default`, the file's path, the variable, `command line`.
    pub source: String,
}

impl Config {
    /// Reads file, this process's environment and flags.
    ///
    /// # Errors
    /// Every mistake, a sentence each.
    pub fn load(overrides: &Overrides) -> Result<Self, Vec<String>> {
        Self::read(overrides, &std::env::vars().collect::<Vec<_>>())
    }

    /// As [`Config::load`], with another environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn read(overrides: &Overrides, environment: &[(String, String)]) -> Result<Self, Vec<String>> {
        let mut reader = Reader::open(overrides, environment);
        let config = Self {
            http: Http {
                bind: reader.get("http.bind", values::address),
                workers: reader.get("http.workers", values::optional_count),
                trusted_proxies: reader.get("http.trusted_proxies", values::networks),
                cors_origins: reader.get("http.cors_origins", values::origins),
                metrics_from: reader.get("http.metrics_from", values::networks),
                max_body: reader.get("http.max_body", values::count),
                head_timeout: reader.get("http.head_timeout", values::duration),
                body_timeout: reader.get("http.body_timeout", values::duration),
                shutdown_timeout: reader.get("http.shutdown_timeout", values::duration),
            },
            database: Database {
                target: reader.get("database.url", Target::parse),
                threads: reader.get("database.threads", values::optional_count),
                queue: reader.get("database.queue", values::count),
                timeout: reader.get("database.timeout", values::duration),
            },
            magento: Magento {
                crypt_key: reader.get("magento.crypt_key", values::crypt_key),
                empty_email: reader.get("magento.empty_email", values::empty_email),
                mode: reader.get("magento.mode", values::mode),
                settings_ttl: reader.get("magento.settings_ttl", values::duration),
                reset_link: reader.get("magento.reset_link", ResetLinks::parse),
                hide_accounts: reader.get("magento.hide_accounts", values::flag),
                refusal_time: reader.get("magento.refusal_time", values::duration),
                limit_status: reader.get("magento.limit_status", values::limit_status),
                revoke_on_reset: reader.get("magento.revoke_on_reset", values::flag),
                accept_curl_json: reader.get("magento.accept_curl_json", values::flag),
            },
            password: Password {
                scheme: reader.get("password.scheme", values::scheme),
                bcrypt_cost: reader.get("password.bcrypt_cost", values::bcrypt_cost),
                threads: reader.get("password.threads", values::threads),
                queue: reader.get("password.queue", values::count),
                nice: reader.get("password.nice", values::nice),
            },
            commerce_layer: CommerceLayer::read(&mut reader),
            mail: Mail {
                destination: reader.get("mail.url", mail::Destination::parse),
                templates: reader.get("mail.templates", values::optional_path),
                poll: reader.get("mail.poll", values::duration),
                timeout: reader.get("mail.timeout", values::duration),
                give_up_after: reader.get("mail.give_up_after", values::duration),
                lease: reader.get("mail.lease", values::duration),
                password_changed: reader.get("mail.password_changed", values::flag),
            },
            upstream: Upstream {
                url: reader.get("upstream.url", values::upstream),
                connect_timeout: reader.get("upstream.connect_timeout", values::duration),
                timeout: reader.get("upstream.timeout", values::duration),
                pass: reader.get("upstream.pass", values::names),
            },
            effective: reader.effective(),
        };
        reader.finish(config)
    }

    /// What is in force, secrets masked.
    #[must_use]
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }
}
