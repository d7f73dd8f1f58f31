//! Queries on pending reset tokens: `customer_entity.rp_token` and `rekey_password_reset`.

mod renewal;

pub use renewal::Renewal;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::events::Announcement;
use super::outbox::{self, NewMail};
use super::reset_resources::{self, Edit};
use super::schema::password_reset_request_event as request;
use super::schema::rekey_reset_resource;
use super::schema::{customer_entity as c, rekey_password_reset as r};
use super::update::update;
use super::{sign_in, tokens};
use crate::domain::commerce_layer::reset::Reset;

/// A pending token as it lies in the customer's row.
#[derive(Queryable)]
pub struct Sealed {
    /// Whose.
    pub customer_id: i64,
    /// Sealed with the crypt key.
    pub sealed: Option<String>,
}

/// The newest sealed tokens, whoever issued them, at most `limit`. Where no index leads with
/// `rp_token_created_at`, as on a Magento's own table, this reads the whole table.
///
/// # Errors
/// The database's.
pub fn sealed(db: &mut Db, limit: i64) -> QueryResult<Vec<Sealed>> {
    c::table
        .filter(c::rp_token_created_at.is_not_null())
        .order(c::rp_token_created_at.desc())
        .limit(limit)
        .select((c::entity_id, c::rp_token))
        .load(db)
}

/// The sealed tokens of those who asked for a link since then, the latest first, at most `limit`:
/// Magento writes every request down in a table that is indexed by time.
///
/// # Errors
/// The database's.
pub fn sealed_since(db: &mut Db, since: NaiveDateTime, limit: i64) -> QueryResult<Vec<Sealed>> {
    request::table
        .inner_join(c::table.on(c::email.eq(request::account_reference)))
        .filter(request::created_at.ge(since))
        .filter(c::rp_token.is_not_null())
        .order(request::created_at.desc())
        .limit(limit)
        .select((c::entity_id, c::rp_token))
        .load(db)
}

/// A token to be issued.
#[derive(Clone)]
pub struct Issue {
    /// Whom it is for.
    pub customer_id: i64,
    /// The token sealed with the crypt key, for `rp_token`.
    pub sealed: String,
    /// The keyed digest that finds it.
    pub digest: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
}

/// Replaces the customer's token; false when there is no such customer any more.
///
/// # Errors
/// The database's.
pub fn issue(db: &mut Db, issue: &Issue) -> QueryResult<bool> {
    let updated = update(c::table.find(issue.customer_id))
        .set((c::rp_token.eq(&issue.sealed), c::rp_token_created_at.eq(issue.now), c::updated_at.eq(issue.now)))
        .execute(db)?;
    void(db, issue.customer_id)?;
    if updated == 0 {
        return Ok(false);
    }
    diesel::insert_into(r::table)
        .values((r::customer_id.eq(issue.customer_id), r::token_digest.eq(&issue.digest), r::created_at.eq(issue.now)))
        .execute(db)?;
    Ok(true)
}

/// A token to be spent, with the password that it buys.
#[derive(Clone)]
pub struct Spend {
    /// Whose token.
    pub customer_id: i64,
    /// The stored email, for lifting the throttle of the sign-in.
    pub email: String,
    /// The token that is spent.
    pub held: Held,
    /// Whether failed sign-ins with this email may be counted somewhere.
    pub may_be_throttled: bool,
    /// The new password, hashed.
    pub password_hash: String,
    /// UTC, whole seconds.
    pub now: NaiveDateTime,
    /// Whether the customer is signed out everywhere.
    pub revoke_tokens: bool,
    /// Tells the customer, where the shop wants that.
    pub notice: Option<NewMail>,
}

/// Where a token was found, and so what must still be true when it is spent.
#[derive(Clone)]
pub enum Held {
    /// `rp_token`, as it was read: it must still stand there.
    Column {
        /// The token, sealed.
        sealed: String,
        /// The digests that may lead to it, one for each crypt key.
        digests: Vec<String>,
    },
    /// A Commerce Layer reset: it must still be unspent, and the password the one it was issued for.
    Resource {
        /// The reset.
        reset: Box<Reset>,
        /// `password_hash`, as it was read.
        replaces: Option<String>,
        /// What else its owner changes of it at the same time.
        edit: Edit,
        /// Who spends it, and who is told.
        announcement: Announcement,
    },
}

impl Spend {
    /// Where it is all that must be written at once: the new password, and the digests of the link that is spent.
    #[must_use]
    pub fn renewal_alone(&self) -> Option<(Renewal, &[String])> {
        let more = self.may_be_throttled || self.revoke_tokens || self.notice.is_some();
        match &self.held {
            Held::Column { sealed, digests } if !more => Some((self.renewal(sealed), digests)),
            Held::Column { .. } | Held::Resource { .. } => None,
        }
    }

