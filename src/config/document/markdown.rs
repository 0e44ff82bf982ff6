//! Prints all settings as a page of Markdown.

use super::groups;
use crate::config::settings_macro::{DefaultValue, Group, Setting};

/// The purpose of the page and where settings come from, with a place for the names of the secrets.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The page `docs/configuration.md`: where settings come from, and a table for each group.
#[must_use]
pub fn markdown(settings: &[Setting]) -> String {
    let secrets = settings.iter().filter(|setting| setting.secret);
    let secrets: Vec<String> = secrets.map(|setting| format!("`{}`", setting.name)).collect();
    let introduction = INTRODUCTION.replace("{SECRETS}", &secrets.join(", "));
    let sections = groups(settings).map(|(group, settings)| section(group, settings));
    introduction + &sections.collect::<String>()
}

fn section(Group { title, about }: Group, settings: &[Setting]) -> String {
    let rows: String = settings.iter().map(row).collect();
    format!("\n## {title}\n\n{about}\n\n| Variable | Default | Value | Meaning |\n|---|---|---|---|\n{rows}")
}

fn row(setting: &Setting) -> String {
    let Setting { name, help, expected, .. } = setting;
    let default = match setting.default {
        DefaultValue::Value(value) => format!("`{value}`"),
        DefaultValue::Described(description) => description.to_owned(),
    };
    format!("| `{name}` | {default} | {expected} | {help} |\n")
}
