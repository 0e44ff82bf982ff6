//! A parsed document, and whether it is known to fit the schema: then it need not be held against it again.

use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type, VariableDefinition};
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

    /// Notes that the document was carried out, so every rule of validation lets it pass.
    pub(super) fn was_carried_out(&self) {
        self.valid.store(true, Ordering::Relaxed);
    }

    /// Whether validation has nothing to find any more: the document is valid, and the values of its variables are such
    /// that no rule could have anything against them. Text for text is; anything else is left to the rules.
    pub(super) fn is_valid_with(&self, operation_name: Option<&str>, variables: &Map<String, Json>) -> bool {
        self.valid.load(Ordering::Relaxed)
            && self.operation(operation_name).is_some_and(|operation| {
                let mut definitions = operation.variable_definitions.iter();
                definitions.all(|definition| is_text_for_text(&definition.node, variables))
            })
    }

    fn operation(&self, name: Option<&str>) -> Option<&OperationDefinition> {
        let mut operations = self.parsed.operations.iter();
        let found = operations.find(|(of, _)| name.is_none() || of.is_some_and(|of| Some(of.as_str()) == name));
        found.map(|(_, operation)| &operation.node)
    }
}

fn is_text_for_text(definition: &VariableDefinition, variables: &Map<String, Json>) -> bool {
    let Type { base, .. } = &definition.var_type.node;
    let takes_text = matches!(base, BaseType::Named(name) if name == "String" || name == "ID");
    takes_text && variables.get(definition.name.node.as_str()).is_some_and(Json::is_string)
}
