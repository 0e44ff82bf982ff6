//! Entities for a gateway: a representation that cannot be resolved becomes null, and the others are resolved.
//!
//! async-graphql fails the whole list for one such representation. So these are removed before the execution, and put
//! back as null after it.

use async_graphql::{PathSegment, ServerError, Value as ConstValue, parser::types::Selection};

use crate::graphql::error::{Code, TopLevelError};

/// The entity types. The key of each is `id`.
const ENTITIES: [&str; 2] = ["Session", "User"];

/// The indexes of the representations that cannot be resolved.
pub(in crate::graphql::execution) struct Unresolvable(Vec<usize>);

/// Removes such representations from the field `_entities`. Returns `None` for other fields, and if there are none.
pub(in crate::graphql::execution) fn take_unresolvable(field: &mut Selection) -> Option<Unresolvable> {
    let Selection::Field(field) = field else { return None };
    if field.node.name.node != "_entities" {
        return None;
    }
    let (_, value) = field.node.arguments.first_mut()?;
    let Some(ConstValue::List(given)) = std::mem::take(&mut value.node).into_const() else { return None };
    let mut unresolvable = Vec::new();
    let mut index = 0..;
    let mut is_kept = |item: &ConstValue| {
        let (kept, index) = (is_resolvable(item), index.next());
        unresolvable.extend(index.filter(|_| !kept));
        kept
    };
    value.node = ConstValue::List(given.into_iter().filter(&mut is_kept).collect()).into_value();
    (!unresolvable.is_empty()).then_some(Unresolvable(unresolvable))
}

/// Whether a representation has a known `__typename` and an `id`.
fn is_resolvable(representation: &ConstValue) -> bool {
    let ConstValue::Object(fields) = representation else { return false };
    let is_entity =
        matches!(fields.get("__typename"), Some(ConstValue::String(name)) if ENTITIES.contains(&name.as_str()));
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
        for index in &self.0 {
            items.insert((*index).min(items.len()), ConstValue::Null);
            let message = format!("Only {} with an `id` can be resolved.", ENTITIES.join(" and "));
            let mut error = TopLevelError::new(Code::BadUserInput, message).about_document();
            error.path = vec![PathSegment::Field(response_name.to_owned()), PathSegment::Index(*index)];
            errors.push(error);
        }
    }

    /// The index in the list of all representations, of an index in the list of resolved ones.
    fn original_index(&self, index: usize) -> usize {
        self.0.iter().fold(index, |index, taken| if *taken <= index { index + 1 } else { index })
    }
}
