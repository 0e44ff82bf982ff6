//! The root type `Mutation`, put together from the topics.

use async_graphql::MergedObject;

use crate::graphql::{
    email::EmailMutations, login::LoginMutations, password::PasswordMutations, profile::ProfileMutations,
    registration::RegistrationMutations, session::SessionMutations,
};

/// The operations that change data. A request may have at most one field that takes a password.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct Mutation(
    RegistrationMutations,
    LoginMutations,
    SessionMutations,
    ProfileMutations,
    PasswordMutations,
    EmailMutations,
);
