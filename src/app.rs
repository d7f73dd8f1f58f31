//! Everything that the use cases work with, built once at the start; tests use the same builder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDateTime;

use crate::config::Config;
use crate::config::values::SchemeChoice;
use crate::domain::crypt_key::{CryptKey, hex};
use crate::domain::password_hash::Scheme;
use crate::domain::token;
use crate::hashing::{self, Door, Hasher};
use crate::mail::{self, Courier};
use crate::service::commerce_layer;
use crate::service::sealed_tokens::SealedTokens;
use crate::service::shop::ShopCache;
use crate::service::spent_links::SpentLinks;
use crate::storage::{self, Storage, Target};
pub use crate::system::{Clock, Random, SystemClock, SystemRandom};

/// Most that anything lingers, however long the line before the hashing threads is.
const MAX_LINGER: Duration = Duration::from_millis(50);

/// The parts that every use case is given.
pub struct App {
    /// The database.
    pub storage: Arc<Storage>,
    /// Password hashing.
    pub hasher: Hasher,
    /// Sends what is in the outbox, once it is started.
    pub courier: Courier,
    /// The only wall clock.
    pub clock: Arc<dyn Clock>,
    /// The only source of randomness.
    pub random: Arc<dyn Random>,
    /// Seals and finds tokens.
    pub crypt_key: Arc<CryptKey>,
    /// The shop's settings, cached.
    pub shop: ShopCache,
    /// What Commerce Layer's door keeps in memory.
    pub commerce_layer: commerce_layer::State,
    /// What the operator configured.
    pub config: Config,
    /// Whether a Magento owns the tables.
    pub magento_owned: bool,
    /// Tokens that a PHP Magento sealed, as far as they were opened.
    pub sealed_tokens: SealedTokens,
    /// Links that lead nowhere any more.
    pub spent_links: SpentLinks,
    /// Rung when an asynchronous call was stored.
    pub accepted: tokio::sync::Notify,
}

/// Why the application cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be reached or migrated.
    #[error("database {target}: {reason}")]
    Storage {
        /// Without its password.
        target: String,
        /// The database's own words.
        reason: String,
    },
    /// No usable crypt key.
    #[error("crypt key: {0}")]
    CryptKey(String),
    /// A setting that only its room can judge.
    #[error("{0}")]
    Setting(String),
    /// The system refused a thread or a socket.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

impl App {
    /// Connects, migrates and starts the threads. Blocks: not to be called inside an async task.
    ///
    /// # Errors
    /// [`StartError`], in words for an operator.
    pub fn build(config: Config) -> Result<Self, StartError> {
        Self::build_with(config, Arc::new(SystemClock), Arc::new(SystemRandom))
    }

