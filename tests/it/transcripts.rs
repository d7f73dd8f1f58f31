//! Replays what a real Magento answered and changed (`tests/transcripts/README.md` tells the format).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use regex::{Captures, Regex};
use serde::Deserialize;
use serde_json::Value;

use crate::harness::mails::Mail;
use crate::harness::world::{Row, unseal};
use crate::harness::{Answer, Customer, Kind, Request, World};

/// Columns of `customer_entity` that a call may change.
const COMPARED: &[&str] = &[
    "rp_token",
    "rp_token_created_at",
    "failures_num",
    "first_failure",
    "lock_expires",
    "session_cutoff",
    "password_hash",
    "confirmation",
    "email",
    "firstname",
    "lastname",
];

/// Tables that a call may add rows to.
const COUNTED: &[&str] = &["password_reset_request_event", "jwt_auth_revoked", "oauth_token_request_log"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    pub group: String,
    #[serde(rename = "about")]
    _about: String,
    profile: Option<String>,
    mode: Option<String>,
    state: State,
    #[serde(default)]
    before: Vec<Step>,
    request: Sent,
    answer: Expected,
    #[serde(default)]
    customers_after: BTreeMap<String, Value>,
    #[serde(default)]
    rows: BTreeMap<String, i64>,
    #[serde(default)]
    mail: Vec<ExpectedMail>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    customers: Vec<Value>,
    #[serde(default)]
    settings: Vec<(String, i64, String, String)>,
    world: Option<String>,
    #[serde(default)]
    reset_requests: Vec<i64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Pause { pause: i64 },
    Send(Sent),
}

#[derive(Deserialize)]
struct Sent {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_b64: Option<String>,
}

#[derive(Deserialize)]
struct Expected {
    status: u16,
    content_type: String,
    cache_control: String,
    body: String,
}

/// A mail that Magento sent.
#[derive(Deserialize)]
struct ExpectedMail {
    to: String,
    link: Option<ExpectedLink>,
}

/// Where it led.
#[derive(Deserialize)]
struct ExpectedLink {
    path: String,
    query: Vec<String>,
}

impl Case {
    fn is_for(&self, profile: &str, mode: &str) -> bool {
        self.profile.as_deref().is_none_or(|own| own == profile) && self.mode.as_deref().unwrap_or("production") == mode
    }
}

/// All cases, in the order of their files.
pub fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the folder is there").flatten().map(|f| f.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let text = |file| std::fs::read_to_string(file).expect("a file of ours");
    let lines = files.iter().map(text).collect::<String>();
    lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Replays the cases that `wanted` picks and that this profile and mode are for.
pub fn replay(world: &World, profile: &str, mode: &str, wanted: impl Fn(&Case) -> bool) {
    let mut wrong = Vec::new();
    let mut played = 0;
    for case in cases().iter().filter(|case| case.is_for(profile, mode) && wanted(case)) {
        played += 1;
        let found = play(world, case);
        wrong.extend(found.iter().map(|one| format!("{}/{}: {one}", case.group, case.name)));
    }
    assert!(played > 0, "no case was picked");
    assert!(wrong.is_empty(), "{} of {played} cases:\n{}", wrong.len(), wrong.join("\n"));
}

fn play(world: &World, case: &Case) -> Vec<String> {
    prepare(world, &case.state);
    let mut done = Vec::new();
    for step in &case.before {
        match step {
            Step::Pause { pause } => {
                world.clock.advance(*pause);
                done.push(String::new());
            }
            Step::Send(sent) => {
                done.push(send(world, sent, &done).body);
                world.clock.advance(1);
            }
        }
    }
    let count = || COUNTED.iter().map(|table| world.count(table)).collect::<Vec<_>>();
    if !case.before.is_empty() {
        world.mails();
    }
    let (customers, counts) = (world.customers(), count());
    let answer = send(world, &case.request, &done);
    let mut wrong = compare_answer(&case.answer, &answer);
    wrong.extend(compare_customers(world, &case.customers_after, &customers, &world.customers()));
    for ((table, before), after) in COUNTED.iter().zip(counts).zip(count()) {
        let expected = case.rows.get(*table).copied().unwrap_or_default();
        if after - before != expected {
            wrong.push(format!("{table}: {:+} rows, Magento {expected:+}", after - before));
        }
    }
    wrong.extend(compare_mails(&case.mail, &world.mails()));
    wrong
}

fn compare_mails(expected: &[ExpectedMail], mails: &[Mail]) -> Vec<String> {
    if expected.len() != mails.len() {
        return vec![format!("{} mails, Magento {}", mails.len(), expected.len())];
    }
    expected.iter().zip(mails).filter_map(|(expected, mail)| compare_mail(expected, mail).err()).collect()
}

