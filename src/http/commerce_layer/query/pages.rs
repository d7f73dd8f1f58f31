//! `page[…]`, and the links of a list.

use serde_json::{Map, Value};

use super::super::errors::{self, Problem};
use super::split;
use crate::domain::commerce_layer::event::EventStore;
use crate::domain::commerce_layer::listing::Page;
use crate::json_api::types::EVENT_STORES;

/// Reads `page[number]` and `page[size]`.
pub(super) fn page(pairs: &[(String, String)]) -> Result<Page, Problem> {
    let mut page = Page::default();
    for (name, value) in of_page(pairs) {
        match name? {
            "number" => page.number = positive(value, "number")?,
            "size" => page.size = size(value)?,
            other => return Err(errors::page_param_not_allowed(other)),
        }
    }
    Ok(page)
}

/// A position in a history.
#[derive(Debug, Clone, Copy)]
pub struct Cursor {
    /// The row id of the last line that was seen.
    pub after: Option<i64>,
    /// Most lines.
    pub size: i64,
    /// Newest first.
    pub descending: bool,
}

/// Reads `page[after]`, `page[size]` and `sort`. The SDK sends `page[number]=1` along with every list:
/// it is taken and has no meaning.
pub(super) fn cursor(pairs: &[(String, String)], sort: Option<&str>) -> Result<Cursor, Problem> {
    let descending = match sort {
        None | Some("" | "id") => false,
        Some("-id") => true,
        Some(other) => return Err(errors::invalid_sort(other, EVENT_STORES.name)),
    };
    let mut cursor = Cursor { after: None, size: Page::default().size, descending };
    for (name, value) in of_page(pairs) {
        match name? {
            "after" => {
                let after = EventStore::parse_id(value).ok_or_else(|| errors::invalid_page_value(value, "after"))?;
                cursor.after = Some(after.0);
            }
            "size" => cursor.size = size(value)?,
            "number" => drop(positive(value, "number")?),
            other => return Err(errors::page_param_not_allowed(other)),
        }
    }
    Ok(cursor)
}

fn of_page(pairs: &[(String, String)]) -> impl Iterator<Item = (Result<&str, Problem>, &str)> {
    let pairs = pairs.iter().filter(|(name, _)| split(name).0 == "page");
    pairs.map(|(name, value)| {
        let key = match split(name).1[..] {
            [key] => Ok(key),
            _ => Err(errors::page_param_not_allowed(name)),
        };
        (key, value.as_str())
    })
}

fn positive(value: &str, name: &str) -> Result<i64, Problem> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| errors::invalid_page_value(value, name))
}

fn size(value: &str) -> Result<i64, Problem> {
    let size = positive(value, "size")?;
    if size > Page::MAX { Err(errors::page_too_large(Page::MAX)) } else { Ok(size) }
}

/// `first`, `prev`, `next` and `last`: the same query with another page, brackets unencoded.
pub fn links(url: &str, pairs: &[(String, String)], page: Page, pages: i64) -> Value {
    let kept = pairs.iter().filter(|(name, _)| split(name).0 != "page");
    let kept: Vec<String> = kept.map(|(name, value)| format!("{}={}&", bracketed(name), encode(value))).collect();
    let kept = kept.concat();
    let link = |number: i64| Value::String(format!("{url}?{kept}page[number]={number}&page[size]={}", page.size));
    let mut links = Map::new();
    links.insert("first".into(), link(1));
    if page.number > 1 {
        links.insert("prev".into(), link(page.number - 1));
    }
    if page.number < pages {
        links.insert("next".into(), link(page.number + 1));
    }
    links.insert("last".into(), link(pages.max(1)));
    Value::Object(links)
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn bracketed(name: &str) -> String {
    encode(name).replace("%5B", "[").replace("%5D", "]")
}

#[cfg(test)]
mod tests {
    use super::super::{Query, listable};
    use super::*;

    fn code(query: &str) -> String {
        let parsed = Query::parse(query).unwrap().listing(&listable::RESETS);
        parsed.map_or_else(|problem| problem.render()["code"].as_str().unwrap().to_owned(), |_| "ok".into())
    }

    #[test]
    fn pages() {
        assert_eq!(code("page[number]=2&page[size]=25"), "ok");
        for query in ["page[size]=26", "page[size]=0", "page[number]=0", "page[number]=-1", "page[number]=x"] {
            assert_eq!(code(query), "INVALID_PAGE_VALUE", "{query}");
        }
        for query in ["page[limit]=1", "page=2", "page[a][b]=1"] {
            assert_eq!(code(query), "PARAM_NOT_ALLOWED", "{query}");
        }
    }

    #[test]
    fn links_repeat_the_query() {
        let query = Query::parse("filter%5Bq%5D%5Breference_eq%5D=a+b&sort=-id&page%5Bnumber%5D=2").unwrap();
        let links = links("http://h/api/x", query.pairs(), Page { number: 2, size: 10 }, 2);
        let kept = "http://h/api/x?filter[q][reference_eq]=a+b&sort=-id&page";
        assert_eq!(links["prev"], format!("{kept}[number]=1&page[size]=10"));
        assert!(links.get("next").is_none() && links["last"] == format!("{kept}[number]=2&page[size]=10"));
    }
}
