//! Mails that the server wrote into its folder.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mailparse::{MailHeaderMap, ParsedMail, parse_mail};

use super::World;

/// A mail as its reader sees it.
#[derive(Debug)]
pub struct Mail {
    pub to: String,
    pub from: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// As it was sent.
    pub raw: String,
}

impl Mail {
    /// The first link of the text part.
    pub fn link(&self) -> &str {
        let start = self.text.find("http").expect("the text has a link");
        self.text[start..].split_whitespace().next().expect("a link")
    }

    /// A parameter of that link, decoded.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let query = self.link().split_once('?')?.1;
        let query = query.split('#').next()?;
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

impl World {
    fn mail_folder(&self) -> PathBuf {
        self.folder().join("mail")
    }

    fn mail_files(&self) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.mail_folder()) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
        files.sort();
        files
    }

    /// Takes every mail that was written or still waits in the outbox.
    pub fn mails(&self) -> Vec<Mail> {
        self.wait_until("the outbox is empty", || {
            let waiting = self.rows("rekey_mail");
            if let Some(mail) = waiting.iter().find(|mail| mail["given_up_at"].is_some()) {
                panic!("given up: {mail:?}");
            }
            waiting.is_empty()
        });
        self.mail_files().iter().map(|file| take(file)).collect()
    }

    /// Waits for something that happens in the background.
    #[track_caller]
    pub fn wait_until(&self, what: &str, mut done: impl FnMut() -> bool) {
        let begin = Instant::now();
        while !done() {
            assert!(begin.elapsed() < Duration::from_secs(30), "it does not happen on {:?}: {what}", self.kind());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn take(file: &Path) -> Mail {
    let raw = std::fs::read(file).expect("a mail of ours");
    std::fs::remove_file(file).expect("the folder is ours");
    let mail = parse_mail(&raw).expect("a well-formed mail");
    let header = |name| mail.headers.get_first_value(name).unwrap_or_default();
    Mail {
        to: header("To"),
        from: header("From"),
        subject: header("Subject"),
        text: part(&mail, "text/plain"),
        html: part(&mail, "text/html"),
        raw: String::from_utf8_lossy(&raw).into_owned(),
    }
}

fn part(mail: &ParsedMail<'_>, kind: &str) -> String {
    mail.parts()
        .find(|part| part.ctype.mimetype == kind)
        .map_or_else(String::new, |part| part.get_body().expect("text"))
}
