//! Storing many rows of `customer_entity`, and saying of each what became of it.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::literals;
use crate::domain::email::Email;
use crate::storage::connection::Db;
use crate::storage::customers::is_duplicate;
use crate::storage::lenient::Lenient;

pub(super) mod table {
    // As in `schema`, but for the key: NULL takes the next id on both databases, so that rows with
    // and without one are stored by the same statement.
    diesel::table! {
        #[sql_name = "customer_entity"]
        imported (entity_id) {
            entity_id -> Nullable<BigInt>,
            website_id -> Nullable<Integer>,
            email -> Nullable<Text>,
            group_id -> Integer,
            increment_id -> Nullable<Text>,
            store_id -> Nullable<Integer>,
            created_at -> Timestamp,
            updated_at -> Timestamp,
            is_active -> Integer,
            disable_auto_group_change -> Integer,
            created_in -> Nullable<Text>,
            prefix -> Nullable<Text>,
            firstname -> Nullable<Text>,
            middlename -> Nullable<Text>,
            lastname -> Nullable<Text>,
            suffix -> Nullable<Text>,
            dob -> Nullable<Date>,
            password_hash -> Nullable<Text>,
            rp_token -> Nullable<Text>,
            rp_token_created_at -> Nullable<Timestamp>,
            default_billing -> Nullable<BigInt>,
            default_shipping -> Nullable<BigInt>,
            taxvat -> Nullable<Text>,
            confirmation -> Nullable<Text>,
            gender -> Nullable<Integer>,
            failures_num -> Nullable<Integer>,
            first_failure -> Nullable<Timestamp>,
            lock_expires -> Nullable<Timestamp>,
        }
    }
}

use table::imported as c;

/// A whole row of `customer_entity`, as it comes in; columns as in [`crate::storage::customers::Account`].
#[derive(Insertable, Queryable, Selectable, Clone)]
#[diesel(table_name = c, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "they are Magento's columns, by their names")]
pub struct Customer {
    /// None for the next one.
    pub entity_id: Option<i64>,
    pub website_id: Option<i32>,
    pub email: Option<String>,
    pub group_id: i32,
    pub increment_id: Option<String>,
    pub store_id: Option<i32>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub created_at: NaiveDateTime,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub updated_at: NaiveDateTime,
    pub is_active: i32,
    pub disable_auto_group_change: i32,
    pub created_in: Option<String>,
    pub prefix: Option<String>,
    pub firstname: Option<String>,
    pub middlename: Option<String>,
    pub lastname: Option<String>,
    pub suffix: Option<String>,
    #[diesel(deserialize_as = Lenient<NaiveDate>)]
    pub dob: Option<NaiveDate>,
    pub password_hash: Option<String>,
    pub rp_token: Option<String>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub rp_token_created_at: Option<NaiveDateTime>,
    pub default_billing: Option<i64>,
    pub default_shipping: Option<i64>,
    pub taxvat: Option<String>,
    pub confirmation: Option<String>,
    pub gender: Option<i32>,
    pub failures_num: Option<i32>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub first_failure: Option<NaiveDateTime>,
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub lock_expires: Option<NaiveDateTime>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Stored.
    Imported,
    /// The website has that customer already.
    Existing,
    /// It cannot be stored, and why.
    Refused(String),
}

/// Rows of one statement: some 150 KiB, and never more than the 4 MiB that every server takes.
const CHUNK: usize = 250;

/// 256 MiB for pages: with SQLite's usual 2 the indexes of half a million rows are read again and again.
const SQLITE_CACHE: &str = "PRAGMA cache_size = -262144";

/// Stores rows; answers their fates in the same order. Part of a transaction.
///
/// A server is given many rows at once, in the hope that all are new. SQLite, which is in this
/// process, gains nothing by that.
///
/// # Errors
/// The database's, but for what is one row's own fault.
pub fn insert(db: &mut Db, rows: &[&Customer]) -> QueryResult<Vec<Fate>> {
    if matches!(db, Db::Sqlite(_)) {
        db.batch_execute(SQLITE_CACHE)?;
        return rows.iter().map(|row| insert_one(db, row)).collect();
    }
    let mut fates = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(CHUNK) {
        fates.extend(insert_chunk(db, chunk)?);
    }
    Ok(fates)
}

