//! Checking settings: defaults, problems, and settings that depend on each other.

use super::{Config, SecretKey, Values, check_mail, in_effect, settings};

fn problems<const N: usize>(values: [(&'static str, &str); N]) -> Vec<String> {
    Config::check(&values.into()).unwrap_err().0.into_iter().map(|problem| problem.name).collect()
}

#[test]
fn nothing_set_is_a_working_server_with_sqlite() {
    let config = Config::check(&Values::default()).unwrap();
    assert!(config.graphql.introspection && config.graphql.graphiql && config.database.migrate_on_start);
    assert!(matches!(config.access_tokens.secret_key, SecretKey::File(path) if path.ends_with("latchkey.db.secret")));
}

#[test]
fn every_setting_is_shown_and_every_secret_masked() {
    let values = [
        ("DATABASE_URL", "postgres://ada:hunter2@localhost/x"),
        ("DATABASE_DIRECT_URL", "postgres://ada:hunter2@localhost:5433/x"),
        ("SECRET_KEY", "hunter2 hunter2 hunter2 hunter2 hunter2"),
        ("SECRET_KEY_PREVIOUS", "former hunter2 hunter2 hunter2 hunter2"),
        ("SMTP_URL", "smtps://ada:hunter2@mail.example.com"),
        ("MAIL_FROM", "Example <accounts@example.com>"),
        ("PUBLIC_URL", "https://app.example.com"),
    ];
    let in_effect = in_effect(&values.into()).unwrap();
    let names = in_effect.iter().map(|read| read.setting.name);
    assert!(names.eq(settings().iter().map(|setting| setting.name)), "{in_effect:?}");
    assert!(in_effect.iter().filter(|read| read.setting.secret).all(|read| read.source == "flag"), "{in_effect:?}");
    assert!(!format!("{in_effect:?}").contains("hunter2"), "{in_effect:?}");
}

#[test]
fn the_declared_defaults_are_in_effect() {
    for read in in_effect(&Values::default()).unwrap() {
        let setting = read.setting;
        let expected = match setting.name {
            "DATABASE_URL" => "SQLite in latchkey.db",
            "SECRET_KEY" => "in latchkey.db.secret",
            "INTROSPECTION" | "GRAPHIQL" => "true",
            "MAIL_FOLDER" => "latchkey-mail",
            "HASH_THREADS" | "MAX_CONNECTIONS" => continue,
            _ => setting.default.text(),
        };
        assert_eq!((&*read.value, read.source), (expected, "default"), "{}", setting.name);
    }
}

#[test]
fn every_setting_is_declared_once_and_explained() {
    let mut names: Vec<_> = settings().iter().map(|setting| setting.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), settings().len());
    for setting in settings() {
        let sentences = [setting.help, setting.group.about];
        assert!(sentences.iter().all(|text| text.ends_with('.')) && !setting.expected.is_empty(), "{setting:?}");
    }
}

#[test]
fn postgresql_requires_a_secret() {
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
        assert_eq!((config.graphql.introspection, config.graphql.graphiql), (published, published), "{bind}");
    }
    let values = [("BIND", "0.0.0.0:8000"), ("INTROSPECTION", "true"), ("GRAPHIQL", "true")];
    let config = Config::check(&values.into()).unwrap();
    let graphql = config.graphql;
    assert!(graphql.introspection && graphql.graphiql && !graphql.federation);
}

#[test]
fn only_postgresql_has_a_direct_address() {
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
fn all_problems_are_reported_at_once_and_no_value_is_repeated() {
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
fn settings_that_depend_on_mail_require_it() {
    let postgresql = ("DATABASE_URL", "postgres://localhost/x");
    let secret = ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz");
    for (name, value) in [("REGISTRATION", "confirm"), ("REQUIRE_VERIFIED_EMAIL", "true")] {
        assert_eq!(problems([postgresql, secret, (name, value)]), [name]);
        let folder = ("MAIL_FOLDER", "mails");
        assert_eq!(problems([postgresql, secret, folder, (name, value)]), ["MAIL_FROM", "PUBLIC_URL"]);
    }
}

#[test]
fn mail_is_delivered_as_the_settings_say() {
    let postgres = [("DATABASE_URL", "postgres://localhost/x"), ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz")];
    let delivery = |more: &[(&'static str, &str)]| {
        let [url, secret] = postgres;
        let [one, other] = [0, 1].map(|index| more.get(index).copied().unwrap_or(("LOG", "info")));
        let [from, to] = [("MAIL_FROM", "accounts@example.com"), ("PUBLIC_URL", "https://app.example.com")];
        format!("{:?}", Config::check(&[url, secret, from, to, one, other].into()).unwrap().mail.delivery)
    };
    assert_eq!(delivery(&[]), "Disabled");
    assert_eq!(delivery(&[("MAIL_FOLDER", "mails")]), "File(\"mails\")");
    assert_eq!(delivery(&[("DATABASE_URL", "sqlite://x.db")]), "Log(\"latchkey-mail\")");
    assert_eq!(delivery(&[("DATABASE_URL", "sqlite://x.db"), ("MAIL_FOLDER", "mails")]), "Log(\"mails\")");
    assert_eq!(delivery(&[("DATABASE_URL", "sqlite://x.db"), ("BIND", "0.0.0.0:80")]), "File(\"latchkey-mail\")");
    assert_eq!(delivery(&[("DATABASE_URL", "sqlite://x.db"), ("MAIL_FOLDER", "none")]), "Disabled");
    assert_eq!(problems([("SMTP_URL", "smtps://mail.example.com")]), ["MAIL_FROM", "PUBLIC_URL"]);
}

#[test]
fn weak_secrets_are_refused() {
    let fastapi = "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7";
    for secret in ["short", fastapi, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert_eq!(problems([("SECRET_KEY", secret)]), ["SECRET_KEY"]);
    }
}

#[test]
fn a_command_requires_only_the_settings_it_needs() {
    let values = [("DATABASE_URL", "postgres://localhost/x"), ("BIND", "nonsense"), ("REGISTRATION", "nonsense")];
    assert!(check_mail(&values.into()).is_ok());
    let wrong = [("DATABASE_URL", "nonsense"), ("BIND", "nonsense"), ("MAIL_FROM", "nonsense")];
    let problems = check_mail(&wrong.into()).unwrap_err().0;
    assert!(problems.iter().map(|problem| &*problem.name).eq(["DATABASE_URL", "MAIL_FROM"]), "{problems:?}");
}
