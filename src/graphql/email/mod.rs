//! Verifying and changing e-mail addresses.

use async_graphql::MergedObject;

mod confirm_change;
mod request_change;
mod request_verification;
mod verify;

pub(in crate::graphql) use request_verification::{EmailAlreadyVerified, NoEmailAddress};

/// The mutations that verify or change an e-mail address.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct EmailMutations(
    request_verification::RequestEmailVerificationMutation,
    verify::VerifyEmailMutation,
    request_change::RequestEmailChangeMutation,
    confirm_change::ConfirmEmailChangeMutation,
);
