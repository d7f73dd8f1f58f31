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

/// What Magento takes when no row of `core_config_data` says otherwise; empty where it has none.
#[must_use]
pub fn default_of(path: &str) -> &'static str {
    match path {
        MINIMUM_LENGTH => "8",
        REQUIRED_CLASSES => "3",
        LINK_EXPIRATION => "2",
        ACCOUNT_SHARE => "1",
        SECURE_BASE_URL => "http://localhost/",
        _ => "",
    }
}
