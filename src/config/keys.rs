//! Every setting that there is: its name, default and meaning. Another name is refused.

/// A setting.
pub(super) struct Key {
    /// `section.key`; the variable is `REKEY_SECTION__KEY`.
    pub name: &'static str,
    /// As it would be written.
    pub default: &'static str,
    /// How it is shown: whole, without its password, or not at all.
    pub show: Show,
}

/// What may be seen of a value.
#[derive(Clone, Copy)]
pub(super) enum Show {
    /// All.
    Whole,
    /// A URL without its password.
    Url,
    /// Whether it is set.
    Masked,
}

const fn key(name: &'static str, default: &'static str) -> Key {
    Key { name, default, show: Show::Whole }
}

const fn shown(name: &'static str, default: &'static str, show: Show) -> Key {
    Key { name, default, show }
}

/// The table.
pub(super) const KEYS: &[Key] = &[
    key("http.bind", "127.0.0.1:8080"),
    key("http.workers", ""),
    key("http.trusted_proxies", ""),
    key("http.cors_origins", ""),
    key("http.metrics_from", "127.0.0.0/8, ::1"),
    key("http.max_body", "1048576"),
    key("http.head_timeout", "10s"),
    key("http.body_timeout", "30s"),
    key("http.shutdown_timeout", "30s"),
    shown("database.url", "sqlite://data/rekey.db", Show::Url),
    key("database.threads", ""),
    key("database.queue", "1024"),
    key("database.timeout", "10s"),
    shown("magento.crypt_key", "", Show::Masked),
    key("magento.empty_email", "match-token"),
    key("magento.mode", "production"),
    key("magento.settings_ttl", "5s"),
    key("magento.reset_link", ""),
    key("magento.hide_accounts", "false"),
    key("magento.refusal_time", "0s"),
    key("magento.limit_status", "400"),
    key("magento.revoke_on_reset", "false"),
    key("magento.accept_curl_json", "false"),
    key("password.scheme", "auto"),
    key("password.bcrypt_cost", "12"),
    key("password.threads", ""),
    key("password.queue", "256"),
    key("password.nice", "12"),
    key("commerce_layer.base_url", ""),
    key("commerce_layer.issuer", ""),
    key("commerce_layer.organization_id", "rekeyOrgan"),
    key("commerce_layer.organization_slug", "rekey"),
    key("commerce_layer.mode", "live"),
    key("commerce_layer.cors_origins", "*"),
    key("commerce_layer.rate_limit", "3000/10s"),
    key("commerce_layer.oauth_rate_limit", "300/1m"),
    shown("commerce_layer.webhooks", "", Show::Masked),
    shown("mail.url", "file://data/mail", Show::Url),
    key("mail.templates", ""),
    key("mail.poll", "5s"),
    key("mail.timeout", "10s"),
    key("mail.give_up_after", "48h"),
    key("mail.lease", "40s"),
    key("mail.password_changed", "false"),
    shown("upstream.url", "", Show::Url),
    key("upstream.connect_timeout", "2s"),
    key("upstream.timeout", "60s"),
    key("upstream.pass", ""),
];

/// The key with this name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}
