//! The attributes of a reset that a client may send.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::errors::{self, Problem, Problems};
use crate::domain::email::Email;
use crate::domain::token::ResetToken;
use crate::service::commerce_layer::create_reset::New;
use crate::service::commerce_layer::update_reset::{Changes, Update};

const ON_CREATE: [&str; 4] = ["customer_email", "reference", "reference_origin", "metadata"];
const ON_UPDATE: [&str; 5] =
    ["customer_password", "_reset_password_token", "reference", "reference_origin", "metadata"];

/// What the columns hold.
const MAX_TEXT: usize = 255;
const MAX_METADATA: usize = 60_000;

/// Reads the attributes of a POST: the first that may not be sent, or all that are wrong.
pub fn new(attributes: &Map<String, Value>) -> Result<New, Problems> {
    check_names(attributes, &ON_CREATE)?;
    let mut reader = Reader { attributes, problems: Vec::new() };
    let email = reader.text("customer_email").flatten();
    if email.as_deref().unwrap_or_default().trim().is_empty() && reader.problems.is_empty() {
        reader.problems.push(errors::blank("customer_email"));
    }
    let new = New {
        customer_email: Email::new(email.unwrap_or_default()),
        reference: reader.short_text("reference").flatten(),
        reference_origin: reader.short_text("reference_origin").flatten(),
        metadata: reader.metadata().unwrap_or_else(|| "{}".into()),
    };
    reader.finish(new)
}

/// Reads the attributes of a PATCH; null for password or token means that it was not sent.
pub fn update(attributes: &Map<String, Value>) -> Result<Update, Problems> {
    check_names(attributes, &ON_UPDATE)?;
    let mut reader = Reader { attributes, problems: Vec::new() };
    let update = Update {
        password: reader.text("customer_password").flatten().map(SecretString::from),
        token: reader.text("_reset_password_token").flatten().map(ResetToken::new),
        changes: Changes {
            reference: reader.short_text("reference"),
            reference_origin: reader.short_text("reference_origin"),
            metadata: reader.metadata(),
        },
    };
    reader.finish(update)
}

fn check_names(attributes: &Map<String, Value>, allowed: &[&str]) -> Result<(), Problem> {
    let unknown = attributes.keys().find(|name| !allowed.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(errors::param_not_allowed(name)))
}

struct Reader<'a> {
    attributes: &'a Map<String, Value>,
    problems: Problems,
}

impl Reader<'_> {
    /// A text, as Rails casts it; `Some(None)` for null.
    #[expect(clippy::option_option, reason = "not sent, null, or a text")]
    fn text(&mut self, name: &str) -> Option<Option<String>> {
        match self.attributes.get(name)? {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text.clone())),
            Value::Bool(_) | Value::Number(_) => Some(Some(self.attributes[name].to_string())),
            Value::Array(_) | Value::Object(_) => {
                self.problems.push(errors::invalid(name));
                None
            }
        }
    }

    #[expect(clippy::option_option, reason = "not sent, null, or a text")]
    fn short_text(&mut self, name: &str) -> Option<Option<String>> {
        let text = self.text(name)?;
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
            self.problems.push(errors::too_long(name, MAX_TEXT));
        }
        Some(text)
    }

    /// An object; null empties it.
    fn metadata(&mut self) -> Option<String> {
        let text = match self.attributes.get("metadata")? {
            Value::Null => "{}".to_owned(),
            object @ Value::Object(_) => object.to_string(),
            _ => {
                self.problems.push(errors::invalid("metadata"));
                return None;
            }
        };
        if text.len() > MAX_METADATA {
            self.problems.push(errors::too_long("metadata", MAX_METADATA));
        }
        Some(text)
    }

    fn finish<T>(self, read: T) -> Result<T, Problems> {
        if self.problems.is_empty() { Ok(read) } else { Err(self.problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problems(attributes: &Value) -> Vec<Value> {
        let Err(problems) = new(attributes.as_object().unwrap()) else { return Vec::new() };
        problems.iter().map(Problem::render).collect()
    }

    #[test]
    fn all_that_is_wrong_at_once() {
        let found = problems(&json!({"customer_email": "", "metadata": [], "reference": {}}));
        let pointers: Vec<_> = found.iter().map(|one| one["source"]["pointer"].as_str().unwrap()).collect();
        assert_eq!(
            pointers,
            ["/data/attributes/customer_email", "/data/attributes/reference", "/data/attributes/metadata"]
        );
    }

    #[test]
    fn what_may_not_be_sent() {
        for name in ["customer_password", "reset_password_token", "id", "created_at", "nosuch"] {
            let found = problems(&json!({"customer_email": "a@example.com", name: "x"}));
            assert_eq!(found[0]["detail"], format!("{name} is not allowed."));
        }
    }

    #[test]
    fn null_is_not_sent() {
        let sent = json!({"customer_password": null, "_reset_password_token": null, "reference": null});
        let update = update(sent.as_object().unwrap()).unwrap();
        assert!(update.password.is_none() && update.token.is_none());
        assert_eq!(update.changes.reference, Some(None));
    }
}
