//! Creating an account.

use async_graphql::MergedObject;

mod register;

pub(in crate::graphql) use register::RegistrationClosed;

/// The mutations that create an account.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct RegistrationMutations(register::RegisterMutation);
