//! README.md and the pages in `docs/`: their commands work, their links lead somewhere, their tables are complete.

mod commands;
mod links;
mod pages;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the repository.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The text of a file of the repository.
fn read(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The pages in `docs/`, by their paths.
fn docs() -> Vec<String> {
    let names = fs::read_dir(file("docs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"))
        .map(|name| format!("docs/{name}"))
        .collect()
}

/// The text from a heading to the next one of the same level.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (level, _) = heading.split_once(' ').expect("a heading");
    let (_, rest) = page.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    rest.split(&format!("\n{level} ")).next().expect("the section")
}

/// The first block of shell commands.
fn shell(text: &str) -> &str {
    text.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands")
}
