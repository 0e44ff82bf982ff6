//! Every setting: its name, its default, what it means. The command line, `--help`, `.env.example` and the README's
//! table all come from here.

/// One thing that an operator may choose, as an environment variable or as a flag.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The environment variable. The flag is the same in lower case, with hyphens.
    pub name: &'static str,
    /// What it is when nobody says, in words where it depends.
    pub default: &'static str,
    /// What it means, in a sentence or two.
    pub help: &'static str,
    /// Whether it must not be shown. A secret is also read from the file that `NAME_FILE` names.
    pub secret: bool,
}

impl Setting {
    /// The command-line flag, without its two hyphens.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.to_lowercase().replace('_', "-")
    }

    /// The variable that names a file with this secret in it.
    #[must_use]
    pub fn file(&self) -> Option<String> {
        self.secret.then(|| format!("{}_FILE", self.name))
    }
}

const fn setting(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, help, secret: false }
}

const fn secret(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, help, secret: true }
}

/// Every setting there is, in the order in which a newcomer meets them.
pub const SETTINGS: [Setting; 43] = [
    secret(
        "DATABASE_URL",
        "sqlite://latchkey.db",
        "Where the accounts are kept: `sqlite://FILE`, made when it is not there, or `postgres://USER:PASSWORD@HOST/NAME`.",
    ),
    secret(
        "DATABASE_DIRECT_URL",
        "the same",
        "PostgreSQL itself, where `DATABASE_URL` leads to PgBouncer: for what needs a connection of its own, which is listening to other instances, and migrating.",
    ),
    secret(
        "SECRET_KEY",
        "generated beside the SQLite file",
        "What signs the access tokens and derives the refresh tokens, at least 32 bytes. Required with PostgreSQL; with SQLite one is made once and kept in `FILE.secret`.",
    ),
    setting(
        "ALGORITHM",
        "HS256",
        "How access tokens are signed: `HS256` with the secret, or `EdDSA`, `ES256` or `RS256` with keys that others can verify.",
    ),
    setting(
        "SIGNING_KEYS",
        "latchkey-keys",
        "The folder with the signing keys, for every algorithm but `HS256`; `latchkey keys` makes and rotates them.",
    ),
    setting("ACCESS_TOKEN_EXPIRE_MINUTES", "15", "How long an access token is good for, 1 to 1440."),
    setting(
        "REFRESH_TOKEN_EXPIRE_DAYS",
        "30",
        "How long a refresh token is good for, 1 to 400: a session that rests longer is over.",
    ),
    setting(
        "SESSION_EXPIRE_DAYS",
        "180",
        "How long a session lasts at the most, however often it is refreshed, 1 to 3650.",
    ),
    setting(
        "REFRESH_GRACE_SECONDS",
        "10",
        "How long a refresh token that was just used gets the same pair again, 0 to 60, for lost answers and tabs that ask at once; 5 more seconds are for clocks that differ.",
    ),
    setting(
        "REGISTRATION",
        "open",
        "Who may register: `open` for everybody; `confirm` for everybody, by following a link in a mail, so that what is answered tells nobody whether there is an account with an address; `closed` for nobody, but `latchkey user create`.",
    ),
    setting(
        "REQUIRE_VERIFIED_EMAIL",
        "false",
        "Whether who has an e-mail address must have shown that it is theirs to be let in, `true` or `false`. A mail with a link is sent at registration, and at a login with the right password. Whoever is in already and has not is out once it is turned on.",
    ),
    setting(
        "CORS_ORIGINS",
        "http://localhost:3000,http://localhost:5173",
        "The web origins whose pages may call this server, with commas between them; empty for none. Apps have origins such as `capacitor://localhost`.",
    ),
    setting(
        "TRUSTED_PROXIES",
        "none",
        "The addresses or networks of proxies whose `X-Forwarded-For` is believed, with commas between them: `10.0.0.0/8,::1`. A proxy that is not named counts as one client, also on the same machine: it gets a sixteenth of `MAX_CONNECTIONS`, and all its clients share the limits of one address.",
    ),
    secret(
        "SMTP_URL",
        "none",
        "The mail server that mails are sent through: `smtp://USER:PASSWORD@HOST:PORT` with STARTTLS, or `smtps://` with TLS from the start. Behind `smtp://`, `?tls=none` is for relays in a private network, and without a password.",
    ),
    setting(
        "SMTP_CA_FILE",
        "none",
        "A file with certificates in PEM that are believed beside the public ones, for a mail server whose certificate is nobody else's business.",
    ),
    setting(
        "MAIL_FROM",
        "Latchkey <latchkey@localhost>",
        "Whom mails come from; the name is what the service calls itself in them. Required with `SMTP_URL`.",
    ),
    setting(
        "PUBLIC_URL",
        "http://localhost:3000",
        "The web application that links in mails lead to, with https unless it is this machine. Required with `SMTP_URL`.",
    ),
    setting(
        "MAIL_FOLDER",
        "latchkey-mail with SQLite",
        "Without `SMTP_URL`, the folder that mails are kept in instead; with SQLite on an address of this machine their links are logged, too. With `none`, there are no mails.",
    ),
    setting(
        "MAIL_TEMPLATES",
        "none",
        "A folder with templates of your own: `mail.html`, `mail.txt`, and the texts of a language in `en.json`, `de.json` or any other.",
    ),
    setting("BIND", "127.0.0.1:8000", "The address and port to listen on."),
    setting(
        "HTTPS_ONLY",
        "false",
        "Whether TLS stands in front of every way in, `true` or `false`: then browsers are told to come by HTTPS only (HSTS).",
    ),
    setting(
        "ATTEMPTS_PER_ADDRESS",
        "100",
        "How many failed logins, and as many registrations and requests for mail, one address may make in five minutes, 1 to 1000000, and ten times as many failed logins of users who have been there before; an IPv6 address counts by its first 64 bits.",
    ),
    setting(
        "ATTEMPTS_OVERALL",
        "3000",
        "How many of them all addresses together may make in five minutes, 1 to 1000000; who logs in from where they have been before is not among them.",
    ),
    setting("EVENT_EXPIRE_DAYS", "90", "How long what happened is kept in the table `events`, 1 to 36500."),
    setting("BCRYPT_COST", "12", "How much work a password hash is, 10 to 15; each step doubles it."),
    setting(
        "PASSWORD_MIN_LENGTH",
        "12",
        "How many characters a new password needs, 8 to 64; NIST SP 800-63B-4 asks for 15.",
    ),
    setting(
        "BREACHED_PASSWORDS",
        "none",
        "Where to look up whether a new password leaked elsewhere: a service such as `https://api.pwnedpasswords.com/range/`, which gets the first five digits of its SHA-1, or a file with all of them, sorted by hash; `none` for nowhere.",
    ),
    setting("TOKEN_ISSUER", "latchkey", "The `iss` of the access tokens."),
    setting("TOKEN_AUDIENCE", "latchkey", "The `aud` of the access tokens."),
    setting(
        "INTROSPECTION",
        "true on loopback",
        "Whether clients may ask for the schema, `true` or `false`. The default is `true` only where `BIND` is a loopback address.",
    ),
    setting(
        "FEDERATION",
        "false",
        "Enables the fields for the gateway of a supergraph, `true` or `false`: `_entities` shows the public part of any user whose id is known, and `_service` the schema.",
    ),
    setting(
        "TRUSTED_DOCUMENTS",
        "none",
        "A manifest of persisted documents, as graphql-codegen's client preset writes it; with it, no other document runs.",
    ),
    setting(
        "GRAPHIQL",
        "true on loopback",
        "Whether `/` is GraphiQL, `true` or `false`. The default is `true` only where `BIND` is a loopback address.",
    ),
    setting(
        "MAX_CONNECTIONS",
        "4096, or fewer where memory or open files allow no more",
        "How many clients may be connected at once, 1 to 100000, at most half of them by WebSockets; the next ones wait. One IPv4 address or IPv6 /64 may have a sixteenth of them, but always 8; more get a 503 and are closed. Only a proxy in `TRUSTED_PROXIES` may have more. By default, half of the memory is for connections, with 64 kB each.",
    ),
    setting("DATABASE_MAX_CONNECTIONS", "10", "How many connections to the database at most, 1 to 1000."),
    setting(
        "MIGRATE_ON_START",
        "true",
        "Whether `serve` brings the database up to date first, `true` or `false`; otherwise `migrate up` does.",
    ),
    setting("HASH_THREADS", "one for each core", "How many threads hash passwords, 1 to 256."),
    setting(
        "HASH_LANES",
        "measured",
        "How many passwords each of those threads hashes at once, 1 to 6, or `measured` at start for as many as pay off; 0 leaves it to the bcrypt crate, one after the other.",
    ),
    setting(
        "DRAIN_SECONDS",
        "0",
        "How long to go on taking requests after SIGTERM while `/readyz` says no already, 0 to 60: as long as your load balancer needs to notice.",
    ),
    setting(
        "METRICS_BIND",
        "127.0.0.1:9090",
        "The address and port to show metrics on, at `/metrics`; `none` or empty for nowhere. `/healthz` and `/readyz` answer there, too, so that probes need no connection among the clients. Unless it is set, a port that is taken is no error.",
    ),
    setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "none",
        "Where traces go: a collector that takes OTLP over plain HTTP, such as `http://127.0.0.1:4318`. Needs a build with `--features otlp`.",
    ),
    setting("LOG", "info", "What is logged: `error`, `warn`, `info`, `debug` or `trace`."),
    setting("LOG_FORMAT", "pretty", "How it is logged: `pretty` for people, `json` for machines."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readmes_table_is_this_one() {
        let readme = include_str!("../../README.md");
        let table = readme.split("## Settings").nth(1).expect("a section").split("\n## ").next().expect("its text");
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<String> = SETTINGS.iter().map(row).collect();
        assert_eq!(rows, expected);
    }

    fn row(setting: &Setting) -> String {
        let Setting { name, default, help, .. } = setting;
        let in_words = default.contains(' ') && !default.contains('<');
        let default = if in_words { (*default).to_owned() } else { format!("`{default}`") };
        format!("| `{name}` | {default} | {help} |")
    }

    #[test]
    fn the_example_of_an_env_file_has_every_setting() {
        let example = include_str!("../../.env.example");
        let names: Vec<&str> = example
            .lines()
            .filter_map(|line| line.strip_prefix("# ")?.split_once('='))
            .map(|(name, _)| name)
            .filter(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
            .collect();
        assert_eq!(names, SETTINGS.map(|setting| setting.name));
        assert!(SETTINGS.iter().all(|setting| example.contains(setting.help)));
    }
}
