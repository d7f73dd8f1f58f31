//! Commerce Layer's door, driven by Commerce Layer's own JavaScript SDK (`tests/sdk`), on both databases.
//!
//! It stands apart from `tests/it` because it needs Node and npm.

#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

#[path = "it/harness/backend.rs"]
mod backend;
#[path = "it/harness/mariadb.rs"]
mod mariadb;
#[path = "it/harness/supervisor.rs"]
mod supervisor;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Once};
use std::time::Duration;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use rekey::app::{App, SystemRandom};
use rekey::domain::Refusal;
use rekey::domain::commerce_layer::application;
use rekey::service::Fault;
use rekey::service::commerce_layer::{applications, tokens};
use rekey::storage::connect;
use serde_json::{Value, json};

use backend::{Backend, Kind};

const EMAIL: &str = "sdk@example.com";
const KEY: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn the_sdk_works_on_sqlite() {
    Shop::open(Kind::Sqlite).run_sdk_tests();
}

#[test]
fn the_sdk_works_on_mariadb() {
    Shop::open(Kind::MariaDb).run_sdk_tests();
}

#[test]
fn a_token_lives_six_hours_on_sqlite() {
    Shop::open(Kind::Sqlite).check_expiry();
}

#[test]
fn a_token_lives_six_hours_on_mariadb() {
    Shop::open(Kind::MariaDb).check_expiry();
}

#[test]
fn both_doors_share_one_success_on_sqlite() {
    Shop::open(Kind::Sqlite).check_both_doors();
}

#[test]
fn both_doors_share_one_success_on_mariadb() {
    Shop::open(Kind::MariaDb).check_both_doors();
}

#[test]
fn a_revoked_application_is_out() {
    let shop = Shop::open(Kind::Sqlite);
    let server = shop.serve(&[]);
    let token = server.sign_in(&shop.integration);
    assert_eq!(server.call("GET", "", Some(&token), "").0, 200);
    let listed: Value = serde_json::from_slice(&shop.command(&["application", "list", "--json"]).stdout).unwrap();
    let listed = listed.as_array().unwrap();
    assert!(listed.len() == 2 && listed.iter().all(|one| one.get("client_secret").is_none()));
    let ours = listed.iter().find(|one| one["client_id"] == shop.integration["client_id"]).unwrap();
    shop.command(&["application", "revoke", ours["id"].as_str().unwrap()]);
    let (status, answer) = server.call("GET", "", Some(&token), "");
    assert_eq!((status, &answer["errors"][0]["code"]), (401, &json!("INVALID_TOKEN")));
}

#[test]
fn an_access_token_expires() {
    struct Clock(AtomicI64);
    impl rekey::app::Clock for Clock {
        fn now(&self) -> NaiveDateTime {
            chrono::DateTime::from_timestamp(self.0.load(SeqCst), 0).unwrap().naive_utc()
        }
    }
    let backend = Backend::new(Kind::Sqlite);
    let database = ("database.url".to_owned(), backend.url.clone());
    let overrides = rekey::config::Overrides { file: None, values: vec![database] };
    let clock = Arc::new(Clock(AtomicI64::new(1_800_000_000)));
    let config = rekey::config::Config::read(&overrides, &[]).unwrap();
    let app = App::build_with(config, clock.clone(), Arc::new(SystemRandom)).unwrap();
    actix_web::rt::System::new().block_on(async {
        let integration =
            applications::add(&app, application::Kind::Integration, String::new()).await.unwrap().application;
        let issued = tokens::issue(&app, &integration, "", "http://localhost").await.unwrap();
        clock.0.fetch_add(7199, SeqCst);
        assert_eq!(tokens::check(&app, &issued.token).await.unwrap().public_id, integration.public_id);
        clock.0.fetch_add(1, SeqCst);
        let late = tokens::check(&app, &issued.token).await;
        assert!(matches!(late, Err(Fault::Refused(Refusal::InvalidAccessToken))));
    });
}

#[test]
fn a_flood_is_slowed_down() {
    let shop = Shop::open(Kind::Sqlite);
    let server = shop.serve(&[("REKEY_COMMERCE_LAYER__RATE_LIMIT", "3/1h".into())]);
    let statuses: Vec<u16> = (0..4).map(|_| server.call("GET", "", None, "").0).collect();
    assert_eq!(statuses, [401, 401, 401, 429]);
}

