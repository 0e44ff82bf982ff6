//! A parsed document, and whether it is known to fit the schema: then it need not be held against it again.

use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::parser::types::{BaseType, ExecutableDocument, Type, VariableDefinition};
use serde_json::{Map, Value as Json};

/// A document that was read, and perhaps validated, before.
pub(super) struct KnownDocument {
    pub(super) parsed: ExecutableDocument,
    valid: AtomicBool,
}

impl KnownDocument {
    /// A document that nobody has validated yet.
    pub(super) fn new(parsed: ExecutableDocument) -> Self {
        Self { parsed, valid: AtomicBool::new(false) }
    }

    /// Notes that the document was carried out with plain variables, so that every rule of validation let it pass.
    pub(super) fn passed_validation(&self) {
        self.valid.store(true, Ordering::Relaxed);
    }

    /// Whether validation has nothing to find any more in this document with plain variables, whatever their values are.
    pub(super) fn is_valid(&self) -> bool {
        self.valid.load(Ordering::Relaxed)
    }

    /// Whether these variables are plain: there is text for every one, and each takes text. One that is missing, or belongs
    /// to another operation of the document, keeps the rules from looking at what it stands in.
    pub(super) fn takes_plain(&self, variables: &Map<String, Json>) -> bool {
        let mut operations = self.parsed.operations.iter();
        let (Some((_, only)), None) = (operations.next(), operations.next()) else { return false };
        only.node.variable_definitions.iter().all(|definition| is_text_for_text(&definition.node, variables))
    }
}

fn is_text_for_text(definition: &VariableDefinition, variables: &Map<String, Json>) -> bool {
    let Type { base, .. } = &definition.var_type.node;
    let takes_text = matches!(base, BaseType::Named(name) if name == "String" || name == "ID");
    takes_text && variables.get(definition.name.node.as_str()).is_some_and(Json::is_string)
}
