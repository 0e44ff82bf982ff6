//! From texts to a configuration, or to everything that is wrong with them.

use std::{fmt, net::IpAddr, num::NonZeroUsize, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use chrono::TimeDelta;
use ipnet::IpNet;

use super::{Config, LogFormat, LogLevel, Problem, Problems, SecretKey, source::Values};
use crate::{
    database::{DatabaseUrl, Place},
    secrets::{Algorithm, KeyFolder, LEEWAY, MOST_LANES, SigningSecret},
};

impl Config {
    /// Checks every setting.
    ///
    /// # Errors
    ///
    /// [`Problems`], all of them.
    pub fn check(values: &Values) -> Result<Self, Problems> {
        let mut check = Check { values, problems: values.problems.clone() };

        let database = check.database();
        let sqlite = !matches!(database.place(), Place::Server { .. });
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);

        let config = Self {
            max_clients: check.number("MAX_CONNECTIONS", 4096, 1..=100_000),
            max_connections: check.number("DATABASE_MAX_CONNECTIONS", 10, 1..=1000),
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
            bcrypt_cost: check.number("BCRYPT_COST", 12, 10..=15),
            hash_threads: NonZeroUsize::new(check.number("HASH_THREADS", cores, 1..=256)).unwrap_or(NonZeroUsize::MIN),
            hash_lanes: check.hash_lanes(),
            password_min_length: check.number("PASSWORD_MIN_LENGTH", 12, 8..=64),
            bind: check.parsed("BIND", "127.0.0.1:8000", "must be an address and a port, such as 127.0.0.1:8000"),
            cors_origins: check.origins(),
            trusted_proxies: check.networks("TRUSTED_PROXIES"),
            introspection: check.yes_or_no("INTROSPECTION", sqlite),
            trusted_documents: check.path("TRUSTED_DOCUMENTS"),
            graphiql: check.yes_or_no("GRAPHIQL", sqlite),
            drain: Duration::from_secs(check.number("DRAIN_SECONDS", 0, 0..=60)),
            log: check.one_of("LOG", "info", &LOG_LEVELS),
            log_format: check.one_of("LOG_FORMAT", "pretty", &LOG_FORMATS),
            database,
        };
        if check.problems.is_empty() { Ok(config) } else { Err(Problems(check.problems)) }
    }
}

/// Where the database is, and how many connections to it: all that a migration needs.
///
/// # Errors
///
/// [`Problems`], all of them.
pub fn check_database(values: &Values) -> Result<(DatabaseUrl, u32), Problems> {
    let mut check = Check { values, problems: values.problems.clone() };
    let found = (check.database(), check.number("DATABASE_MAX_CONNECTIONS", 10, 1..=1000));
    if check.problems.is_empty() { Ok(found) } else { Err(Problems(check.problems)) }
}

/// How tokens are signed and where the keys are: all that their care needs.
///
/// # Errors
///
/// [`Problems`], all of them.
pub fn check_keys(values: &Values) -> Result<(Algorithm, KeyFolder), Problems> {
    let mut check = Check { values, problems: values.problems.clone() };
    let found = (check.algorithm(), KeyFolder::new(check.keys(), check.access_token_lifetime() + LEEWAY));
    if check.problems.is_empty() { Ok(found) } else { Err(Problems(check.problems)) }
}

/// How a number is written that the server finds out for itself.
pub(super) const MEASURED: &str = "measured";

/// How a list with nothing in it is written.
pub(super) const NONE: &str = "none";

pub(super) const LOG_LEVELS: [(&str, LogLevel); 5] = [
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];

