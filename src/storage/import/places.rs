//! Websites, store groups and stores, which customers refer to.

use diesel::prelude::*;

use crate::storage::connection::Db;
use crate::storage::schema::{store, store_group, store_website};

/// A row of `store_website`.
#[derive(Insertable, Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = store_website)]
#[expect(missing_docs, reason = "they are Magento's columns, by their names")]
pub struct Website {
    pub website_id: i32,
    pub code: Option<String>,
    pub name: Option<String>,
    pub sort_order: i32,
    pub default_group_id: i32,
    pub is_default: Option<i32>,
}

/// A row of `store_group`.
#[derive(Insertable, Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = store_group)]
#[expect(missing_docs, reason = "they are Magento's columns, by their names")]
pub struct Group {
    pub group_id: i32,
    pub website_id: i32,
    pub name: String,
    pub root_category_id: i32,
    pub default_store_id: i32,
    pub code: Option<String>,
}

/// A row of `store`.
#[derive(Insertable, Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = store)]
#[expect(missing_docs, reason = "they are Magento's columns, by their names")]
pub struct Store {
    pub store_id: i32,
    pub code: Option<String>,
    pub website_id: i32,
    pub group_id: i32,
    pub name: String,
    pub sort_order: i32,
    pub is_active: i32,
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Places {
    /// Websites.
    pub websites: Vec<Website>,
    /// Store groups.
    pub groups: Vec<Group>,
    /// Store views.
    pub stores: Vec<Store>,
}

/// Reads all of them.
///
/// # Errors
/// The database's.
pub fn load(db: &mut Db) -> QueryResult<Places> {
    Ok(Places {
        websites: store_website::table.order(store_website::website_id).select(Website::as_select()).load(db)?,
        groups: store_group::table.order(store_group::group_id).select(Group::as_select()).load(db)?,
        stores: store::table.order(store::store_id).select(Store::as_select()).load(db)?,
    })
}

impl Places {
    /// Those whose ids `other` does not have.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.websites.retain(|one| other.websites.iter().all(|has| has.website_id != one.website_id));
        self.groups.retain(|one| other.groups.iter().all(|has| has.group_id != one.group_id));
        self.stores.retain(|one| other.stores.iter().all(|has| has.store_id != one.store_id));
        self
    }
}

/// Adds them; part of a transaction. A database that has a default website keeps it.
///
/// # Errors
/// `UniqueViolation` where a code belongs to another id.
pub fn insert(db: &mut Db, new: &Places) -> QueryResult<()> {
    let defaults: i64 = store_website::table.filter(store_website::is_default.eq(1)).count().get_result(db)?;
    for website in &new.websites {
        let is_default = website.is_default.filter(|_| defaults == 0).or(Some(0));
        diesel::insert_into(store_website::table).values(&Website { is_default, ..website.clone() }).execute(db)?;
    }
    for group in &new.groups {
        diesel::insert_into(store_group::table).values(group).execute(db)?;
    }
    for store in &new.stores {
        diesel::insert_into(store::table).values(store).execute(db)?;
    }
    Ok(())
}
