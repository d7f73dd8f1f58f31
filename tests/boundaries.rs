//! The architecture, held: who may know whom. The table below *is* the architecture
//! (docs/ARCHITECTURE.md draws it); a new edge is a decision, made here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Room → rooms that it may know. A file belongs to the room with the longest matching name.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("lib", &[]),
    ("main", &["cli"]),
    ("cli", &["app", "config", "domain", "http", "server", "service", "storage", "telemetry"]),
    ("app", &["config", "domain", "hashing", "mail", "service", "storage", "system"]),
    ("server", &["app", "http", "telemetry", "webhooks"]),
    ("config", &["domain", "mail", "storage"]),
    ("domain", &[]),
    ("service", &["app", "config", "domain", "hashing", "mail", "storage"]),
    ("storage", &["domain"]),
    ("hashing", &["domain"]),
    ("mail", &["domain", "storage", "system"]),
    ("json_api", &["config", "domain"]),
    ("webhooks", &["app", "config", "domain", "json_api", "service"]),
    ("telemetry", &[]),
    ("system", &[]),
    (
        "http",
        &[
            "app",
            "config",
            "http::commerce_layer",
            "http::cors",
            "http::magento",
            "http::ops",
            "http::pages",
            "http::passthrough",
        ],
    ),
    ("http::api", &[]),
    ("http::client_address", &[]),
    ("http::cors", &[]),
    ("http::ops", &["app", "http::api", "http::client_address", "service", "telemetry"]),
    ("http::magento", &["app", "config", "domain", "http::api", "http::client_address", "http::cors", "service"]),
    ("http::commerce_layer", &["app", "domain", "http::client_address", "json_api", "service"]),
    ("http::passthrough", &["config"]),
    ("http::pages", &["http::api", "app", "config", "domain", "service"]),
];

/// What only some rooms may touch, by the words that give it away.
const ONLY_IN: &[(&str, &[&str])] = &[
    (r"\bdiesel(_async|_migrations)?::", &["storage"]),
    (r"\bactix_web::", &["cli", "http", "server", "telemetry"]),
    (r"\bstd::env\b", &["config"]),
    (r"\b(Utc|Local)::now\b|\bSystemTime::now\b", &["system"]),
];

/// The longest that a file may be, in lines.
const LONGEST: usize = 400;

struct File {
    path: PathBuf,
    room: &'static str,
    text: String,
    /// Without comments and tests.
    code: String,
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let rust = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    rust.chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}

fn files() -> Vec<File> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&sources).expect("under src").with_extension("");
        let module = name.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::");
        let text = std::fs::read_to_string(&path).expect("a file");
        let room = room_of(&module).unwrap_or_else(|| panic!("{module} is in no room of the table"));
        File { code: code_of(&text), path, room, text }
    };
    let files: Vec<File> = rust_files(&sources).into_iter().map(read).collect();
    assert!(files.len() > 20, "the sources were found");
    files
}

/// The room of `http::magento::params`.
fn room_of(module: &str) -> Option<&'static str> {
    let rooms = MAY_KNOW.iter().map(|(room, _)| *room);
    let inside =
        rooms.filter(|room| module.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")));
    inside.max_by_key(|room| room.len())
}

fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// Every path after `crate::` (`rekey::` in main.rs), braces expanded: `app::App`, `storage::resets`.
fn paths(file: &File) -> Vec<String> {
    static PATH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(?:crate|rekey)::(\{|(?:\w+::)*(?:\w+|\{))").expect("a pattern"));
    let mut found = Vec::new();
    for capture in PATH.captures_iter(&file.code) {
        let path = capture.get(1).expect("the path");
        match path.as_str().strip_suffix('{') {
            None => found.push(path.as_str().to_owned()),
            Some(prefix) => found.extend(expand(prefix, &file.code[path.end()..])),
        }
    }
    found
}

/// `{a::B, c::{d, e}}` under a prefix, the first level of it.
fn expand(prefix: &str, rest: &str) -> Vec<String> {
    let (mut depth, mut items, mut item) = (0, Vec::new(), String::new());
    for character in rest.chars() {
        match character {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => item.push(character),
            _ => {}
        }
    }
    items.push(item);
    let items = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty() && *item != "self");
    items.map(|item| format!("{prefix}{}", item.trim_end_matches("::"))).collect()
}

/// Room → rooms that it really knows, with a file that shows it.
fn edges(files: &[File]) -> BTreeMap<(&'static str, &'static str), PathBuf> {
    let mut edges = BTreeMap::new();
    for file in files {
        for path in paths(file) {
            let Some(target) = room_of(&path).or_else(|| room_of(path.split("::").next().unwrap_or_default())) else {
                panic!("{}: crate::{path} is in no room of the table", file.path.display());
            };
            if target != file.room {
                edges.entry((file.room, target)).or_insert_with(|| file.path.clone());
            }
        }
        edges.extend(parent_edges(file));
    }
    edges
}

/// `super::` that leaves a room: from `http/magento/…` up to `http`.
fn parent_edges(file: &File) -> Vec<((&'static str, &'static str), PathBuf)> {
    static CLIMB: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:super::){2,}(\w+)").expect("a pattern"));
    let targets = CLIMB.captures_iter(&file.code).filter_map(|capture| {
        let name = &capture[1];
        room_of(&format!("http::{name}")).filter(|room| room.contains("::")).or_else(|| room_of(name))
    });
    targets.filter(|target| *target != file.room).map(|target| ((file.room, target), file.path.clone())).collect()
}

#[test]
fn no_room_knows_one_that_it_may_not() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let wrong: Vec<String> = edges(&files())
        .iter()
        .filter(|((room, target), _)| !allowed[room].contains(target))
        .map(|((room, target), file)| format!("{room} knows {target} ({})", file.display()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_keeps_its_own_promises() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    assert!(allowed["domain"].is_empty());
    for (room, knows) in MAY_KNOW {
        assert!(knows.iter().all(|target| allowed.contains_key(target)), "{room} knows a room that there is not");
        if room.starts_with("http") {
            assert!(!knows.contains(&"storage") && !knows.contains(&"hashing"), "{room}");
        }
    }
    assert!(!allowed["storage"].iter().any(|target| target.starts_with("http") || *target == "service"));
    assert!(!allowed["http::magento"].contains(&"http::commerce_layer"));
    assert!(!allowed["http::commerce_layer"].contains(&"http::magento"));
}

/// The one knot that is known: `App` holds what the use cases are given, and keeps their cache.
const KNOT: (&str, &str) = ("app", "service");

#[test]
fn there_are_no_cycles() {
    let edges = edges(&files());
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (room, target) in edges.keys().filter(|edge| **edge != KNOT) {
        next.entry(room).or_default().insert(target);
    }
    for room in next.keys() {
        let (mut seen, mut open) = (BTreeSet::new(), vec![*room]);
        while let Some(here) = open.pop() {
            for target in next.get(here).into_iter().flatten() {
                assert!(target != room, "{room} knows itself by way of {here}");
                if seen.insert(*target) {
                    open.push(target);
                }
            }
        }
    }
}

#[test]
fn what_belongs_to_one_room_stays_there() {
    let mut wrong = Vec::new();
    for (words, rooms) in ONLY_IN {
        let words = Regex::new(words).expect("a pattern");
        let mut used = false;
        for file in files() {
            let at_home = rooms.contains(&file.room.split("::").next().unwrap_or_default());
            let found = words.find(&file.code);
            used |= at_home && found.is_some();
            if let Some(found) = found.filter(|_| !at_home) {
                wrong.push(format!("{} in {}", found.as_str(), file.path.display()));
            }
        }
        assert!(used, "{words} is used nowhere: is the rule still right?");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let long =
        files().into_iter().map(|file| (file.text.lines().count(), file.path)).filter(|(lines, _)| *lines > LONGEST);
    let long: Vec<_> = long.collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn the_reader_of_sources_sees_all_forms() {
    let file = |code: &str| File { path: PathBuf::new(), room: "cli", text: String::new(), code: code.into() };
    let code =
        "use crate::app::{App, Clock};\nuse crate::{http, storage::{self, Db}};\nlet x = crate::domain::token::LENGTH;";
    assert_eq!(paths(&file(code)), ["app::App", "app::Clock", "http", "storage", "domain::token::LENGTH"]);
    assert_eq!(room_of("http::magento::params"), Some("http::magento"));
    assert_eq!((room_of("http::mod"), room_of("httpd")), (Some("http"), None));
    assert_eq!(code_of("a // crate::b\n#[cfg(test)] c").trim(), "a");
}
