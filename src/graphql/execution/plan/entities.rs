//! The entities that a gateway asks for: a representation that cannot be resolved is null, and the others are resolved.
//!
//! async-graphql fails the whole list for one of them, so they are taken out before the execution and put back after it.

use async_graphql::{PathSegment, ServerError, Value as ConstValue, parser::types::Selection};

use crate::graphql::error::{Code, TopLevelError};

/// The types of the entities here. Each has an `id` as its key.
const ENTITIES: [&str; 2] = ["Session", "User"];

/// The places of the representations that name no entity.
pub(in crate::graphql) struct Unresolvable(Vec<usize>);

/// Takes such representations out of a field `_entities`, if there are any.
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

fn is_resolvable(representation: &ConstValue) -> bool {
    let ConstValue::Object(fields) = representation else { return false };
    let is_entity =
        matches!(fields.get("__typename"), Some(ConstValue::String(name)) if ENTITIES.contains(&name.as_str()));
    is_entity && matches!(fields.get("id"), Some(ConstValue::String(_)))
}

impl Unresolvable {
    /// Puts null in the places of these representations, and says why. Errors of the others move along with them.
    pub(in crate::graphql::execution) fn put_back(
        &self,
        key: &str,
        entities: &mut ConstValue,
        errors: &mut Vec<ServerError>,
    ) {
        let ConstValue::List(items) = entities else { return };
        for error in errors.iter_mut() {
            if let [PathSegment::Field(field), PathSegment::Index(index), ..] = error.path.as_mut_slice()
                && field == key
            {
                *index = self.original_index(*index);
            }
        }
        for index in &self.0 {
            items.insert((*index).min(items.len()), ConstValue::Null);
            let message = format!("Only {} with an `id` can be resolved here.", ENTITIES.join(" and "));
            let mut error = TopLevelError::new(Code::BadUserInput, message).about_document();
            error.path = vec![PathSegment::Field(key.to_owned()), PathSegment::Index(*index)];
            errors.push(error);
        }
    }

    fn original_index(&self, index: usize) -> usize {
        self.0.iter().fold(index, |index, taken| if *taken <= index { index + 1 } else { index })
    }
}
