//! Which customer an email means. The database's collation only proposes: it takes `á` for `a` and `ß` for `s`;
//! the rule of [`Email::matches`] decides, in code.

use crate::domain::email::Email;

/// A customer searched by email.
pub struct Search {
    /// As it was sent.
    pub email: Email,
    /// The website that is searched; any if none is given.
    pub website: Option<i32>,
}

impl Search {
    /// What to ask the database for; empty where no stored email can be equal.
    pub(super) fn key(&self) -> &str {
        self.email.lookup_key().unwrap_or_default()
    }

    /// Of the rows that the database proposes, in any website, the one that is meant. Of several it is that of the
    /// first website, those of none first, as SQL sorts them.
    ///
    /// * `columns`: `website_id`, `entity_id` and `email` of a row.
    pub(super) fn choose<R>(
        &self,
        rows: Vec<R>,
        columns: impl Fn(&R) -> (Option<i32>, Option<i64>, Option<&str>),
    ) -> Option<R> {
        let is_meant = |row: &R| {
            let (website, _, stored) = columns(row);
            (self.website.is_none() || self.website == website)
                && self.email.lookup_key().is_some()
                && stored.is_some_and(|stored| self.email.matches(stored))
        };
        rows.into_iter().filter(is_meant).min_by_key(|row| {
            let (website, id, _) = columns(row);
            (website, id)
        })
    }
}
