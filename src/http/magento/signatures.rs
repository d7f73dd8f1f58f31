//! The parameters of each operation, a row each: what the asynchronous form checks before it answers,
//! and what the schema publishes.

use super::envelope::Problem;
use super::params::{Fields, Params};
use super::routes::Operation;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A customer.
    Customer,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// camelCase, as errors name it.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether the call fails without it.
    pub required: bool,
}

const fn text(name: &'static str) -> Parameter {
    Parameter { name, kind: Kind::Text, required: true }
}

const fn optional(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, required: false }
}

/// In the order of declaration in Magento's service contracts.
pub fn parameters(operation: Operation) -> &'static [Parameter] {
    match operation {
        Operation::ResetPassword => const { &[text("email"), text("resetToken"), text("newPassword")] },
        Operation::InitiatePasswordReset => {
            const { &[text("email"), text("template"), optional("websiteId", Kind::Int)] }
        }
        Operation::ValidateResetLinkToken => {
            const { &[Parameter { name: "customerId", kind: Kind::Int, required: true }, text("resetPasswordLinkToken")] }
        }
        Operation::ChangePassword => const { &[text("currentPassword"), text("newPassword")] },
        Operation::CreateCustomerToken => const { &[text("username"), text("password")] },
        Operation::CreateCustomer => {
            const {
                &[
                    Parameter { name: "customer", kind: Kind::Customer, required: true },
                    optional("password", Kind::Text),
                    optional("redirectUrl", Kind::Text),
                ]
            }
        }
        Operation::IsEmailAvailable => const { &[text("customerEmail"), optional("websiteId", Kind::Int)] },
        Operation::RevokeCustomerToken | Operation::GetMe => &[],
    }
}

/// Reads the parameters as the operation itself would, and forgets them.
///
/// # Errors
/// A wrong type, or what is missing.
pub fn check(operation: Operation, params: &Params) -> Result<(), Problem> {
    let mut fields = Fields::of(params);
    for Parameter { name, kind, required } in parameters(operation) {
        match (kind, required) {
            (Kind::Text, true) => drop(fields.text(name)?),
            (Kind::Text, false) => drop(fields.optional_text(name)?),
            (Kind::Int, true) => drop(fields.int(name)?),
            (Kind::Int, false) => drop(fields.optional_int(name)?),
            (Kind::Customer, _) => drop(fields.object(name)?),
        }
    }
    fields.finish()
}
