//! `/async/V1/…` and `/async/bulk/V1/…`: the call is checked, stored and answered with 202; a worker
//! does it (`AsynchronousRequestProcessor`).

use serde_json::{Value, json};

use super::Context;
use super::envelope::Problem;
use super::params::Params;
use super::routes::Operation;
use super::{decode_json, phrases, signatures};
use crate::service::async_operations::{Call, accept};

/// Magento's default limit for asynchronous calls.
const MAX_ITEMS: usize = 5000;

/// Splits `/async[/bulk]/V1/…` into whether it is bulk and the path of the call.
pub fn target(path: &str) -> Option<(bool, &str)> {
    let rest = path.strip_prefix("/async")?;
    let (bulk, rest) = rest.strip_prefix("/bulk").map_or((false, rest), |rest| (true, rest));
    super::url::is_versioned(rest).then_some((bulk, rest))
}

/// Checks every call, stores all or none, and answers their common id.
pub async fn handle(
    context: &Context<'_>,
    operation: Operation,
    calls: Vec<Params>,
    caller: i64,
) -> Result<Value, Problem> {
    calls.iter().try_for_each(|params| signatures::check(operation, params))?;
    let call = |params: Params| Call {
        operation: operation.name().to_owned(),
        store: context.store.id,
        caller,
        address: context.address.to_string(),
        parameters: Value::Object(params.into_map()).to_string(),
    };
    let accepted = accept(context.app, calls.into_iter().map(call).collect()).await;
    let accepted = accepted.map_err(|fault| phrases::of_fault(context.app, fault))?;
    let item = |(id, hash): (usize, &String)| json!({"id": id, "data_hash": hash, "status": "accepted"});
    let items: Vec<Value> = accepted.hashes.iter().enumerate().map(item).collect();
    Ok(json!({"bulk_uuid": accepted.bulk_uuid, "request_items": items, "errors": false}))
}

/// The parameters of each call: one, or one for each entry of a bulk body that is an object.
pub fn calls(body: Value, bulk: bool, query: Vec<(String, Value)>, is_put: bool) -> Result<Vec<Params>, Problem> {
    if !bulk {
        return Ok(vec![Params::merge(body, Vec::new(), query, is_put)]);
    }
    let entries = match body {
        Value::Array(list) => list,
        Value::Object(map) => map.into_iter().map(|(_, entry)| entry).collect(),
        _ => Vec::new(),
    };
    if entries.len() > MAX_ITEMS {
        return Err(phrases::too_many_items(MAX_ITEMS));
    }
    let is_call = |entry: &Value| entry.is_object() || entry.is_array();
    let params = |entry: Value| Params::merge(entry, Vec::new(), Vec::new(), is_put);
    Ok(entries.into_iter().filter(is_call).map(params).collect())
}

/// What can be asked for asynchronously: anything that is not a mere question. A token that nobody
/// receives is none.
pub fn is_possible(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::ValidateResetLinkToken
            | Operation::GetMe
            | Operation::CreateCustomerToken
            | Operation::IsEmailAvailable
    )
}

/// Parameters as they were stored; none when they cannot be read, which is said in the log.
pub fn restore(parameters: &str) -> Option<Params> {
    match decode_json::decode(parameters.as_bytes()) {
        Ok(value) => Some(Params::merge(value, Vec::new(), Vec::new(), false)),
        Err(reason) => {
            log::error!("the parameters of an accepted call cannot be read: {reason}");
            None
        }
    }
}