fn compare_mail(expected: &ExpectedMail, mail: &Mail) -> Result<(), String> {
    if !mail.to.to_lowercase().contains(&expected.to.to_lowercase()) {
        return Err(format!("a mail to {}, Magento {}", mail.to, expected.to));
    }
    let Some(link) = &expected.link else { return Ok(()) };
    let (page, query) = mail.link().split_once('?').ok_or("a link without parameters")?;
    let mut names: Vec<String> = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
    names.sort();
    if page.ends_with(&link.path) && names == link.query { Ok(()) } else { Err(format!("a link to {}", mail.link())) }
}

fn prepare(world: &World, state: &State) {
    world.clear();
    if state.world.as_deref() == Some("multi") {
        world.second_website();
    }
    for (scope, id, path, value) in &state.settings {
        world.setting(scope, *id, path, value);
    }
    state.customers.iter().for_each(|customer| world.customer(&customer_of(customer)));
    state.reset_requests.iter().for_each(|seconds| world.reset_request(*seconds));
}

fn customer_of(row: &Value) -> Customer {
    let mut customer = Customer::default();
    for (key, value) in row.as_object().expect("a row is an object") {
        let text = || value.as_str().map(str::to_owned);
        let number = || value.as_i64().expect("a number");
        let small = || i32::try_from(number()).expect("a small number");
        match key.as_str() {
            "id" => customer.id = number(),
            "email" => customer.email = text().expect("a text"),
            "website_id" => customer.website = small(),
            "store_id" => customer.store = small(),
            "firstname" => customer.first_name = text().expect("a text"),
            "password_hash" => customer.password_hash = text(),
            "rp_token" => customer.rp_token = text(),
            "token_age" => customer.token_age = number(),
            "confirmation" => customer.confirmation = text(),
            "failures_num" => customer.failures_num = small(),
            "first_failure" => customer.first_failure = value.as_i64(),
            "lock_expires" => customer.lock_expires = value.as_i64(),
            other => panic!("a customer has no {other}"),
        }
    }
    customer
}

fn send(world: &World, sent: &Sent, done: &[String]) -> Answer {
    let fill = |text: &str| fill(world, text, done);
    let body = match (&sent.body, &sent.body_b64) {
        (Some(text), None) => Some(fill(text).into_bytes()),
        (None, Some(encoded)) => Some(STANDARD.decode(encoded).expect("base64")),
        _ => None,
    };
    let headers = sent.headers.iter().map(|(name, value)| (name.clone(), fill(value))).collect();
    world.send(&Request { method: sent.method.clone(), path: fill(&sent.path), headers, body })
}

/// Puts in what earlier answers said.
fn fill(world: &World, text: &str, done: &[String]) -> String {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{\{step(\d+)\.(json|raw|rp)\}\}"));
    let value = |found: &Captures<'_>| {
        let body = &done[found[1].parse::<usize>().expect("a number")];
        match &found[2] {
            "json" => serde_json::from_str::<String>(body).unwrap_or_else(|_| body.clone()),
            "rp" => unseal(&world.column(1, "rp_token").unwrap_or_default()),
            _ => body.clone(),
        }
    };
    PLACE.replace_all(text, value).into_owned()
}