pub(super) const LOG_FORMATS: [(&str, LogFormat); 2] = [("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];

/// Reads one setting after the other. A wrong one is noted and stands for its default until the end.
struct Check<'a> {
    values: &'a Values,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, name: &str, message: impl fmt::Display) {
        self.problems.push(Problem::new(name, &message.to_string()));
    }

    fn text(&self, name: &str, default: &str) -> String {
        self.values.text(name).unwrap_or(default).to_owned()
    }

    fn number<T>(&mut self, name: &str, default: T, allowed: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Copy + fmt::Display,
    {
        let Some(text) = self.values.text(name) else { return default };
        match text.parse() {
            Ok(number) if allowed.contains(&number) => number,
            Ok(_) | Err(_) => {
                let (from, to) = (allowed.start(), allowed.end());
                self.problem(name, format_args!("must be a whole number from {from} to {to}"));
                default
            }
        }
    }

    fn parsed<T: FromStr<Err: fmt::Debug>>(&mut self, name: &str, default: &str, otherwise: &str) -> T {
        self.values.text(name).unwrap_or(default).parse().unwrap_or_else(|_| {
            self.problem(name, otherwise);
            default.parse().expect("a default is right")
        })
    }

    fn one_of<T: Copy>(&mut self, name: &str, default: &str, choices: &[(&str, T)]) -> T {
        let text = self.values.text(name).unwrap_or(default);
        if let Some((_, chosen)) = choices.iter().find(|(name, _)| *name == text) {
            return *chosen;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.problem(name, format_args!("must be {}", names.join(" or ")));
        choices[0].1
    }

    fn yes_or_no(&mut self, name: &str, default: bool) -> bool {
        self.one_of(name, if default { "true" } else { "false" }, &[("true", true), ("false", false)])
    }

    fn database(&mut self) -> DatabaseUrl {
        self.parsed(
            "DATABASE_URL",
            "sqlite://latchkey.db",
            "must be sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME",
        )
    }

    fn algorithm(&mut self) -> Algorithm {
        self.one_of("ALGORITHM", "HS256", &Algorithm::ALL)
    }

    fn keys(&self) -> PathBuf {
        self.text("SIGNING_KEYS", "latchkey-keys").into()
    }

    fn hash_lanes(&mut self) -> Option<usize> {
        let lanes = self.values.text("HASH_LANES").filter(|text| *text != MEASURED);
        lanes.map(|_| self.number("HASH_LANES", 0, 0..=MOST_LANES))
    }

    fn access_token_lifetime(&mut self) -> TimeDelta {
        TimeDelta::minutes(self.number("ACCESS_TOKEN_EXPIRE_MINUTES", 15, 1..=1440))
    }

    fn secret_key(&mut self, database: &DatabaseUrl) -> SecretKey {
        match (self.values.text("SECRET_KEY").map(SigningSecret::parse), database.place()) {
            (Some(Ok(secret)), _) => SecretKey::Given(secret),
            (Some(Err(weak)), _) => {
                self.problem("SECRET_KEY", weak);
                SecretKey::Ephemeral
            }
            (None, Place::File(file)) => {
                let mut name = file.clone().into_os_string();
                name.push(".secret");
                SecretKey::File(name.into())
            }
            (None, Place::Memory) => SecretKey::Ephemeral,
            (None, Place::Server { .. }) => {
                self.problem("SECRET_KEY", "is required with PostgreSQL; `openssl rand -hex 32` makes one");
                SecretKey::Ephemeral
            }
        }
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.values.text(name).filter(|text| *text != NONE).map(PathBuf::from)
    }

    fn networks(&mut self, name: &str) -> Vec<IpNet> {
        let text = self.values.text(name).filter(|text| *text != NONE).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parse = |part: &str| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
        parts.map(parse).collect::<Result<_, _>>().unwrap_or_else(|_| {
            self.problem(name, "must be addresses or networks, such as 10.0.0.0/8,::1");
            Vec::new()
        })
    }

    /// Empty means none here, so that it can be said.
    fn origins(&mut self) -> Vec<String> {
        let text = self.values.get("CORS_ORIGINS").map_or("http://localhost:3000", |given| given.value.as_str());
        let origins: Vec<&str> = text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).collect();
        if !origins.iter().all(|origin| is_origin(origin)) {
            self.problem("CORS_ORIGINS", "must be origins such as https://app.example.com, without a path or a *");
        }
        origins.into_iter().map(str::to_owned).collect()
    }
}

/// A web origin as browsers send it: scheme, host in lower case, and a port where it is not the scheme's own.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]_".contains(c);
    host.is_some_and(|host| !host.is_empty() && host.chars().all(may_stand))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SETTINGS;

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
            ("SECRET_KEY", "hunter2 hunter2 hunter2 hunter2 hunter2"),
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
                "HASH_THREADS" => continue,
                _ => setting.default,
            };
            assert_eq!(value, told, "{name}");
        }
    }

    #[test]
    fn postgresql_wants_a_secret_and_shows_less() {
        assert_eq!(problems([("DATABASE_URL", "postgres://localhost/x")]), ["SECRET_KEY"]);
        let values =
            [("DATABASE_URL", "postgres://localhost/x"), ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz")];
        let config = Config::check(&values.into()).unwrap();
        assert!(!config.introspection && !config.graphiql);
    }

    #[test]
    fn every_problem_is_named_at_once_and_no_value_is_repeated() {
        let wrong = [
            ("DATABASE_URL", "mysql://hunter2@localhost"),
            ("SECRET_KEY", "hunter2"),
            ("ALGORITHM", "hunter2"),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
            ("CORS_ORIGINS", "*"),
            ("BIND", "hunter2"),
            ("TRUSTED_PROXIES", "10.0.0.0/8,hunter2"),
            ("BCRYPT_COST", "9"),
            ("INTROSPECTION", "hunter2"),
        ];
        let said = Config::check(&wrong.into()).unwrap_err();
        assert_eq!(said.0.len(), wrong.len(), "{said}");
        assert!(wrong.iter().all(|(name, _)| said.0.iter().any(|problem| problem.name == *name)), "{said}");
        assert!(!said.to_string().contains("hunter2"), "{said}");
    }

    #[test]
    fn weak_secrets_are_refused() {
        let fastapi = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
        for secret in ["short", fastapi, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(problems([("SECRET_KEY", secret)]), ["SECRET_KEY"]);
        }
    }
}
