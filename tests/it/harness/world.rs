//! A shop to test in: seeds rows as a Magento would have left them, and reads them back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{NaiveDateTime, TimeDelta};
use diesel::connection::SimpleConnection;
use diesel::deserialize::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::Text;
use rekey::app::Clock;
use rekey::config::{Config, Overrides};
use rekey::domain::crypt_key::CryptKey;
use rekey::domain::token::ResetToken;
use rekey::hashing::Door;
use rekey::storage::{self, Db, Target};
use secrecy::SecretString;
use serde_json::Value;

use super::backend::{Backend, Kind};
use super::client::{Answer, Request};
use super::server::{Server, TestClock};
use super::{CRYPT_KEY, EMAIL, NEW_PASSWORD, RESET, TOKEN, wait};

/// A row, each column as text.
pub type Row = BTreeMap<String, Option<String>>;

/// What libsodium makes of `Password123!`, as Magento stores it.
pub const PASSWORD_HASH: &str = "76ee755f4059768ca1027fdea1edbac2d0214c470b1b9c0bcdeea1ae3598723f:\
                                 08b0075b6ea43f813e99c4dc30939a9c:3_32_2_67108864";

/// A customer to be seeded; the default is the usual one.
#[derive(Clone, Debug)]
pub struct Customer {
    pub id: i64,
    pub email: String,
    pub website: i32,
    pub store: i32,
    pub group: i32,
    pub first_name: String,
    pub last_name: String,
    pub password_hash: Option<String>,
    /// Sealed.
    pub rp_token: Option<String>,
    /// Seconds since the token was issued.
    pub token_age: i64,
    pub confirmation: Option<String>,
    pub is_active: i32,
    pub failures_num: i32,
    /// Seconds from now.
    pub first_failure: Option<i64>,
    /// Seconds from now.
    pub lock_expires: Option<i64>,
}

impl Default for Customer {
    fn default() -> Self {
        Self {
            id: 1,
            email: EMAIL.into(),
            website: 1,
            store: 1,
            group: 1,
            first_name: "Alice".into(),
            last_name: "Smith".into(),
            password_hash: Some(PASSWORD_HASH.into()),
            rp_token: Some(seal(TOKEN)),
            token_age: 60,
            confirmation: None,
            is_active: 1,
            failures_num: 0,
            first_failure: None,
            lock_expires: None,
        }
    }
}

impl Customer {
    /// Another customer, with a token or none.
    pub fn other(id: i64, email: &str, token: Option<&str>) -> Self {
        Self { id, email: email.into(), rp_token: token.map(seal), ..Self::default() }
    }
}

/// Seals a token as Magento does.
pub fn seal(token: &str) -> String {
    let key = CryptKey::parse(CRYPT_KEY).expect("a key");
    key.seal(&ResetToken::new(token), [7; 12]).expect("it can be sealed")
}

pub fn unseal(sealed: &str) -> String {
    let key = CryptKey::parse(CRYPT_KEY).expect("a key");
    key.open(sealed).map(|token| token.to_string()).unwrap_or_default()
}

/// None for a `-`.
fn from_hex(text: &str) -> Option<String> {
    let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes = || text.as_bytes().chunks(2).map(|pair| byte(pair).expect("hexadecimal")).collect();
    (text != "-").then(|| String::from_utf8(bytes()).expect("text"))
}

