//! Every import is on the plan: between modules, between the folders of a module, and of crates.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{
    source::{Source, sources},
    table::{Row, folders, modules},
};

/// The modules whose folders have a table of their own.
const WITH_FOLDERS: [&str; 2] = ["accounts", "graphql"];

/// Every import that no table allows.
fn violations(sources: &[Source]) -> Vec<String> {
    let plan = modules();
    let tables: BTreeMap<_, _> = WITH_FOLDERS.into_iter().map(|module| (module, folders(module))).collect();
    let mut found = Vec::new();
    for source in sources.iter().filter(|source| source.module != "lib") {
        let path = source.path.display();
        let Some((_, allowed, _)) = plan.iter().find(|(module, _, _)| *module == source.module) else {
            found.push(format!("{path}: a module that is not on the plan"));
            continue;
        };
        let imported: BTreeSet<String> =
            source.imports().into_iter().filter_map(|path| path.into_iter().next()).collect();
        for module in imported.iter().filter(|module| **module != source.module && !allowed.contains(*module)) {
            found.push(format!("{path}: {} may not import {module}", source.module));
        }
        found
            .extend(foreign_crates(source, &plan).map(|name| format!("{path}: {} may not name {name}", source.module)));
        if let (Some(Some(table)), Some(folder)) = (tables.get(&*source.module), source.folder()) {
            found.extend(
                foreign_folders(source, &folder, table).map(|other| format!("{path}: {folder} may not import {other}")),
            );
        }
    }
    found
}

/// The crates that a file names, and that only other modules may name.
fn foreign_crates<'t>(source: &'t Source, plan: &'t [Row]) -> impl Iterator<Item = String> + 't {
    let reserved: BTreeSet<&String> = plan.iter().flat_map(|(_, _, crates)| crates).collect();
    let own = plan.iter().find(|(module, _, _)| *module == source.module).map(|(_, _, crates)| crates);
    let foreign = reserved.into_iter().filter(move |name| own.is_none_or(|own| !own.contains(*name)));
    foreign.filter(|name| source.code.names_crate(name)).cloned()
}

/// The folders of its own module that a file imports without being allowed to.
fn foreign_folders<'t>(
    source: &'t Source,
    folder: &'t str,
    table: &'t BTreeMap<String, BTreeSet<String>>,
) -> impl Iterator<Item = String> + 't {
    let imports = source.imports().into_iter().filter(|path| path.first() == Some(&source.module));
    let others: BTreeSet<String> = imports.filter_map(|path| path.get(1).cloned()).collect();
    let others = others.into_iter().filter(move |other| table.contains_key(other) && other != folder);
    others.filter(move |other| table.get(folder).is_none_or(|allowed| !allowed.contains(other)))
}

#[test]
fn every_import_is_on_the_plan() {
    assert_eq!(violations(&sources()), Vec::<String>::new());
}

#[test]
fn every_folder_is_on_the_plan() {
    for module in WITH_FOLDERS {
        let planned: BTreeSet<String> = folders(module).expect("a table").into_keys().collect();
        let folder = Path::new("src").join(module);
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
        let present = entries.filter(|entry| entry.path().is_dir());
        let present: BTreeSet<String> = present.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        assert_eq!(present, planned, "src/{module}/mod.rs");
    }
}

#[test]
fn a_forbidden_import_is_found_in_every_file() {
    for source in sources().iter().filter(|source| source.module != "lib") {
        let text = fs::read_to_string(&source.path).expect("readable");
        let changed = format!("{text}\nfn forbidden() {{ crate::nowhere::go() }}\n");
        let found = violations(&[Source::new(&source.path, &changed)]);
        assert_eq!(found.len(), 1, "{}: {found:?}", source.path.display());
    }
}

#[test]
fn a_forbidden_import_is_found_in_every_spelling() {
    for (path, text) in [
        ("src/entity/user.rs", "use crate::accounts::User;"),
        ("src/entity/user.rs", "use crate::{\n    clock::Clock,\n    accounts::{self, User},\n};"),
        ("src/graphql/profile/user.rs", "fn f() { crate::entity::user::find() }"),
        ("src/accounts/cleanup.rs", "use axum::http::StatusCode;"),
        ("src/accounts/cleanup.rs", "use axum as wire;"),
        ("src/accounts/cleanup.rs", "fn f(c: char) -> bool { c == '\"' } use axum::http;"),
        ("src/accounts/validation/form.rs", "use crate::accounts::{error::Failure, login::admission::Admitted};"),
        ("src/http/mod.rs", "fn f(db: &sea_orm::DatabaseConnection) {}"),
        ("src/accounts/cleanup.rs", "fn f() { bcrypt::hash(1) }"),
        ("src/new_module.rs", ""),
    ] {
        assert!(!violations(&[Source::new(Path::new(path), text)]).is_empty(), "{path}: {text}");
    }
    for (path, text) in [
        ("src/accounts/cleanup.rs", "// axum::http is not imported\nuse crate::{database, entity};"),
        (
            "src/accounts/login/log_in.rs",
            "use crate::accounts::{Accounts, error::Failure, login::admission::Admitted};",
        ),
    ] {
        assert_eq!(violations(&[Source::new(Path::new(path), text)]), Vec::<String>::new());
    }
}

/// The files of different folders that import each other, directly or through others.
fn cycles(sources: &[&Source]) -> Vec<Vec<String>> {
    let names: Vec<String> = sources.iter().map(|source| module_path(source)).collect();
    let target = |path: &[String]| {
        (1..=path.len()).rev().find_map(|length| names.iter().position(|name| *name == path[..length].join("::")))
    };
    let imports: Vec<BTreeSet<usize>> = sources
        .iter()
        .map(|source| {
            source.imports().iter().filter_map(|path| target(path)).filter(|at| names[*at].contains("::")).collect()
        })
        .collect();
    let reaches: Vec<BTreeSet<usize>> = (0..sources.len()).map(|at| reachable(at, &imports)).collect();
    let mut found = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        for other in reaches[at].iter().filter(|other| **other > at && reaches[**other].contains(&at)) {
            if source.folder() != sources[*other].folder() {
                found.push(vec![names[at].clone(), names[*other].clone()]);
            }
        }
    }
    found
}

/// The path of a file as a module: `accounts::login::admission`.
fn module_path(source: &Source) -> String {
    let path = source.path.with_extension("");
    let parts: Vec<_> = path.components().skip(1).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    parts.join("::").trim_end_matches("::mod").to_owned()
}

fn reachable(from: usize, imports: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        next.extend(imports[at].iter().copied().filter(|other| seen.insert(*other)));
    }
    seen
}

#[test]
fn no_files_of_different_folders_import_each_other() {
    let sources = sources();
    let modules: BTreeSet<&String> = sources.iter().map(|source| &source.module).collect();
    for module in modules {
        let files: Vec<&Source> = sources.iter().filter(|source| source.module == *module).collect();
        assert_eq!(cycles(&files), Vec::<Vec<String>>::new());
    }
}

#[test]
fn a_cycle_is_found() {
    let source = |path: &str, text: &str| Source::new(Path::new(path), text);
    let [a, b, c] = [
        source("src/accounts/login/a.rs", "use crate::accounts::{Accounts, session::b::B};"),
        source("src/accounts/session/b.rs", "use crate::accounts::error::Failure;"),
        source("src/accounts/error.rs", "fn f() { crate::accounts::login::a::a() }"),
    ];
    assert_eq!(cycles(&[&a, &b]), Vec::<Vec<String>>::new());
    assert!(!cycles(&[&a, &b, &c]).is_empty());
}