fn compare_answer(expected: &Expected, answer: &Answer) -> Vec<String> {
    let mut wrong = Vec::new();
    let body = neutral(&answer.body);
    let mut compare = |what: &str, got: &str, expected: &str| {
        if got != expected {
            wrong.push(format!("{what} {got:?}, Magento {expected:?}"));
        }
    };
    compare("status", &answer.status.to_string(), &expected.status.to_string());
    let header = |name| answer.header(name).unwrap_or_default().to_lowercase();
    compare("content-type", &header("content-type"), &expected.content_type.to_lowercase());
    compare("cache-control", &header("cache-control"), &expected.cache_control.to_lowercase());
    compare("body", &cut_stack(&body), &cut_stack(&expected.body));
    wrong
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// Takes out what no two runs share: report ids, times, signed tokens, random ids, traces.
fn neutral(body: &str) -> String {
    static RULES: LazyLock<[(Regex, &str); 6]> = LazyLock::new(|| {
        [
            (pattern("webapi-[0-9a-f]{13}"), "webapi-*"),
            (pattern(r#""bulk_uuid":"[0-9a-f-]{36}""#), r#""bulk_uuid":"*""#),
            (pattern(r#""data_hash":"[0-9a-f]{64}""#), r#""data_hash":"*""#),
            (pattern(r#","trace":(null|"(?:[^"\\]|\\.)*")"#), r#","trace":"*""#),
            (pattern("(?s)<trace>.*?</trace>"), "<trace>*</trace>"),
            (pattern(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "<time>"),
        ]
    });
    static SIGNED: LazyLock<Regex> = LazyLock::new(|| pattern(r"eyJ[\w-]+\.([\w-]+)\.[\w-]+"));
    let body = SIGNED.replace_all(body, |found: &Captures<'_>| shape(&found[1])).into_owned();
    RULES.iter().fold(body, |body, (rule, to)| rule.replace_all(&body, *to).into_owned())
}

/// What a signed token says, without its times.
fn shape(payload: &str) -> String {
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).expect("base64");
    let payload: Value = serde_json::from_slice(&payload).expect("JSON");
    let life = payload["exp"].as_i64().unwrap_or_default() - payload["iat"].as_i64().unwrap_or_default();
    format!("jwt:uid={} utypid={} life={life}", payload["uid"], payload["utypid"])
}

/// Magento's decoder appends PHP's stack to the message in developer mode; we have none.
fn cut_stack(body: &str) -> String {
    static STACK: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\\n#0(?:[^"\\]|\\.)*""#));
    STACK.replace(body, "\"").into_owned()
}

fn compare_customers(
    world: &World,
    expected: &BTreeMap<String, Value>,
    before: &BTreeMap<String, Row>,
    after: &BTreeMap<String, Row>,
) -> Vec<String> {
    let mut ids: Vec<&String> = before.keys().chain(after.keys()).chain(expected.keys()).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter()
        .flat_map(|id| compare_customer(world, id, expected.get(id), before.get(id), after.get(id)))
        .collect()
}

fn compare_customer(
    world: &World,
    id: &str,
    expected: Option<&Value>,
    before: Option<&Row>,
    after: Option<&Row>,
) -> Vec<String> {
    match (before, after) {
        (Some(before), Some(after)) => COMPARED
            .iter()
            .filter_map(|column| {
                compare_column(world, expected?.get(column), before[*column].as_ref(), after[*column].as_ref()).err()
            })
            .map(|wrong| format!("customer {id}: {wrong}"))
            .chain(untouched(id, expected, before, after))
            .collect(),
        (None, Some(row)) => compare_inserted(id, expected, row),
        (_, None) if expected == Some(&Value::from("deleted")) => Vec::new(),
        (_, None) => vec![format!("customer {id} is missing")],
    }
}

/// Columns that Magento left alone.
fn untouched(id: &str, expected: Option<&Value>, before: &Row, after: &Row) -> Vec<String> {
    let left = COMPARED.iter().filter(|column| expected.and_then(|row| row.get(column)).is_none());
    let changed = left.filter(|column| before[**column] != after[**column]);
    changed.map(|column| format!("customer {id}: {column} changed to {:?}, Magento left it", after[*column])).collect()
}

fn compare_column(
    world: &World,
    expected: Option<&Value>,
    before: Option<&String>,
    after: Option<&String>,
) -> Result<(), String> {
    let wrong = |expected: &str| Err(format!("{after:?}, Magento {expected}"));
    match (expected, after) {
        (None, _) | (Some(Value::Null), None) => Ok(()),
        (Some(Value::Null), Some(_)) => wrong("null"),
        (Some(value), None) => wrong(&value.to_string()),
        (Some(Value::Object(hash)), Some(stored)) => {
            let passwords = hash["verifies"].as_array().expect("passwords");
            let verifies = passwords.iter().filter_map(Value::as_str).any(|password| world.verifies(stored, password));
            if after != before && (verifies || passwords.is_empty()) { Ok(()) } else { wrong("another password") }
        }
        (Some(Value::String(set)), _) if set == "set" => {
            if after == before {
                wrong("another value")
            } else {
                Ok(())
            }
        }
        (Some(value), Some(text)) if value.as_str() == Some(text) => Ok(()),
        (Some(value), _) => wrong(&value.to_string()),
    }
}

fn compare_inserted(id: &str, expected: Option<&Value>, row: &Row) -> Vec<String> {
    let Some(Value::Object(columns)) = expected.and_then(|expected| expected.get("inserted")) else {
        return vec![format!("customer {id} was inserted")];
    };
    let wrong = columns.iter().filter(|(column, value)| row[column.as_str()].as_deref() != value.as_str());
    wrong.map(|(column, value)| format!("customer {id}: {column} {:?}, Magento {value}", row[column])).collect()
}

/// The four servers that the cases were recorded with.
fn replay_on(kind: Kind, profile: &str, mode: &str) {
    let world = World::start(kind, &[("magento.empty_email", profile), ("magento.mode", mode)]);
    replay(&world, profile, mode, |_| true);
}

macro_rules! replays {
    ($($name:ident: $kind:ident, $profile:literal, $mode:literal;)*) => {
        $(#[test]
        fn $name() {
            replay_on(Kind::$kind, $profile, $mode);
        })*
    };
}

replays! {
    match_token_sqlite: Sqlite, "match-token", "production";
    match_token_mariadb: MariaDb, "match-token", "production";
    refuse_sqlite: Sqlite, "refuse", "production";
    refuse_mariadb: MariaDb, "refuse", "production";
    developer_match_token_sqlite: Sqlite, "match-token", "developer";
    developer_match_token_mariadb: MariaDb, "match-token", "developer";
    developer_refuse_sqlite: Sqlite, "refuse", "developer";
    developer_refuse_mariadb: MariaDb, "refuse", "developer";
}
