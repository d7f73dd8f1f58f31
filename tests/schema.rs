//! What the server says about itself, over HTTP: the schema, the OpenAPI document, the readable page.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use actix_web::web;
use rekey::app::App;
use rekey::config::{Config, Overrides};
use rekey::server;
use serde_json::{Value, json};

/// A server on a database of its own; it stops and is deleted at the end.
struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    folder: PathBuf,
}

impl Server {
    fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rekey-schema-{name}-{}", std::process::id()));
        let database = format!("sqlite://{}/rekey.db", folder.display());
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let settings =
                [("DATABASE__URL", database.as_str()), ("HTTP__BIND", "127.0.0.1:0"), ("HTTP__WORKERS", "1")];
            let environment: Vec<(String, String)> =
                settings.iter().map(|(key, value)| (format!("REKEY_{key}"), (*value).to_owned())).collect();
            let config = Config::read(&Overrides::default(), &environment).unwrap();
            let app = web::Data::new(App::build(config).unwrap());
            actix_web::rt::System::new().block_on(async move {
                let listening = server::listen(app).unwrap();
                sender.send((listening.address, listening.server.handle())).unwrap();
                listening.server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        Self { address, handle, thread: Some(thread), folder }
    }

    /// Status and headers, lower-cased names; and the body.
    fn request(&self, method: &str, target: &str, headers: &str) -> (u16, String, String) {
        let head = format!("{method} {target} HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n{headers}\r\n");
        let answer = self.exchange(&head);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_ascii_lowercase(), body.to_owned())
    }

    fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn json(&self, target: &str) -> Value {
        let (status, _, body) = self.request("GET", target, "");
        assert_eq!(status, 200, "{target}: {body}");
        serde_json::from_str(&body).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn schema_under_every_url() {
    let server = Server::start("urls");
    let both = "services=customerAccountManagementV1,integrationCustomerTokenServiceV1";
    for (target, base_path) in [
        (format!("/rest/default/schema?{both}"), "/rest/default"),
        ("/rest/schema".to_owned(), "/rest"),
        ("/rest/all/schema?services=all".to_owned(), "/rest/all"),
        ("/index.php/rest/default/schema".to_owned(), "/rest/default"),
        ("/rest/async/schema".to_owned(), "/rest/async"),
        ("/rest/default/async/bulk/schema".to_owned(), "/rest/default/async/bulk"),
    ] {
        let document = server.json(&target);
        assert_eq!(document["swagger"], "2.0");
        assert_eq!(document["basePath"], base_path, "{target}");
        assert!(document.get("host").is_none(), "the Host header is a stranger's word");
        assert!(document["paths"]["/V1/customers/resetPassword"]["post"].is_object(), "{target}");
    }
    let tags = server.json(&format!("/rest/default/schema?{both}"))["tags"].clone();
    let names: Vec<&Value> = tags.as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    assert_eq!(names, ["customerAccountManagementV1", "integrationCustomerTokenServiceV1"]);
}

#[test]
fn schema_headers_and_refusals() {
    let server = Server::start("refusals");
    // JSON even for a browser, whose Accept means XML to Magento.
    let browser = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n";
    let (status, head, body) = server.request("GET", "/rest/default/schema", browser);
    assert_eq!(status, 200);
    assert!(head.contains("content-type: application/json\r\n"), "no charset: {head}");
    assert!(body.starts_with('{'));

    let message = json!({"message": "Incorrect format of request URI or Requested services are missing."});
    for query in ["services=", "services=foo", "services=catalogProductRepositoryV1"] {
        let (status, head, body) = server.request("GET", &format!("/rest/default/schema?{query}"), "");
        assert_eq!((status, serde_json::from_str::<Value>(&body).unwrap()), (400, message.clone()), "{query}");
        assert!(head.contains("content-type: application/json; charset=utf-8"), "{head}");
    }
    for target in ["/rest/default/schema", "/rest/async/schema"] {
        let (status, _, body) = server.request("POST", target, "content-length: 0\r\n");
        assert_eq!(status, 400, "{target}");
        assert_eq!(body, r#"{"message":"Specified request cannot be processed."}"#);
    }
    assert_eq!(server.request("GET", "/rest/nosuchstore/schema", "").0, 400);
}

/// The document says of a refusal what a client then receives.
#[test]
fn a_refusal_is_as_the_schema_says() {
    let server = Server::start("truth");
    let document = server.json("/rest/default/schema");
    let properties = document["definitions"]["error-response"]["properties"].as_object().unwrap().clone();
    let responses = &document["paths"]["/V1/customers/resetPassword"]["post"]["responses"];
    for (query, status) in [
        ("", 400),
        ("?email=a&resetToken=b", 400),
        ("?email=nobody@example.com&resetToken=b&newPassword=Correct-Horse-7", 404),
    ] {
        let target = format!("/rest/default/V1/customers/resetPassword{query}");
        let (received, _, body) = server.request("POST", &target, "content-length: 0\r\n");
        assert_eq!(received, status, "{body}");
        assert!(responses[status.to_string()].is_object(), "{status} is listed");
        let body: Value = serde_json::from_str(&body).unwrap();
        for key in body.as_object().unwrap().keys() {
            assert!(properties.contains_key(key), "{key} is listed");
        }
    }
}

#[test]
fn openapi_and_its_page() {
    let server = Server::start("page");
    let document = server.json("/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    let (status, head, page) = server.request("GET", "/docs", "");
    assert_eq!(status, 200);
    assert!(head.contains("content-type: text/html; charset=utf-8"), "{head}");
    assert!(head.contains("content-security-policy: default-src 'none'; style-src 'sha256-"), "{head}");
    assert!(page.contains("http://shop.example/rest/default/V1/customers/resetPassword"));
    for entry in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()) {
        let id = entry["operationId"].as_str().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let forged = server.exchange("GET /docs HTTP/1.1\r\nhost: \"><script>x</script>\r\nconnection: close\r\n\r\n");
    assert!(!forged.contains("<script>"), "{forged}");
}
