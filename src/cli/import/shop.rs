//! Websites and stores, found by id or code.

use crate::storage::import::places::Places;

/// What rows may refer to.
pub struct ShopIndex {
    places: Places,
    default_website: i32,
}

/// Where a customer belongs.
#[derive(Debug, PartialEq, Eq)]
pub struct Home<'a> {
    /// Its website.
    pub website: i32,
    /// Its store view.
    pub store: i32,
    /// The name of that.
    pub store_name: &'a str,
}

impl ShopIndex {
    /// `default_website` is for rows that name none.
    pub fn new(places: Places, default_website: i32) -> Self {
        Self { places, default_website }
    }

    /// The website and store of a row, each as a code (which goes first) or an id.
    ///
    /// # Errors
    /// A sentence that names those that there are.
    pub fn home(&self, website: (&str, Option<i32>), store: (&str, Option<i32>)) -> Result<Home<'_>, String> {
        let website = self.website(website)?;
        let store = self.store(store)?.or_else(|| self.default_store(website));
        let found = store.and_then(|id| self.places.stores.iter().find(|store| store.store_id == id));
        Ok(Home { website, store: store.unwrap_or(0), store_name: found.map_or("", |store| store.name.as_str()) })
    }

    fn website(&self, (code, id): (&str, Option<i32>)) -> Result<i32, String> {
        let known = || self.places.websites.iter().map(|website| (website.website_id, website.code.as_deref()));
        match (code, id) {
            ("", None) => Ok(self.default_website),
            _ => search(known(), code, id).ok_or_else(|| unknown("website", code, id, known())),
        }
    }

    fn store(&self, (code, id): (&str, Option<i32>)) -> Result<Option<i32>, String> {
        let known = || self.places.stores.iter().map(|store| (store.store_id, store.code.as_deref()));
        match (code, id) {
            ("", None) => Ok(None),
            _ => search(known(), code, id).map(Some).ok_or_else(|| unknown("store", code, id, known())),
        }
    }

    fn default_store(&self, website: i32) -> Option<i32> {
        let group = self.places.websites.iter().find(|one| one.website_id == website)?.default_group_id;
        self.places.groups.iter().find(|one| one.group_id == group).map(|group| group.default_store_id)
    }
}

fn search<'a>(mut known: impl Iterator<Item = (i32, Option<&'a str>)>, code: &str, id: Option<i32>) -> Option<i32> {
    let found = known.find(|(has, name)| if code.is_empty() { Some(*has) == id } else { *name == Some(code) });
    found.map(|(id, _)| id)
}

fn unknown<'a>(what: &str, code: &str, id: Option<i32>, known: impl Iterator<Item = (i32, Option<&'a str>)>) -> String {
    let asked = if code.is_empty() { id.unwrap_or_default().to_string() } else { format!("`{code}`") };
    let known: Vec<String> = known.map(|(id, code)| format!("{id} ({})", code.unwrap_or_default())).collect();
    format!("there is no {what} {asked}; there are {}", known.join(", "))
}
