//! Who sent the request, found out once, when the first guarded field asks.

use std::sync::Arc;

use async_graphql::{Context, Result};
use secrecy::ExposeSecret;
use tokio::sync::OnceCell;

use super::{api::Asker, top_level_error::TopLevelError};
use crate::accounts::{Accounts, Actor, Caller, Origin};

/// Whoever sent the request, before and after they were recognised.
pub(super) struct Requester {
    accounts: Arc<Accounts>,
    asker: Asker,
    caller: OnceCell<Caller>,
}

impl Requester {
    pub(super) fn new(accounts: Arc<Accounts>, asker: Asker) -> Self {
        Self { accounts, asker, caller: OnceCell::new() }
    }

    async fn caller(&self) -> Result<&Caller> {
        let bearer = self.asker.bearer.as_ref().map(ExposeSecret::expose_secret);
        Ok(self.caller.get_or_try_init(|| self.accounts.recognise(bearer)).await?)
    }
}

/// The service.
pub(super) fn accounts<'c>(ctx: &Context<'c>) -> Result<&'c Accounts> {
    Ok(ctx.data::<Arc<Accounts>>()?)
}

/// Where the request came from.
pub(super) fn origin<'c>(ctx: &Context<'c>) -> Result<&'c Origin> {
    Ok(&ctx.data::<Requester>()?.asker.origin)
}

/// The guard of every field that needs a user: the proof that one sent the request, or `UNAUTHENTICATED`.
///
/// A function, not a `guard` attribute: an attribute on a nullable field nulls the whole parent, and with it what the
/// request had got already. It is the outer of two locks; the verbs of `accounts` ask for the proof as an argument.
pub(super) async fn actor<'c>(ctx: &Context<'c>) -> Result<&'c Actor> {
    match ctx.data::<Requester>()?.caller().await? {
        Caller::Anonymous => Err(TopLevelError::unauthenticated(None).into()),
        Caller::Unrecognised(rejection) => Err(TopLevelError::unauthenticated(Some(*rejection)).into()),
        Caller::Known(actor) => Ok(actor),
    }
}