#[test]
fn beyond_capacity_a_reset_is_turned_away() {
    let shop = Shop::open(Kind::Sqlite);
    let server = shop.serve(&[
        ("REKEY_PASSWORD__THREADS", "1".into()),
        ("REKEY_PASSWORD__QUEUE", "1".into()),
        ("REKEY_PASSWORD__BCRYPT_COST", "12".into()),
    ]);
    let token = server.sign_in(&shop.integration);
    let resets: Vec<Value> = (0..6).map(|_| server.create(&token)).collect();
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let calls: Vec<_> = resets.iter().map(|reset| scope.spawn(|| server.spend(&token, reset))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
    let (_, turned_away) = answers.iter().find(|(status, _)| *status == 503).expect("six do not fit where two do");
    assert_eq!(turned_away["errors"][0]["status"], "503", "{turned_away}");
}

/// A database with a customer and two applications.
struct Shop {
    backend: Backend,
    integration: Value,
    sales_channel: Value,
}

impl Shop {
    fn open(database: Kind) -> Self {
        let mut shop = Self { backend: Backend::new(database), integration: Value::Null, sales_channel: Value::Null };
        let customer = ["customer", "add", "--email", EMAIL, "--password", "Old-Password-1", "--json"];
        shop.command(&customer);
        let credentials = |kind: &str| {
            let made: Value =
                serde_json::from_slice(&shop.command(&["application", "add", "--kind", kind, "--json"]).stdout)
                    .unwrap();
            match made.get("client_secret") {
                Some(secret) => json!({"client_id": made["client_id"], "client_secret": secret}),
                None => json!({"client_id": made["client_id"]}),
            }
        };
        let (integration, sales_channel) = (credentials("integration"), credentials("sales_channel"));
        (shop.integration, shop.sales_channel) = (integration, sales_channel);
        shop
    }

    fn rekey(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command
            .current_dir(&self.backend.folder)
            .env("REKEY_DATABASE__URL", &self.backend.url)
            .env("REKEY_MAGENTO__CRYPT_KEY", KEY)
            .env("REKEY_PASSWORD__BCRYPT_COST", "4")
            .env("RUST_LOG", "warn");
        command
    }

    fn command(&self, arguments: &[&str]) -> Output {
        let output = self.rekey().args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn serve(&self, settings: &[(&str, String)]) -> Server {
        let port = free_port();
        let mut command = self.rekey();
        command.arg("serve").env("REKEY_HTTP__BIND", format!("127.0.0.1:{port}"));
        let process = command.envs(settings.iter().cloned()).spawn().unwrap();
        let server = Server { process, url: format!("http://127.0.0.1:{port}") };
        for _ in 0..600 {
            if ureq::get(format!("{}/health", server.url)).call().is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("rekey did not start");
    }

    fn run_sdk_tests(&self) {
        let server = self.serve(&[("REKEY_COMMERCE_LAYER__ISSUER", "https://auth.example.com".into())]);
        self.node(&server, &["access.test.js", "lists.test.js", "resets.test.js"], 0);
        let port = free_port();
        let hooks = format!("http://127.0.0.1:{port}/hook|hook-secret");
        let server = self.serve(&[("REKEY_COMMERCE_LAYER__WEBHOOKS", hooks)]);
        self.node(&server, &["webhooks.test.js"], port);
    }

    fn node(&self, server: &Server, files: &[&str], webhook_port: u16) {
        let folder = install_sdk();
        let status = Command::new("node")
            .args(["--test", "--test-concurrency=1"])
            .args(files)
            .current_dir(folder)
            .env("SDK_TEST_URL", &server.url)
            .env("SDK_TEST_INTEGRATION", self.integration.to_string())
            .env("SDK_TEST_SALES_CHANNEL", self.sales_channel.to_string())
            .env("SDK_TEST_EMAIL", EMAIL)
            .env("SDK_TEST_WEBHOOK_PORT", webhook_port.to_string())
            .status()
            .unwrap();
        assert!(status.success(), "{files:?}");
    }

    fn check_expiry(&self) {
        let server = self.serve(&[]);
        let token = server.sign_in(&self.integration);
        let (young, old) = (server.create(&token), server.create(&token));
        self.age(&young, "5:59");
        self.age(&old, "6:00");
        let (status, answer) = server.spend(&token, &old);
        assert_eq!((status, &answer["errors"][0]["meta"]["error"]), (422, &json!("expired")));
        assert_eq!(answer["errors"][0]["title"], "has expired, please request a new one");
        assert_eq!(server.spend(&token, &young).0, 200);
    }

    /// Attack A113: a token in Magento's column and resets of this door, all at once.
    fn check_both_doors(&self) {
        let server = self.serve(&[]);
        let token = server.sign_in(&self.integration);
        for round in 0..5 {
            let issued = self.command(&["reset", "issue", "--email", EMAIL, "--json"]);
            let issued: Value = serde_json::from_slice(&issued.stdout).unwrap();
            let magento = issued["token"].as_str().unwrap();
            let resets = [server.create(&token), server.create(&token)];
            let successes = std::thread::scope(|scope| {
                let (server, token, resets) = (&server, token.as_str(), &resets);
                let calls: Vec<_> = (0..12)
                    .map(|number| {
                        scope.spawn(move || match number % 3 {
                            0 => server.magento(magento).0,
                            which => server.spend(token, &resets[which - 1]).0,
                        })
                    })
                    .collect();
                let statuses: Vec<u16> = calls.into_iter().map(|call| call.join().unwrap()).collect();
                assert!(statuses.iter().all(|status| [200, 400, 422].contains(status)), "{statuses:?}");
                statuses.iter().filter(|status| **status == 200).count()
            });
            assert_eq!(successes, 1, "round {round}");
            // Whoever won, nothing that was issued before is left.
            assert_eq!(server.magento(magento).0, 400);
            assert!(resets.iter().all(|reset| server.spend(&token, reset).0 == 422));
        }
        self.check_other_changes(&server, &token);
    }

    /// A password that somebody else changed voids a reset; an account without one can be given one.
    fn check_other_changes(&self, server: &Server, token: &str) {
        let reset = server.create(token);
        self.execute("UPDATE customer_entity SET password_hash = 'changed by a PHP Magento'");
        assert_eq!(server.spend(token, &reset).0, 422);
        self.execute("UPDATE customer_entity SET password_hash = NULL");
        let reset = server.create(token);
        let path = format!("/{}/customer", reset["id"].as_str().unwrap());
        let has_password =
            || server.call("GET", &path, Some(token), "").1["data"]["attributes"]["has_password"].clone();
        assert_eq!(has_password(), json!(false));
        assert_eq!(server.spend(token, &reset).0, 200);
        assert_eq!(has_password(), json!(true));
    }

    fn execute(&self, sql: &str) {
        connect(&self.backend.target()).unwrap().batch_execute(sql).unwrap();
    }

    /// Moves a reset into the past, by hours and minutes.
    fn age(&self, reset: &Value, by: &str) {
        let (hours, minutes) = by.split_once(':').unwrap();
        let ago =
            chrono::TimeDelta::hours(hours.parse().unwrap()) + chrono::TimeDelta::minutes(minutes.parse().unwrap());
        let time = (chrono::Utc::now() - ago).format("%Y-%m-%d %H:%M:%S%.3f");
        let id = reset["id"].as_str().unwrap();
        self.execute(&format!("UPDATE rekey_reset_resource SET created_at = '{time}' WHERE public_id = '{id}'"));
    }
}

/// A running rekey; it ends with the test.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn call(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/customer_password_resets{path}", self.url))
            .header("Content-Type", "application/vnd.api+json")
            .header("Authorization", format!("Bearer {}", token.unwrap_or_default()));
        let mut response = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or_default())
    }

    /// `POST /V1/customers/resetPassword`
    fn magento(&self, token: &str) -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let body = json!({"email": EMAIL, "resetToken": token, "newPassword": "New-Password-3"});
        let mut response = agent
            .post(format!("{}/rest/V1/customers/resetPassword", self.url))
            .header("Content-Type", "application/json")
            .send(body.to_string())
            .unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    fn sign_in(&self, credentials: &Value) -> String {
        let mut body = credentials.clone();
        body["grant_type"] = json!("client_credentials");
        let mut response = ureq::post(format!("{}/oauth/token", self.url)).send(body.to_string()).unwrap();
        let answer: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn create(&self, token: &str) -> Value {
        let body = json!({"data": {"type": "customer_password_resets", "attributes": {"customer_email": EMAIL}}});
        let (status, answer) = self.call("POST", "", Some(token), &body.to_string());
        assert_eq!(status, 201, "{answer}");
        answer["data"].clone()
    }

    fn spend(&self, token: &str, reset: &Value) -> (u16, Value) {
        let id = reset["id"].as_str().unwrap();
        let body = json!({"data": {"type": "customer_password_resets", "id": id, "attributes": {
            "customer_password": "New-Password-2",
            "_reset_password_token": reset["attributes"]["reset_password_token"],
        }}});
        self.call("PATCH", &format!("/{id}"), Some(token), &body.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The folder of the SDK's tests, with the pinned packages.
fn install_sdk() -> PathBuf {
    static ONCE: Once = Once::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk");
    ONCE.call_once(|| {
        let status = Command::new("npm").arg("ci").current_dir(&folder).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "npm ci");
    });
    folder
}
