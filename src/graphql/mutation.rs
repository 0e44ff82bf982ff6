//! The mutations: a table of contents.

use async_graphql::MergedObject;

use super::{
    change_password::ChangePasswordMutation, login::LoginMutation, logout::LogoutMutation,
    refresh_token::RefreshTokenMutation, register::RegisterMutation,
    revoke_other_sessions::RevokeOtherSessionsMutation, revoke_session::RevokeSessionMutation,
    update_profile::UpdateProfileMutation,
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
);
