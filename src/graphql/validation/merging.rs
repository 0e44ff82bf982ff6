//! Whether fields with the same name in the response can be one field (specification, section 5.3.2).
//!
//! The rule is stated for pairs of fields, and checked here for groups, so that the work grows with the number of fields
//! and not with its square: fields of one name must have types of one shape, whatever they are selected from; and where they may be
//! selected from the same object, they must be the same field with the same arguments.

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

/// A field, the type that it is selected from, and its own type.
#[derive(Clone, Copy)]
struct Selected<'d> {
    field: &'d Field,
    parent: Option<&'d TypeDefinition>,
    of_type: Option<&'d Type>,
}

type FieldsByName<'d> = IndexMap<&'d Name, Vec<Selected<'d>>>;

impl<'d> Validator<'d> {
    pub(super) fn merging(&mut self) {
        // A fragment that contains itself has no end.
        if !self.violations.is_empty() {
            return;
        }
        for operation in &self.document.operations {
            let mut fields = FieldsByName::new();
            let root = self.types.root_type(operation.kind);
            self.collect(&operation.selections, root, &mut HashSet::new(), &mut fields);
            self.shapes(&fields);
            self.same_fields(&fields);
        }
    }

    /// Groups fields by their name in the response, the fields of fragments among them.
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

    /// The selections of several fields, grouped as if they were of one.
    fn inner(&self, fields: &[Selected<'d>]) -> FieldsByName<'d> {
        let (mut fields_by_name, mut seen) = (FieldsByName::new(), HashSet::new());
        for selected in fields {
            let of_type = selected.of_type.and_then(|of_type| self.types.innermost(of_type));
            // The same fragment on another field has other parents.
            seen.clear();
            self.collect(&selected.field.selections, of_type, &mut seen, &mut fields_by_name);
        }
        fields_by_name
    }

    fn shapes(&mut self, fields_by_name: &FieldsByName<'d>) {
        for (name, fields) in fields_by_name {
            let [first, others @ ..] = fields.as_slice() else { continue };
            for other in others {
                if let (Some(one), Some(two)) = (first.of_type, other.of_type)
                    && !self.have_same_shape(one, two)
                {
                    self.report(other.field.position, format!("The fields {name} have types that differ."));
                    return;
                }
            }
            self.shapes(&self.inner(fields));
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

    fn same_fields(&mut self, fields_by_name: &FieldsByName<'d>) {
        for (name, fields) in fields_by_name {
            for together in of_one_object(fields) {
                let [first, others @ ..] = together.as_slice() else { continue };
                let differs = |other: &&Selected<'_>| {
                    other.field.name != first.field.name
                        || !same_arguments(&other.field.arguments, &first.field.arguments)
                };
                if let Some(other) = others.iter().find(differs) {
                    let message = format!("{name} is selected twice, from other fields or with other arguments.");
                    return self.report(other.field.position, message);
                }
                self.same_fields(&self.inner(&together));
            }
        }
    }
}

/// Divides fields into those that may be selected from the same object: those of each object type, with those of
/// interfaces and unions.
fn of_one_object<'d>(fields: &[Selected<'d>]) -> Vec<Vec<Selected<'d>>> {
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
