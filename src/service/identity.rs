//! Who a bearer token stands for (ACL `self`).

use chrono::TimeDelta;

use super::Fault;
use crate::app::App;
use crate::domain::jwt::{self, Algorithm, Claims};
use crate::domain::shop::{Scope, Shop, Store};
use crate::domain::shop_defaults as path;
use crate::storage::{customers, tokens};

/// The length of an opaque token.
const OPAQUE_LENGTH: usize = 32;

/// The customer behind the token, when it may act in this store. Anything malformed, unknown,
/// expired or revoked is a guest, never an error of its own.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn customer(app: &App, shop: &Shop, store: &Store, bearer: Option<String>) -> Result<Option<i64>, Fault> {
    let Some(token) = bearer else { return Ok(None) };
    let now = app.now();
    let algorithm = Algorithm::from_setting(shop.setting(Scope::Default, path::JWT_ALGORITHM));
    let signed = jwt::verify(&token, algorithm, app.crypt_key.newest(), now.and_utc().timestamp())
        .filter(|claims| claims.utypid == jwt::CUSTOMER);
    if signed.is_none() && token.len() != OPAQUE_LENGTH {
        return Ok(None);
    }
    let born_after = now - TimeDelta::hours(shop.number(Scope::Default, path::OPAQUE_HOURS).clamp(0, 87_600));
    let found = app
        .storage
        .read(move |db| {
            let id = match &signed {
                Some(claims) => unrevoked(claims, tokens::revoked_before(db, claims.uid)?),
                None => tokens::opaque(db, &token)?.filter(|(_, issued)| *issued > born_after).map(|(id, _)| id),
            };
            id.map_or(Ok(None), |id| customers::by_id(db, id))
        })
        .await?;
    let allowed = found.filter(|account| account.is_active == 1);
    let allowed = allowed.filter(|account| {
        shop.shares_accounts(store.id) || (store.id != 0 && account.website_id == Some(store.website))
    });
    Ok(allowed.map(|account| account.entity_id))
}

/// A token of the same second as the revocation is revoked, too.
fn unrevoked(claims: &Claims, revoked_before: Option<i64>) -> Option<i64> {
    revoked_before.is_none_or(|before| claims.iat > before).then_some(claims.uid)
}
