//! The templates that mails are made of, and what can be wrong with them.

use std::io;

use minijinja::{Environment, UndefinedBehavior, Value, syntax::SyntaxConfig};

/// A template that cannot be used: which file, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file, or the folder, cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, io::ErrorKind),
    /// A file of texts holds something else, or more.
    #[error("{0}: {1}")]
    InvalidTexts(String, serde_json::Error),
    /// A language lacks a text.
    #[error("{file}: {key} is missing")]
    MissingText {
        /// The file of the language.
        file: String,
        /// Which text.
        key: String,
    },
    /// A file in the folder would never be used.
    #[error("{0}: is none of mail.txt, mail.html and LANGUAGE.json, such as en.json or pt-BR.json")]
    UnknownFile(String),
    /// What stands in braces is wrong. Says where.
    #[error(transparent)]
    Template(#[from] minijinja::Error),
}

/// All of them, each by the place where it stands.
pub(super) struct TemplateEngine(Environment<'static>);

impl TemplateEngine {
    /// None yet. A name that there is not is a mistake, not an empty text; what ends in `.html` is escaped.
    pub(super) fn new() -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        // So that an error names what is not there.
        environment.set_debug(true);
        Ok(Self(environment))
    }

    /// From now on they are rendered with what is true, and no error holds any of it.
    pub(super) fn keep_secrets(&mut self) {
        self.0.set_debug(false);
    }

    pub(super) fn add(&mut self, place: String, template: String) -> Result<(), TemplateError> {
        Ok(self.0.add_template_owned(place, template)?)
    }

    pub(super) fn render(&self, place: &str, values: &Value) -> Result<String, TemplateError> {
        Ok(self.0.get_template(place)?.render(values)?)
    }
}
