//! Queries on bearer tokens: opaque ones in `oauth_token`, revocations of JWTs.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::connection::Db;
use super::schema::{jwt_auth_revoked as revoked, oauth_token as opaque};
use super::update::update;
use super::upsert::upsert;
use crate::domain::jwt;

/// `user_type` of a customer in `oauth_token`.
const CUSTOMER: i32 = 3;

/// The customer of an opaque token that is not revoked, and when it was issued.
///
/// # Errors
/// The database's.
pub fn opaque(db: &mut Db, token: &str) -> QueryResult<Option<(i64, NaiveDateTime)>> {
    // The collation only proposes; a token is equal byte for byte or not at all.
    let rows: Vec<(String, Option<i64>, NaiveDateTime)> = opaque::table
        .filter(opaque::token.eq(token))
        .filter(opaque::revoked.eq(0))
        .filter(opaque::user_type.eq(CUSTOMER))
        .select((opaque::token, opaque::customer_id, opaque::created_at))
        .load(db)?;
    let found = rows.into_iter().find(|(stored, ..)| stored == token);
    Ok(found.and_then(|(_, customer, issued)| Some((customer?, issued))))
}

/// Until when (seconds since 1970) a customer's JWTs are revoked.
///
/// # Errors
/// The database's.
pub fn revoked_before(db: &mut Db, customer: i64) -> QueryResult<Option<i64>> {
    revoked::table.find((jwt::CUSTOMER, customer)).select(revoked::revoke_before).first(db).optional()
}

/// Revokes every JWT of a customer that was issued until now.
///
/// * `now`: seconds since 1970.
///
/// # Errors
/// The database's.
pub fn revoke(db: &mut Db, customer: i64, now: i64) -> QueryResult<()> {
    upsert(
        db,
        |db| update(revoked::table.find((jwt::CUSTOMER, customer))).set(revoked::revoke_before.eq(now)).execute(db),
        |db| {
            let row = (
                revoked::user_type_id.eq(jwt::CUSTOMER),
                revoked::user_id.eq(customer),
                revoked::revoke_before.eq(now),
            );
            diesel::insert_into(revoked::table).values(row).execute(db)
        },
    )
}
