//! Signing a customer in (`CustomerTokenService::createCustomerAccessToken`).

use chrono::NaiveDateTime;
use secrecy::{ExposeSecret, SecretString};

use super::Fault;
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::jwt::{self, Algorithm, Claims};
use crate::domain::shop::{Scope, Shop};
use crate::domain::{Refusal, shop_defaults as path};
use crate::hashing::{Door, Place};
use crate::storage::Search;
use crate::storage::sign_in::{self, Candidate, Login, LookUp};

/// A password beyond this many bytes was never set: 256 characters of four.
const MAX_PASSWORD_BYTES: usize = 1024;

/// The longest user name that Magento's log can hold, characters.
const MAX_USER_NAME: usize = 255;

/// Name and password, and where the customer is looked for.
pub struct Credentials {
    /// As it was sent.
    pub user_name: String,
    /// As it was sent.
    pub password: SecretString,
    /// The website that is searched.
    pub website: i32,
    /// Whether customers of all websites are one crowd.
    pub any_website: bool,
}

/// Which counters stood when the password was asked for; mostly none, and nothing is to be cleared.
struct Stood {
    failures: bool,
    throttle: bool,
}

/// How one attempt ended, before it is counted.
enum Outcome {
    SignedIn(i64),
    WrongPassword(i64),
    NotConfirmed,
    Nobody,
}

/// Answers a bearer token. Both of Magento's counters run: the throttle of the user name, which
/// refuses before the password is looked at, and the lock of the customer.
///
/// # Errors
/// [`Refusal::SignInFailed`] for everything but [`Refusal::NotConfirmed`]; [`Fault::Busy`] or
/// [`Fault::Broken`].
pub async fn sign_in(app: &App, shop: &Shop, credentials: Credentials) -> Result<String, Fault> {
    let place = app.hasher.admit(Door::Magento)?;
    let (user_name, website) = (log_name(&credentials.user_name), credentials.website);
    let search =
        Search { email: Email::new(&credentials.user_name), website: (!credentials.any_website).then_some(website) };
    let read_at = app.now();
    let asked = LookUp { user_name: user_name.clone(), search };
    let found = app.storage.find_candidate(asked, app.linger(Door::Magento)).await?;
    let most = shop.number(Scope::Default, path::THROTTLE_FAILURES);
    if found.throttle.is_some_and(|(count, until)| count >= most && until > Some(app.now())) {
        return Err(Refusal::SignInFailed.into());
    }
    let stood = Stood {
        failures: found.candidate.as_ref().is_some_and(|candidate| candidate.failures.any()),
        throttle: found.throttle.is_some(),
    };
    let outcome = attempt(app, shop, place, found.candidate, credentials.password).await?;
    count(app, shop, user_name, stood, &outcome).await?;
    match outcome {
        Outcome::SignedIn(id) => issue(app, shop, id, read_at),
        Outcome::NotConfirmed => Err(Refusal::NotConfirmed.into()),
        Outcome::WrongPassword(_) | Outcome::Nobody => Err(Refusal::SignInFailed.into()),
    }
}

async fn attempt(
    app: &App,
    shop: &Shop,
    place: Place<'_>,
    candidate: Option<Candidate>,
    password: SecretString,
) -> Result<Outcome, Fault> {
    let now = app.now();
    let Some(account) = candidate.filter(|candidate| !candidate.failures.is_locked(now)) else {
        return nobody(app, place, password).await;
    };
    // 2.4.8 says so before it looks at the password.
    if account.confirmation.is_some() && shop.confirms_accounts(account.website_id.unwrap_or(0)) {
        return Ok(Outcome::NotConfirmed);
    }
    let Some(stored) = account.password_hash.filter(|_| fits(&password)) else {
        nobody(app, place, password).await?;
        return Ok(Outcome::WrongPassword(account.entity_id));
    };
    let right = app.hasher.verify(place, stored, password).await?;
    Ok(if right { Outcome::SignedIn(account.entity_id) } else { Outcome::WrongPassword(account.entity_id) })
}

/// An unknown email costs what a wrong password costs, so that time does not tell them apart.
async fn nobody(app: &App, place: Place<'_>, password: SecretString) -> Result<Outcome, Fault> {
    let password = if fits(&password) { password } else { SecretString::from(String::new()) };
    app.hasher.verify_nothing(place, password).await?;
    Ok(Outcome::Nobody)
}

fn fits(password: &SecretString) -> bool {
    password.expose_secret().len() <= MAX_PASSWORD_BYTES
}

async fn count(app: &App, shop: &Shop, user_name: String, stood: Stood, outcome: &Outcome) -> Result<(), Fault> {
    let now = app.now();
    let (rule, seconds) = (shop.lockout(), shop.number(Scope::Default, path::THROTTLE_SECONDS));
    let wrong = match outcome {
        Outcome::SignedIn(id) => return succeed(app, *id, user_name, stood).await,
        Outcome::WrongPassword(id) => Some(*id),
        Outcome::NotConfirmed | Outcome::Nobody => None,
    };
    let counted = app.storage.write(move |db| {
        if let Some(id) = wrong {
            sign_in::count_wrong_password(db, id, rule, now)?;
        }
        sign_in::count_failed_request(db, &user_name, now, seconds)
    });
    Ok(counted.await?)
}

async fn succeed(app: &App, customer_id: i64, user_name: String, stood: Stood) -> Result<(), Fault> {
    let now = app.now();
    if stood.failures || stood.throttle {
        app.storage.write(move |db| sign_in::forget_failures(db, customer_id, &user_name)).await?;
    }
    Ok(app.storage.note_login(Login { customer_id, at: now }, app.linger(Door::Magento)).await?)
}

/// * `read_at`: when the password's hash was read. A token that counted from later on would outlive a reset
///   that replaces the password, and revokes what was issued before, while the old one is still compared.
fn issue(app: &App, shop: &Shop, id: i64, read_at: NaiveDateTime) -> Result<String, Fault> {
    let minutes = match shop.number(Scope::Default, path::JWT_MINUTES) {
        minutes if minutes > 0 => minutes,
        // Magento's own fallback for an expiration of nothing.
        _ => 30,
    };
    let iat = read_at.and_utc().timestamp();
    let claims = Claims { uid: id, utypid: jwt::CUSTOMER, iat, exp: iat.saturating_add(minutes.saturating_mul(60)) };
    let algorithm = Algorithm::from_setting(shop.setting(Scope::Default, path::JWT_ALGORITHM));
    jwt::sign(&claims, algorithm, app.crypt_key.newest()).ok_or_else(|| Fault::Broken("cannot sign a token".into()))
}

/// The name under which failures are counted: trailing spaces are none to MySQL, and a character
/// beyond the basic plane has no place in Magento's columns.
fn log_name(user_name: &str) -> String {
    let plain = user_name.chars().map(|c| if c > '\u{ffff}' { '\u{fffd}' } else { c });
    plain.take(MAX_USER_NAME).collect::<String>().trim_end_matches(' ').to_owned()
}
