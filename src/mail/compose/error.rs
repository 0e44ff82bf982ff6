//! The errors of loading templates and of composing a mail.

use std::io;

use crate::mail::address::InvalidAddress;

/// A template that cannot be used. The message names the file and the problem.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file or the folder cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, io::ErrorKind),
    /// A file of texts is not valid JSON, or has an unknown key.
    #[error("{0}: {1}")]
    InvalidTexts(String, serde_json::Error),
    /// A language lacks a text.
    #[error("{file}: {key} is missing")]
    MissingText {
        /// The file of the language.
        file: String,
        /// The key of the text.
        key: String,
    },
    /// A file in the folder has a name that no template has.
    #[error("{0}: must be mail.txt, mail.html or LANGUAGE.json, such as en.json or pt-BR.json")]
    UnknownFile(String),
    /// A template has a syntax error, or uses a value that does not exist.
    #[error(transparent)]
    Template(#[from] minijinja::Error),
}

/// Why a mail was not composed.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The recipient is not valid.
    #[error("the recipient {0}")]
    InvalidAddress(#[from] InvalidAddress),
    /// The mail needs a token, and there is none.
    #[error("a mail of this kind needs a token")]
    MissingToken,
    /// A template cannot be rendered with these values, although the check at start succeeded.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The message cannot be built.
    #[error("the message cannot be built: {0}")]
    Format(#[from] lettre::error::Error),
}
