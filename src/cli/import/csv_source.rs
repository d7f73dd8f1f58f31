//! Reads a file into batches, on a thread of its own.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use chrono::NaiveDateTime;
use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord};
use tokio::sync::mpsc::Sender;

use super::columns::Columns;
use super::row::{self, Fields};
use super::shop::ShopIndex;
use super::{BATCH, Failure, fingerprint};
use crate::service::import::{Batch, Refused, Row, Sent};
use crate::storage::import::progress::Record;

/// How much of a file its fingerprint covers, with name and size.
const HEAD: u64 = 64 * 1024;

/// An open file behind its header.
pub struct CsvSource {
    /// The same for the same file.
    pub fingerprint: String,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    reader: Reader<File>,
    columns: Columns,
    shop: ShopIndex,
    now: NaiveDateTime,
}

impl CsvSource {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// When there is no such file, or it is no such CSV.
    pub fn open(path: &Path, shop: ShopIndex, now: NaiveDateTime) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let say = "standard input cannot be read twice, so such an import could not go on; name a file";
            return Err(Failure::Message(say.into()));
        }
        let failure = |error: &dyn std::fmt::Display| Failure::Message(format!("{}: {error}", path.display()));
        let path = path.canonicalize().map_err(|error| failure(&error))?;
        let file = File::open(&path).map_err(|error| failure(&error))?;
        let size = file.metadata().map_err(|error| failure(&error))?.len();
        let mut head = Vec::new();
        (&file).take(HEAD).read_to_end(&mut head).map_err(|error| failure(&error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let fingerprint = fingerprint(&[name.as_bytes(), &size.to_le_bytes(), &head]);
        let mut reader = reader(&path).map_err(|error| failure(&error))?;
        let header = reader.headers().map_err(|error| failure(&error))?;
        let columns = Columns::read(header.iter()).map_err(|reason| failure(&reason))?;
        Ok(Self { fingerprint, name, size, reader, columns, shop, now })
    }

    /// Says once which columns are not taken.
    pub fn notice_ignored(&self) {
        if !self.columns.ignored.is_empty() {
            eprintln!("ignored columns: {}", self.columns.ignored.join(", "));
        }
    }

    /// Goes on where an import came to.
    ///
    /// # Errors
    /// The system's.
    pub fn go_to(&mut self, record: &Record) -> Result<(), Failure> {
        let Ok(byte @ 1..) = u64::try_from(record.position) else { return Ok(()) };
        let mut position = Position::new();
        position.set_byte(byte).set_line(u64::try_from(record.line).unwrap_or(1));
        self.reader.seek(position).map_err(|error| Failure::Message(error.to_string()))
    }

    /// Sends all batches, until nobody takes them any more.
    pub fn send_all(mut self, to: &Sender<Sent>) {
        loop {
            let batch = self.batch().map_err(|error| error.to_string());
            let end = batch.as_ref().map_or(true, |batch| batch.last);
            if to.blocking_send(batch).is_err() || end {
                return;
            }
        }
    }

    fn batch(&mut self) -> csv::Result<Batch> {
        let mut batch = Batch::default();
        let mut record = StringRecord::new();
        while batch.rows.len() + batch.refused.len() < BATCH {
            match self.reader.read_record(&mut record) {
                Ok(true) => self.take(&record, &mut batch),
                Ok(false) => {
                    batch.last = true;
                    break;
                }
                // The reader stands behind that row.
                Err(error) => match error.kind() {
                    ErrorKind::Utf8 { pos: Some(position), .. } => batch.refused.push(Refused {
                        number: signed(position.line()),
                        offset: position.byte(),
                        reason: "is not UTF-8".into(),
                    }),
                    _ => return Err(error),
                },
            }
        }
        let position = self.reader.position();
        (batch.position, batch.line) = (signed(position.byte()), signed(position.line()));
        Ok(batch)
    }

    fn take(&self, record: &StringRecord, batch: &mut Batch) {
        let (number, offset) = record.position().map_or((0, 0), |position| (signed(position.line()), position.byte()));
        match row::customer(&Fields { columns: &self.columns, record }, &self.shop, self.now) {
            Ok(customer) => batch.rows.push(Row { number, offset, customer }),
            Err(reason) => batch.refused.push(Refused { number, offset, reason }),
        }
    }
}

/// Rows of other lengths than the header's are refused one by one.
pub fn reader(path: &Path) -> csv::Result<Reader<File>> {
    ReaderBuilder::new().flexible(true).buffer_capacity(1 << 18).from_path(path)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
