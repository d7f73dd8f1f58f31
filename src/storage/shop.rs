//! Reads stores, websites and the shop's settings in one go.

use diesel::prelude::*;

use super::connection::Db;
use super::schema::{core_config_data, store, store_group, store_website};
use crate::domain::shop::{Scope, Shop, Store, Website};

/// Reads the whole shop: a handful of stores and the settings that rekey knows.
///
/// # Errors
/// The database's.
pub fn load(db: &mut Db) -> QueryResult<Shop> {
    let websites: Vec<(i32, Option<String>, i32, Option<i32>)> = store_website::table
        .select((
            store_website::website_id,
            store_website::name,
            store_website::default_group_id,
            store_website::is_default,
        ))
        .order(store_website::website_id)
        .load(db)?;
    let groups: Vec<(i32, String, i32)> = store_group::table
        .select((store_group::group_id, store_group::name, store_group::default_store_id))
        .load(db)?;
    let stores: Vec<(i32, Option<String>, i32, i32, String)> = store::table
        .select((store::store_id, store::code, store::website_id, store::group_id, store::name))
        .order(store::store_id)
        .load(db)?;
    let websites = websites
        .into_iter()
        .map(|(id, name, group, is_default)| Website {
            id,
            name: name.unwrap_or_default(),
            default_store: groups.iter().find(|(id, ..)| *id == group).map(|(.., store)| *store),
            is_default: is_default == Some(1),
        })
        .collect();
    let stores = stores
        .into_iter()
        .map(|(id, code, website, group, name)| Store {
            id,
            code: code.unwrap_or_default(),
            website,
            group_name: groups
                .iter()
                .find(|(id, ..)| *id == group)
                .map_or_else(String::new, |(_, name, _)| name.clone()),
            name,
        })
        .collect();
    Ok(Shop::new(websites, stores, load_settings(db)?))
}

fn load_settings(db: &mut Db) -> QueryResult<Vec<(Scope, String, String)>> {
    let path = core_config_data::path;
    let rows: Vec<(String, i32, String, Option<String>)> = core_config_data::table
        .filter(
            path.like("customer/%")
                .or(path.like("trans_email/%"))
                .or(path.like("web/%"))
                .or(path.like("general/%"))
                .or(path.like("oauth/%"))
                .or(path.like("webapi/%"))
                .or(path.like("contact/%"))
                .or(path.like("checkout/options/%"))
                .or(path.like("system/smtp/%")),
        )
        .select((core_config_data::scope, core_config_data::scope_id, path, core_config_data::value))
        .load(db)?;
    Ok(rows.into_iter().filter_map(setting).collect())
}

/// A NULL value overrides the default with nothing, as in Magento.
fn setting(row: (String, i32, String, Option<String>)) -> Option<(Scope, String, String)> {
    let (scope, id, path, value) = row;
    let scope = match scope.as_str() {
        "default" => Scope::Default,
        "websites" => Scope::Website(id),
        "stores" => Scope::Store(id),
        _ => return None,
    };
    Some((scope, path, value.unwrap_or_default()))
}
