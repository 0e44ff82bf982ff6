//! Fields that take a secret as an argument. URLs are logged, so a URL must not contain one.

use crate::graphql::{
    language::syntax::{Document, Selection},
    schema,
};

/// Whether a document has a field that takes a secret.
pub(in crate::graphql::execution) fn takes_secret(document: &Document) -> bool {
    let operations = document.operations.iter().map(|operation| &operation.selections);
    let fragments = document.fragments.iter().map(|fragment| &fragment.selections);
    operations.chain(fragments).any(|selections| takes_secret_in(selections))
}

fn takes_secret_in(selections: &[Selection]) -> bool {
    selections.iter().any(|selection| match selection {
        Selection::Field(field) => schema::takes_secret(&field.name),
        Selection::Inline(inline) => takes_secret_in(&inline.selections),
        Selection::Spread(_) => false,
    })
}
