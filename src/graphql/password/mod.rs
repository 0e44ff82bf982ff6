//! Changing and resetting passwords.

use async_graphql::MergedObject;

mod change;
mod request_reset;
mod reset;

/// The mutations that change a password.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct PasswordMutations(
    change::ChangePasswordMutation,
    request_reset::RequestPasswordResetMutation,
    reset::ResetPasswordMutation,
);
