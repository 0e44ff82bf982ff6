//! From texts to a configuration, or to everything that is wrong with them.

use std::{net::SocketAddr, num::NonZeroUsize, time::Duration};

use chrono::TimeDelta;

use super::{
    Config, MetricsBind, Problems, capacity,
    reader::{Check, LOG_FORMATS, LOG_LEVELS, REGISTRATIONS},
    source::Values,
};
use crate::{
    database::DatabaseUrl,
    mail::MailSettings,
    secrets::{Algorithm, KeyFolder, LEEWAY},
    throttle::Limits,
};

impl Config {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Problems`], all of them.
    pub fn check(values: &Values) -> Result<Self, Problems> {
        let mut check = Check::of(values);

        let database = check.database();
        let bind = check.bind();
        let local = bind.ip().is_loopback();
        let max_connections = check.number("DATABASE_MAX_CONNECTIONS", 10, 1..=1000);
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);

        let config = Self {
            database_direct: check.database_direct(&database),
            max_clients: check.number("MAX_CONNECTIONS", capacity::most_clients(max_connections), 1..=100_000),
            max_connections,
            migrate_on_start: check.yes_or_no("MIGRATE_ON_START", true),
            secret_key: check.secret_key(&database),
            algorithm: check.algorithm(),
            keys: check.keys(),
            token_issuer: check.text("TOKEN_ISSUER", "latchkey"),
            token_audience: check.text("TOKEN_AUDIENCE", "latchkey"),
            access_token_lifetime: check.access_token_lifetime(),
            refresh_token_lifetime: TimeDelta::days(check.number("REFRESH_TOKEN_EXPIRE_DAYS", 30, 1..=400)),
            session_lifetime: TimeDelta::days(check.number("SESSION_EXPIRE_DAYS", 180, 1..=3650)),
            refresh_grace: TimeDelta::seconds(check.number("REFRESH_GRACE_SECONDS", 10, 0..=60)),
            event_lifetime: TimeDelta::days(check.number("EVENT_EXPIRE_DAYS", 90, 1..=36500)),
            registration: check.one_of("REGISTRATION", "open", &REGISTRATIONS),
            email_must_be_verified: check.yes_or_no("REQUIRE_VERIFIED_EMAIL", false),
            bcrypt_cost: check.number("BCRYPT_COST", 12, 10..=15),
            hash_threads: NonZeroUsize::new(check.number("HASH_THREADS", cores, 1..=256)).unwrap_or(NonZeroUsize::MIN),
            hash_lanes: check.hash_lanes(),
            attempts: Limits {
                per_network: check.number("ATTEMPTS_PER_ADDRESS", 100, 1..=1_000_000),
                overall: check.number("ATTEMPTS_OVERALL", 3000, 1..=1_000_000),
            },
            password_min_length: check.number("PASSWORD_MIN_LENGTH", 12, 8..=64),
            breached_passwords: check.breached_passwords(),
            mail: check.mail(&database),
            bind,
            cors_origins: check.origins(),
            trusted_proxies: check.networks("TRUSTED_PROXIES"),
            introspection: check.yes_or_no("INTROSPECTION", local),
            federation: check.yes_or_no("FEDERATION", false),
            trusted_documents: check.path("TRUSTED_DOCUMENTS"),
            graphiql: check.yes_or_no("GRAPHIQL", local),
            https_only: check.yes_or_no("HTTPS_ONLY", false),
            drain: Duration::from_secs(check.number("DRAIN_SECONDS", 0, 0..=60)),
            metrics: check.metrics(),
            traces: check.traces(),
            log: check.one_of("LOG", "info", &LOG_LEVELS),
            log_format: check.one_of("LOG_FORMAT", "pretty", &LOG_FORMATS),
            database,
        };
        check.no_promise_without_mail(&config);
        check.finish(config)
    }
}

/// Where the database itself is, and how many connections to it: all that a migration needs.
///
/// # Errors
///
/// [`Problems`], all of them.
pub fn check_database(values: &Values) -> Result<(DatabaseUrl, u32), Problems> {
    let mut check = Check::of(values);
    let database = check.database();
    let direct = check.database_direct(&database);
    let found = (direct.unwrap_or(database), check.number("DATABASE_MAX_CONNECTIONS", 10, 1..=1000));
    check.finish(found)
}

/// Where a server listens for clients and, if the operator chose an address, for metrics: all that a health check needs.
///
/// # Errors
///
/// [`Problems`], all of them.
pub fn check_bind(values: &Values) -> Result<(SocketAddr, Option<SocketAddr>), Problems> {
    let mut check = Check::of(values);
    let metrics = match check.metrics() {
        MetricsBind::At(address) => Some(address),
        // Another server may have that port.
        MetricsBind::IfFree(_) | MetricsBind::Off => None,
    };
    let found = (check.bind(), metrics);
    check.finish(found)
}

/// How tokens are signed and where the keys are: all that their care needs.
///
/// # Errors
///
/// [`Problems`], all of them.
pub fn check_keys(values: &Values) -> Result<(Algorithm, KeyFolder), Problems> {
    let mut check = Check::of(values);
    let found = (check.algorithm(), KeyFolder::new(check.keys(), check.access_token_lifetime() + LEEWAY));
    check.finish(found)
}

/// What mails look like, and which way they go: all that looking at them needs.
///
/// # Errors
///
/// [`Problems`], all of them.
pub fn check_mail(values: &Values) -> Result<MailSettings, Problems> {
    let mut check = Check::of(values);
    let database = check.database();
    let found = check.mail(&database);
    check.finish(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{SETTINGS, SecretKey};

    fn problems<const N: usize>(values: [(&'static str, &str); N]) -> Vec<String> {
        Config::check(&values.into()).unwrap_err().0.into_iter().map(|problem| problem.name).collect()
    }

    #[test]
    fn nothing_set_is_a_working_server_with_sqlite() {
        let config = Config::check(&Values::default()).unwrap();
        assert!(config.introspection && config.graphiql && config.migrate_on_start);
        assert!(matches!(config.secret_key, SecretKey::File(path) if path.ends_with("latchkey.db.secret")));
    }

    #[test]
    fn every_setting_is_shown_and_no_secret() {
        let values = [
            ("DATABASE_URL", "postgres://ada:hunter2@localhost/x"),
            ("DATABASE_DIRECT_URL", "postgres://ada:hunter2@localhost:5433/x"),
            ("SECRET_KEY", "hunter2 hunter2 hunter2 hunter2 hunter2"),
            ("SMTP_URL", "smtps://ada:hunter2@mail.example.com"),
            ("MAIL_FROM", "Example <accounts@example.com>"),
            ("PUBLIC_URL", "https://app.example.com"),
        ];
        let shown = Config::check(&values.into()).unwrap().shown();
        assert_eq!(shown.each_ref().map(|(name, _)| *name), SETTINGS.map(|setting| setting.name));
        assert!(!format!("{shown:?}").contains("hunter2"), "{shown:?}");
    }

    #[test]
    fn the_defaults_are_the_ones_that_are_told() {
        let shown = Config::check(&Values::default()).unwrap().shown();
        for (setting, (name, value)) in SETTINGS.iter().zip(shown) {
            let told = match setting.name {
                "DATABASE_URL" => "SQLite in latchkey.db",
                "SECRET_KEY" => "in latchkey.db.secret",
                "INTROSPECTION" | "GRAPHIQL" => "true",
                "MAIL_FOLDER" => "latchkey-mail",
                "HASH_THREADS" | "MAX_CONNECTIONS" => continue,
                _ => setting.default,
            };
            assert_eq!(value, told, "{name}");
        }
    }

    #[test]
    fn postgresql_wants_a_secret() {
        assert_eq!(problems([("DATABASE_URL", "postgres://localhost/x")]), ["SECRET_KEY"]);
    }

    #[test]
    fn the_schema_is_published_by_default_only_on_loopback() {
        for (bind, published) in [
            ("127.0.0.1:8000", true),
            ("127.8.9.1:8000", true),
            ("[::1]:8000", true),
            ("0.0.0.0:8000", false),
            ("[::]:8000", false),
            ("10.0.0.7:8000", false),
        ] {
            let config = Config::check(&[("BIND", bind)].into()).unwrap();
            assert_eq!((config.introspection, config.graphiql), (published, published), "{bind}");
        }
        let values = [("BIND", "0.0.0.0:8000"), ("INTROSPECTION", "true"), ("GRAPHIQL", "true")];
        let config = Config::check(&values.into()).unwrap();
        assert!(config.introspection && config.graphiql && !config.federation);
    }

    #[test]
    fn only_to_postgresql_is_there_another_way() {
        for [url, direct] in [
            ["postgres://localhost/x", "sqlite://x.db"],
            ["postgres://localhost/x", "nonsense"],
            ["sqlite://x.db", "postgres://localhost/x"],
        ] {
            let secret = ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz");
            let values = [("DATABASE_URL", url), ("DATABASE_DIRECT_URL", direct), secret];
            assert_eq!(problems(values), ["DATABASE_DIRECT_URL"], "{url} {direct}");
        }
    }

    #[test]
    fn every_problem_is_named_at_once_and_no_value_is_repeated() {
        let wrong = [
            ("DATABASE_URL", "mysql://hunter2@localhost"),
            ("SECRET_KEY", "hunter2"),
            ("ALGORITHM", "hunter2"),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
            ("CORS_ORIGINS", "https://hunter2.example,*"),
            ("BIND", "hunter2"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,hunter2"),
            ("BCRYPT_COST", "9"),
            ("BREACHED_PASSWORDS", "https://hunter2@example.com/"),
            ("INTROSPECTION", "hunter2"),
            ("SMTP_URL", "http://hunter2.example.com"),
            ("MAIL_FROM", "hunter2"),
            ("PUBLIC_URL", "http://hunter2.example.com"),
        ];
        let said = Config::check(&wrong.into()).unwrap_err();
        assert_eq!(said.0.len(), wrong.len(), "{said}");
        assert!(wrong.iter().all(|(name, _)| said.0.iter().any(|problem| problem.name == *name)), "{said}");
        assert!(!said.to_string().contains("hunter2"), "{said}");
    }

    #[test]
    fn what_needs_mail_needs_a_way_to_send_it() {
        let postgresql = ("DATABASE_URL", "postgres://localhost/x");
        let secret = ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz");
        for (name, value) in [("REGISTRATION", "confirm"), ("REQUIRE_VERIFIED_EMAIL", "true")] {
            assert_eq!(problems([postgresql, secret, (name, value)]), [name]);
            let folder = ("MAIL_FOLDER", "mails");
            assert_eq!(problems([postgresql, secret, folder, (name, value)]), ["MAIL_FROM", "PUBLIC_URL"]);
        }
    }

    #[test]
    fn mail_goes_where_the_settings_lead() {
        let postgres =
            [("DATABASE_URL", "postgres://localhost/x"), ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz")];
        let way = |more: &[(&'static str, &str)]| {
            let [url, secret] = postgres;
            let [one, other] = [0, 1].map(|index| more.get(index).copied().unwrap_or(("LOG", "info")));
            let [from, to] = [("MAIL_FROM", "accounts@example.com"), ("PUBLIC_URL", "https://app.example.com")];
            format!("{:?}", Config::check(&[url, secret, from, to, one, other].into()).unwrap().mail.delivery)
        };
        assert_eq!(way(&[]), "Disabled");
        assert_eq!(way(&[("MAIL_FOLDER", "mails")]), "File(\"mails\")");
        assert_eq!(way(&[("DATABASE_URL", "sqlite://x.db")]), "Log(\"latchkey-mail\")");
        assert_eq!(way(&[("DATABASE_URL", "sqlite://x.db"), ("MAIL_FOLDER", "mails")]), "Log(\"mails\")");
        assert_eq!(way(&[("DATABASE_URL", "sqlite://x.db"), ("BIND", "0.0.0.0:80")]), "File(\"latchkey-mail\")");
        assert_eq!(way(&[("DATABASE_URL", "sqlite://x.db"), ("MAIL_FOLDER", "none")]), "Disabled");
        assert_eq!(problems([("SMTP_URL", "smtps://mail.example.com")]), ["MAIL_FROM", "PUBLIC_URL"]);
    }

    #[test]
    fn weak_secrets_are_refused() {
        let fastapi = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
        for secret in ["short", fastapi, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(problems([("SECRET_KEY", secret)]), ["SECRET_KEY"]);
        }
    }
}