/// A database with rekey's tables, a clock, and (after [`World::start`]) a server.
pub struct World {
    pub clock: Arc<TestClock>,
    // Dropped in this order: the server before the database under it.
    server: Option<Server>,
    db: Mutex<Db>,
    backend: Backend,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl World {
    /// A database alone, for tests that run the binary.
    pub fn without_server(kind: Kind) -> Self {
        let world = Self::empty(kind);
        storage::migrations::run(&world.target(), world.clock.now()).expect("the migrations run");
        world
    }

    /// A database without tables.
    pub fn empty(kind: Kind) -> Self {
        let backend = Backend::new(kind);
        let mut db = storage::connect(&backend.target()).expect("the database opens");
        if kind == Kind::MariaDb {
            // Then `''` is the only escape on both databases. The seeds are not checked: a Magento's
            // rows are not always what its constraints promise.
            let session = "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0";
            db.batch_execute(session).expect("a session can be set");
        } else {
            db.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").expect("a session can be set");
        }
        Self { clock: TestClock::new(), server: None, db: Mutex::new(db), backend }
    }

    /// A database and a server on it, with settings over the usual ones of a test.
    pub fn start(kind: Kind, settings: &[(&str, &str)]) -> Self {
        let mut world = Self::empty(kind);
        world.serve(settings);
        world
    }

    /// Starts (or starts again) the server.
    pub fn serve(&mut self, settings: &[(&str, &str)]) {
        self.server = None;
        self.server = Some(Server::start(self.config(settings), self.clock.clone()));
    }

    /// Quick and small settings, under those given.
    pub fn config(&self, settings: &[(&str, &str)]) -> Config {
        let values = self.settings().into_iter().chain(owned(settings)).collect();
        let file = self.folder().join("rekey.toml");
        std::fs::write(&file, "").expect("the folder is ours");
        Config::read(&Overrides { file: Some(file), values }, &[]).expect("the settings are right")
    }

    /// `section.key` and value of what a test usually sets.
    pub fn settings(&self) -> Vec<(String, String)> {
        let mut settings = owned(&[
            ("http.bind", "127.0.0.1:0"),
            ("http.workers", "1"),
            ("database.threads", "2"),
            ("magento.crypt_key", CRYPT_KEY),
            ("magento.settings_ttl", "0s"),
            ("password.bcrypt_cost", "4"),
            ("password.threads", "1"),
        ]);
        settings.push(("mail.url".into(), format!("file://{}", self.folder().join("mail").display())));
        settings.push(("database.url".into(), self.backend.url.clone()));
        settings
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("this world has a server")
    }

    pub fn kind(&self) -> Kind {
        self.backend.kind
    }

    pub fn folder(&self) -> PathBuf {
        self.backend.folder.clone()
    }

    pub fn target(&self) -> Target {
        self.backend.target()
    }

    pub fn database_url(&self) -> &str {
        &self.backend.url
    }

    fn db(&self) -> MutexGuard<'_, Db> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // Requests.

    pub fn send(&self, request: &Request) -> Answer {
        request.send(self.server().address)
    }

    /// Posts a body to the endpoint.
    pub fn post(&self, body: impl Into<Vec<u8>>) -> Answer {
        self.send(&Request::json("POST", RESET, body))
    }

    /// Asks for a reset.
    pub fn reset(&self, email: &str, token: &str, password: &str) -> Answer {
        self.post(serde_json::json!({"email": email, "resetToken": token, "newPassword": password}).to_string())
    }

    /// A reset that succeeds wherever the usual customer and its token are untouched.
    #[track_caller]
    pub fn token_still_works(&self) {
        let answer = self.reset(EMAIL, TOKEN, NEW_PASSWORD);
        assert!(answer.is_true(), "the token is spent: {} {}", answer.status, answer.body);
    }

    /// Whether the customer's stored hash takes this password.
    pub fn signs_in(&self, id: i64, password: &str) -> bool {
        let Some(stored) = self.column(id, "password_hash") else { return false };
        self.verifies(&stored, password)
    }

    pub fn verifies(&self, stored: &str, password: &str) -> bool {
        let password = SecretString::from(password.to_owned());
        let hasher = &self.server().app.hasher;
        let place = hasher.admit(Door::Magento).expect("the hasher is not busy");
        wait(hasher.verify(place, stored.to_owned(), password)).expect("the hasher is not busy")
    }

    // Rows.

    /// Runs SQL that both databases understand.
    pub fn sql(&self, sql: &str) {
        self.db().batch_execute(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    fn lines(&self, sql: &str) -> Vec<String> {
        let rows: Vec<Line> =
            diesel::sql_query(sql).load(&mut *self.db()).unwrap_or_else(|error| panic!("{error}: {sql}"));
        rows.into_iter().map(|row| row.line).collect()
    }

    pub fn tables(&self) -> Vec<String> {
        self.lines(match self.kind() {
            Kind::Sqlite => "SELECT name AS line FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Kind::MariaDb => {
                "SELECT table_name AS line FROM information_schema.tables \
                 WHERE table_schema = DATABASE() ORDER BY table_name"
            }
        })
    }

    fn columns(&self, table: &str) -> Vec<String> {
        self.lines(&match self.kind() {
            Kind::Sqlite => format!("SELECT name AS line FROM pragma_table_info('{table}')"),
            Kind::MariaDb => format!(
                "SELECT column_name AS line FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        })
    }

    /// How MariaDB would make a table again.
    pub fn definition(&self, table: &str) -> String {
        #[derive(QueryableByName)]
        struct Definition {
            #[diesel(sql_type = Text, column_name = "Create Table")]
            sql: String,
        }
        let made: Definition =
            diesel::sql_query(format!("SHOW CREATE TABLE {table}")).get_result(&mut *self.db()).expect("a table");
        // The next number of a key is no part of it.
        made.sql.split(" AUTO_INCREMENT=").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit())).collect()
    }

    /// Every row of a table.
    pub fn rows(&self, table: &str) -> Vec<Row> {
        let columns = self.columns(table);
        let texts: Vec<String> = columns
            .iter()
            .map(|column| format!("CASE WHEN {column} IS NULL THEN '-' ELSE HEX(CAST({column} AS CHAR)) END"))
            .collect();
        let lines = self.lines(&format!("SELECT CONCAT_WS(',', {}) AS line FROM {table}", texts.join(", ")));
        lines.iter().map(|line| columns.iter().cloned().zip(line.split(',').map(from_hex)).collect()).collect()
    }

    pub fn count(&self, table: &str) -> i64 {
        let count = self.lines(&format!("SELECT CAST(COUNT(*) AS CHAR) AS line FROM {table}"));
        count[0].parse().expect("a count is a number")
    }

    /// `customer_entity` by id.
    pub fn customers(&self) -> BTreeMap<String, Row> {
        let rows = self.rows("customer_entity").into_iter();
        rows.map(|row| (row["entity_id"].clone().expect("a key"), row)).collect()
    }

    pub fn column(&self, id: i64, column: &str) -> Option<String> {
        self.customers().get(&id.to_string())?.get(column)?.clone()
    }

    /// Everything in the database, as text.
    pub fn dump(&self) -> String {
        let tables: Vec<_> = self.tables().into_iter().map(|table| (self.rows(&table), table)).collect();
        format!("{tables:#?}")
    }

    // Seeds.

    /// Empties what a case fills.
    pub fn clear(&self) {
        let keep = ["rekey_migration", "core_config_data", "setup_module"];
        let tables = self.tables();
        let fill = tables.iter().filter(|table| {
            !keep.contains(&table.as_str()) && !table.starts_with("store") && !table.starts_with("sqlite_")
        });
        let delete: Vec<String> = fill.map(|table| format!("DELETE FROM {table};")).collect();
        let mut sql = delete.concat();
        sql += "DELETE FROM core_config_data; DELETE FROM store WHERE store_id > 1;
            DELETE FROM store_group WHERE group_id > 1; DELETE FROM store_website WHERE website_id > 1;";
        sql += match self.kind() {
            Kind::Sqlite => "DELETE FROM sqlite_sequence WHERE name = 'customer_entity';",
            Kind::MariaDb => "ALTER TABLE customer_entity AUTO_INCREMENT = 1;",
        };
        self.sql(&sql);
    }

    pub fn customer(&self, customer: &Customer) {
        let token_time = customer.rp_token.as_ref().map(|_| self.ahead(-customer.token_age));
        let time = |seconds: Option<i64>| quoted(seconds.map(|seconds| self.ahead(seconds)).as_deref());
        self.sql(&format!(
            "INSERT INTO customer_entity (entity_id, website_id, email, group_id, store_id, created_at, updated_at, \
             is_active, created_in, firstname, lastname, password_hash, rp_token, rp_token_created_at, confirmation, \
             failures_num, first_failure, lock_expires) VALUES ({}, {}, {}, {}, {}, '2024-01-02 03:04:05', \
             '2024-01-02 03:04:05', {}, 'Default Store View', {}, {}, {}, {}, {}, {}, {}, {}, {})",
            customer.id,
            customer.website,
            quoted(Some(&customer.email)),
            customer.group,
            customer.store,
            customer.is_active,
            quoted(Some(&customer.first_name)),
            quoted(Some(&customer.last_name)),
            quoted(customer.password_hash.as_deref()),
            quoted(customer.rp_token.as_deref()),
            quoted(token_time.as_deref()),
            quoted(customer.confirmation.as_deref()),
            customer.failures_num,
            time(customer.first_failure),
            time(customer.lock_expires),
        ));
    }

    /// The usual customer.
    pub fn alice(&self) {
        self.customer(&Customer::default());
    }

    /// A row of `core_config_data`.
    pub fn setting(&self, scope: &str, id: i64, path: &str, value: &str) {
        self.sql(&format!(
            "DELETE FROM core_config_data WHERE scope = '{scope}' AND scope_id = {id} AND path = '{path}';
             INSERT INTO core_config_data (scope, scope_id, path, value) VALUES ('{scope}', {id}, '{path}', {})",
            quoted(Some(value))
        ));
    }

    /// A second website with a store view, and two more store views of the first.
    pub fn second_website(&self) {
        self.sql(
            "INSERT INTO store_website (website_id, code, name, sort_order, default_group_id, is_default)
                VALUES (2, 'second', 'Second Website', 0, 2, 0);
             INSERT INTO store_group (group_id, website_id, name, root_category_id, default_store_id, code)
                VALUES (2, 2, 'Second Group', 2, 2, 'second_group');
             INSERT INTO store (store_id, code, website_id, group_id, name, sort_order, is_active)
                VALUES (2, 'second_store', 2, 2, 'Second Store', 0, 1), (3, 'german', 1, 1, 'German', 0, 1),
                    (4, 'inactive', 1, 1, 'Inactive', 0, 0);",
        );
    }

    /// A row of `password_reset_request_event`, so many seconds ago.
    pub fn reset_request(&self, seconds: i64) {
        self.sql(&format!(
            "INSERT INTO password_reset_request_event (request_type, account_reference, created_at, ip)
             VALUES (0, '{EMAIL}', '{}', '127.0.0.1')",
            self.ahead(-seconds)
        ));
    }

    fn ahead(&self, seconds: i64) -> String {
        let time: NaiveDateTime = self.clock.now() + TimeDelta::seconds(seconds);
        time.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

fn owned(settings: &[(&str, &str)]) -> Vec<(String, String)> {
    settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn quoted(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
}

/// A body of the endpoint with other values than text.
pub fn body(email: &Value, token: &Value, password: &Value) -> String {
    serde_json::json!({"email": email, "resetToken": token, "newPassword": password}).to_string()
}
