//! Registration: the mutations that create an account.
//!
//! Who may register, and whether an e-mail address has to be confirmed first, is decided in `accounts/registration/`.
//! To add a mutation, add a file with its input, its result union and its resolver, and list its object in
//! [`RegistrationMutations`].
//!
//! ```graphql
//! mutation Register($input: RegisterInput!) {
//!   register(input: $input) {
//!     ... on RegisterSuccess { user { id } tokens { accessToken refreshToken } }
//!     ... on RegistrationPending { email }
//!     ... on ValidationFailed { violations { path rule message } }
//!     ... on UserError { code message }
//!   }
//! }
//! ```

mod register;

use async_graphql::MergedObject;

/// The mutations that create an account.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct RegistrationMutations(register::RegisterMutation);
