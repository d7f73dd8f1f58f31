//! The forms of a REST URL, matched on the raw path: nothing is decoded or tidied up before.

use crate::domain::shop::{Shop, Store};

/// The path behind `rest`, without leading slashes, or `None` outside the REST area.
///
/// `/rest/…`, `/index.php/rest/…`, and plain `/V1/…` as Magento's documentation writes it. The first
/// segment counts with its case: `/Rest` is not the REST area.
pub fn rest_path(path: &str) -> Option<&str> {
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("index.php/").map_or(path, |rest| rest.trim_start_matches('/'));
    if is_version(path) {
        return Some(path);
    }
    let rest = path.strip_prefix("rest")?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

/// Takes a store code from the front. An unknown one stays in the path, where it fits no route.
///
/// Answers the store (the default one without a code) and the path with its leading slash.
pub fn split_store<'a>(shop: &'a Shop, path: &str) -> (Option<&'a Store>, String) {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match shop.store_by_code(first) {
        Some(store) => (Some(store), format!("/{rest}")),
        None => (shop.default_store(), format!("/{path}")),
    }
}

/// As [`split_store`], without knowing the stores: whatever stands before the kind of call is taken
/// for a code. Whether there is such a store is for the one that answers.
pub fn without_store(path: &str) -> String {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let is_kind = is_version(first) || first == "async" || first.starts_with("schema");
    if is_kind { format!("/{path}") } else { format!("/{rest}") }
}

/// Where the REST area begins, for a path as [`split_store`] takes it: `/rest`, and the store code as
/// it was sent.
pub fn base_path(shop: &Shop, path: &str) -> String {
    let first = path.split('/').next().unwrap_or_default();
    if shop.store_by_code(first).is_some() { format!("/rest/{first}") } else { "/rest".to_owned() }
}

/// Whether the path begins with `/V` and a digit: a synchronous call.
pub fn is_versioned(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(is_version)
}

fn is_version(path: &str) -> bool {
    path.strip_prefix('V').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let inside = [
            ("/rest/V1/x", "V1/x"),
            ("//rest//V1/x", "V1/x"),
            ("/index.php/rest/default/V1/x", "default/V1/x"),
            ("/V1/x", "V1/x"),
            ("/rest", ""),
            ("/rest/", ""),
        ];
        for (path, expected) in inside {
            assert_eq!(rest_path(path), Some(expected), "{path}");
        }
        for path in ["/", "/Rest/V1/x", "/restful/V1", "/customer/account", "/v1/x", "/index.php"] {
            assert_eq!(rest_path(path), None, "{path}");
        }
    }

    #[test]
    fn store_codes_are_taken_off() {
        for path in ["V1/x", "default/V1/x", "nowhere/V1/x"] {
            assert_eq!(without_store(path), "/V1/x");
        }
        assert_eq!(without_store("default//V1/x"), "//V1/x");
        assert_eq!(without_store("async/V1/x"), "/async/V1/x");
        assert_eq!(without_store("schema"), "/schema");
        assert_eq!(without_store("default"), "/");
    }
}
