//! `rekey routes`.

use super::{Failure, output};
use crate::config::Config;
use crate::http::{Answerer, Behind};

/// Prints each route of Magento's that rekey knows, and who answers it under these settings. The
/// last row is everything else.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let behind = Behind::new(config).map_err(|mistake| Failure::Config(vec![mistake]))?;
    output::print(&behind.rows(), json, |rows| {
        for row in rows {
            let answered_by = match row.answered_by {
                Answerer::Rekey => "rekey",
                Answerer::Upstream => "upstream",
                Answerer::Refused => "refused",
            };
            println!("{answered_by:<8}  {:<6}  {:<73}  {}", row.method, row.path, row.operation.unwrap_or("-"));
        }
    })
}
