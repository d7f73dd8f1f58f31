//! Magento 2.4.8's own defaults for the settings that rekey reads (its modules' `config.xml`).

/// `minimum_password_length`, characters.
pub const MINIMUM_LENGTH: &str = "customer/password/minimum_password_length";
/// `required_character_classes_number`.
pub const REQUIRED_CLASSES: &str = "customer/password/required_character_classes_number";
/// `reset_link_expiration_period`, hours.
pub const LINK_EXPIRATION: &str = "customer/password/reset_link_expiration_period";
/// Whether accounts are per website (`1`) or global (`0`).
pub const ACCOUNT_SHARE: &str = "customer/account_share/scope";
/// The https base URL, with a slash at its end.
pub const SECURE_BASE_URL: &str = "web/secure/base_url";

/// The http base URL, with a slash at its end.
pub const UNSECURE_BASE_URL: &str = "web/unsecure/base_url";
/// Whether store codes stand in the storefront's URLs.
pub const USE_STORE_CODE: &str = "web/url/use_store";
/// `lockout_failures`.
pub const LOCKOUT_FAILURES: &str = "customer/password/lockout_failures";
/// `lockout_threshold`, minutes.
pub const LOCKOUT_MINUTES: &str = "customer/password/lockout_threshold";
/// Whose reset requests are limited.
pub const RESET_PROTECTION: &str = "customer/password/password_reset_protection_type";
/// Reset requests in an hour.
pub const MAX_RESET_REQUESTS: &str = "customer/password/max_number_password_reset_requests";
/// Minutes between two reset requests.
pub const RESET_REQUEST_PAUSE: &str = "customer/password/min_time_between_password_reset_requests";
/// Whether new accounts must be confirmed.
pub const CONFIRM_ACCOUNTS: &str = "customer/create_account/confirm";
/// The customer group of new accounts.
pub const DEFAULT_GROUP: &str = "customer/create_account/default_group";
/// The identity that welcome mails come from.
pub const WELCOME_IDENTITY: &str = "customer/create_account/email_identity";
/// The identity that reset mails come from.
pub const RESET_IDENTITY: &str = "customer/password/forgot_email_identity";
/// Whom a customer who asked too often is to contact.
pub const CONTACT: &str = "contact/email/recipient_email";
/// Whether `isEmailAvailable` tells the truth.
pub const GUEST_CHECKOUT_LOGIN: &str = "checkout/options/enable_guest_checkout_login";
/// Whether mail is not to be sent.
pub const MAIL_DISABLED: &str = "system/smtp/disable";
/// Failed token requests until a user name is throttled.
pub const THROTTLE_FAILURES: &str = "oauth/authentication_lock/max_failures_count";
/// Seconds of the throttle.
pub const THROTTLE_SECONDS: &str = "oauth/authentication_lock/timeout";
/// Hours that an opaque customer token lives.
pub const OPAQUE_HOURS: &str = "oauth/access_token_lifetime/customer";
/// Minutes that a customer's JWT lives.
pub const JWT_MINUTES: &str = "webapi/jwtauth/customer_expiration";
/// The algorithm of JWTs.
pub const JWT_ALGORITHM: &str = "webapi/jwtauth/jwt_alg";
/// A store's language.
pub const LOCALE: &str = "general/locale/code";
/// What the shop calls itself.
pub const STORE_NAME: &str = "general/store_information/name";
/// The shop's telephone number.
pub const STORE_PHONE: &str = "general/store_information/phone";

/// What Magento takes when no row of `core_config_data` says otherwise; empty where it has none.
#[must_use]
pub fn default_of(path: &str) -> &'static str {
    match path {
        MINIMUM_LENGTH => "8",
        REQUIRED_CLASSES => "3",
        LINK_EXPIRATION => "2",
        ACCOUNT_SHARE | RESET_PROTECTION | DEFAULT_GROUP | OPAQUE_HOURS => "1",
        SECURE_BASE_URL | UNSECURE_BASE_URL => "http://localhost/",
        LOCKOUT_FAILURES | LOCKOUT_MINUTES | RESET_REQUEST_PAUSE => "10",
        MAX_RESET_REQUESTS => "5",
        WELCOME_IDENTITY => "general",
        RESET_IDENTITY => "support",
        CONTACT => "hello@example.com",
        THROTTLE_FAILURES => "6",
        THROTTLE_SECONDS => "1800",
        JWT_MINUTES => "60",
        LOCALE => "en_US",
        "trans_email/ident_general/name" => "Owner",
        "trans_email/ident_general/email" => "owner@example.com",
        "trans_email/ident_support/name" => "CustomerSupport",
        "trans_email/ident_support/email" => "support@example.com",
        _ => "",
    }
}
