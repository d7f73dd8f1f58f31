//! What is said about each operation, a row each, in our own words.

use serde_json::{Value, json};

use super::definitions::{CUSTOMER, customer_example};
use crate::http::api::Type;
use crate::http::magento::routes::Operation;

/// Magento's services, by the names of its schema, and what rekey answers of them.
pub const SERVICES: &[(&str, &str)] = &[
    (ACCOUNTS, "Customer accounts: creating one, and changing or resetting its password"),
    (TOKENS, "Bearer tokens of customers: signing in and out"),
    (CUSTOMERS, "The customer document"),
];

const ACCOUNTS: &str = "customerAccountManagementV1";
const TOKENS: &str = "integrationCustomerTokenServiceV1";
const CUSTOMERS: &str = "customerCustomerRepositoryV1";

/// What is said about an operation.
pub struct Text {
    /// The service: a tag in the schema.
    pub service: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What else a caller must know.
    pub notes: &'static str,
    /// What is answered.
    pub answer: (&'static str, Type, Value),
    /// The statuses of its own refusals.
    pub refusals: &'static [(u16, &'static str)],
}

const BAD: &str = "A parameter is missing or malformed";

/// The row of an operation.
pub fn of(operation: Operation) -> Text {
    match operation {
        Operation::ResetPassword => Text {
            service: ACCOUNTS,
            summary: "Set a new password with the token of a reset mail",
            notes: "The token works once. A refused password does not use it up. An empty email finds the customer by \
                    the token alone, unless this server is configured to refuse that, as Magento has since 2.4.4.",
            answer: ("The password is changed", Type::Flag, json!(true)),
            refusals: &[
                (400, "A parameter is missing, the token is wrong or expired, or the password breaks a rule"),
                (404, "No customer has that email in the store's website, or no customer has that token"),
            ],
        },
        Operation::InitiatePasswordReset => Text {
            service: ACCOUNTS,
            summary: "Mail a link with which a customer sets a new password",
            notes: "The answer does not wait for the mail to be delivered. A newer mail's link replaces the older one.",
            answer: ("The mail is on its way", Type::Flag, json!(true)),
            refusals: &[
                (400, "A parameter is missing, the template is unknown, or there were too many requests"),
                (404, "No customer has that email in the website"),
            ],
        },
        Operation::ValidateResetLinkToken => Text {
            service: ACCOUNTS,
            summary: "Ask whether the token of a reset mail still works",
            notes: "Asking uses nothing up. A customer id of 0 asks for the token alone, unless this server is \
                    configured to refuse that.",
            answer: ("The token works", Type::Flag, json!(true)),
            refusals: &[
                (400, "The token is wrong or expired, or the id is no number"),
                (404, "No customer has that id, or, with an id of 0, that token"),
            ],
        },
        Operation::ChangePassword => Text {
            service: ACCOUNTS,
            summary: "Change the password of the customer who is signed in",
            notes: "Too many wrong current passwords lock the account for a while.",
            answer: ("The password is changed", Type::Flag, json!(true)),
            refusals: &[
                (400, "A parameter is missing, or the new password breaks a rule"),
                (401, "No valid bearer token, the current password is wrong, or the account is locked"),
            ],
        },
        Operation::CreateCustomer => Text {
            service: ACCOUNTS,
            summary: "Create a customer account",
            notes: "Without a password the customer sets one by mail.",
            answer: ("The customer as stored", Type::Named(CUSTOMER), customer_example()),
            refusals: &[
                (400, "The email is taken, a value is missing or malformed, or the password breaks a rule"),
                (401, "A customer group was asked for, which only the shop itself may choose"),
                (404, "There is no such website or store"),
            ],
        },
        Operation::IsEmailAvailable => Text {
            service: ACCOUNTS,
            summary: "Ask whether an email is free for a new account",
            notes: "Always true unless the shop lets guests sign in at the checkout \
                    (checkout/options/enable_guest_checkout_login): strangers are not told who has an account.",
            answer: ("Whether it is free", Type::Flag, json!(true)),
            refusals: &[(400, BAD), (404, "There is no such website")],
        },
        Operation::CreateCustomerToken => Text {
            service: TOKENS,
            summary: "Sign a customer in",
            notes: "Too many failures are refused for a while, with the same answer.",
            answer: (
                "A bearer token",
                Type::Text,
                json!("eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOjF9.c2lnbmF0dXJl"),
            ),
            refusals: &[
                (400, "Name or password is missing or empty"),
                (401, "Name and password do not fit, the account is locked, or it waits to be confirmed"),
            ],
        },
        Operation::RevokeCustomerToken => Text {
            service: TOKENS,
            summary: "Sign the customer out everywhere",
            notes: "Every token that was issued until now stops to work.",
            answer: ("The tokens are revoked", Type::Flag, json!(true)),
            refusals: &[(400, BAD), (401, "No valid bearer token")],
        },
        Operation::GetMe => Text {
            service: CUSTOMERS,
            summary: "Who is signed in",
            notes: "",
            answer: ("The customer", Type::Named(CUSTOMER), customer_example()),
            refusals: &[(400, BAD), (401, "No valid bearer token"), (404, "The customer was deleted meanwhile")],
        },
    }
}
