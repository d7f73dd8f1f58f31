//! One row of a file, checked and turned into a customer.

use std::str::FromStr;

use chrono::NaiveDateTime;
use csv::StringRecord;

use super::columns::{Column as C, Columns};
use super::shop::ShopIndex;
use crate::domain::imported;
use crate::storage::import::customers::Customer;

/// Magento's customer group "General".
const GENERAL: i32 = 1;

/// A row with what it is read by.
pub struct Fields<'a> {
    /// Which field is what.
    pub columns: &'a Columns,
    /// The fields.
    pub record: &'a StringRecord,
}

/// Checks a row.
///
/// # Errors
/// Why it cannot be stored, in a sentence that repeats nothing secret.
pub fn customer(fields: &Fields, shop: &ShopIndex, now: NaiveDateTime) -> Result<Customer, String> {
    fields.check_width()?;
    if !fields.get(C::Password).is_empty() {
        return Err("has a password in plain text: empty that column, or hash it into password_hash".into());
    }
    let home = shop.home(
        (fields.get(C::Website), fields.number(C::WebsiteId, 0, 65_535)?),
        (fields.get(C::Store), fields.number(C::StoreId, 0, 65_535)?),
    )?;
    let created_at = fields.timestamp(C::CreatedAt)?.unwrap_or(now);
    let flag = |column, default: i32| Ok::<_, String>(fields.flag(column)?.unwrap_or(default));
    Ok(Customer {
        entity_id: fields.number(C::EntityId, 1, u32::MAX.into())?,
        website_id: Some(home.website),
        email: Some(fields.email()?),
        group_id: fields.number(C::GroupId, 0, 65_535)?.unwrap_or(GENERAL),
        increment_id: None,
        store_id: Some(home.store),
        created_at,
        updated_at: fields.timestamp(C::UpdatedAt)?.unwrap_or(created_at),
        is_active: flag(C::IsActive, 1)?,
        disable_auto_group_change: flag(C::DisableAutoGroupChange, 0)?,
        created_in: Some(fields.text(C::CreatedIn, 255)?.unwrap_or_else(|| home.store_name.to_owned())),
        prefix: fields.text(C::Prefix, 40)?,
        firstname: Some(fields.text(C::FirstName, 255)?.unwrap_or_default()),
        middlename: fields.text(C::MiddleName, 255)?,
        lastname: Some(fields.text(C::LastName, 255)?.unwrap_or_default()),
        suffix: fields.text(C::Suffix, 40)?,
        dob: fields.value(C::Dob, "day (1990-12-31)", imported::day)?,
        password_hash: fields.hash()?,
        rp_token: fields.text(C::RpToken, 128)?,
        rp_token_created_at: fields.moment(C::RpTokenCreatedAt)?,
        default_billing: fields.number(C::DefaultBilling, 1, u32::MAX.into())?,
        default_shipping: fields.number(C::DefaultShipping, 1, u32::MAX.into())?,
        taxvat: fields.text(C::Taxvat, 50)?,
        confirmation: fields.text(C::Confirmation, 64)?,
        gender: fields.value(C::Gender, "gender (an option's id, Male or Female)", imported::gender)?,
        failures_num: Some(fields.number(C::FailuresNum, 0, 32_767)?.unwrap_or(0)),
        first_failure: fields.timestamp(C::FirstFailure)?,
        lock_expires: fields.timestamp(C::LockExpires)?,
    })
}