    /// As [`App::build`], with another clock and generator.
    ///
    /// # Errors
    /// As [`App::build`].
    pub fn build_with(config: Config, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, StartError> {
        let target = config.database.target.clone();
        let storage_error =
            |error: storage::StorageError| StartError::Storage { target: target.masked(), reason: reason(error) };
        let magento_owned = storage::is_magento_owned(&target).map_err(storage_error)?;
        let crypt_key = crypt_key(&config, magento_owned, random.as_ref())?;
        storage::migrations::run(&target, clock.now()).map_err(storage_error)?;
        let storage = Arc::new(Storage::open(&target, &config.database.options()).map_err(storage_error)?);
        let hasher = Hasher::start(&hashing::Options {
            threads: config.password.threads,
            queue: config.password.queue,
            nice: config.password.nice,
            scheme: scheme(&config, magento_owned),
            crypt_key: crypt_key.newest().clone(),
        })?;
        let crypt_key = Arc::new(crypt_key);
        let courier = Courier::new(mail::Parts {
            storage: storage.clone(),
            crypt_key: crypt_key.clone(),
            clock: clock.clone(),
            random: random.clone(),
            options: config.mail.options(),
        });
        let sealed_tokens = SealedTokens::new(config.magento.settings_ttl);
        Ok(Self {
            spent_links: SpentLinks::new(storage.clone()),
            storage,
            hasher,
            courier,
            clock,
            random,
            crypt_key,
            shop: ShopCache::new(config.magento.settings_ttl),
            commerce_layer: commerce_layer::State::new(&config.commerce_layer),
            config,
            magento_owned,
            sealed_tokens,
            accepted: tokio::sync::Notify::new(),
        })
    }

    /// UTC now, in whole seconds.
    #[must_use]
    pub fn now(&self) -> NaiveDateTime {
        self.clock.now()
    }

    /// How long what a request asks of the database may wait for company: little beside what requests at its door wait
    /// for a hash, and no time at all where hashing keeps up.
    #[must_use]
    pub fn linger(&self, door: Door) -> Duration {
        (self.hasher.delay(door) / 16).min(MAX_LINGER)
    }

    /// Random letters and digits, as Magento makes its tokens and salts; without modulo bias.
    #[must_use]
    pub fn random_text(&self, length: usize) -> String {
        random_text(self.random.as_ref(), length)
    }

    /// Random bytes.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }
}

fn random_text(random: &dyn Random, length: usize) -> String {
    // 248 is the largest multiple of 62 below 256: greater bytes would favour the first letters.
    const FAIR: u8 = 248;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        random.fill(&mut bytes);
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        text.extend(fair.take(length - text.len()).map(|byte| char::from(token::ALPHABET[usize::from(byte % 62)])));
    }
    text
}

fn scheme(config: &Config, magento_owned: bool) -> Scheme {
    let bcrypt = Scheme::Bcrypt { cost: config.password.bcrypt_cost };
    match config.password.scheme {
        SchemeChoice::Auto if magento_owned => Scheme::Argon2id13,
        SchemeChoice::Auto | SchemeChoice::Bcrypt => bcrypt,
        SchemeChoice::Argon2id13 => Scheme::Argon2id13,
    }
}

fn reason(error: storage::StorageError) -> String {
    match error {
        storage::StorageError::Broken(reason) => reason,
        busy @ storage::StorageError::Busy(_) => busy.to_string(),
    }
}

fn crypt_key(config: &Config, magento_owned: bool, random: &dyn Random) -> Result<CryptKey, StartError> {
    if let Some(key) = &config.magento.crypt_key {
        return Ok(key.clone());
    }
    if magento_owned {
        return Err(StartError::CryptKey(
            "a Magento owns these tables; give its key (crypt/key of its app/etc/env.php) as REKEY_MAGENTO__CRYPT_KEY"
                .into(),
        ));
    }
    let path = key_file(&config.database.target);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => new_key_file(&path, random)?,
        Err(error) => return Err(StartError::CryptKey(format!("{}: {error}", path.display()))),
    };
    CryptKey::parse(&text).map_err(|error| StartError::CryptKey(format!("{}: {error}", path.display())))
}

/// Beside the SQLite file; in `data/` for a database server.
fn key_file(target: &Target) -> PathBuf {
    let folder = match target {
        Target::Sqlite(path) => path.parent().unwrap_or(Path::new(".")),
        Target::MySql(_) => Path::new("data"),
    };
    folder.join("crypt.key")
}

fn new_key_file(path: &Path, random: &dyn Random) -> Result<String, StartError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let key = hex(&bytes);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let create = |path: &Path| {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{key}")?;
        file.sync_all()
    };
    // Whoever finds the file finds all of it. Its first name is nobody else's: in containers each is process 1.
    let mut unique = [0; 8];
    random.fill(&mut unique);
    let whole = path.with_extension(format!("{}.new", hex(&unique)));
    create(&whole)?;
    let kept = std::fs::hard_link(&whole, path).or_else(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has links.
        _ => create(path),
    });
    std::fs::remove_file(&whole)?;
    match kept {
        Ok(()) => log::info!("made a crypt key and kept it in {}", path.display()),
        // Another process was faster: its key is the key.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    Ok(std::fs::read_to_string(path)?)
}
