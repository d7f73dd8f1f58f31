//! Turning a rendered letter into a message: headers, parts, envelope.

use std::time::{Duration, UNIX_EPOCH};

use chrono::NaiveDateTime;
use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use super::templates::Rendered;
use super::text::clean;
use crate::domain::crypt_key::{hex, mac};
use crate::domain::letter::Letter;

/// A message as it goes over the wire.
#[derive(Debug)]
pub struct Composed {
    /// Sorts by time and is the mail's alone.
    pub name: String,
    /// Who it is from and for.
    pub envelope: Envelope,
    /// Headers and body.
    pub bytes: Vec<u8>,
}

/// What makes a mail itself, the same at every try: a server that got it twice can tell.
pub struct Identity<'a> {
    /// The outbox's number.
    pub id: i64,
    /// When it was written, UTC.
    pub created_at: NaiveDateTime,
    /// As it stands in the outbox, which no other mail equals.
    pub sealed: &'a str,
}

/// Puts a message together.
///
/// # Errors
/// When an address is none.
pub fn compose(letter: &Letter, rendered: Rendered, identity: &Identity) -> Result<Composed, String> {
    let from = mailbox(&letter.from_name, &letter.from_email).map_err(|error| format!("the sender's {error}"))?;
    let to = mailbox(&letter.to_name, &letter.to_email).map_err(|error| format!("the customer's {error}"))?;
    // What is shown is written as Magento's mailer writes it; what is delivered to is the stored address.
    let shown =
        mailbox(&letter.to_name, &shown(&letter.to_email)).map_err(|error| format!("the customer's {error}"))?;
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.email]).map_err(|error| error.to_string())?;
    let unique = hex(&mac(b"rekey message id", identity.sealed.as_bytes())[..16]);
    let seconds = u64::try_from(identity.created_at.and_utc().timestamp()).unwrap_or_default();
    let message = Message::builder()
        .message_id(Some(format!("<{unique}@{}>", from.email.domain())))
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .from(from)
        .to(shown)
        .envelope(envelope)
        .subject(rendered.subject)
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(rendered.text, rendered.html))
        .map_err(|error| error.to_string())?;
    let name = format!("{}-{:012}-{}.eml", identity.created_at.format("%Y%m%dT%H%M%S"), identity.id, &unique[..8]);
    Ok(Composed { name, envelope: message.envelope().clone(), bytes: message.formatted() })
}

fn mailbox(name: &str, email: &str) -> Result<Mailbox, String> {
    let name = clean(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address(email)?))
}

/// The rule for international domains: over the wire they are written in ASCII (`bücher.example` as
/// `xn--bcher-kva.example`), which every server takes. A local part beyond ASCII goes as it is, and
/// only to servers with SMTPUTF8.
fn address(email: &str) -> Result<Address, String> {
    let invalid = || "address is not valid".to_owned();
    let (local, domain) = email.trim_end_matches(' ').rsplit_once('@').ok_or_else(invalid)?;
    if local.chars().any(char::is_control) {
        return Err(invalid());
    }
    if domain.is_ascii() {
        return Address::new(local, domain).map_err(|_| invalid());
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| invalid())?;
    Address::new(local, domain).map_err(|_| invalid())
}

/// Magento's mailer lowers the part before the `@` in the header.
fn shown(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.to_ascii_lowercase()),
        None => email.to_owned(),
    }
}

/// RFC 3834: keeps vacation notices away.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}
