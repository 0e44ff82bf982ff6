//! Parse errors: a message and the position in the text.

use async_graphql::Pos;

use super::lexer::MAX_NAME;

/// The maximum number of nested brackets. The parser recurses once for each. Introspection queries need 15.
pub(super) const MAX_NESTING: usize = 64;

/// A text that is not a document, or one that exceeds a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graphql) struct ParseError {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) message: String,
    /// Whether the text exceeds a limit. Otherwise, it is not valid GraphQL.
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
        let message = format!("A document may nest at most {MAX_NESTING} brackets.");
        Self { position, message, too_complex: true }
    }
}
