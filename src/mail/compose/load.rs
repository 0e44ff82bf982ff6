//! Finds the templates: those that come along, and those of the operator's folder in their place.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::{
    built_in::{LANGUAGES, LAYOUTS},
    template::TemplateError,
    texts::Texts,
};

/// What was found.
pub(super) struct Found {
    /// The layouts by the names of their files.
    pub(super) layouts: BTreeMap<String, String>,
    /// The texts by the tags of their languages.
    pub(super) languages: BTreeMap<String, Texts>,
}

/// The templates that come along, under those of the folder.
pub(super) fn load(folder: Option<&Path>) -> Result<Found, TemplateError> {
    let mut layouts: BTreeMap<String, String> =
        LAYOUTS.into_iter().map(|(name, layout)| (name.to_owned(), layout.to_owned())).collect();
    let mut languages = BTreeMap::new();
    for (tag, json) in LANGUAGES {
        languages.insert(tag.to_owned(), read_texts(&format!("{tag}.json"), json)?);
    }
    for (name, text) in folder.map(files).transpose()?.unwrap_or_default() {
        if let Some(layout) = layouts.get_mut(&name) {
            *layout = text;
        } else if let Some(tag) = name.strip_suffix(".json").filter(|tag| is_tag(tag)) {
            let texts = read_texts(&name, &text)?;
            let texts = match languages.get(tag) {
                Some(others) => texts.or(others),
                None => texts,
            };
            languages.insert(tag.to_owned(), texts);
        } else {
            return Err(TemplateError::UnknownFile(name));
        }
    }
    Ok(Found { layouts, languages })
}

fn read_texts(name: &str, json: &str) -> Result<Texts, TemplateError> {
    Texts::read(json).map_err(|error| TemplateError::InvalidTexts(name.to_owned(), error))
}

/// The files of this folder that look like templates.
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

/// The tag of a language looks like this (RFC 5646 §2.1).
fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first =
        parts.next().is_some_and(|part| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic()));
    first && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}
