//! The arrows and doors of `src/lib.rs`, held as two tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Who may import whom. A room that is not here may not exist.
const ARROWS: [(&str, &[&str]); 19] = [
    ("main", &["command"]),
    (
        "command",
        &[
            "accounts", "app", "clock", "config", "database", "graphql", "http", "import", "log", "mail", "secrets",
            "trace",
        ],
    ),
    (
        "app",
        &[
            "accounts", "breaches", "clock", "config", "database", "graphql", "http", "log", "mail", "metrics",
            "secrets", "throttle",
        ],
    ),
    ("config", &["accounts", "breaches", "database", "mail", "private_file", "secrets", "throttle", "trace"]),
    ("log", &["config"]),
    ("http", &["accounts", "graphql", "log_limiter", "metrics", "trace"]),
    ("graphql", &["accounts", "log_limiter", "metrics", "trace"]),
    ("accounts", &["breaches", "clock", "database", "entity", "log_limiter", "mail", "metrics", "secrets", "throttle"]),
    ("import", &["accounts", "private_file"]),
    ("mail", &["private_file"]),
    ("metrics", &[]),
    ("trace", &[]),
    ("breaches", &["clock", "trace"]),
    ("throttle", &["database", "entity", "secrets"]),
    ("database", &["private_file", "trace"]),
    ("entity", &[]),
    ("secrets", &["private_file", "trace"]),
    ("private_file", &[]),
    ("log_limiter", &[]),
];

/// Which rooms may name which crate. A crate that is not here may be named anywhere.
const DOORS: [(&str, &[&str]); 29] = [
    ("async_graphql", &["graphql"]),
    ("async_graphql_axum", &["http"]),
    ("axum", &["http"]),
    ("hyper", &["breaches", "http"]),
    ("hyper_rustls", &["breaches"]),
    ("rustls", &["breaches"]),
    ("tower_http", &["http"]),
    ("sea_orm", &["accounts", "app", "database", "entity", "import", "throttle"]),
    ("latchkey_migration", &["database"]),
    ("bcrypt", &["secrets"]),
    ("thread_priority", &["secrets"]),
    ("rustix", &["secrets"]),
    ("tower_layer", &["http"]),
    ("tower_service", &["http"]),
    ("jsonwebtoken", &["secrets"]),
    ("aws_lc_rs", &["breaches", "secrets"]),
    ("base64", &["secrets"]),
    ("unicode_normalization", &["accounts"]),
    ("dotenvy", &["config"]),
    ("clap", &["command"]),
    ("prometheus_client", &["metrics"]),
    ("indicatif", &["command"]),
    ("csv", &["import"]),
    ("lettre", &["mail"]),
    ("minijinja", &["mail"]),
    ("tracing_subscriber", &["log"]),
    ("opentelemetry", &["trace"]),
    ("opentelemetry_otlp", &["trace"]),
    ("opentelemetry_sdk", &["trace"]),
];

/// A source file, its room, and its code without comments and strings.
struct Source {
    path: PathBuf,
    room: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    collect(Path::new("src"), &mut paths);
    assert!(paths.len() > 40, "run from the project's root");
    paths.into_iter().map(|path| Source::new(&path, &fs::read_to_string(&path).expect("readable"))).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

impl Source {
    fn new(path: &Path, text: &str) -> Self {
        let first = path.components().nth(1).expect("below src").as_os_str().to_string_lossy();
        Self { path: path.to_owned(), room: first.trim_end_matches(".rs").to_owned(), code: code_of(text) }
    }

    /// The names that follow `start`, such as `crate::` or `latchkey::`, alone or in braces.
    fn names_after(&self, start: &str) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (place, _) in self.code.match_indices(start) {
            let before = self.code[..place].chars().last();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let rest = &self.code[place + start.len()..];
            match rest.strip_prefix('{') {
                Some(group) => names.extend(top_level_names(group)),
                None => names.extend(first_name(rest)),
            }
        }
        names
    }

    fn names_crate(&self, name: &str) -> bool {
        let mut places = self.code.match_indices(name);
        places.any(|(place, _)| {
            let before = self.code[..place].chars().last();
            let after = self.code[place + name.len()..].chars().next();
            let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let follows = self.code[place + name.len()..].trim_start();
            let named = follows.starts_with("::") || follows.starts_with("as ") || follows.starts_with(';');
            whole(before) && whole(after) && named && !self.code[..place].ends_with("::")
        })
    }
}

/// The text without comments, strings and characters.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        rest = if rest.starts_with("//") {
            &rest[rest.find('\n').unwrap_or(rest.len())..]
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            after(raw, "\"#")
        } else if let Some(string) = rest.strip_prefix('"') {
            after_string(string)
        } else if let Some(length) = length_of_char(rest) {
            &rest[length..]
        } else {
            code.push(next);
            &rest[next.len_utf8()..]
        };
    }
    code
}

fn after<'t>(text: &'t str, end: &str) -> &'t str {
    text.find(end).map_or("", |place| &text[place + end.len()..])
}

fn after_string(text: &str) -> &str {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.map_or("", |place| &text[place + 1..])
}

/// How long a character literal is; a lifetime is none.
fn length_of_char(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let literal = match inside.strip_prefix('\\') {
        Some(escape) => 2 + 1 + escape.char_indices().skip(1).find(|(_, c)| *c == '\'')?.0,
        None => 1 + inside.chars().next()?.len_utf8() + usize::from(inside.chars().nth(1)? == '\''),
    };
    text[..literal].ends_with('\'').then_some(literal)
}

