//! Queries on `customer_entity`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::connection::Db;
use super::lenient::Lenient;
use super::schema::customer_entity as c;
use crate::domain::email::Email;
use crate::domain::lockout::Failures;

/// What the password calls need to know of a customer.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = c)]
pub struct Account {
    /// `entity_id`.
    pub entity_id: i64,
    /// `NULL` when its website was deleted.
    pub website_id: Option<i32>,
    /// `NULL` or 0 when its store was deleted.
    pub store_id: Option<i32>,
    /// As it was registered; the only address that mail goes to.
    pub email: Option<String>,
    /// First name.
    pub firstname: Option<String>,
    /// Last name.
    pub lastname: Option<String>,
    /// Magento's `hash:salt:version`, or a bcrypt hash; none for a guest.
    pub password_hash: Option<String>,
    /// The pending reset token, sealed with the crypt key.
    pub rp_token: Option<String>,
    /// When the pending token was issued, UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub rp_token_created_at: Option<NaiveDateTime>,
    /// When the account was made, UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub created_at: NaiveDateTime,
    /// When the account was last changed, UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub updated_at: NaiveDateTime,
    /// 0 for an account that was switched off.
    pub is_active: i32,
    /// The key that confirms the account; none when it is confirmed.
    pub confirmation: Option<String>,
    /// Failed sign-ins in a row.
    pub failures_num: Option<i32>,
    /// The first of them, UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub first_failure: Option<NaiveDateTime>,
    /// Until when the account is locked, UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub lock_expires: Option<NaiveDateTime>,
}

impl Account {
    /// The columns of failed sign-ins together.
    #[must_use]
    pub fn failures(&self) -> Failures {
        Failures { count: self.failures_num.unwrap_or(0), first: self.first_failure, locked_until: self.lock_expires }
    }
}

/// What `GET /V1/customers/me` shows, in Magento's order.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = c)]
pub struct Profile {
    /// `entity_id`.
    pub entity_id: i64,
    /// Customer group.
    pub group_id: i32,
    /// Id of an address.
    pub default_billing: Option<i64>,
    /// Id of an address.
    pub default_shipping: Option<i64>,
    /// UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub created_at: NaiveDateTime,
    /// UTC.
    #[diesel(deserialize_as = Lenient<NaiveDateTime>)]
    pub updated_at: NaiveDateTime,
    /// Name of the store view.
    pub created_in: Option<String>,
    /// Day of birth.
    #[diesel(deserialize_as = Lenient<NaiveDate>)]
    pub dob: Option<NaiveDate>,
    /// As registered.
    pub email: Option<String>,
    /// First name.
    pub firstname: Option<String>,
    /// Last name.
    pub lastname: Option<String>,
    /// Middle name.
    pub middlename: Option<String>,
    /// Before the name.
    pub prefix: Option<String>,
    /// Behind the name.
    pub suffix: Option<String>,
    /// Magento's option id.
    pub gender: Option<i32>,
    /// Store.
    pub store_id: Option<i32>,
    /// Tax number.
    pub taxvat: Option<String>,
    /// Website.
    pub website_id: Option<i32>,
    /// Magento's flag for VAT groups.
    pub disable_auto_group_change: i32,
}

/// The profile of a customer.
///
/// # Errors
/// The database's.
pub fn profile(db: &mut Db, id: i64) -> QueryResult<Option<Profile>> {
    c::table.find(id).select(Profile::as_select()).first(db).optional()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Whether the customer takes the newsletter, on a Magento's database; its table is not ours.
///
/// # Errors
/// The database's, also where there is no such table.
pub fn is_subscribed(db: &mut Db, id: i64) -> QueryResult<bool> {
    let sql = "SELECT COUNT(*) AS count FROM newsletter_subscriber WHERE customer_id = ? AND subscriber_status = 1";
    let row: Count = diesel::sql_query(sql).bind::<diesel::sql_types::BigInt, _>(id).get_result(db)?;
    Ok(row.count > 0)
}

/// Finds a customer by email, in one website or (`None`) in any.
///
/// The database's collation only proposes: it takes `á` for `a` and `ß` for `s`. The rule of
/// [`Email::matches`] decides, in code.
///
/// # Errors
/// The database's.
pub fn by_email(db: &mut Db, email: &Email, website: Option<i32>) -> QueryResult<Option<Account>> {
    let Some(key) = email.lookup_key() else { return Ok(None) };
    let found: Vec<Account> = match website {
        Some(website) => {
            c::table.filter(c::email.eq(key)).filter(c::website_id.eq(website)).select(Account::as_select()).load(db)?
        }
        None => c::table
            .filter(c::email.eq(key))
            .order((c::website_id, c::entity_id))
            .select(Account::as_select())
            .load(db)?,
    };
    Ok(found.into_iter().find(|account| account.email.as_deref().is_some_and(|e| email.matches(e))))
}

/// Finds a customer by `entity_id`.
///
/// # Errors
/// The database's.
pub fn by_id(db: &mut Db, id: i64) -> QueryResult<Option<Account>> {
    c::table.find(id).select(Account::as_select()).first(db).optional()
}

/// Customers in the order of their ids, for the command line.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db, limit: i64, after: i64) -> QueryResult<Vec<Account>> {
    c::table.filter(c::entity_id.gt(after)).order(c::entity_id).limit(limit).select(Account::as_select()).load(db)
}

/// A customer to be stored.
#[derive(Insertable, Clone)]
#[diesel(table_name = c)]
pub struct NewCustomer {
    /// The website that the account belongs to.
    pub website_id: i32,
    /// As it was typed.
    pub email: String,
    /// Magento's group: 1 is "General".
    pub group_id: i32,
    /// The store view that the account was made in.
    pub store_id: i32,
    /// UTC, whole seconds.
    pub created_at: NaiveDateTime,
    /// UTC, whole seconds.
    pub updated_at: NaiveDateTime,
    /// The name of that store view.
    pub created_in: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// Before the name.
    pub prefix: Option<String>,
    /// Middle name.
    pub middlename: Option<String>,
    /// Behind the name.
    pub suffix: Option<String>,
    /// Day of birth.
    pub dob: Option<NaiveDate>,
    /// Tax number.
    pub taxvat: Option<String>,
    /// Magento's option id.
    pub gender: Option<i32>,
    /// Ready to be stored; none for an account without a password.
    pub password_hash: Option<String>,
    /// The key that confirms the account, where that is asked for.
    pub confirmation: Option<String>,
}

/// Stores a customer and answers its id.
///
/// # Errors
/// `UniqueViolation` when the website has that email already.
pub fn insert(db: &mut Db, customer: &NewCustomer) -> QueryResult<i64> {
    diesel::insert_into(c::table).values(customer).execute(db)?;
    c::table
        .filter(c::email.eq(&customer.email))
        .filter(c::website_id.eq(customer.website_id))
        .select(c::entity_id)
        .first(db)
}

/// Whether the error is that of an email that the website has already.
#[must_use]
pub fn is_duplicate(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
