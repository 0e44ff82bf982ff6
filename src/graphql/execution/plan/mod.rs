//! The plan of an operation: the document for async-graphql, and the order of the root fields in the response.
//!
//! The document has one operation without variables, fragment spreads and directives, in which each field set is one
//! field. So the differences between async-graphql and the specification do not matter: async-graphql collects fields
//! while it executes them, executes a field twice if it is selected twice, and passes null for a variable without a
//! value.

pub(super) mod cost;
mod entities;
mod planner;

use async_graphql::{
    Name, ServerError, Value as ConstValue,
    parser::types::{ExecutableDocument, OperationType},
};

use crate::graphql::{
    error::TopLevelError,
    execution::{coercion::variables::Variables, collect::FieldCollector},
    language::syntax::{Document, Operation},
    type_system::TypeSystem,
};
use entities::Unresolvable;
use planner::Planner;

/// The plan of an operation.
pub(super) struct Plan {
    /// The document for async-graphql; `None` if no field has to be executed.
    pub(super) document: Option<ExecutableDocument>,
    /// The root fields by response name, in the order of the response.
    pub(super) root_fields: Vec<(Name, ValueSource)>,
}

/// The source of the value of a root field.
pub(super) enum ValueSource {
    /// The execution.
    Executed,
    /// Introspection, which is complete.
    Introspected(ConstValue),
    /// The execution, except for entities that cannot be resolved.
    Entities(Unresolvable),
    /// An execution error, because coercing the arguments failed (section 6.4.1). `nullable` is whether the field may be
    /// null.
    Failed { error: ServerError, nullable: bool },
}

impl Plan {
    /// Plans an operation of a valid document. Fails if introspection or field collection exceeds a limit.
    pub(super) fn new(
        document: &Document,
        operation: &Operation,
        types: &TypeSystem,
        variables: &Variables,
    ) -> Result<Self, TopLevelError> {
        let collector = FieldCollector::new(document, types, variables);
        let planner = Planner { collector: &collector };
        let (mut root_fields, mut items) = (Vec::new(), Vec::new());
        // A valid document has a root type.
        let Some(root) = types.root_type(operation.kind) else { return Ok(Self { document: None, root_fields }) };
        for (response_name, field_set) in collector.collect(&[&operation.selections], root) {
            let source = planner.root_field(root, &field_set, &mut items)?;
            let is_last = matches!(source, ValueSource::Failed { nullable: false, .. });
            root_fields.push((response_name.clone(), source));
            if is_last {
                // `data` is null. In a mutation, the fields before this one are still executed (section 6.2.2).
                if operation.kind == OperationType::Query {
                    items.clear();
                }
                break;
            }
        }
        collector.check()?;
        let document = (!items.is_empty()).then(|| planner::executable(operation, items));
        Ok(Self { document, root_fields })
    }
}