/// All at once; else those that are not there; else one by one, because the collation takes `á` for
/// `a` and only the database knows all that it takes for equal.
fn insert_chunk(db: &mut Db, rows: &[&Customer]) -> QueryResult<Vec<Fate>> {
    if insert_all(db, rows)? {
        return Ok(vec![Fate::Imported; rows.len()]);
    }
    let known = known(db, rows)?;
    let is_known = |row: &Customer| identity(row).is_some_and(|identity| known.contains(&identity));
    let new: Vec<&Customer> = rows.iter().copied().filter(|row| !is_known(row)).collect();
    if new.is_empty() || insert_all(db, &new)? {
        return Ok(rows.iter().map(|row| if is_known(row) { Fate::Existing } else { Fate::Imported }).collect());
    }
    rows.iter().map(|row| if is_known(row) { Ok(Fate::Existing) } else { insert_one(db, row) }).collect()
}

/// `false` when one of the rows is at fault; none is stored then.
fn insert_all(db: &mut Db, rows: &[&Customer]) -> QueryResult<bool> {
    match db.batch_execute(&literals::insert(rows)) {
        Ok(()) => Ok(true),
        Err(error) if is_duplicate(&error) || fault_of_row(&error).is_some() => Ok(false),
        Err(error) => Err(error),
    }
}

fn insert_one(db: &mut Db, row: &Customer) -> QueryResult<Fate> {
    match diesel::insert_into(c::table).values(row).execute(db) {
        Ok(_) => Ok(Fate::Imported),
        Err(error) if is_duplicate(&error) => conflict(db, row),
        Err(error) => fault_of_row(&error).map(Fate::Refused).ok_or(error),
    }
}

/// The same customer, or another one with its id, or one whose email the database takes for equal.
fn conflict(db: &mut Db, row: &Customer) -> QueryResult<Fate> {
    let known = known(db, &[row])?;
    if identity(row).is_some_and(|identity| known.contains(&identity)) {
        return Ok(Fate::Existing);
    }
    let taken = c::table.filter(c::entity_id.eq(row.entity_id)).count().get_result::<i64>(db)? > 0;
    Ok(Fate::Refused(match row.entity_id {
        Some(id) if taken => format!("entity_id {id} is another customer's"),
        _ => "the database takes its email for that of another customer (á for a)".into(),
    }))
}

/// Website and folded email.
type Identity = (Option<i32>, String);

fn identity(row: &Customer) -> Option<Identity> {
    row.email.as_deref().map(|email| (row.website_id, Email::new(email).folded()))
}

/// Those of the rows' customers that the database has.
fn known(db: &mut Db, rows: &[&Customer]) -> QueryResult<HashSet<Identity>> {
    let emails: Vec<Email> = rows.iter().filter_map(|row| row.email.as_deref().map(Email::new)).collect();
    let keys: Vec<&str> = emails.iter().filter_map(Email::lookup_key).collect();
    let found: Vec<(Option<i32>, Option<String>)> =
        c::table.filter(c::email.eq_any(keys)).select((c::website_id, c::email)).load(db)?;
    Ok(found.into_iter().filter_map(|(website, email)| Some((website, Email::new(email?).folded()))).collect())
}

/// Whether the statement failed for what stands in a row, in words that repeat no value.
fn fault_of_row(error: &Error) -> Option<String> {
    let Error::DatabaseError(kind, information) = error else { return None };
    let text = information.message();
    match kind {
        DatabaseErrorKind::ForeignKeyViolation => Some("its website or store is not in the database".into()),
        DatabaseErrorKind::NotNullViolation | DatabaseErrorKind::CheckViolation => {
            Some("a value that the database needs is missing".into())
        }
        _ if text.contains("Data too long") || text.contains("Out of range") => Some(text.to_owned()),
        _ if text.contains("Incorrect ") => Some("the database does not take one of its values".into()),
        _ => None,
    }
}
