//! The settings in effect, for people: what `check-config` shows.

use std::{fmt::Display, path::Path};

use ipnet::IpNet;

use super::{
    Config, MetricsBind, SETTINGS, SecretKey,
    reader::{LOG_FORMATS, LOG_LEVELS, MEASURED, NONE, REGISTRATIONS, SAME},
};

impl Config {
    /// Every setting as it is in effect, for people: secrets masked.
    #[must_use]
    pub fn shown(&self) -> [(&'static str, String); SETTINGS.len()] {
        let secret_key = match &self.secret_key {
            SecretKey::Given(_) => "********".to_owned(),
            SecretKey::File(path) => format!("in {}", path.display()),
            SecretKey::Ephemeral => "made for this run".to_owned(),
        };
        [
            ("DATABASE_URL", self.database.to_string()),
            ("DATABASE_DIRECT_URL", self.database_direct.as_ref().map_or_else(|| SAME.to_owned(), ToString::to_string)),
            ("SECRET_KEY", secret_key),
            ("ALGORITHM", self.algorithm.to_string()),
            ("SIGNING_KEYS", self.keys.display().to_string()),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", self.access_token_lifetime.num_minutes().to_string()),
            ("REFRESH_TOKEN_EXPIRE_DAYS", self.refresh_token_lifetime.num_days().to_string()),
            ("SESSION_EXPIRE_DAYS", self.session_lifetime.num_days().to_string()),
            ("REFRESH_GRACE_SECONDS", self.refresh_grace.num_seconds().to_string()),
            ("REGISTRATION", name_of(&REGISTRATIONS, self.registration)),
            ("REQUIRE_VERIFIED_EMAIL", self.email_must_be_verified.to_string()),
            ("CORS_ORIGINS", self.cors_origins.join(",")),
            ("TRUSTED_PROXIES", networks_or_none(&self.trusted_proxies)),
            ("SMTP_URL", self.mail.delivery.smtp_url().map_or_else(|| NONE.to_owned(), ToString::to_string)),
            ("SMTP_CA_FILE", path_or_none(self.mail.delivery.certificates())),
            ("MAIL_FROM", self.mail.from.to_string()),
            ("PUBLIC_URL", self.mail.public_url.to_string()),
            ("MAIL_FOLDER", path_or_none(self.mail.delivery.folder())),
            ("MAIL_TEMPLATES", path_or_none(self.mail.templates.as_deref())),
            ("BIND", self.bind.to_string()),
            ("HTTPS_ONLY", self.https_only.to_string()),
            ("ATTEMPTS_PER_ADDRESS", self.attempts.per_network.to_string()),
            ("ATTEMPTS_OVERALL", self.attempts.overall.to_string()),
            ("EVENT_EXPIRE_DAYS", self.event_lifetime.num_days().to_string()),
            ("BCRYPT_COST", self.bcrypt_cost.to_string()),
            ("PASSWORD_MIN_LENGTH", self.password_min_length.to_string()),
            ("BREACHED_PASSWORDS", shown_or_none(self.breached_passwords.as_ref())),
            ("TOKEN_ISSUER", self.token_issuer.clone()),
            ("TOKEN_AUDIENCE", self.token_audience.clone()),
            ("INTROSPECTION", self.introspection.to_string()),
            ("FEDERATION", self.federation.to_string()),
            ("TRUSTED_DOCUMENTS", path_or_none(self.trusted_documents.as_deref())),
            ("GRAPHIQL", self.graphiql.to_string()),
            ("MAX_CONNECTIONS", self.max_clients.to_string()),
            ("DATABASE_MAX_CONNECTIONS", self.max_connections.to_string()),
            ("MIGRATE_ON_START", self.migrate_on_start.to_string()),
            ("HASH_THREADS", self.hash_threads.to_string()),
            ("HASH_LANES", self.hash_lanes.map_or_else(|| MEASURED.to_owned(), |lanes| lanes.to_string())),
            ("DRAIN_SECONDS", self.drain.as_secs().to_string()),
            ("METRICS_BIND", metrics(self.metrics)),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", shown_or_none(self.traces.as_ref())),
            ("LOG", name_of(&LOG_LEVELS, self.log)),
            ("LOG_FORMAT", name_of(&LOG_FORMATS, self.log_format)),
        ]
    }
}

fn name_of<T: PartialEq + Copy>(choices: &[(&'static str, T)], chosen: T) -> String {
    choices.iter().find(|(_, choice)| *choice == chosen).map_or("", |(name, _)| name).to_owned()
}

fn metrics(bind: MetricsBind) -> String {
    match bind {
        MetricsBind::Off => NONE.to_owned(),
        MetricsBind::At(address) | MetricsBind::IfFree(address) => address.to_string(),
    }
}

fn path_or_none(path: Option<&Path>) -> String {
    shown_or_none(path.map(Path::display))
}

fn shown_or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| value.to_string())
}

fn networks_or_none(networks: &[IpNet]) -> String {
    let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
    if networks.is_empty() { NONE.to_owned() } else { networks.join(",") }
}
