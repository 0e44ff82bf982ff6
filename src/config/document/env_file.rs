//! Prints all settings as a `.env` file in which every setting is a comment.

use super::groups;
use crate::config::settings_macro::{DefaultValue, Group, Setting};

const INTRODUCTION: &str = "\
# Every setting of Latchkey with its default. Copy this file to .env and uncomment what you change.
# A secret is also read from the file that NAME_FILE names.
";

/// The file `.env.example`: every setting with its default, as comments.
#[must_use]
pub fn env_file(settings: &[Setting]) -> String {
    let sections = groups(settings).map(|(group, settings)| section(group, settings));
    INTRODUCTION.to_owned() + &sections.collect::<String>()
}

fn section(group: Group, settings: &[Setting]) -> String {
    let entries: String = settings.iter().map(entry).collect();
    format!("\n#\n# {}\n#\n{entries}", group.title)
}

fn entry(setting: &Setting) -> String {
    let Setting { name, help, expected, .. } = setting;
    let (note, value) = match setting.default {
        DefaultValue::Value(value) if value.contains(' ') => (String::new(), format!("\"{value}\"")),
        DefaultValue::Value(value) => (String::new(), value.to_owned()),
        DefaultValue::Described(description) => (format!(" Default: {description}."), String::new()),
    };
    format!("\n# {help}\n# Value: {expected}.{note}\n# {name}={value}\n")
}
