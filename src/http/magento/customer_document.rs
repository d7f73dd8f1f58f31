//! A customer as Magento's REST answers show it.

use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

use crate::service::profile::Profile;

/// Keys in Magento's order; what is NULL is left out. Addresses are not rekey's
/// (docs/KNOWN-DIFFERENCES.md).
pub fn document(profile: &Profile, subscribed: bool) -> Value {
    let mut map = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    let text = |value: &Option<String>| value.as_ref().map(|text| Value::from(text.as_str()));
    let id_text = |value: Option<i64>| value.map(|id| Value::from(id.to_string()));
    put("id", Some(profile.entity_id.into()));
    put("group_id", Some(profile.group_id.into()));
    put("default_billing", id_text(profile.default_billing));
    put("default_shipping", id_text(profile.default_shipping));
    put("created_at", Some(time(profile.created_at)));
    put("updated_at", Some(time(profile.updated_at)));
    put("created_in", text(&profile.created_in));
    put("dob", profile.dob.map(|day| day.to_string().into()));
    put("email", text(&profile.email));
    put("firstname", text(&profile.firstname));
    put("lastname", text(&profile.lastname));
    put("middlename", text(&profile.middlename));
    put("prefix", text(&profile.prefix));
    put("suffix", text(&profile.suffix));
    put("gender", profile.gender.map(Value::from));
    put("store_id", profile.store_id.map(Value::from));
    put("taxvat", text(&profile.taxvat));
    put("website_id", profile.website_id.map(Value::from));
    put("addresses", Some(json!([])));
    put("disable_auto_group_change", Some(profile.disable_auto_group_change.into()));
    put("extension_attributes", Some(json!({"is_subscribed": subscribed})));
    Value::Object(map)
}

fn time(time: NaiveDateTime) -> Value {
    time.format("%Y-%m-%d %H:%M:%S").to_string().into()
}
