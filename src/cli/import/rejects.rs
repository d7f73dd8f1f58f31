//! Refused rows, as they were, in a file: corrected, it can be imported itself.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use csv::{ByteRecord, Position, Reader, Writer};

use super::{Failure, csv_source};
use crate::service::import::Refused;

/// Reads the rows once more, where they stood, and writes them.
pub struct Rejects {
    from: Reader<File>,
    to: Writer<File>,
}

impl Rejects {
    /// Begins a file with two columns before those of the header, or goes on with it.
    ///
    /// # Errors
    /// The system's.
    pub fn open(from: &Path, to: &Path, resumed: bool) -> Result<Self, Failure> {
        let failure = |error: &dyn std::fmt::Display| Failure::Message(format!("{}: {error}", to.display()));
        let resumed = resumed && to.exists();
        let mut options = OpenOptions::new();
        // Password hashes are nobody else's to read.
        options.create(true).append(resumed).write(true).truncate(!resumed).mode(0o600);
        let file = options.open(to).map_err(|error| failure(&error))?;
        let mut rejects = Self {
            from: csv_source::reader(from).map_err(|error| failure(&error))?,
            to: csv::WriterBuilder::new().flexible(true).from_writer(file),
        };
        let header = rejects.from.byte_headers().map_err(|error| failure(&error))?.clone();
        if !resumed {
            rejects.line(&header, "line", "reason").map_err(|error| failure(&error))?;
        }
        Ok(rejects)
    }

    /// Adds rows.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&mut self, refused: &[Refused]) -> Result<(), Failure> {
        let failure = |error: csv::Error| Failure::Message(format!("the file of refused rows: {error}"));
        for one in refused {
            let mut position = Position::new();
            position.set_byte(one.offset);
            self.from.seek(position).map_err(failure)?;
            let mut record = ByteRecord::new();
            self.from.read_byte_record(&mut record).map_err(failure)?;
            self.line(&record, &one.number.to_string(), &one.reason).map_err(failure)?;
        }
        self.to.flush()?;
        Ok(())
    }

    /// In front, where a row with too few fields has room for them.
    fn line(&mut self, row: &ByteRecord, number: &str, reason: &str) -> csv::Result<()> {
        let mut line = ByteRecord::from(vec![number, reason]);
        line.extend(row);
        self.to.write_byte_record(&line)
    }
}
