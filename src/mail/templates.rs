//! Turning a letter into words: the owner's templates over the embedded ones.
//!
//! A template `password_reset.html` is looked for as `STORECODE/LOCALE/`, `STORECODE/`, `LOCALE/`
//! (`de_DE`, then `de`) and bare in the owner's folder, then among the embedded ones; so is whatever
//! a template extends or includes. Customer data is only ever a value, never a template.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind as JinjaError, Output, State, UndefinedBehavior, context};

use super::embedded;
use super::text::{clean, escape, one_line};
use crate::domain::letter::Letter;

/// A letter in words.
#[derive(Debug)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// For people who read text.
    pub text: String,
    /// For the others.
    pub html: String,
}

/// Renders a letter.
///
/// # Errors
/// What is wrong with which template; never a value.
pub fn render(folder: Option<&Path>, letter: &Letter) -> Result<Rendered, String> {
    // Built for each letter: an owner's change is seen at once, and no customer's values outlive it.
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(format);
    let language = language(&letter.locale).to_owned();
    let folders = folder.map_or_else(Vec::new, |folder| folders(folder, letter));
    environment.set_loader(move |name| load(&folders, &language, name));
    let part = |extension: &str| {
        let name = format!("{}.{extension}", letter.kind.name());
        let rendered = environment.get_template(&name).and_then(|template| template.render(values(letter)));
        rendered.map_err(|error| mistake(&error, &name))
    };
    Ok(Rendered { subject: one_line(&part("subject")?), text: part("txt")?, html: part("html")? })
}

fn values(letter: &Letter) -> Value {
    context! {
        kind => letter.kind.name(),
        name => clean(&letter.to_name),
        email => clean(&letter.to_email),
        store_name => clean(&letter.store_name),
        store_code => &letter.store_code,
        store_phone => clean(&letter.store_phone),
        store_email => clean(&letter.store_email),
        locale => &letter.locale,
        language => language(&letter.locale),
        // A kind without a link has no such variable: a template that wants one is a mistake.
        link => letter.link.as_ref().map_or(Value::UNDEFINED, Value::from),
    }
}

/// The language whose words are used: that of the locale, where there are embedded templates for it.
fn language(locale: &str) -> &str {
    let language = locale.split(['_', '-']).next().unwrap_or_default();
    if embedded::LANGUAGES.contains(&language) { language } else { embedded::LANGUAGES[0] }
}

/// The owner's folders, the most special first.
fn folders(root: &Path, letter: &Letter) -> Vec<PathBuf> {
    let locales: Vec<&str> = [letter.locale.as_str(), letter.locale.split(['_', '-']).next().unwrap_or_default()]
        .into_iter()
        .filter(|name| is_plain(name))
        .collect();
    let store = is_plain(&letter.store_code).then(|| root.join(&letter.store_code));
    let of_store = store.iter().flat_map(|store| locales.iter().map(move |locale| store.join(locale)));
    let of_locale = locales.iter().map(|locale| root.join(locale));
    of_store.chain(store.clone()).chain(of_locale).chain([root.to_owned()]).collect()
}

/// Store codes and locales come from the database, and must not lead out of the folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn load(folders: &[PathBuf], language: &str, name: &str) -> Result<Option<String>, Error> {
    if !name.split('.').all(is_plain) {
        return Ok(None);
    }
    for folder in folders {
        match std::fs::read_to_string(folder.join(name)) {
            Ok(source) => return Ok(Some(source)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(Error::new(JinjaError::TemplateNotFound, error.to_string())),
        }
    }
    Ok(embedded::find(language, name).map(str::to_owned))
}

/// As `MiniJinja`'s own, which would also write `/` as `&#x2f;`: some mail programs then find no link.
fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() {
        out.write_str(&escape(&value.to_string()))?;
        return Ok(());
    }
    minijinja::escape_formatter(out, state, value)
}

/// Without `MiniJinja`'s debug output, which shows values.
fn mistake(error: &Error, name: &str) -> String {
    let line = error.line().map_or_else(String::new, |line| format!(", line {line}"));
    let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
    format!("template {}{line}: {}{detail}", error.name().unwrap_or(name), error.kind())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::LetterKind;

    fn letter(kind: LetterKind, locale: &str) -> Letter {
        Letter {
            kind,
            store: 1,
            store_code: "default".into(),
            store_name: "Main & Co".into(),
            store_phone: "555".into(),
            store_email: "help@shop.example".into(),
            locale: locale.into(),
            to_name: "<a href=//evil>Eve</a> {{ link }} {% raw %}\u{202e}".into(),
            to_email: "eve@shop.example".into(),
            from_name: "Shop".into(),
            from_email: "shop@shop.example".into(),
            link: Some("https://shop.example/x/?id=1&token=abc".into()),
        }
    }

    #[test]
    fn every_kind_in_every_language() {
        for kind in LetterKind::ALL {
            let mut subjects = Vec::new();
            for locale in ["en_US", "de_DE", "de_AT", "fr_FR", "../../etc", ""] {
                let rendered = render(None, &letter(kind, locale)).unwrap();
                let evil = "&lt;a href=//evil&gt;Eve&lt;/a&gt; {{ link }} {% raw %}";
                assert!(rendered.html.contains(evil), "{}", rendered.html);
                assert!(rendered.text.contains("<a href=//evil>Eve</a> {{ link }} {% raw %}"), "{}", rendered.text);
                assert!(!rendered.html.contains('\u{202e}') && !rendered.text.contains('\u{202e}'));
                assert!(rendered.subject.contains("Main & Co") && !rendered.subject.contains('\n'));
                subjects.push(rendered.subject);
            }
            assert!(subjects[0] != subjects[1] && subjects[1] == subjects[2] && subjects[0] == subjects[3]);
        }
    }

    #[test]
    fn links_stand_in_both_parts() {
        let rendered = render(None, &letter(LetterKind::PasswordReset, "en_US")).unwrap();
        assert_eq!(rendered.subject, "Reset your Main & Co password");
        assert!(rendered.html.contains("href=\"https://shop.example/x/?id=1&amp;token=abc\""), "{}", rendered.html);
        assert!(rendered.text.contains("\nhttps://shop.example/x/?id=1&token=abc\n"), "{}", rendered.text);
    }

    #[test]
    fn a_letter_without_its_link_is_a_mistake_that_shows_no_value() {
        let mut letter = letter(LetterKind::PasswordReset, "en_US");
        letter.link = None;
        let mistake = render(None, &letter).unwrap_err();
        assert!(mistake.contains("password_reset") && !mistake.contains("Eve"), "{mistake}");
    }

    #[test]
    fn store_codes_do_not_lead_out_of_the_folder() {
        let mut letter = letter(LetterKind::Welcome, "..");
        letter.store_code = "../..".into();
        assert_eq!(folders(Path::new("t"), &letter), [PathBuf::from("t")]);
    }
}
