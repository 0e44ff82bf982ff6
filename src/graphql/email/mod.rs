//! E-mail addresses: the mutations that verify an address, or change it.
//!
//! Knows no mail and no tickets: what is sent, and which token is valid, is decided in `accounts/email/`. To add a
//! mutation, add a file with its input, its result union and its resolver, and list its object in [`EmailMutations`].
//!
//! ```graphql
//! mutation VerifyEmail($token: String!) {
//!   verifyEmail(input: { token: $token }) {
//!     ... on VerifyEmailSuccess { user { email emailVerified } }
//!     ... on TicketRejected { reason message }
//!     ... on UserError { code message }
//!   }
//! }
//! ```

mod confirm_change;
mod correct;
mod request_change;
mod request_verification;
mod verify;

use async_graphql::MergedObject;

/// The mutations that verify or change an e-mail address.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct EmailMutations(
    request_verification::RequestEmailVerificationMutation,
    verify::VerifyEmailMutation,
    request_change::RequestEmailChangeMutation,
    confirm_change::ConfirmEmailChangeMutation,
    correct::CorrectEmailMutation,
);
