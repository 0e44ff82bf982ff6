//! The configuration of a test's server.

use latchkey::{
    config::{AttemptConfig, Config},
    mail::MailDelivery,
};

use super::SECRET_KEY;

/// A cheap password hash, free ports, no mail, and a high limit for the one address that all clients share.
pub fn config(database_url: &str) -> Config {
    let values = [
        ("DATABASE_URL", database_url),
        ("SECRET_KEY", SECRET_KEY),
        ("BIND", "127.0.0.1:0"),
        ("METRICS_BIND", "127.0.0.1:0"),
        ("INTROSPECTION", "true"),
        ("FEDERATION", "true"),
        ("GRAPHIQL", "true"),
    ];
    let mut config = Config::check(&values.into()).expect("the settings are valid");
    config.passwords.bcrypt_cost = 4;
    config.mail.delivery = MailDelivery::Disabled;
    config.attempts = AttemptConfig { per_network: 10_000, overall: 10_000 };
    config
}
