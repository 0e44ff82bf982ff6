//! The rules of the architecture: the arrows of `src/lib.rs`, plain words, and what else no compiler checks.

mod arrows;
mod code;
mod source;
mod table;
mod words;

use std::{fs, path::Path};

use crate::{
    code::Code,
    source::{collect, sources},
};

#[test]
fn no_row_leaves_accounts() {
    for source in sources().iter().filter(|source| source.module == "accounts") {
        for line in source.code.text.lines().filter(|line| line.trim_start().starts_with("pub ")) {
            assert!(!line.contains("Model"), "{}: {line}", source.path.display());
        }
    }
    for source in sources().iter().filter(|source| source.module == "entity") {
        for derive in ["Serialize", "SimpleObject"] {
            assert!(!source.code.text.contains(derive), "{}: {derive}", source.path.display());
        }
    }
}

#[test]
fn every_query_has_a_name_in_entity() {
    for source in sources().iter().filter(|source| source.module == "accounts") {
        for query in ["Entity::", "into_active_model", "ActiveModel", "QueryFilter", "QuerySelect"] {
            assert!(!source.code.text.contains(query), "{}: {query}", source.path.display());
        }
    }
}

#[test]
fn only_commands_act_as_the_operator() {
    for source in sources().iter().filter(|source| source.module != "command") {
        assert!(!source.code.text.contains("operator.admin("), "{}", source.path.display());
    }
}

#[test]
fn the_licence_names_a_file_that_exists() {
    let licence = fs::read_to_string("LICENSE").expect("readable");
    let named = licence.split_whitespace().find(|word| word.ends_with("common_passwords.txt")).expect("named");
    assert!(Path::new(named).exists(), "{named}");
}

#[test]
fn every_log_line_names_its_target() {
    for source in sources() {
        for level in ["trace", "debug", "info", "warn", "error"] {
            let start = format!("tracing::{level}!(");
            for (place, _) in source.code.text.match_indices(&*start) {
                let arguments = source.code.text[place + start.len()..].trim_start();
                assert!(arguments.starts_with("target: "), "{}: {level}", source.path.display());
            }
        }
    }
}

#[test]
fn the_first_line_of_every_file_is_a_sentence() {
    for source in sources() {
        let text = fs::read_to_string(&source.path).expect("readable");
        let first = text.lines().next().unwrap_or_default();
        let is_sentence = first.strip_prefix("//! ").is_some_and(|sentence| sentence.split(' ').count() > 2);
        assert!(is_sentence, "{}: {first}", source.path.display());
    }
}

#[test]
fn a_migration_imports_nothing_of_the_server() {
    let mut paths = Vec::new();
    collect(Path::new("migration/src"), &mut paths);
    for path in paths {
        let code = Code::new(&fs::read_to_string(&path).expect("readable"));
        assert!(!code.text.contains("latchkey::"), "{}", path.display());
    }
}
