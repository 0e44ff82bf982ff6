//! The mutations: a table of contents.

use async_graphql::MergedObject;

use crate::graphql::{
    email::EmailMutations, login::LoginMutations, password::PasswordMutations, profile::ProfileMutations,
    registration::RegistrationMutations, session::SessionMutations,
};

/// Everything that changes something. At most one field of a request may take a password.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct Mutation(
    RegistrationMutations,
    LoginMutations,
    SessionMutations,
    ProfileMutations,
    PasswordMutations,
    EmailMutations,
);
