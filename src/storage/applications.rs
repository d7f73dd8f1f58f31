//! Applications, the key that signs their tokens, and the tokens that were revoked.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::connection::Db;
use super::schema::{rekey_application as a, rekey_application_key as k, rekey_application_revoked_token as t};
use super::update::update;
use crate::domain::commerce_layer::application::{Application, Kind};

/// The one key pair's row.
const KEY: i64 = 1;

type Row = (i64, String, String, String, String, Option<String>, NaiveDateTime, Option<NaiveDateTime>);

/// A kind that this version does not know makes no application.
fn application(row: Row) -> Option<Application> {
    let (id, public_id, kind, name, client_id, secret_digest, created_at, revoked_at) = row;
    let kind = Kind::parse(&kind)?;
    Some(Application { id, public_id, kind, name, client_id, secret_digest, created_at, revoked_at })
}

/// Stores an application; its `id` is ignored.
///
/// # Errors
/// The database's.
pub fn insert(db: &mut Db, new: &Application) -> QueryResult<usize> {
    diesel::insert_into(a::table)
        .values((
            a::public_id.eq(&new.public_id),
            a::kind.eq(new.kind.as_str()),
            a::name.eq(&new.name),
            a::client_id.eq(&new.client_id),
            a::secret_digest.eq(&new.secret_digest),
            a::created_at.eq(new.created_at),
        ))
        .execute(db)
}

/// All applications, oldest first.
///
/// # Errors
/// The database's.
pub fn list(db: &mut Db) -> QueryResult<Vec<Application>> {
    let rows: Vec<Row> = a::table.order(a::id).load(db)?;
    Ok(rows.into_iter().filter_map(application).collect())
}

/// The application that signs in with this id, unless it was revoked.
///
/// # Errors
/// The database's.
pub fn by_client_id(db: &mut Db, client_id: &str) -> QueryResult<Option<Application>> {
    let row: Option<Row> =
        a::table.filter(a::client_id.eq(client_id)).filter(a::revoked_at.is_null()).first(db).optional()?;
    Ok(row.and_then(application))
}

/// The application that a token names, unless it or the token was revoked.
///
/// # Errors
/// The database's.
pub fn of_token(db: &mut Db, public_id: &str, token_digest: &str) -> QueryResult<Option<Application>> {
    let revoked: i64 = t::table.filter(t::token_digest.eq(token_digest)).count().get_result(db)?;
    if revoked > 0 {
        return Ok(None);
    }
    let row: Option<Row> =
        a::table.filter(a::public_id.eq(public_id)).filter(a::revoked_at.is_null()).first(db).optional()?;
    Ok(row.and_then(application))
}

/// Revokes an application by its public id; false when there is none to revoke.
///
/// # Errors
/// The database's.
pub fn revoke(db: &mut Db, public_id: &str, now: NaiveDateTime) -> QueryResult<bool> {
    let revoked = update(a::table.filter(a::public_id.eq(public_id)).filter(a::revoked_at.is_null()))
        .set(a::revoked_at.eq(now))
        .execute(db)?;
    Ok(revoked == 1)
}

/// Revokes a token until it expires by itself; forgets those that have.
///
/// # Errors
/// The database's.
pub fn revoke_token(db: &mut Db, digest: &str, expires_at: NaiveDateTime, now: NaiveDateTime) -> QueryResult<()> {
    diesel::delete(t::table.filter(t::expires_at.lt(now))).execute(db)?;
    let inserted =
        diesel::insert_into(t::table).values((t::token_digest.eq(digest), t::expires_at.eq(expires_at))).execute(db);
    unless_there(inserted)
}

/// The sealed private key, if one was made.
///
/// # Errors
/// The database's.
pub fn key(db: &mut Db) -> QueryResult<Option<String>> {
    k::table.find(KEY).select(k::private_sealed).first(db).optional()
}

/// Keeps a key unless another process was faster; answers the one that is kept.
///
/// # Errors
/// The database's.
pub fn keep_key(db: &mut Db, sealed: &str, now: NaiveDateTime) -> QueryResult<Option<String>> {
    let inserted = diesel::insert_into(k::table)
        .values((k::id.eq(KEY), k::private_sealed.eq(sealed), k::created_at.eq(now)))
        .execute(db);
    unless_there(inserted)?;
    key(db)
}

fn unless_there(inserted: QueryResult<usize>) -> QueryResult<()> {
    match inserted {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(()),
        other => other.map(|_| ()),
    }
}
