//! Why a text is not a document, and where that shows.

use async_graphql::Pos;

use super::lexer::MAX_NAME;

/// How many brackets may be open at the same time: the parser calls itself for each. Introspection queries need 15.
pub(super) const MAX_NESTING: usize = 64;

/// Why a text is not a document, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graphql) struct ParseError {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) message: String,
    /// Whether the text may be GraphQL, but exceeds a limit of ours.
    pub(in crate::graphql) too_complex: bool,
}

impl ParseError {
    pub(super) fn syntax(position: Pos) -> Self {
        let message = format!("Syntax error in line {}, column {}.", position.line, position.column);
        Self { position, message, too_complex: false }
    }

    pub(super) fn long_name(position: Pos) -> Self {
        let message = format!("A name may have at most {MAX_NAME} characters.");
        Self { position, message, too_complex: true }
    }

    pub(super) fn too_deep(position: Pos) -> Self {
        let message = format!("A request may have at most {MAX_NESTING} brackets open at once.");
        Self { position, message, too_complex: true }
    }
}
