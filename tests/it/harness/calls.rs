//! What a shop's front end calls, a function a call.

use std::sync::Barrier;

use serde_json::{Value, json};

use super::client::{Answer, Request};
use super::mails::Mail;
use super::world::{Customer, World};
use super::{PASSWORD, RESET};

pub const FORGOT: &str = "/rest/V1/customers/password";
pub const SIGN_IN: &str = "/rest/V1/integration/customer/token";
pub const REVOKE: &str = "/rest/V1/integration/customer/revoke-customer-token";
pub const ME: &str = "/rest/V1/customers/me";
pub const MY_PASSWORD: &str = "/rest/V1/customers/me/password";
pub const CUSTOMERS: &str = "/rest/V1/customers";
pub const IS_AVAILABLE: &str = "/rest/V1/customers/isEmailAvailable";

/// What a sign-in is refused with, whatever the reason.
pub const SIGN_IN_FAILED: &str = "The account sign-in was incorrect or your account is disabled temporarily. \
                                  Please wait and try again later.";

/// Asking for a reset link.
pub fn forgot(email: &str) -> Request {
    Request::json("PUT", FORGOT, json!({"email": email, "template": "email_reset"}).to_string())
}

pub fn sign_in(email: &str, password: &str) -> Request {
    Request::json("POST", SIGN_IN, json!({"username": email, "password": password}).to_string())
}

pub fn change(bearer: &str, current: &str, new: &str) -> Request {
    let body = json!({"currentPassword": current, "newPassword": new}).to_string();
    Request::json("PUT", MY_PASSWORD, body).bearer(bearer)
}

pub fn reset(email: &str, token: &str, password: &str) -> Request {
    Request::json("POST", RESET, json!({"email": email, "resetToken": token, "newPassword": password}).to_string())
}

/// A new customer called Bob Jones.
pub fn create(email: &str, password: &str) -> Request {
    let customer = json!({"email": email, "firstname": "Bob", "lastname": "Jones"});
    Request::json("POST", CUSTOMERS, json!({"customer": customer, "password": password}).to_string())
}

impl Request {
    pub fn bearer(self, bearer: &str) -> Self {
        self.with("Authorization", &format!("Bearer {bearer}"))
    }

    /// The same request to another path.
    pub fn at(self, path: &str) -> Self {
        Self { path: path.into(), ..self }
    }
}

impl Customer {
    /// The usual customer with a hash that is quickly verified, and without a token.
    pub fn quick() -> Self {
        let hash = bcrypt::hash(PASSWORD, 4).expect("bcrypt hashes");
        Self { password_hash: Some(hash), rp_token: None, ..Self::default() }
    }
}

impl World {
    /// Sends all at once; answers in the same order.
    pub fn together(&self, requests: &[Request]) -> Vec<Answer> {
        let (address, barrier) = (self.server().address, Barrier::new(requests.len()));
        std::thread::scope(|scope| {
            let hands: Vec<_> = requests
                .iter()
                .map(|request| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        request.send(address)
                    })
                })
                .collect();
            hands.into_iter().map(|hand| hand.join().expect("a hand")).collect()
        })
    }

    /// A signed-up customer whose password is quickly verified.
    pub fn quick_alice(&self) {
        self.customer(&Customer::quick());
    }

    pub fn forgot(&self, email: &str) -> Answer {
        self.send(&forgot(email))
    }

    pub fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.send(&sign_in(email, password))
    }

    /// Signs in; answers the bearer token.
    #[track_caller]
    pub fn bearer(&self, email: &str, password: &str) -> String {
        let answer = self.sign_in(email, password);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json().as_str().expect("a token is text").to_owned()
    }

    pub fn me(&self, bearer: &str) -> Answer {
        self.send(&Request::new("GET", ME).with("Accept", "application/json").bearer(bearer))
    }

    pub fn change_password(&self, bearer: &str, current: &str, new: &str) -> Answer {
        self.send(&change(bearer, current, new))
    }

    pub fn check_link(&self, id: &str, token: &str) -> Answer {
        let path = format!("/rest/V1/customers/{id}/password/resetLinkToken/{token}");
        self.send(&Request::new("GET", &path).with("Accept", "application/json"))
    }

    pub fn create(&self, email: &str, password: &str) -> Answer {
        self.send(&create(email, password))
    }

    /// Lets reset links be asked for as often as a test likes.
    pub fn without_limits(&self) {
        self.setting("default", 0, "customer/password/password_reset_protection_type", "0");
    }

    /// Asks for a link; answers the mail.
    #[track_caller]
    pub fn forgotten(&self, email: &str) -> Mail {
        let answer = self.forgot(email);
        assert!(answer.is_true(), "{}", answer.body);
        let mut mails = self.mails();
        assert_eq!(mails.len(), 1);
        mails.remove(0)
    }
}

impl Mail {
    /// The token in its link.
    #[track_caller]
    pub fn token(&self) -> String {
        self.parameter("token").expect("the link has a token")
    }
}

/// What Magento says of an unknown email, the website as it counts it.
pub fn unknown(email: &str, website: &Value) -> Value {
    json!({
        "message": "No such entity with %fieldName = %fieldValue, %field2Name = %field2Value",
        "parameters": {"fieldName": "email", "fieldValue": email, "field2Name": "websiteId", "field2Value": website},
    })
}
