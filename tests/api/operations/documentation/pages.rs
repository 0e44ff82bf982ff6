//! The pages are complete: what they are for, who finds them, and their tables.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use super::{docs, file, read, section};

#[test]
fn the_readme_is_one_page() {
    let lines = read("README.md").lines().count();
    assert!(lines <= 150, "README.md has {lines} lines; at most 150 fit on the page");
}

#[test]
fn each_page_begins_with_who_reads_it_and_is_listed_in_the_readme() {
    let readme = read("README.md");
    let index = section(&readme, "## Documentation");
    let pages = docs();
    assert!(pages.len() >= 10, "{pages:?}");
    for page in pages {
        let text = read(&page);
        let mut blocks = text.split("\n\n");
        let (title, purpose) = (blocks.next().unwrap(), blocks.next().unwrap_or_default());
        assert!(title.starts_with("# ") && title.lines().count() == 1, "{page} begins with its title");
        assert!(purpose.starts_with("For ") && purpose.len() > 80, "{page} says who reads it, and what for: {purpose}");
        assert!(index.contains(&format!("]({page})")), "README.md does not list {page}");
    }
}

#[test]
fn the_table_of_operations_has_every_field_of_the_schema() {
    let (schema, page) = (read("schema.graphql"), read("docs/api.md"));
    let schema: String = schema.split("\"\"\"").step_by(2).collect();
    let mut fields = BTreeSet::new();
    for root in ["type Query {", "type Mutation {", "type Subscription {"] {
        let body = schema.split_once(root).unwrap().1.split("\n}").next().unwrap();
        let lines = body.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| line.contains(['(', ':']));
        let names = lines.map(|line| line.split(['(', ':']).next().unwrap());
        fields.extend(names.filter(|name| name.chars().all(char::is_alphanumeric)).map(str::to_owned));
    }
    assert!(fields.len() > 15, "{fields:?}");
    assert_eq!(first_cells(section(&page, "## Operations")), fields);
}

#[test]
fn the_table_of_targets_has_every_target_of_the_log() {
    let mut targets = BTreeSet::new();
    targets_in(&file("src"), &mut targets);
    assert!(targets.len() > 5, "{targets:?}");
    assert_eq!(first_cells(section(&read("docs/monitoring.md"), "## Log")), targets);
}

#[test]
fn the_table_of_events_has_every_event_with_its_level() {
    let source = read("src/accounts/event/mod.rs");
    let described = |level: &str| -> BTreeSet<(String, String)> {
        let call = format!(" {level}(\"");
        let names = source.split(&call).skip(1).filter_map(|rest| rest.split('"').next());
        names.map(|name| (name.to_owned(), level.to_owned())).collect()
    };
    let events: BTreeSet<_> = described("info").into_iter().chain(described("warn")).collect();
    assert!(events.len() > 10, "{events:?}");

    let page = read("docs/monitoring.md");
    let rows = section(&page, "## Events").lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.map(|row| (row.split(['`', ':']).next().unwrap(), row.split(" | ").nth(1).unwrap()));
    let shown: BTreeSet<_> = cells.map(|(name, level)| (name.to_owned(), level.to_owned())).collect();
    assert_eq!(shown, events);
}

#[test]
fn the_table_of_commands_has_every_command() {
    let help = Command::new(env!("CARGO_BIN_EXE_latchkey")).arg("--help").output().expect("the program runs").stdout;
    let help = String::from_utf8(help).expect("text");
    let list = help.split_once("Commands:\n").expect("a list").1.split("\n\n").next().expect("its lines");
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")?.split([' ', '\n']).next());
    let names: Vec<&str> = names.filter(|name| !name.is_empty() && *name != "help").collect();
    assert!(names.len() > 7, "{help}");

    let page = read("docs/administration.md");
    let table = section(&page, "## Commands");
    for name in names {
        assert!(table.contains(&format!("`latchkey {name}")), "docs/administration.md does not list `latchkey {name}`");
    }
}

/// The code in the first cell of each row of a table.
fn first_cells(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    rows.map(|(cell, _)| cell.to_owned()).collect()
}

fn targets_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            targets_in(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let targets = text.split("target: \"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(targets.filter(|target| target.starts_with("latchkey::")).map(str::to_owned));
        }
    }
}
