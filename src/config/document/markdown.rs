//! Prints all settings as a page of Markdown.

use super::groups;
use crate::config::declaration::{DefaultValue, Setting};

/// The purpose of the page and where settings come from, with a place for the names of the secrets.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The page `docs/configuration.md`: where settings come from, and a table for each group.
#[must_use]
pub fn markdown(settings: &[Setting]) -> String {
    let secrets = settings.iter().filter(|setting| setting.secret);
    let secrets: Vec<String> = secrets.map(|setting| format!("`{}`", setting.name)).collect();
    let mut page = INTRODUCTION.replace("{SECRETS}", &secrets.join(", "));
    for (group, settings) in groups(settings) {
        page.extend(["\n## ", group.title, "\n\n", group.about, "\n\n"]);
        page += "| Variable | Default | Value | Meaning |\n|---|---|---|---|\n";
        page.extend(settings.iter().map(row));
    }
    page
}

fn row(setting: &Setting) -> String {
    let Setting { name, help, expected, .. } = setting;
    let default = match setting.default {
        DefaultValue::Value(value) => format!("`{value}`"),
        DefaultValue::Described(description) => description.to_owned(),
    };
    format!("| `{name}` | {default} | {expected} | {help} |\n")
}