fn first_name(text: &str) -> Option<String> {
    let name: String = text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The names at the top level of a group in braces: `a, b::{c}, d` has a, b and d.
fn top_level_names(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut entry = String::new();
    let mut names = Vec::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.extend(first_name(&std::mem::take(&mut entry))),
            c if depth == 0 => entry.push(c),
            _ => {}
        }
    }
    names.extend(first_name(&entry));
    names
}

/// Every arrow and every foreign name that the tables do not have.
fn trespasses(sources: &[Source]) -> Vec<String> {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut found = Vec::new();
    for source in sources {
        let path = source.path.display();
        if source.room == "lib" || source.room == "clock" {
            continue;
        }
        let Some(allowed) = arrows.get(&*source.room) else {
            found.push(format!("{path}: a room that is not on the plan"));
            continue;
        };
        let imported = source.names_after("crate::").into_iter().chain(source.names_after("latchkey::"));
        for room in imported.filter(|room| *room != source.room && !allowed.contains(&&**room)) {
            found.push(format!("{path}: {} may not import {room}", source.room));
        }
        for (name, rooms) in DOORS {
            if source.names_crate(name) && !rooms.contains(&&*source.room) {
                found.push(format!("{path}: {} may not name {name}", source.room));
            }
        }
    }
    found
}

#[test]
fn every_arrow_is_on_the_plan() {
    assert_eq!(trespasses(&sources()), Vec::<String>::new());
}

#[test]
fn a_trespass_is_seen_in_every_file() {
    for source in sources().iter().filter(|source| !["lib", "clock"].contains(&&*source.room)) {
        let text = fs::read_to_string(&source.path).expect("readable");
        let trespassing = format!("{text}\nfn trespass() {{ crate::nowhere::go() }}\n");
        let found = trespasses(&[Source::new(&source.path, &trespassing)]);
        assert_eq!(found.len(), 1, "{}: {found:?}", source.path.display());
    }
}

#[test]
fn a_trespass_is_seen_in_every_spelling() {
    for (path, text) in [
        ("src/entity/user.rs", "use crate::accounts::User;"),
        ("src/entity/user.rs", "use crate::{\n    clock::Clock,\n    accounts::{self, User},\n};"),
        ("src/graphql/user.rs", "fn f() { crate::entity::user::find() }"),
        ("src/accounts/login.rs", "use axum::http::StatusCode;"),
        ("src/accounts/login.rs", "use axum as wire;"),
        ("src/accounts/login.rs", "fn f(c: char) -> bool { c == '\"' } use axum::http;"),
        ("src/http/mod.rs", "fn f(db: &sea_orm::DatabaseConnection) {}"),
        ("src/accounts/login.rs", "fn f() { bcrypt::hash(1) }"),
        ("src/new_room.rs", ""),
    ] {
        assert!(!trespasses(&[Source::new(Path::new(path), text)]).is_empty(), "{path}: {text}");
    }
    for (path, text) in [
        ("src/accounts/login.rs", "// axum::http is none of our business\nuse crate::{database, entity};"),
        ("src/graphql/login.rs", "use super::user::User;\nuse crate::accounts::{Login, entity_of};"),
    ] {
        assert_eq!(trespasses(&[Source::new(Path::new(path), text)]), Vec::<String>::new());
    }
}

#[test]
fn only_the_shell_makes_an_admin_of_nobody() {
    let made = |source: &&Source| source.code.contains("at_the_shell()") && source.room != "command";
    let elsewhere: Vec<_> = sources().iter().filter(made).map(|source| source.path.clone()).collect();
    assert_eq!(elsewhere, [Path::new("src/accounts/caller.rs")], "where it is defined, and nowhere else");
}

#[test]
fn no_row_leaves_its_room() {
    for source in sources().iter().filter(|source| source.room == "accounts") {
        let public = source.code.split('\n').filter(|line| line.trim_start().starts_with("pub "));
        for line in public {
            assert!(!line.contains("Model"), "{}: {line}", source.path.display());
        }
    }
    for source in sources().iter().filter(|source| source.room == "entity") {
        for derive in ["Serialize", "SimpleObject"] {
            assert!(!source.code.contains(derive), "{}: {derive}", source.path.display());
        }
    }
}

#[test]
fn every_log_line_names_its_target() {
    for source in sources() {
        for level in ["trace", "debug", "info", "warn", "error"] {
            let start = format!("tracing::{level}!(");
            for (place, _) in source.code.match_indices(&*start) {
                let arguments = source.code[place + start.len()..].trim_start();
                assert!(arguments.starts_with("target: "), "{}: {level}", source.path.display());
            }
        }
    }
}

#[test]
fn every_file_says_in_its_first_line_what_it_is() {
    for source in sources() {
        let text = fs::read_to_string(&source.path).expect("readable");
        let first = text.lines().next().unwrap_or_default();
        let says = first.strip_prefix("//! ").is_some_and(|sentence| sentence.split(' ').count() > 2);
        assert!(says, "{}: {first}", source.path.display());
    }
}

#[test]
fn a_migration_imports_nothing_of_the_server() {
    let mut paths = Vec::new();
    collect(Path::new("migration/src"), &mut paths);
    for path in paths {
        let code = code_of(&fs::read_to_string(&path).expect("readable"));
        assert!(!code.contains("latchkey::"), "{}", path.display());
    }
}
