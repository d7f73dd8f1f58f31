//! The header of a file: which column is what.

/// A column that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Email,
    Website,
    WebsiteId,
    Store,
    StoreId,
    EntityId,
    FirstName,
    LastName,
    Prefix,
    MiddleName,
    Suffix,
    Dob,
    Taxvat,
    Gender,
    GroupId,
    CreatedAt,
    UpdatedAt,
    CreatedIn,
    Confirmation,
    PasswordHash,
    RpToken,
    RpTokenCreatedAt,
    IsActive,
    DisableAutoGroupChange,
    FailuresNum,
    FirstFailure,
    LockExpires,
    DefaultBilling,
    DefaultShipping,
    Password,
}

use Column as C;

const KNOWN: [(&str, Column); 30] = [
    ("email", C::Email),
    ("_website", C::Website),
    ("website_id", C::WebsiteId),
    ("_store", C::Store),
    ("store_id", C::StoreId),
    ("entity_id", C::EntityId),
    ("firstname", C::FirstName),
    ("lastname", C::LastName),
    ("prefix", C::Prefix),
    ("middlename", C::MiddleName),
    ("suffix", C::Suffix),
    ("dob", C::Dob),
    ("taxvat", C::Taxvat),
    ("gender", C::Gender),
    ("group_id", C::GroupId),
    ("created_at", C::CreatedAt),
    ("updated_at", C::UpdatedAt),
    ("created_in", C::CreatedIn),
    ("confirmation", C::Confirmation),
    ("password_hash", C::PasswordHash),
    ("rp_token", C::RpToken),
    ("rp_token_created_at", C::RpTokenCreatedAt),
    ("is_active", C::IsActive),
    ("disable_auto_group_change", C::DisableAutoGroupChange),
    ("failures_num", C::FailuresNum),
    ("first_failure", C::FirstFailure),
    ("lock_expires", C::LockExpires),
    ("default_billing", C::DefaultBilling),
    ("default_shipping", C::DefaultShipping),
    ("password", C::Password),
];

impl Column {
    /// As it stands in a header.
    pub fn name(self) -> &'static str {
        KNOWN.iter().find(|(_, column)| *column == self).map_or("", |(name, _)| *name)
    }
}

/// A header, understood.
#[derive(Clone, Debug)]
pub struct Columns {
    places: [Option<usize>; KNOWN.len()],
    /// How many fields a row has.
    pub width: usize,
    /// Names that mean nothing here.
    pub ignored: Vec<String>,
}

impl Columns {
    /// Reads the names.
    ///
    /// # Errors
    /// A sentence: no email, or a name twice.
    pub fn read<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut columns = Self { places: [None; KNOWN.len()], width: 0, ignored: Vec::new() };
        for (place, name) in names.enumerate() {
            columns.width += 1;
            let name = name.trim();
            match KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                Some((name, column)) => {
                    if columns.places[*column as usize].replace(place).is_some() {
                        return Err(format!("the header names {name} twice"));
                    }
                }
                None => columns.ignored.push(name.to_owned()),
            }
        }
        if columns.places[C::Email as usize].is_none() {
            return Err("its first line must name the columns, and one of them must be `email`".into());
        }
        Ok(columns)
    }

    /// The field of a row, without blanks around it; empty where there is no such column.
    pub fn field<'a>(&self, row: &'a csv::StringRecord, column: Column) -> &'a str {
        self.places[column as usize].and_then(|place| row.get(place)).unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_in_any_order_and_case() {
        let columns = Columns::read(["reward_points", "LastName", " EMAIL "].into_iter()).unwrap();
        let row = csv::StringRecord::from(vec!["5", " Smith", "a@x.com"]);
        assert_eq!((columns.field(&row, C::LastName), columns.field(&row, C::Email)), ("Smith", "a@x.com"));
        assert_eq!((columns.field(&row, C::Dob), columns.width), ("", 3));
        assert_eq!(columns.ignored, ["reward_points"]);
    }

    #[test]
    fn a_header_that_is_none() {
        assert!(Columns::read(["a@x.com", "Smith"].into_iter()).unwrap_err().contains("`email`"));
        assert!(Columns::read(["email", "dob", "DOB"].into_iter()).unwrap_err().contains("dob twice"));
    }

    #[test]
    fn the_table_is_in_the_order_of_the_columns() {
        for (place, (name, column)) in KNOWN.iter().enumerate() {
            assert_eq!((*column as usize, column.name()), (place, *name));
        }
    }
}
