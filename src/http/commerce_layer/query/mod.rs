//! The query string: `include`, `fields[…]`, `sort`, `page[…]`, `filter[…]`, parsed into types.
//!
//! Not in here: SQL; the storage builds it from [`crate::domain::commerce_layer::listing`].

mod filters;
pub mod listable;
mod pages;
mod predicates;
mod values;

use std::collections::HashMap;

pub use pages::{Cursor, links};

use super::errors::{self, Problem};
use crate::domain::commerce_layer::listing::{Listing, Sort};
use crate::json_api::Fields;
use crate::json_api::types::{self, Type};
use listable::Listable;

/// A query string, taken apart but not yet understood.
pub struct Query {
    pairs: Vec<(String, String)>,
}

/// Relationships to include, as a tree.
#[derive(Debug, Default, Clone)]
pub struct Include(pub HashMap<&'static str, Include>);

impl Query {
    /// Takes it apart.
    ///
    /// # Errors
    /// A parameter that does not exist.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        for (name, value) in &pairs {
            let (base, _) = split(name);
            match base {
                "fields" if name == "fields" && !value.is_empty() => return Err(errors::invalid_field_format()),
                "include" | "sort" | "page" | "filter" | "fields" => {}
                _ => return Err(errors::param_not_allowed(name)),
            }
        }
        Ok(Self { pairs })
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// `fields[type]=a,b`.
    ///
    /// # Errors
    /// An unknown type or field.
    pub fn fields(&self) -> Result<Fields, Problem> {
        let mut fields = Fields::new();
        for (name, value) in &self.pairs {
            let ("fields", [kind]) = (split(name).0, &split(name).1[..]) else { continue };
            let kind = types::find(kind).ok_or_else(|| errors::invalid_resource(kind))?;
            let names: Vec<String> = value.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
            if let Some(unknown) = names.iter().find(|name| !kind.has_field(name)) {
                return Err(errors::invalid_field(unknown, kind.name));
            }
            fields.entry(kind.name).or_default().extend(names);
        }
        Ok(fields)
    }

    /// `include=customer,events.webhooks`.
    ///
    /// # Errors
    /// A path that does not exist, or leads over what cannot be included.
    pub fn include(&self, kind: &'static Type) -> Result<Include, Problem> {
        let mut tree = Include::default();
        for path in self.value("include").unwrap_or_default().split(',').filter(|path| !path.is_empty()) {
            add_path(&mut tree, kind, path)?;
        }
        Ok(tree)
    }

    /// Everything that a list may be asked for.
    ///
    /// # Errors
    /// The first mistake: filter, then sort, then page, as `jsonapi-resources` looks.
    pub fn listing(&self, of: &Listable) -> Result<Listing, Problem> {
        let filters = filters::parse(&self.pairs, of)?;
        let order = self.sort(of)?;
        Ok(Listing { filters, order, page: pages::page(&self.pairs)? })
    }

    /// The position in a history.
    ///
    /// # Errors
    /// A page that is none.
    pub fn cursor(&self) -> Result<Cursor, Problem> {
        pages::cursor(&self.pairs, self.value("sort"))
    }

    /// The pairs that links of a list repeat.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    fn sort(&self, of: &Listable) -> Result<Vec<Sort>, Problem> {
        let names = self.value("sort").unwrap_or_default().split(',').filter(|name| !name.is_empty());
        let sort = |name: &str| {
            let (name, descending) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
            let key = (of.sort_key)(name).ok_or_else(|| errors::invalid_sort(name, of.kind.name))?;
            Ok(Sort { key, descending })
        };
        names.map(sort).collect()
    }
}

fn add_path(tree: &mut Include, kind: &'static Type, path: &str) -> Result<(), Problem> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let unknown = || errors::invalid_include(first, kind.name);
    let relationship = kind.relationship(first).filter(|one| one.includable).ok_or_else(unknown)?;
    let branch = tree.0.entry(relationship.name).or_default();
    match (rest, relationship.target) {
        (None, _) => Ok(()),
        (Some(rest), Some(target)) => add_path(branch, target, rest),
        (Some(rest), None) => Err(errors::invalid_include(rest, relationship.name)),
    }
}

/// `a[b][c]` as `a` and `[b, c]`.
fn split(name: &str) -> (&str, Vec<&str>) {
    let Some((base, rest)) = name.split_once('[') else { return (name, Vec::new()) };
    let keys = rest.strip_suffix(']').map(|keys| keys.split("][").collect());
    keys.map_or((name, Vec::new()), |keys| (base, keys))
}

#[cfg(test)]
mod tests {
    use super::listable::RESETS as LISTED;
    use super::*;
    use crate::json_api::types::RESETS;

    fn code(result: Result<(), Problem>) -> String {
        result.map_or_else(|problem| problem.render()["code"].as_str().unwrap().to_owned(), |()| "ok".into())
    }

    #[test]
    fn parameters() {
        let of = |text: &str| code(Query::parse(text).map(|_| ()));
        assert_eq!(of("include=customer&fields%5Bcustomers%5D=email&page[size]=3&sort=id&filter[id]=x"), "ok");
        assert_eq!(of("foo=1"), "PARAM_NOT_ALLOWED");
        assert_eq!(of("fields=email"), "INVALID_FIELD_FORMAT");
    }

    #[test]
    fn includes() {
        let of = |path: &str| code(Query::parse(&format!("include={path}")).unwrap().include(&RESETS).map(|_| ()));
        for path in
            ["", "customer", "customer,events", "customer.events", "customer.events.webhooks", "events.webhooks"]
        {
            assert_eq!(of(path), "ok", "{path}");
        }
        for path in ["event_stores", "nosuch", "customer.nosuch", "customer.event_stores", "customer.orders.market"] {
            assert_eq!(of(path), "INVALID_INCLUDE", "{path}");
        }
    }

    #[test]
    fn sparse_fields() {
        let of = |query: &str| code(Query::parse(query).unwrap().fields().map(|_| ()));
        assert_eq!(of("fields[customer_password_resets]=id,customer,created_at&fields[customers]="), "ok");
        assert_eq!(of("fields[customer_password_resets]=customer_password"), "INVALID_FIELD");
        assert_eq!(of("fields[nosuch]=x"), "INVALID_RESOURCE");
    }

    #[test]
    fn orders() {
        let of = |query: &str| code(Query::parse(query).unwrap().listing(&LISTED).map(|_| ()));
        assert_eq!(of("sort=-created_at,reference"), "ok");
        assert_eq!(of("sort=customer_email"), "INVALID_SORT_CRITERIA");
    }
}
