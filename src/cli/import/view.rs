//! What an operator sees while an import runs: a bar on a terminal, else a line now and then.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::service::import::Refused;
use crate::storage::import::progress::Record;

/// Refused rows that are shown one by one; the others are counted.
const SHOWN: usize = 20;

/// Between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(5);

const TEMPLATE: &str = "{bar:30} {percent:>3}%  {msg}  ETA {eta}";

/// The view of one run.
pub struct View {
    bar: Option<ProgressBar>,
    /// What a row's number is.
    unit: &'static str,
    total: u64,
    started: Instant,
    said: Instant,
    rows_before: i64,
    shown: usize,
}

impl View {
    /// `total` is how much there is, in whatever [`View::see`] is told.
    pub fn new(unit: &'static str, total: u64, record: &Record) -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| bar(total));
        Self { bar, unit, total, started: now, said: now, rows_before: rows(record), shown: 0 }
    }

    /// A batch was committed.
    pub fn see(&mut self, done: u64, record: &Record, refused: &[Refused]) {
        for one in refused {
            self.shown += 1;
            match self.shown.cmp(&(SHOWN + 1)) {
                std::cmp::Ordering::Less => self.say(&format!("{} {}: {}", self.unit, one.number, one.reason)),
                std::cmp::Ordering::Equal => self.say("further refused rows are only counted"),
                std::cmp::Ordering::Greater => {}
            }
        }
        let message = self.message(record);
        if let Some(bar) = &self.bar {
            bar.set_message(message);
            bar.set_position(done);
        } else if self.said.elapsed() >= PAUSE {
            self.said = Instant::now();
            let percent = done.saturating_mul(100).checked_div(self.total).unwrap_or(100);
            eprintln!("{percent}%  {message}");
        }
    }

    /// Leaves the terminal as it was.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.abandon();
        }
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }

    fn message(&self, record: &Record) -> String {
        let rows = rows(record) - self.rows_before;
        let milliseconds = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX).max(1);
        let rate = rows.saturating_mul(1000) / milliseconds;
        format!("{rows} rows, {rate}/s, {} refused", record.refused)
    }
}

fn rows(record: &Record) -> i64 {
    record.imported + record.existing + record.refused
}

fn bar(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style)
}