    fn renewal(&self, sealed: &str) -> Renewal {
        Renewal {
            customer_id: self.customer_id,
            sealed: sealed.to_owned(),
            password_hash: self.password_hash.clone(),
            now: self.now,
        }
    }
}

/// Spends the token and writes the password; true when this call was the one that did.
///
/// # Errors
/// The database's.
pub fn spend(db: &mut Db, spend: &Spend) -> QueryResult<bool> {
    if !replace_password(db, spend)? {
        return Ok(false);
    }
    if let Held::Resource { reset, edit, announcement, .. } = &spend.held {
        reset_resources::take(db, reset, announcement)?;
        if !edit.changes.is_empty() {
            reset_resources::change(db, reset.id, edit, announcement)?;
        }
    }
    void(db, spend.customer_id)?;
    // Magento leaves its sign-in throttle standing for half an hour; ours is lifted with the lock.
    sign_in::forget_failed_requests(db, &spend.email)?;
    if spend.revoke_tokens {
        tokens::revoke(db, spend.customer_id, spend.now.and_utc().timestamp())?;
    }
    if let Some(notice) = &spend.notice {
        outbox::insert(db, notice)?;
    }
    Ok(true)
}

/// Writes the password and nothing else; true when this call was the one that did.
///
/// For a Commerce Layer reset it is the password hash that stands in WHERE and is changed: every new hash
/// differs from the old one, so whoever is first, at either door, voids all the others.
fn replace_password(db: &mut Db, spend: &Spend) -> QueryResult<bool> {
    let (reset, replaces) = match &spend.held {
        Held::Column { sealed, .. } => return Ok(renewal::renew(db, &[spend.renewal(sealed)])? == 1),
        Held::Resource { reset, replaces, .. } => (reset, replaces),
    };
    let none = None::<NaiveDateTime>;
    let renewed = Renewed {
        password_hash: &spend.password_hash,
        rp_token: None,
        rp_token_created_at: none,
        failures_num: 0,
        first_failure: none,
        lock_expires: none,
        session_cutoff: spend.now,
        updated_at: spend.now,
    };
    let unspent = rekey_reset_resource::table
        .find(reset.id)
        .filter(rekey_reset_resource::reset_password_at.is_null())
        .select(rekey_reset_resource::customer_id)
        .single_value();
    let customer = c::table.find(spend.customer_id).filter(c::entity_id.nullable().eq(unspent));
    let updated = match replaces {
        Some(hash) => update(customer.filter(c::password_hash.eq(hash))).set(renewed).execute(db)?,
        None => update(customer.filter(c::password_hash.is_null())).set(renewed).execute(db)?,
    };
    Ok(updated == 1)
}

#[derive(AsChangeset)]
#[diesel(table_name = c, treat_none_as_null = true)]
struct Renewed<'a> {
    password_hash: &'a str,
    rp_token: Option<String>,
    rp_token_created_at: Option<NaiveDateTime>,
    failures_num: i32,
    first_failure: Option<NaiveDateTime>,
    lock_expires: Option<NaiveDateTime>,
    session_cutoff: NaiveDateTime,
    updated_at: NaiveDateTime,
}

/// Whether this sealed token is the customer's: settles a COMMIT whose answer was lost.
///
/// # Errors
/// The database's.
pub fn is_pending(db: &mut Db, customer_id: i64, sealed: &str) -> QueryResult<bool> {
    let stored: Option<Option<String>> = c::table.find(customer_id).select(c::rp_token).first(db).optional()?;
    Ok(stored.flatten().as_deref() == Some(sealed))
}

/// Whether the customer's stored hash is this one: settles a COMMIT whose answer was lost.
///
/// # Errors
/// The database's.
pub fn is_current_hash(db: &mut Db, customer_id: i64, hash: &str) -> QueryResult<bool> {
    let stored: Option<Option<String>> = c::table.find(customer_id).select(c::password_hash).first(db).optional()?;
    Ok(stored.flatten().as_deref() == Some(hash))
}

/// Forgets the links that have these digests.
///
/// # Errors
/// The database's.
pub fn forget_links(db: &mut Db, digests: &[String]) -> QueryResult<()> {
    // SQLite takes 32 766 values in a statement, MySQL 65 535.
    for some in digests.chunks(1000) {
        diesel::delete(r::table.filter(r::token_digest.eq_any(some))).execute(db)?;
    }
    Ok(())
}

/// Forgets every token of ours that this customer has.
///
/// # Errors
/// The database's.
pub fn void(db: &mut Db, customer_id: i64) -> QueryResult<usize> {
    diesel::delete(r::table.filter(r::customer_id.eq(customer_id))).execute(db)
}
