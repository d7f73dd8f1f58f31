//! `rekey routes`.

use serde::Serialize;

use super::{Failure, output};
use crate::config::Config;
use crate::http::{Answerer, Behind, magento};

/// Stands for any method and for any path.
const ANY: &str = "*";

#[derive(Serialize)]
struct Row {
    method: &'static str,
    path: &'static str,
    operation: Option<&'static str>,
    answered_by: Answerer,
}

/// Prints each route of Magento's that rekey knows, and who answers it under these settings. The
/// last row is everything else.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let behind = Behind::new(&config.upstream).map_err(|mistake| Failure::Config(vec![mistake]))?;
    let row = |route: &'static magento::Route| Row {
        method: route.method.as_str(),
        path: route.path,
        operation: route.operation.map(magento::Operation::name),
        answered_by: behind.answerer(route.operation),
    };
    let rest = Row { method: ANY, path: ANY, operation: None, answered_by: behind.answerer(None) };
    let rows: Vec<Row> = magento::ROUTES.iter().map(row).chain([rest]).collect();
    output::print(&rows, json, |rows| {
        for Row { method, path, operation, answered_by } in rows {
            let answered_by = match answered_by {
                Answerer::Rekey => "rekey",
                Answerer::Upstream => "upstream",
                Answerer::Refused => "refused",
            };
            println!("{answered_by:<8}  {method:<6}  {path:<78}  {}", operation.unwrap_or("-"));
        }
    })
}
