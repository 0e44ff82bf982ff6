//! Reads settings one after the other, each as what it has to be, and notes what is wrong.

use std::{fmt, net::SocketAddr, ops::RangeInclusive, path::PathBuf, str::FromStr};

use chrono::TimeDelta;
use ipnet::IpNet;

use super::{LogFormat, LogLevel, MetricsBind, Problem, Problems, SecretKey, matching, source::Values};
use crate::{
    accounts::Registration,
    breaches::BreachSource,
    database::{DatabaseUrl, Location},
    secrets::{Algorithm, MAX_LANES, SigningSecret},
    trace::{Collector, InvalidCollector},
};

/// How a number is written that the server finds out for itself.
pub(super) const MEASURED: &str = "measured";

/// Where metrics are shown, unless somebody chose.
const METRICS: &str = "127.0.0.1:9090";

/// OpenTelemetry's own name for it, which operators and their tools know.
const TRACES: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Where the development servers of the usual frontends are.
const ORIGINS: &str = "http://localhost:3000,http://localhost:5173";

const BREACHES: &str = "BREACHED_PASSWORDS";

/// How an address is written that is no other one.
pub(super) const SAME: &str = "the same";

/// How a list with nothing in it is written.
pub(super) const NONE: &str = "none";

pub(super) const LOG_LEVELS: [(&str, LogLevel); 5] = [
    ("error", LogLevel::Error),
    ("warn", LogLevel::Warn),
    ("info", LogLevel::Info),
    ("debug", LogLevel::Debug),
    ("trace", LogLevel::Trace),
];

pub(super) const REGISTRATIONS: [(&str, Registration); 3] =
    [("open", Registration::Open), ("confirm", Registration::Confirm), ("closed", Registration::Closed)];

pub(super) const LOG_FORMATS: [(&str, LogFormat); 2] = [("pretty", LogFormat::Pretty), ("json", LogFormat::Json)];

