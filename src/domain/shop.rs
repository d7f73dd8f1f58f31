//! The shop: its websites, stores and settings, as one snapshot.

use std::collections::HashMap;

use super::password::Policy;
use super::request_limit::{Protection, RequestLimit};
use super::{lockout, php, shop_defaults as path};

/// Store code that stands for all stores: the admin store, website 0.
const ALL: &str = "all";
const ADMIN: &str = "admin";

/// Where a setting is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// For every website.
    Default,
    /// For a website's id.
    Website(i32),
    /// For a store's id.
    Store(i32),
}

/// A website.
#[derive(Clone, Debug)]
pub struct Website {
    /// `website_id`; 0 is the admin's.
    pub id: i32,
    /// For people.
    pub name: String,
    /// The default store of its default group.
    pub default_store: Option<i32>,
    /// Whether it answers requests that name no store.
    pub is_default: bool,
}

/// A store view.
#[derive(Clone, Debug)]
pub struct Store {
    /// `store_id`; 0 is the admin's.
    pub id: i32,
    /// As it stands in URLs.
    pub code: String,
    /// Its website's id.
    pub website: i32,
    /// The name of its group, which is "the store" for shoppers.
    pub group_name: String,
    /// For people.
    pub name: String,
}

/// Everything that a request needs to know of the shop.
#[derive(Clone, Debug)]
pub struct Shop {
    websites: Vec<Website>,
    stores: Vec<Store>,
    settings: HashMap<(Scope, String), String>,
}

impl Shop {
    /// Puts a snapshot together.
    #[must_use]
    pub fn new(websites: Vec<Website>, stores: Vec<Store>, settings: Vec<(Scope, String, String)>) -> Self {
        let settings = settings.into_iter().map(|(scope, path, value)| ((scope, path), value)).collect();
        Self { websites, stores, settings }
    }

    /// The store that a store code in a URL names: exact in case, inactive ones too; `all` is the
    /// admin store, whose own code is not accepted.
    #[must_use]
    pub fn store_by_code(&self, code: &str) -> Option<&Store> {
        match code {
            ADMIN => None,
            ALL => self.store(0),
            _ => self.stores.iter().find(|store| store.code == code),
        }
    }

    /// The store with this id.
    #[must_use]
    pub fn store(&self, id: i32) -> Option<&Store> {
        self.stores.iter().find(|store| store.id == id)
    }

    /// The default store of the default website.
    #[must_use]
    pub fn default_store(&self) -> Option<&Store> {
        let website = self.websites.iter().find(|website| website.is_default)?;
        self.store(website.default_store?)
    }

    /// The website with this id.
    #[must_use]
    pub fn website(&self, id: i32) -> Option<&Website> {
        self.websites.iter().find(|website| website.id == id)
    }

    /// A setting at a scope: the store's, else its website's, else the default, else Magento's.
    #[must_use]
    pub fn setting(&self, scope: Scope, path: &str) -> &str {
        let at = |scope: Scope| self.settings.get(&(scope, path.to_owned()));
        let website = match scope {
            Scope::Store(id) => self.store(id).map(|store| Scope::Website(store.website)),
            other => Some(other),
        };
        at(scope)
            .or_else(|| website.and_then(at))
            .or_else(|| at(Scope::Default))
            .map_or_else(|| path::default_of(path), String::as_str)
    }

    /// A setting cast to a number as PHP does.
    #[must_use]
    pub fn number(&self, scope: Scope, path: &str) -> i64 {
        php::to_int(self.setting(scope, path))
    }

    /// A setting that is on or off.
    #[must_use]
    pub fn flag(&self, scope: Scope, path: &str) -> bool {
        !matches!(self.setting(scope, path), "" | "0" | "false")
    }

    /// The rules for passwords; Magento reads them at the default scope only.
    #[must_use]
    pub fn password_policy(&self) -> Policy {
        let read = |path| self.setting(Scope::Default, path).to_owned();
        Policy { minimum_length: read(path::MINIMUM_LENGTH), required_classes: read(path::REQUIRED_CLASSES) }
    }

    /// How long a link lives, in hours; read at the default scope only.
    #[must_use]
    pub fn link_hours(&self) -> i64 {
        self.number(Scope::Default, path::LINK_EXPIRATION)
    }

    /// When failed sign-ins lock an account; read at the default scope only.
    #[must_use]
    pub fn lockout(&self) -> lockout::Rule {
        let read = |path| self.number(Scope::Default, path);
        lockout::Rule { failures: read(path::LOCKOUT_FAILURES), minutes: read(path::LOCKOUT_MINUTES) }
    }

