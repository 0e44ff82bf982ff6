//! Field selection merging: fields with the same response name must not conflict (specification, section 5.3.2).
//!
//! The specification states the rule for pairs of fields. Here it is checked for groups with the same response name, so
//! that the work is linear in the number of fields. All fields of a group must have the same response shape. Those that
//! may apply to the same object must also be the same field with the same arguments.

use std::collections::HashSet;

use async_graphql::{
    Name,
    indexmap::IndexMap,
    parser::types::{BaseType, Type, TypeDefinition, TypeKind},
};

use super::Validator;
use crate::graphql::{
    language::syntax::{Field, Selection, same_arguments},
    type_system::is_composite,
};

/// A field, its parent type, and its own type.
#[derive(Clone, Copy)]
struct Selected<'d> {
    field: &'d Field,
    parent: Option<&'d TypeDefinition>,
    of_type: Option<&'d Type>,
}

type FieldsByName<'d> = IndexMap<&'d Name, Vec<Selected<'d>>>;

impl<'d> Validator<'d> {
    pub(super) fn merging(&mut self) {
        // This rule assumes a document that is valid otherwise.
        if !self.violations.is_empty() {
            return;
        }
        for operation in &self.document.operations {
            let mut fields = FieldsByName::new();
            let root = self.types.root_type(operation.kind);
            self.collect(&operation.selections, root, &mut HashSet::new(), &mut fields);
            self.same_shapes(&fields);
            self.same_fields(&fields);
        }
    }

    /// Groups fields by response name, including those of fragments.
    fn collect(
        &self,
        selections: &'d [Selection],
        parent: Option<&'d TypeDefinition>,
        seen: &mut HashSet<&'d Name>,
        fields_by_name: &mut FieldsByName<'d>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    let definition = parent.and_then(|parent| self.types.field(parent, &field.name));
                    let of_type = definition.map(|definition| &definition.ty.node);
                    fields_by_name.entry(field.response_name()).or_default().push(Selected { field, parent, of_type });
                }
                Selection::Inline(inline) => {
                    let inner = inline.on.as_ref().map_or(parent, |on| self.types.named(on));
                    self.collect(&inline.selections, inner, seen, fields_by_name);
                }
                Selection::Spread(spread) => {
                    if let Some(fragment) = self.fragment(&spread.name)
                        && seen.insert(&fragment.name)
                    {
                        self.collect(&fragment.selections, self.types.named(&fragment.on), seen, fields_by_name);
                    }
                }
            }
        }
    }

    /// The merged selection sets of several fields.
    fn inner(&self, fields: &[Selected<'d>]) -> FieldsByName<'d> {
        let (mut fields_by_name, mut seen) = (FieldsByName::new(), HashSet::new());
        for selected in fields {
            let of_type = selected.of_type.and_then(|of_type| self.types.innermost(of_type));
            // The fields of a fragment have another parent type in the selection set of another field.
            seen.clear();
            self.collect(&selected.field.selections, of_type, &mut seen, &mut fields_by_name);
        }
        fields_by_name
    }

    /// `SameResponseShape()`: checks that the types of each group have the same shape.
    fn same_shapes(&mut self, fields_by_name: &FieldsByName<'d>) {
        for (name, fields) in fields_by_name {
            let [first, others @ ..] = fields.as_slice() else { continue };
            for other in others {
                if let (Some(one), Some(two)) = (first.of_type, other.of_type)
                    && !self.have_same_shape(one, two)
                {
                    self.report(
                        other.field.position,
                        format!("Fields \"{name}\" conflict because they return conflicting types."),
                    );
                    return;
                }
            }
            self.same_shapes(&self.inner(fields));
        }
    }

    fn have_same_shape(&self, one: &Type, two: &Type) -> bool {
        let same_base = match (&one.base, &two.base) {
            (BaseType::List(one), BaseType::List(two)) => self.have_same_shape(one, two),
            (BaseType::Named(one), BaseType::Named(two)) => {
                let has_fields = |name| self.types.named(name).is_some_and(is_composite);
                one == two || (has_fields(one) && has_fields(two))
            }
            (BaseType::List(_), BaseType::Named(_)) | (BaseType::Named(_), BaseType::List(_)) => false,
        };
        one.nullable == two.nullable && same_base
    }

    /// Checks that fields which may apply to the same object are the same field with the same arguments.
    fn same_fields(&mut self, fields_by_name: &FieldsByName<'d>) {
        for (name, fields) in fields_by_name {
            for fields in by_object(fields) {
                let [first, others @ ..] = fields.as_slice() else { continue };
                let differs = |other: &&Selected<'_>| {
                    other.field.name != first.field.name
                        || !same_arguments(&other.field.arguments, &first.field.arguments)
                };
                if let Some(other) = others.iter().find(differs) {
                    let message = format!(
                        "Fields \"{name}\" conflict because they are different fields or have differing arguments."
                    );
                    return self.report(other.field.position, message);
                }
                self.same_fields(&self.inner(&fields));
            }
        }
    }
}

/// Divides fields into groups that may apply to the same object: for each object type, its own fields and those of
/// interfaces and unions.
fn by_object<'d>(fields: &[Selected<'d>]) -> Vec<Vec<Selected<'d>>> {
    let object = |selected: &Selected<'d>| {
        selected.parent.filter(|parent| matches!(parent.kind, TypeKind::Object(_))).map(|parent| &parent.name.node)
    };
    let mut objects: Vec<&Name> = fields.iter().filter_map(object).collect();
    objects.dedup();
    objects.sort();
    objects.dedup();
    if objects.is_empty() {
        return vec![fields.to_vec()];
    }
    let of = |name: &Name| fields.iter().filter(|field| object(field).is_none_or(|of| of == name)).copied().collect();
    objects.into_iter().map(of).collect()
}
