//! Passwords: the mutations that change a password, or reset a forgotten one.
//!
//! Knows no password rules, which are in `accounts/password/`. To add a mutation, add a file with its input, its result
//! union and its resolver, and list its object in [`PasswordMutations`]. An argument that holds a password or a token
//! has `#[graphql(secret)]`: the limits of a request and the rule for links are derived from it.
//!
//! ```graphql
//! mutation ChangePassword($input: ChangePasswordInput!) {
//!   changePassword(input: $input) {
//!     ... on ChangePasswordSuccess { endedSessions }
//!     ... on UserError { code message }
//!   }
//! }
//! ```

mod change;
mod request_reset;
mod reset;

use async_graphql::MergedObject;

/// The mutations that change a password.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct PasswordMutations(
    change::ChangePasswordMutation,
    request_reset::RequestPasswordResetMutation,
    reset::ResetPasswordMutation,
);