    /// How often a reset link may be asked for in this store.
    #[must_use]
    pub fn request_limit(&self, store: i32) -> RequestLimit {
        let read = |path| self.number(Scope::Store(store), path);
        let protection = match read(path::RESET_PROTECTION) {
            0 => Protection::Off,
            2 => Protection::Address,
            3 => Protection::Email,
            _ => Protection::AddressOrEmail,
        };
        let pause = read(path::RESET_REQUEST_PAUSE).saturating_mul(60);
        RequestLimit { protection, pause, most: read(path::MAX_RESET_REQUESTS) }
    }

    /// Whether new accounts of a website must be confirmed before they can sign in.
    #[must_use]
    pub fn confirms_accounts(&self, website: i32) -> bool {
        self.flag(Scope::Website(website), path::CONFIRM_ACCOUNTS)
    }

    /// Name and address that a shop's mail comes from: one of `trans_email/ident_*`.
    #[must_use]
    pub fn sender(&self, store: i32, identity_setting: &str) -> (String, String) {
        let scope = Scope::Store(store);
        let identity = self.setting(scope, identity_setting);
        let read = |part| self.setting(scope, &format!("trans_email/ident_{identity}/{part}")).to_owned();
        (read("name"), read("email"))
    }

    /// What a store calls itself: its name in the settings, else its group's.
    #[must_use]
    pub fn store_name(&self, store: i32) -> String {
        let configured = self.setting(Scope::Store(store), path::STORE_NAME);
        if !configured.is_empty() {
            return configured.to_owned();
        }
        self.store(store).map_or_else(String::new, |store| store.group_name.clone())
    }

    /// Where a store's pages are, with a slash at the end: its https base URL, and its code where
    /// codes stand in URLs. Never taken from a request.
    #[must_use]
    pub fn storefront_url(&self, store: i32) -> String {
        let scope = Scope::Store(store);
        let unsecure = self.setting(scope, path::UNSECURE_BASE_URL);
        let base = self.setting(scope, path::SECURE_BASE_URL).replace("{{unsecure_base_url}}", unsecure);
        let base = base.trim_end_matches('/');
        match self.store(store) {
            Some(store) if self.flag(scope, path::USE_STORE_CODE) => format!("{base}/{}/", store.code),
            _ => format!("{base}/"),
        }
    }

    /// The store that a customer is written to from: its own, else its website's default.
    #[must_use]
    pub fn mail_store(&self, store: Option<i32>, website: Option<i32>) -> i32 {
        let own = store.filter(|id| *id != 0 && self.store(*id).is_some());
        let website_default = || self.website(website?)?.default_store;
        own.or_else(website_default).or_else(|| self.default_store().map(|store| store.id)).unwrap_or(0)
    }

    /// Whether customers of all websites are one crowd, seen from a store.
    #[must_use]
    pub fn shares_accounts(&self, store: i32) -> bool {
        self.number(Scope::Store(store), path::ACCOUNT_SHARE) == 0
    }

    /// The website in which a request to this store looks for customers: the admin store (`all`)
    /// falls back to the default store's.
    #[must_use]
    pub fn customer_website(&self, store: &Store) -> i32 {
        if store.website != 0 {
            return store.website;
        }
        self.default_store().map_or(0, |store| store.website)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(settings: &[(Scope, &str, &str)]) -> Shop {
        let website = |id, is_default| Website { id, name: String::new(), default_store: Some(id), is_default };
        let store = |id, code: &str, website| Store {
            id,
            code: code.into(),
            website,
            group_name: String::new(),
            name: String::new(),
        };
        Shop::new(
            vec![website(0, false), website(1, true), website(2, false)],
            vec![store(0, "admin", 0), store(1, "default", 1), store(2, "second", 2)],
            settings.iter().map(|(scope, path, value)| (*scope, (*path).into(), (*value).into())).collect(),
        )
    }

    #[test]
    fn codes() {
        let shop = shop(&[]);
        assert_eq!(shop.store_by_code("second").map(|s| s.id), Some(2));
        assert_eq!(shop.store_by_code("all").map(|s| s.id), Some(0));
        for code in ["admin", "SECOND", "nosuch", "1", ""] {
            assert!(shop.store_by_code(code).is_none(), "{code}");
        }
        assert_eq!(shop.default_store().map(|s| s.id), Some(1));
        assert_eq!(shop.customer_website(shop.store(0).unwrap()), 1);
    }

    #[test]
    fn scopes_fall_back() {
        let path = path::ACCOUNT_SHARE;
        assert_eq!(shop(&[]).setting(Scope::Store(2), path), "1");
        let shop = shop(&[(Scope::Default, path, "a"), (Scope::Website(2), path, "b"), (Scope::Store(1), path, "c")]);
        assert_eq!(shop.setting(Scope::Store(2), path), "b");
        assert_eq!(shop.setting(Scope::Store(1), path), "c");
        assert_eq!(shop.setting(Scope::Website(1), path), "a");
    }
}
