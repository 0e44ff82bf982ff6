//! Loads the built-in templates, and those in the folder of the operator, which replace them.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::{
    built_in::{LANGUAGES, LAYOUTS},
    error::TemplateError,
    texts::Texts,
};

/// All templates.
pub(super) struct Loaded {
    /// The layouts, by file name.
    pub(super) layouts: BTreeMap<String, String>,
    /// The texts, by language.
    pub(super) languages: BTreeMap<String, Texts>,
}

/// Loads the built-in templates and those in the folder.
pub(super) fn load(folder: Option<&Path>) -> Result<Loaded, TemplateError> {
    let mut layouts: BTreeMap<String, String> =
        LAYOUTS.into_iter().map(|(name, layout)| (name.to_owned(), layout.to_owned())).collect();
    let mut languages = BTreeMap::new();
    for (tag, json) in LANGUAGES {
        languages.insert(tag.to_owned(), read_texts(&format!("{tag}.json"), json)?);
    }
    for (name, text) in folder.map(files).transpose()?.unwrap_or_default() {
        if let Some(layout) = layouts.get_mut(&name) {
            *layout = text;
        } else if let Some(tag) = name.strip_suffix(".json").filter(|tag| is_language_tag(tag)) {
            let texts = read_texts(&name, &text)?;
            let texts = match languages.get(tag) {
                Some(built_in) => texts.or(built_in),
                None => texts,
            };
            languages.insert(tag.to_owned(), texts);
        } else {
            return Err(TemplateError::UnknownFile(name));
        }
    }
    Ok(Loaded { layouts, languages })
}

fn read_texts(name: &str, json: &str) -> Result<Texts, TemplateError> {
    Texts::read(json).map_err(|error| TemplateError::InvalidTexts(name.to_owned(), error))
}

/// Reads the templates in a folder: its `.json`, `.txt` and `.html` files.
fn files(folder: &Path) -> Result<BTreeMap<String, String>, TemplateError> {
    let unreadable =
        |path: &Path, error: &io::Error| TemplateError::Unreadable(path.display().to_string(), error.kind());
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if [".json", ".txt", ".html"].iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.') {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            files.insert(name, text);
        }
    }
    Ok(files)
}

/// Whether the text has the form of a language tag (RFC 5646 §2.1).
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first =
        parts.next().is_some_and(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic()));
    first && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}
