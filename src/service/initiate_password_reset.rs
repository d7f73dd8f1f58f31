//! Sending a reset link (`AccountManagement::initiatePasswordReset`).

use std::net::IpAddr;

use super::issue_reset::{new_token, recipient};
use super::letters::{letter, reset_link};
use super::{Fault, mail};
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::email::Email;
use crate::domain::letter::LetterKind;
use crate::domain::request_limit::{RequestLimit, address_key};
use crate::domain::shop::{Scope, Shop, Store};
use crate::domain::shop_defaults::CONTACT;
use crate::storage::customers::{self, Account};
use crate::storage::outbox::{self, NewMail};
use crate::storage::reset_requests::{self, ResetRequest};
use crate::storage::resets::{self, Issue};
use crate::storage::{Db, QueryResult};

/// A reset link as it was asked for.
pub struct Request {
    /// As it was sent.
    pub email: Email,
    /// Which mail; none for a template that there is not.
    pub template: Option<LetterKind>,
    /// The website that is searched.
    pub website: i32,
    /// Who asks.
    pub address: IpAddr,
}

/// What the one transaction writes, if the request is within the limits.
#[derive(Clone)]
enum Outcome {
    Refuse(Refusal),
    Issue(Box<Issue>, Option<NewMail>),
}

/// Checks the limits, finds the customer, checks the template, replaces the token and puts the mail
/// into the outbox, the last two in one transaction. The answer never waits for a mail server.
///
/// Magento replaces the token before it looks at the template, so that any stranger can kill a
/// pending link without sending mail; here a bad template leaves it alone.
///
/// # Errors
/// [`Refusal::TooManyRequests`], [`Refusal::UnknownEmail`], [`Refusal::UnknownTemplate`], in this
/// order; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn initiate_password_reset(app: &App, shop: &Shop, store: &Store, request: Request) -> Result<(), Fault> {
    let asked = ResetRequest {
        email: request.email.as_str().to_owned(),
        address: address_key(request.address),
        now: app.now(),
    };
    let searched = (!shop.shares_accounts(store.id)).then_some(request.website);
    let email = request.email.clone();
    let account = app.storage.read(move |db| customers::by_email(db, &email, searched)).await?;
    let outcome = decide(app, shop, account, &request)?;
    let limit = shop.request_limit(store.id);
    match write(app, asked, limit, outcome).await? {
        Written::Issued => {
            mail::wake(app);
            Ok(())
        }
        Written::Refused(refusal) => Err(refusal.into()),
        Written::TooMany => {
            let contact = shop.setting(Scope::Store(store.id), CONTACT).to_owned();
            Err(Refusal::TooManyRequests { contact, seconds: limit.pause.max(1) }.into())
        }
    }
}

fn decide(app: &App, shop: &Shop, account: Option<Account>, request: &Request) -> Result<Outcome, Fault> {
    let Some(account) = account else {
        return Ok(Outcome::Refuse(Refusal::UnknownEmail { website: request.website }));
    };
    let Some(kind) = request.template else { return Ok(Outcome::Refuse(Refusal::UnknownTemplate)) };
    let (token, issue) = new_token(app, account.entity_id)?;
    let to = recipient(shop, &account);
    let letter = letter(shop, kind, &to, Some(reset_link(app, shop, &to, &token)));
    let mail = letter.map(|letter| mail::seal(app, &letter)).transpose()?;
    Ok(Outcome::Issue(Box::new(issue), mail))
}

enum Written {
    Issued,
    Refused(Refusal),
    TooMany,
}

/// The request is remembered also when it is refused for another reason than the limits.
async fn write(app: &App, asked: ResetRequest, limit: RequestLimit, outcome: Outcome) -> Result<Written, Fault> {
    let (recorded, expected) = (asked.clone(), outcome.clone());
    let write = move |db: &mut Db| {
        if reset_requests::exceeds(db, &asked, &limit)? {
            return Ok(Written::TooMany);
        }
        reset_requests::record(db, &asked)?;
        match &outcome {
            Outcome::Refuse(refusal) => Ok(Written::Refused(refusal.clone())),
            Outcome::Issue(issue, mail) => {
                // The customer's row is locked from here on: the order of mails is that of tokens.
                if !resets::issue(db, issue)? {
                    return Ok(Written::Refused(Refusal::UnknownCustomer));
                }
                if let Some(mail) = mail {
                    outbox::insert(db, mail)?;
                }
                Ok(Written::Issued)
            }
        }
    };
    Ok(app.storage.write_settled(write, move |db| settle(db, &recorded, &expected)).await?)
}

/// What became of a write whose COMMIT was not answered: asked again, it would count as a second request.
fn settle(db: &mut Db, asked: &ResetRequest, outcome: &Outcome) -> QueryResult<Option<Written>> {
    Ok(match outcome {
        Outcome::Refuse(refusal) => reset_requests::is_recorded(db, asked)?.then(|| Written::Refused(refusal.clone())),
        Outcome::Issue(issue, _) => {
            resets::is_pending(db, issue.customer_id, &issue.sealed)?.then_some(Written::Issued)
        }
    })
}