impl Fields<'_> {
    fn get(&self, column: C) -> &str {
        self.columns.field(self.record, column)
    }

    fn check_width(&self) -> Result<(), String> {
        let (here, expected) = (self.record.len(), self.columns.width);
        if here == expected { Ok(()) } else { Err(format!("has {here} fields, the header {expected}")) }
    }

    fn email(&self) -> Result<String, String> {
        let email = self.get(C::Email);
        match email {
            "" => Err("has no email".into()),
            _ if imported::is_email(email) => Ok(email.to_owned()),
            _ => Err("email is no address that could be stored and written to".into()),
        }
    }

    fn hash(&self) -> Result<Option<String>, String> {
        let hash = self.text(C::PasswordHash, 128)?;
        match hash {
            Some(hash) if !imported::is_hash(&hash) => {
                Err("password_hash is in no form that Magento or bcrypt writes".into())
            }
            hash => Ok(hash),
        }
    }

    /// A text; none where the field is empty.
    fn text(&self, column: C, length: usize) -> Result<Option<String>, String> {
        let text = self.get(column);
        imported::fits(text, length).map_err(|reason| format!("{} {reason}", column.name()))?;
        Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
    }

    fn value<T>(&self, column: C, kind: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        match self.get(column) {
            "" => Ok(None),
            text => read(text).map(Some).ok_or_else(|| format!("{} is no {kind}", column.name())),
        }
    }

    fn number<T: FromStr + PartialOrd + Copy>(&self, column: C, least: T, most: T) -> Result<Option<T>, String> {
        let in_range = |text: &str| text.parse().ok().filter(|number| (least..=most).contains(number));
        self.value(column, "number that fits", in_range)
    }

    fn flag(&self, column: C) -> Result<Option<i32>, String> {
        self.value(column, "0 or 1", |text| match text.to_ascii_lowercase().as_str() {
            "1" | "yes" => Some(1),
            "0" | "no" => Some(0),
            _ => None,
        })
    }

    /// MySQL's zero date means none.
    fn moment(&self, column: C) -> Result<Option<NaiveDateTime>, String> {
        if self.get(column).starts_with("0000-00-00") {
            return Ok(None);
        }
        self.value(column, "time (2024-12-31 23:59:59)", imported::moment)
    }

    fn timestamp(&self, column: C) -> Result<Option<NaiveDateTime>, String> {
        match self.moment(column)? {
            Some(moment) if !imported::is_timestamp(moment) => {
                Err(format!("{} is not between 1970 and 2038", column.name()))
            }
            moment => Ok(moment),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::import::places::{Places, Store, Website};

    fn shop() -> ShopIndex {
        let website = |id, code: &str| Website {
            website_id: id,
            code: Some(code.into()),
            name: None,
            sort_order: 0,
            default_group_id: 0,
            is_default: None,
        };
        let store = Store {
            store_id: 4,
            code: Some("german".into()),
            website_id: 1,
            group_id: 1,
            name: "German".into(),
            sort_order: 0,
            is_active: 1,
        };
        let websites = vec![website(1, "base"), website(2, "second")];
        ShopIndex::new(Places { websites, groups: Vec::new(), stores: vec![store] }, 1)
    }

    fn read(header: &str, row: &str) -> Result<Customer, String> {
        let columns = Columns::read(header.split(',')).unwrap();
        let record = StringRecord::from(row.split(',').collect::<Vec<_>>());
        customer(&Fields { columns: &columns, record: &record }, &shop(), now())
    }

    fn now() -> NaiveDateTime {
        imported::moment("2026-11-21 12:00:00").unwrap()
    }

    #[test]
    fn what_is_not_given_is_magentos_default() {
        let row = read("email", "a@x.com").unwrap();
        assert_eq!((row.website_id, row.store_id, row.group_id, row.is_active), (Some(1), Some(0), GENERAL, 1));
        assert_eq!((row.created_at, row.updated_at, row.entity_id), (now(), now(), None));
        assert_eq!((row.firstname.as_deref(), row.prefix, row.failures_num), (Some(""), None, Some(0)));
        let row = read("email,created_at", "a@x.com,2020-01-01 00:00:00").unwrap();
        assert_eq!(row.updated_at, row.created_at);
    }

    #[test]
    fn websites_and_stores_by_code_or_id() {
        let row = read("email,_website,website_id,_store", "a@x.com,second,1,german").unwrap();
        assert_eq!((row.website_id, row.store_id), (Some(2), Some(4)));
        assert_eq!(row.created_in.as_deref(), Some("German"));
        assert_eq!(read("email,website_id", "a@x.com,2").unwrap().website_id, Some(2));
        let unknown = read("email,website_id", "a@x.com,3").err();
        assert_eq!(unknown.as_deref(), Some("there is no website 3; there are 1 (base), 2 (second)"));
    }

    #[test]
    fn each_refusal_names_its_column() {
        for (column, value) in [
            ("website_id", "x"),
            ("store_id", "-1"),
            ("entity_id", "0"),
            ("entity_id", "4294967296"),
            ("group_id", "65536"),
            ("dob", "31.12.1990"),
            ("gender", "x"),
            ("created_at", "never"),
            ("lock_expires", "2040-01-01 00:00:00"),
            ("rp_token_created_at", "x"),
            ("is_active", "2"),
            ("failures_num", "-1"),
            ("default_billing", "x"),
            ("password_hash", "plain"),
        ] {
            let reason = read(&format!("email,{column}"), &format!("a@x.com,{value}")).err().unwrap_or_default();
            assert!(reason.starts_with(column), "{column}={value}: {reason}");
        }
        for (column, length) in
            [("lastname", 255), ("suffix", 40), ("taxvat", 50), ("confirmation", 64), ("rp_token", 128)]
        {
            let text = |length| format!("a@x.com,{}", "ü".repeat(length));
            let header = format!("email,{column}");
            assert!(read(&header, &text(length)).is_ok(), "{column}");
            assert!(
                read(&header, &text(length + 1)).err().is_some_and(|reason| reason.starts_with(column)),
                "{column}"
            );
        }
    }
}
