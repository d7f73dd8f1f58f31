//! What the server says about itself: the schema, the OpenAPI document, the readable page.

use serde_json::{Value, json};

use crate::harness::{Answer, Kind, Request, World};

const BOTH: &str = "services=customerAccountManagementV1,integrationCustomerTokenServiceV1";

fn get(world: &World, target: &str) -> Answer {
    world.send(&Request::new("GET", target).with("Host", "shop.example"))
}

#[track_caller]
fn document(world: &World, target: &str) -> Value {
    let answer = get(world, target);
    assert_eq!(answer.status, 200, "{target}: {}", answer.body);
    answer.json()
}

fn world() -> World {
    World::start(Kind::Sqlite, &[])
}

#[test]
fn schema_under_every_url() {
    let world = world();
    for (target, base_path) in [
        (format!("/rest/default/schema?{BOTH}"), "/rest/default"),
        ("/rest/schema".to_owned(), "/rest"),
        ("/rest/all/schema?services=all".to_owned(), "/rest/all"),
        ("/index.php/rest/default/schema".to_owned(), "/rest/default"),
        ("/rest/async/schema".to_owned(), "/rest/async"),
        ("/rest/default/async/bulk/schema".to_owned(), "/rest/default/async/bulk"),
    ] {
        let document = document(&world, &target);
        assert_eq!((&document["swagger"], &document["basePath"]), (&json!("2.0"), &json!(base_path)), "{target}");
        assert!(document.get("host").is_none(), "the Host header is a stranger's word");
        assert!(document["paths"]["/V1/customers/resetPassword"]["post"].is_object(), "{target}");
    }
    let tags = document(&world, &format!("/rest/default/schema?{BOTH}"))["tags"].clone();
    let names: Vec<&Value> = tags.as_array().into_iter().flatten().map(|tag| &tag["name"]).collect();
    assert_eq!(names, ["customerAccountManagementV1", "integrationCustomerTokenServiceV1"]);
}

#[test]
fn schema_headers_and_refusals() {
    let world = world();
    // JSON even for a browser, whose Accept means XML to Magento.
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let answer = world.send(&Request::new("GET", "/rest/default/schema").with("Accept", browser));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "no charset");
    assert!(answer.json().is_object());

    let missing = "Incorrect format of request URI or Requested services are missing.";
    for query in ["services=", "services=foo", "services=catalogProductRepositoryV1"] {
        let answer = get(&world, &format!("/rest/default/schema?{query}"));
        answer.refused(400, missing);
        assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    }
    for target in ["/rest/default/schema", "/rest/async/schema"] {
        let answer = world.send(&Request::new("POST", target).body(""));
        answer.refused(400, "Specified request cannot be processed.");
    }
    assert_eq!(get(&world, "/rest/nosuchstore/schema").status, 400);
}

/// The document says of a refusal what a client then receives.
#[test]
fn a_refusal_is_as_the_schema_says() {
    let world = world();
    let document = document(&world, "/rest/default/schema");
    let properties = &document["definitions"]["error-response"]["properties"];
    let responses = &document["paths"]["/V1/customers/resetPassword"]["post"]["responses"];
    for (query, status) in [
        ("", 400),
        ("?email=a&resetToken=b", 400),
        ("?email=nobody@example.com&resetToken=b&newPassword=Correct-Horse-7", 404),
    ] {
        let target = format!("/rest/default/V1/customers/resetPassword{query}");
        let answer = world.send(&Request::new("POST", &target).with("Accept", "application/json").body(""));
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(responses[status.to_string()].is_object(), "{status} is listed");
        let body = answer.json();
        for key in body.as_object().expect("an object").keys() {
            assert!(properties[key].is_object(), "{key} is listed");
        }
    }
}

#[test]
fn openapi_and_its_page() {
    let world = world();
    let document = document(&world, "/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    let page = get(&world, "/docs");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(page.body.contains("http://shop.example/rest/default/V1/customers/resetPassword"));
    let items = document["paths"].as_object().expect("an object").values();
    for entry in items.flat_map(|item| item.as_object().expect("an object").values()) {
        let id = entry["operationId"].as_str().expect("a name");
        assert!(page.body.contains(&format!("id=\"{id}\"")), "{id}");
    }
    let forged = world.send(&Request::new("GET", "/docs").with("Host", "\"><script>x</script>"));
    assert!(!forged.body.contains("<script>"), "{}", forged.body);
}
