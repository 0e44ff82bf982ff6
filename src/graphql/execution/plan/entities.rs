//! Entities for a gateway: a representation that cannot be resolved becomes null, and the others are resolved.
//!
//! async-graphql fails the whole list for one such representation. So these are removed before the execution, and put
//! back as null after it.

use async_graphql::{Name, PathSegment, ServerError, Value as ConstValue, parser::types::Selection};

use crate::graphql::{
    error::{Code, TopLevelError},
    type_system::TypeSystem,
};

/// The representations that cannot be resolved.
pub(in crate::graphql::execution) struct Unresolvable {
    indexes: Vec<usize>,
    /// The message of their errors.
    message: String,
}

/// Removes such representations from the field `_entities`. Returns `None` for other fields, and if there are none.
pub(in crate::graphql::execution) fn take_unresolvable(
    field: &mut Selection,
    types: &TypeSystem,
) -> Option<Unresolvable> {
    let Selection::Field(field) = field else { return None };
    if field.node.name.node != "_entities" {
        return None;
    }
    let (_, value) = field.node.arguments.first_mut()?;
    let Some(ConstValue::List(given)) = std::mem::take(&mut value.node).into_const() else { return None };
    let mut indexes = Vec::new();
    let mut index = 0..;
    let mut is_kept = |item: &ConstValue| {
        let (kept, index) = (is_resolvable(item, types.entities()), index.next());
        indexes.extend(index.filter(|_| !kept));
        kept
    };
    value.node = ConstValue::List(given.into_iter().filter(&mut is_kept).collect()).into_value();
    (!indexes.is_empty()).then(|| {
        let names: Vec<_> = types.entities().iter().map(Name::as_str).collect();
        Unresolvable { indexes, message: format!("Only {} with an `id` can be resolved.", names.join(" and ")) }
    })
}

/// Whether a representation has the `__typename` of an entity and its key, which is `id` for each of them.
fn is_resolvable(representation: &ConstValue, entities: &[Name]) -> bool {
    let ConstValue::Object(fields) = representation else { return false };
    let is_listed = |name: &String| entities.iter().any(|entity| entity == name.as_str());
    let is_entity = matches!(fields.get("__typename"), Some(ConstValue::String(name)) if is_listed(name));
    is_entity && matches!(fields.get("id"), Some(ConstValue::String(_)))
}

impl Unresolvable {
    /// Inserts null and an error for each of these representations, and corrects the paths of other errors.
    pub(in crate::graphql::execution) fn put_back(
        &self,
        response_name: &str,
        entities: &mut ConstValue,
        errors: &mut Vec<ServerError>,
    ) {
        let ConstValue::List(items) = entities else { return };
        for error in errors.iter_mut() {
            if let [PathSegment::Field(field), PathSegment::Index(index), ..] = error.path.as_mut_slice()
                && field == response_name
            {
                *index = self.original_index(*index);
            }
        }
        for index in &self.indexes {
            items.insert((*index).min(items.len()), ConstValue::Null);
            let mut error = TopLevelError::new(Code::BadUserInput, &*self.message).about_document();
            error.path = vec![PathSegment::Field(response_name.to_owned()), PathSegment::Index(*index)];
            errors.push(error);
        }
    }

    /// The index in the list of all representations, of an index in the list of resolved ones.
    fn original_index(&self, index: usize) -> usize {
        self.indexes.iter().fold(index, |index, taken| if *taken <= index { index + 1 } else { index })
    }
}