/// Reads one setting after the other. A wrong one is noted and stands for its default until the end.
pub(super) struct Check<'a> {
    values: &'a Values,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    pub(super) fn of(values: &'a Values) -> Self {
        Self { values, problems: values.problems.clone() }
    }

    /// What was found, unless something was wrong.
    pub(super) fn finish<T>(self, found: T) -> Result<T, Problems> {
        if self.problems.is_empty() { Ok(found) } else { Err(Problems(self.problems)) }
    }

    pub(super) fn problem(&mut self, name: &str, message: impl fmt::Display) {
        self.problems.push(Problem::new(name, &message.to_string()));
    }

    /// What was given for this setting, if anything was.
    pub(super) fn given(&self, name: &str) -> Option<&'a str> {
        self.values.text(name)
    }

    pub(super) fn text(&self, name: &str, default: &str) -> String {
        self.values.text(name).unwrap_or(default).to_owned()
    }

    pub(super) fn number<T>(&mut self, name: &str, default: T, allowed: RangeInclusive<T>) -> T
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

    pub(super) fn parsed<T: FromStr<Err: fmt::Debug>>(&mut self, name: &str, default: &str, otherwise: &str) -> T {
        self.values.text(name).unwrap_or(default).parse().unwrap_or_else(|_| {
            self.problem(name, otherwise);
            default.parse().expect("a default is right")
        })
    }

    pub(super) fn bind(&mut self) -> SocketAddr {
        self.parsed("BIND", "127.0.0.1:8000", "must be an address and a port, such as 127.0.0.1:8000")
    }

    /// Empty means nowhere here, so that it can be said.
    pub(super) fn metrics(&mut self) -> MetricsBind {
        const OTHERWISE: &str = "must be an address and a port, such as 127.0.0.1:9090, or none";
        match self.values.get("METRICS_BIND").map(|given| given.value.trim()) {
            Some("" | NONE) => MetricsBind::Off,
            Some(_) => MetricsBind::At(self.parsed("METRICS_BIND", METRICS, OTHERWISE)),
            None => MetricsBind::IfFree(self.parsed("METRICS_BIND", METRICS, OTHERWISE)),
        }
    }

    pub(super) fn traces(&mut self) -> Option<Collector> {
        let text = self.values.text(TRACES).filter(|text| *text != NONE)?;
        text.parse().map_err(|unusable: InvalidCollector| self.problem(TRACES, unusable)).ok()
    }

    pub(super) fn one_of<T: Copy>(&mut self, name: &str, default: &str, choices: &[(&str, T)]) -> T {
        let text = self.values.text(name).unwrap_or(default);
        if let Some((_, chosen)) = choices.iter().find(|(name, _)| *name == text) {
            return *chosen;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.problem(name, format_args!("must be {}", names.join(" or ")));
        choices[0].1
    }

    pub(super) fn yes_or_no(&mut self, name: &str, default: bool) -> bool {
        self.one_of(name, if default { "true" } else { "false" }, &[("true", true), ("false", false)])
    }

    pub(super) fn database(&mut self) -> DatabaseUrl {
        self.parsed(
            "DATABASE_URL",
            "sqlite://latchkey.db",
            "must be sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME",
        )
    }

    /// The way to the database itself, if `DATABASE_URL` is not it.
    pub(super) fn database_direct(&mut self, database: &DatabaseUrl) -> Option<DatabaseUrl> {
        let direct = self.values.text("DATABASE_DIRECT_URL")?.parse::<DatabaseUrl>().ok();
        let is_server = |url: &DatabaseUrl| matches!(url.location(), Location::Server { .. });
        let direct = direct.filter(|direct| is_server(direct) && is_server(database));
        if direct.is_none() {
            self.problem("DATABASE_DIRECT_URL", "must be postgres://USER:PASSWORD@HOST/NAME, and so must DATABASE_URL");
        }
        direct
    }

    pub(super) fn algorithm(&mut self) -> Algorithm {
        self.one_of("ALGORITHM", "HS256", &Algorithm::ALL)
    }

    pub(super) fn keys(&self) -> PathBuf {
        self.text("SIGNING_KEYS", "latchkey-keys").into()
    }

    pub(super) fn hash_lanes(&mut self) -> Option<usize> {
        let lanes = self.values.text("HASH_LANES").filter(|text| *text != MEASURED);
        lanes.map(|_| self.number("HASH_LANES", 0, 0..=MAX_LANES))
    }

    pub(super) fn breached_passwords(&mut self) -> Option<BreachSource> {
        let place = self.values.text(BREACHES).filter(|text| *text != NONE)?;
        BreachSource::open(place).map_err(|unusable| self.problem(BREACHES, unusable)).ok()
    }

    pub(super) fn access_token_lifetime(&mut self) -> TimeDelta {
        TimeDelta::minutes(self.number("ACCESS_TOKEN_EXPIRE_MINUTES", 15, 1..=1440))
    }

    pub(super) fn secret_key(&mut self, database: &DatabaseUrl) -> SecretKey {
        match (self.values.text("SECRET_KEY").map(SigningSecret::parse), database.location()) {
            (Some(Ok(secret)), _) => SecretKey::Given(secret),
            (Some(Err(weak)), _) => {
                self.problem("SECRET_KEY", weak);
                SecretKey::Ephemeral
            }
            (None, Location::File(file)) => {
                let mut name = file.clone().into_os_string();
                name.push(".secret");
                SecretKey::File(name.into())
            }
            (None, Location::Memory) => SecretKey::Ephemeral,
            (None, Location::Server { .. }) => {
                self.problem("SECRET_KEY", "is required with PostgreSQL; `openssl rand -hex 32` makes one");
                SecretKey::Ephemeral
            }
        }
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.values.text(name).filter(|text| *text != NONE).map(PathBuf::from)
    }

    pub(super) fn networks(&mut self, name: &str) -> Vec<IpNet> {
        let text = self.values.text(name).filter(|text| *text != NONE).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(matching::network).collect::<Option<_>>().unwrap_or_else(|| {
            self.problem(name, "must be addresses or networks, without a port, such as 10.0.0.0/8,::1");
            Vec::new()
        })
    }

    /// Empty means none here, so that it can be said.
    pub(super) fn origins(&mut self) -> Vec<String> {
        let text = self.values.get("CORS_ORIGINS").map_or(ORIGINS, |given| given.value.as_str());
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(matching::origin).collect::<Option<_>>().unwrap_or_else(|| {
            self.problem(
                "CORS_ORIGINS",
                "must be origins such as https://app.example.com or capacitor://localhost, without a path or a *",
            );
            Vec::new()
        })
    }
}
