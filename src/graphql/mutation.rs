//! The mutations: a table of contents.

use async_graphql::MergedObject;

use super::{
    change_password::ChangePasswordMutation, confirm_email_change::ConfirmEmailChangeMutation, login::LoginMutation,
    logout::LogoutMutation, refresh_token::RefreshTokenMutation, register::RegisterMutation,
    request_email_change::RequestEmailChangeMutation, request_email_verification::RequestEmailVerificationMutation,
    request_password_reset::RequestPasswordResetMutation, reset_password::ResetPasswordMutation,
    revoke_other_sessions::RevokeOtherSessionsMutation, revoke_session::RevokeSessionMutation,
    update_profile::UpdateProfileMutation, verify_email::VerifyEmailMutation,
};

/// Everything that changes something. At most one field of a request may take a password.
#[derive(MergedObject, Default)]
pub(super) struct Mutation(
    RegisterMutation,
    LoginMutation,
    RefreshTokenMutation,
    LogoutMutation,
    RevokeSessionMutation,
    RevokeOtherSessionsMutation,
    UpdateProfileMutation,
    ChangePasswordMutation,
    RequestEmailVerificationMutation,
    VerifyEmailMutation,
    RequestPasswordResetMutation,
    ResetPasswordMutation,
    RequestEmailChangeMutation,
    ConfirmEmailChangeMutation,
);
