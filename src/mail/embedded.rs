//! The templates that are part of the binary: one set a language, and the frames that they share.

macro_rules! set {
    ($language:literal, $($kind:literal),+) => {
        &[$(
            (concat!($language, "/", $kind, ".subject"), include_str!(concat!("templates/", $language, "/", $kind, ".subject"))),
            (concat!($language, "/", $kind, ".txt"), include_str!(concat!("templates/", $language, "/", $kind, ".txt"))),
            (concat!($language, "/", $kind, ".html"), include_str!(concat!("templates/", $language, "/", $kind, ".html"))),
        )+]
    };
}

macro_rules! language {
    ($language:literal) => {
        set!(
            $language,
            "password_reset",
            "password_reminder",
            "password_changed",
            "welcome",
            "welcome_without_password",
            "confirm_account"
        )
    };
}

type Templates = &'static [(&'static str, &'static str)];

const ENGLISH: Templates = language!("en");
const GERMAN: Templates = language!("de");
const FRAMES: Templates =
    &[("layout.txt", include_str!("templates/layout.txt")), ("layout.html", include_str!("templates/layout.html"))];

/// The languages of the embedded templates; the first stands in for every other.
pub const LANGUAGES: [&str; 2] = ["en", "de"];

/// The embedded template with this name, in this language or else in English.
pub fn find(language: &str, name: &str) -> Option<&'static str> {
    let at = |path: &str| {
        let all = ENGLISH.iter().chain(GERMAN).chain(FRAMES);
        all.copied().find(|(found, _)| *found == path).map(|(_, source)| source)
    };
    at(&format!("{language}/{name}")).or_else(|| at(&format!("{}/{name}", LANGUAGES[0]))).or_else(|| at(name))
}
