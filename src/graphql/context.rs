//! What resolvers have access to: the accounts, the client that sent the request, and its authenticated user.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{
    Context, Error, Result,
    dataloader::DataLoader,
    parser::types::OperationType,
    runtime::{TokioSpawner, TokioTimer},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;

use super::{error::TopLevelError, user_loader::UserLoader};
use crate::{
    accounts::{Accounts, Actor, Caller, Failure, Origin},
    metrics::Metrics,
};

/// The client that sent a request.
#[derive(Debug)]
pub struct Client {
    /// The access token of the request.
    pub bearer: Option<SecretString>,
    /// The address and the user agent that the request came from.
    pub origin: Origin,
    /// The id of the request in the log.
    pub request_id: Arc<str>,
}

/// What the resolvers of one request share.
pub(super) struct ResolverContext {
    accounts: Arc<Accounts>,
    metrics: Arc<Metrics>,
    client: Client,
    authenticated: Authenticated,
    /// How many times the caller has to be authenticated again.
    again: AtomicUsize,
    user_loader: OnceLock<DataLoader<UserLoader>>,
}

/// The caller as authenticated by the first field that asks for it, and again by later fields of a mutation.
#[derive(Default)]
struct Authenticated {
    caller: OnceCell<Caller>,
    next: OnceLock<Box<Authenticated>>,
}

impl ResolverContext {
    pub(super) fn new(accounts: Arc<Accounts>, metrics: Arc<Metrics>, client: Client) -> Self {
        Self {
            accounts,
            metrics,
            client,
            authenticated: Authenticated::default(),
            again: AtomicUsize::new(0),
            user_loader: OnceLock::new(),
        }
    }

    async fn caller(&self) -> Result<&Caller> {
        let bearer = self.client.bearer.as_ref().map(ExposeSecret::expose_secret);
        Ok(self.current().caller.get_or_try_init(|| self.accounts.authenticate(bearer)).await?)
    }

    fn current(&self) -> &Authenticated {
        let again = self.again.load(Ordering::Relaxed);
        (0..again).fold(&self.authenticated, |authenticated, _| authenticated.next.get_or_init(Box::default))
    }
}

/// Begins a root field.
///
/// The fields of a mutation run one after the other (GraphQL §6.2.2), and each may end the session of the request. So the
/// next field that asks for the caller authenticates it again. The selections of a field share its caller.
pub(super) fn begin_root_field(ctx: &Context<'_>) {
    let context = ctx.data_unchecked::<ResolverContext>();
    if ctx.query_env.operation.node.ty == OperationType::Mutation && context.current().caller.initialized() {
        context.again.fetch_add(1, Ordering::Relaxed);
    }
}

/// The accounts.
pub(super) fn accounts<'c>(ctx: &Context<'c>) -> &'c Accounts {
    &ctx.data_unchecked::<ResolverContext>().accounts
}

/// The accounts, for what outlives the request.
pub(super) fn shared_accounts<'c>(ctx: &Context<'c>) -> &'c Arc<Accounts> {
    &ctx.data_unchecked::<ResolverContext>().accounts
}

/// The metrics that count the request.
pub(super) fn metrics<'c>(ctx: &Context<'c>) -> &'c Metrics {
    &ctx.data_unchecked::<ResolverContext>().metrics
}

/// The loader that finds the users of this request in one query.
pub(super) fn user_loader<'c>(ctx: &Context<'c>) -> &'c DataLoader<UserLoader> {
    let context = ctx.data_unchecked::<ResolverContext>();
    context.user_loader.get_or_init(|| {
        let loader = UserLoader(Arc::clone(&context.accounts));
        DataLoader::new(loader, TokioSpawner::current(), TokioTimer::default())
    })
}

/// The address and the user agent that the request came from.
pub(super) fn origin<'c>(ctx: &Context<'c>) -> &'c Origin {
    &ctx.data_unchecked::<ResolverContext>().client.origin
}

/// The authenticated user who sent the request, or an `UNAUTHENTICATED` error: for fields that require an access token.
///
/// This is a function and not a `guard` attribute, because a guard that fails on a nullable field makes the whole parent
/// null. The methods of `Accounts` check again: they take the actor as an argument.
pub(super) async fn actor<'c>(ctx: &Context<'c>) -> Result<&'c Actor> {
    match ctx.data_unchecked::<ResolverContext>().caller().await? {
        Caller::Anonymous => Err(TopLevelError::unauthenticated(None).into()),
        Caller::Unrecognised(rejection) => Err(TopLevelError::unauthenticated(Some(*rejection)).into()),
        Caller::Known(actor) => Ok(actor),
    }
}

/// The authenticated user who sent the request, if it has a valid access token: for fields that do not require one.
pub(super) async fn optional_actor<'c>(ctx: &Context<'c>) -> Result<Option<&'c Actor>> {
    match ctx.data_unchecked::<ResolverContext>().caller().await? {
        Caller::Anonymous | Caller::Unrecognised(_) => Ok(None),
        Caller::Known(actor) => Ok(Some(actor)),
    }
}

/// Turns the outcome of a method of `Accounts` into a member of a result union: its success, or a refusal that has a
/// member of its own. Other refusals and faults become errors at the top of the response.
pub(super) fn to_union<T, R, U>(outcome: Result<T, Failure<R>>) -> Result<U>
where
    U: From<T> + TryFrom<R>,
    <U as TryFrom<R>>::Error: Into<Error>,
{
    match outcome {
        Ok(success) => Ok(success.into()),
        Err(Failure::Refused(refusal)) => refusal.try_into().map_err(Into::into),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}
