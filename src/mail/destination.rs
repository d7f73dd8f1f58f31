//! Where mails go: a parsed `mail.url`.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;

/// Where mails go.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A folder, one `.eml` a mail.
    Folder(PathBuf),
    /// A mail server.
    Smtp(Server),
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Server {
    /// Name or address.
    pub host: String,
    /// 25, 587 or 465 when the URL names none.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub security: Security,
    /// User and password.
    pub login: Option<(String, SecretString)>,
}

/// Whether the connection is encrypted. A certificate is always verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS when the server offers it: `smtp://`.
    WhenOffered,
    /// STARTTLS, or nothing is sent: `smtp+starttls://`.
    StartTls,
    /// TLS from the first byte: `smtps://`.
    Tls,
}

const SHAPES: &str = "expected file://FOLDER, smtp://[user:password@]host[:port], smtp+starttls://… or smtps://…";

impl Destination {
    /// Parses a `mail.url`.
    ///
    /// # Errors
    /// A sentence that says what a URL looks like; it never repeats the URL, which may hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or(SHAPES)?;
        let (security, port) = match scheme {
            "file" if rest.is_empty() => return Err("file:// needs a folder, for example file://data/mail".into()),
            "file" => return Ok(Self::Folder(rest.into())),
            "smtp" => (Security::WhenOffered, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(SHAPES.into()),
        };
        server(rest.trim_end_matches('/'), security, port).map(Self::Smtp)
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "the folder {}", folder.display()),
            Self::Smtp(server) => write!(f, "{}:{}", server.host, server.port),
        }
    }
}

fn server(rest: &str, security: Security, default_port: u16) -> Result<Server, String> {
    let (login, address) = match rest.rsplit_once('@') {
        Some((login, address)) => (Some(login), address),
        None => (None, rest),
    };
    let (host, port) = match address.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => {
            (host, port.parse().map_err(|_| format!("`{port}` is no port; {SHAPES}"))?)
        }
        _ => (address, default_port),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains(['/', '?', '#']) {
        return Err(SHAPES.into());
    }
    let login = login.map(credentials).transpose()?;
    Ok(Server { host: host.into(), port, security, login })
}

fn credentials(text: &str) -> Result<(String, SecretString), String> {
    let decoded = |part| percent_decode_str(part).decode_utf8().map(Into::<String>::into);
    let (user, password) = text.split_once(':').ok_or("a user without a password; expected user:password@host")?;
    match (decoded(user), decoded(password)) {
        (Ok(user), Ok(password)) => Ok((user, password.into())),
        _ => Err("user and password must be UTF-8, percent-encoded".into()),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn smtp(url: &str) -> Server {
        match Destination::parse(url) {
            Ok(Destination::Smtp(server)) => server,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn urls() {
        assert!(matches!(Destination::parse("file:///a/b"), Ok(Destination::Folder(path)) if path.ends_with("b")));
        let server = smtp("smtp://mail.example");
        assert_eq!((server.host.as_str(), server.port, server.security), ("mail.example", 25, Security::WhenOffered));
        assert_eq!(smtp("smtp+starttls://mail.example/").port, 587);
        assert_eq!(smtp("smtps://[::1]").port, 465);
        assert_eq!(smtp("smtps://[::1]:4650").host, "::1");
        let (user, password) = smtp("smtp://me%40shop:p%3A%2Fs@mail.example:2525").login.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("me@shop", "p:/s"));
    }

    #[test]
    fn mistakes_do_not_repeat_the_password() {
        for url in ["", "file://", "http://u:s3cret@h", "smtp://u:s3cret@", "smtp://u:s3cret@h:x", "smtp://s3cret@h"] {
            let mistake = Destination::parse(url).unwrap_err();
            assert!(!mistake.contains("s3cret"), "{mistake}");
        }
    }

    #[test]
    fn the_password_does_not_print() {
        assert!(!format!("{:?}", Destination::parse("smtp://u:s3cret@h").unwrap()).contains("s3cret"));
    }
}
