//! Fields that take a secret as an argument. URLs are logged, so a URL must not contain one.

use crate::graphql::language::syntax::{Document, Selection};

/// The root fields that take a password or a token.
const SECRET_FIELDS: [&str; 9] = [
    "register",
    "login",
    "changePassword",
    "resetPassword",
    "requestEmailChange",
    "verifyToken",
    "refreshToken",
    "verifyEmail",
    "confirmEmailChange",
];

/// Whether a document has a field that takes a secret.
pub(in crate::graphql::execution) fn takes_secret(document: &Document) -> bool {
    let operations = document.operations.iter().map(|operation| &operation.selections);
    let fragments = document.fragments.iter().map(|fragment| &fragment.selections);
    operations.chain(fragments).any(|selections| takes_secret_in(selections))
}

fn takes_secret_in(selections: &[Selection]) -> bool {
    selections.iter().any(|selection| match selection {
        Selection::Field(field) => SECRET_FIELDS.contains(&field.name.as_str()),
        Selection::Inline(inline) => takes_secret_in(&inline.selections),
        Selection::Spread(_) => false,
    })
}
