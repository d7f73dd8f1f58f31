//! What a new customer must be like: Magento's validators for accounts.

use super::refusal::{NamePart, Refusal};

/// The longest name, characters.
const MAX_NAME: usize = 255;

/// The longest email that the column holds, characters.
const MAX_EMAIL: usize = 255;

/// First and last name are required and, like the middle name, of letters, digits, blanks and the
/// punctuation that names have.
///
/// # Errors
/// [`Refusal::NamesMissing`] or [`Refusal::InvalidName`].
pub fn check_names(first: &str, middle: &str, last: &str) -> Result<(), Refusal> {
    let required = [(NamePart::First, first), (NamePart::Last, last)];
    let missing: Vec<NamePart> =
        required.into_iter().filter(|(_, name)| name.trim().is_empty()).map(|(part, _)| part).collect();
    if !missing.is_empty() {
        return Err(Refusal::NamesMissing(missing));
    }
    let all = [(NamePart::First, first), (NamePart::Middle, middle), (NamePart::Last, last)];
    match all.into_iter().find(|(_, name)| !is_name(name)) {
        Some((part, _)) => Err(Refusal::InvalidName(part)),
        None => Ok(()),
    }
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| {
        c.is_alphanumeric() || is_mark(c) || matches!(c, ' ' | ',' | '-' | '_' | '.' | '\'' | '’' | '`' | '&')
    };
    name.chars().count() <= MAX_NAME && name.chars().all(|c| c <= '\u{ffff}' && fits(c))
}

/// Combining marks: what PCRE calls `\p{M}`, in the blocks that names use.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

/// The longest part before the `@`, bytes.
const MAX_LOCAL: usize = 64;

/// One `@` with a dot-atom before it and a host name with a dot behind it: what stands here goes
/// into a mail's header. Unlike Magento's, the rule takes nothing that no mail can be sent to, such
/// as invisible characters: such an account could never be reset.
///
/// # Errors
/// [`Refusal::InvalidEmail`].
pub fn check_email(email: &str) -> Result<(), Refusal> {
    let ok = match email.split_once('@') {
        Some((local, host)) => {
            let labels_fit = host.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
            is_dot_atom(local) && host.contains('.') && labels_fit
        }
        None => false,
    };
    let fits = email.chars().count() <= MAX_EMAIL && email.chars().all(|c| c <= '\u{ffff}');
    if ok && fits { Ok(()) } else { Err(Refusal::InvalidEmail) }
}

/// RFC 5322's, with letters and digits of any script (RFC 6531).
fn is_dot_atom(local: &str) -> bool {
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= MAX_LOCAL && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(check_names("Anne-Marie", "", "O’Neil & Söhne, Jr. 2"), Ok(()));
        assert_eq!(check_names("", "", " "), Err(Refusal::NamesMissing(vec![NamePart::First, NamePart::Last])));
        for name in ["<script>", "a\r\nBcc: b", "{{var x}}", "a@b", "x/y"] {
            assert_eq!(check_names(name, "", "Person"), Err(Refusal::InvalidName(NamePart::First)), "{name}");
        }
    }

    #[test]
    fn emails() {
        for email in ["a@x.com", "NEW@Example.com", "o'neil+shop@x.co.uk", "user@bücher.example"] {
            assert_eq!(check_email(email), Ok(()), "{email}");
        }
        for email in [
            "nope",
            "@x.com",
            "a@",
            "a@x",
            "a b@x.com",
            "a@x.com\r\nBcc: b@y.com",
            "a@x..com",
            "a@@x.com",
            " a@x.com",
            "a@-x.com",
            ".a@x.com",
            "a..b@x.com",
            "a:b@x.com",
            "a\u{200b}b@x.com",
            "a\u{1f600}@x.com",
        ] {
            assert_eq!(check_email(email), Err(Refusal::InvalidEmail), "{email:?}");
        }
    }
}
