//! One `.eml` a mail, in a folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use super::SendError;
use crate::mail::compose::Composed;

/// A folder for mails; whoever reads it can reset passwords, so it is its owner's alone.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The file appears whole or not at all; a second try writes over the first.
    pub fn send(&self, message: &Composed) -> Result<(), SendError> {
        self.write(message).map_err(|error| SendError::Later(format!("{}: {error}", self.0.display())))
    }

    fn write(&self, message: &Composed) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let unfinished = self.0.join(format!(".{}.unfinished", message.name));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(&message.bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.0.join(&message.name))?;
        // The name must survive a power cut too, before the outbox forgets the mail.
        File::open(&self.0)?.sync_all()
    }
}
