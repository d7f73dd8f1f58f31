//! Exit codes only: 0 done, 1 failed, 2 used wrongly.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    match rekey::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("rekey: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
