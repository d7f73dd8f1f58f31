//! Exit codes only: 0 done, 1 failed, 2 used wrongly.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// What one thread allocates another often frees, which the system's allocators are slow at
/// (docs/decisions/0011).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match rekey::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("rekey: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
