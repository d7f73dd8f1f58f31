//! Which database: a parsed `database.url`.

use std::fmt;
use std::path::PathBuf;

/// A database that rekey can keep its tables in.
#[derive(Clone)]
pub enum Target {
    /// A file of the embedded SQLite.
    Sqlite(PathBuf),
    /// A MySQL or MariaDB server; the whole URL, password included, so it never prints.
    MySql(String),
}

impl Target {
    /// Parses `sqlite://PATH` or `mysql://user:password@host:3306/name`.
    ///
    /// # Errors
    /// A sentence that says what a URL looks like; it never repeats the URL, which holds a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err("sqlite:// needs a path, for example sqlite://data/rekey.db".into());
            }
            return Ok(Self::Sqlite(path.into()));
        }
        let rest = url
            .strip_prefix("mysql://")
            .or_else(|| url.strip_prefix("mariadb://"))
            .ok_or("must begin with sqlite:// or mysql://")?;
        let database = rest.split_once('/').map_or("", |(_, name)| name);
        if database.split('?').next().is_none_or(str::is_empty) {
            return Err("names no database; expected mysql://user:password@host:3306/name".into());
        }
        Ok(Self::MySql(with_tcp(&format!("mysql://{rest}"))))
    }

    /// How many threads suit it. Measured with 64 connections on 4 cores: a server answers most with 16
    /// (8 cost a fifth more CPU a request, 32 gain nothing); SQLite, which computes on the thread
    /// itself, with half as many as cores (as many cost a third more: threads wake each other).
    #[must_use]
    pub fn default_threads(&self) -> usize {
        match self {
            Self::MySql(_) => 16,
            Self::Sqlite(_) => std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2).max(2),
        }
    }

    /// The URL without its password, for banners and messages.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::MySql(url) => mask_password(url),
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Replaces the password of a URL with `***`.
#[must_use]
pub fn mask_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user_info, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = user_info.split(':').next().unwrap_or_default();
    if user_info.contains(':') { format!("{scheme}://{user}:***@{host}") } else { format!("{scheme}://{user}@{host}") }
}

/// The client silently moves a loopback TCP URL to the server's unix socket; we connect as asked.
fn with_tcp(url: &str) -> String {
    if url.contains("prefer_socket=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}prefer_socket=false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let target = Target::parse("mysql://shop:s3cret@db:3306/magento").unwrap();
        assert_eq!(format!("{target:?}"), "mysql://shop:***@db:3306/magento?prefer_socket=false");
        assert_eq!(mask_password("mysql://root@127.0.0.1/x"), "mysql://root@127.0.0.1/x");
    }

    #[test]
    fn mistakes_are_said_without_the_url() {
        for url in ["postgres://u:s3cret@h/d", "sqlite://", "mysql://u:s3cret@h", "mysql://h/"] {
            let error = Target::parse(url).unwrap_err();
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
