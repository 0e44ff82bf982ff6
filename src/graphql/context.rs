//! Who sent the request, found out once, when the first guarded field asks; and how a verb's outcome is told them.

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

use super::{error::TopLevelError, profile::Users};
use crate::{
    accounts::{Accounts, Actor, Caller, Failure, Origin},
    metrics::Metrics,
};

/// Who sends a request.
#[derive(Debug)]
pub struct Sender {
    /// The access token that was shown.
    pub bearer: Option<SecretString>,
    /// Where from.
    pub origin: Origin,
    /// What our log calls this request.
    pub request_id: Arc<str>,
}

/// Whoever sent the request, before and after they were recognised.
pub(super) struct Recognition {
    accounts: Arc<Accounts>,
    metrics: Arc<Metrics>,
    sender: Sender,
    recognised: Recognised,
    /// How many times the caller was to be found out anew.
    anew: AtomicUsize,
    users: OnceLock<DataLoader<Users>>,
}

/// The caller as the first field found them that asked, and as later fields of a mutation did.
#[derive(Default)]
struct Recognised {
    caller: OnceCell<Caller>,
    next: OnceLock<Box<Recognised>>,
}

impl Recognition {
    pub(super) fn new(accounts: Arc<Accounts>, metrics: Arc<Metrics>, sender: Sender) -> Self {
        Self {
            accounts,
            metrics,
            sender,
            recognised: Recognised::default(),
            anew: AtomicUsize::new(0),
            users: OnceLock::new(),
        }
    }

    async fn caller(&self) -> Result<&Caller> {
        let bearer = self.sender.bearer.as_ref().map(ExposeSecret::expose_secret);
        Ok(self.current().caller.get_or_try_init(|| self.accounts.authenticate(bearer)).await?)
    }

    fn current(&self) -> &Recognised {
        let anew = self.anew.load(Ordering::Relaxed);
        (0..anew).fold(&self.recognised, |recognised, _| recognised.next.get_or_init(Box::default))
    }
}

/// Begins a field of the root. The fields of a mutation run one after the other (GraphQL §6.2.2), and each may end the
/// session that the request was sent with: so the next one that asks for the caller has them found out anew. What is
/// selected below a field belongs to it.
pub(super) fn begin_root_field(ctx: &Context<'_>) {
    let recognition = ctx.data_unchecked::<Recognition>();
    if ctx.query_env.operation.node.ty == OperationType::Mutation && recognition.current().caller.initialized() {
        recognition.anew.fetch_add(1, Ordering::Relaxed);
    }
}

/// The service.
pub(super) fn accounts<'c>(ctx: &Context<'c>) -> &'c Accounts {
    &ctx.data_unchecked::<Recognition>().accounts
}

/// What counts the request.
pub(super) fn metrics<'c>(ctx: &Context<'c>) -> &'c Metrics {
    &ctx.data_unchecked::<Recognition>().metrics
}

/// The service, for what outlives the request.
pub(super) fn shared_accounts<'c>(ctx: &Context<'c>) -> &'c Arc<Accounts> {
    &ctx.data_unchecked::<Recognition>().accounts
}

/// The users that this request refers to, gathered into one question.
pub(super) fn users<'c>(ctx: &Context<'c>) -> &'c DataLoader<Users> {
    let recognition = ctx.data_unchecked::<Recognition>();
    recognition.users.get_or_init(|| {
        let users = Users(Arc::clone(&recognition.accounts));
        DataLoader::new(users, TokioSpawner::current(), TokioTimer::default())
    })
}

/// Where the request came from.
pub(super) fn origin<'c>(ctx: &Context<'c>) -> &'c Origin {
    &ctx.data_unchecked::<Recognition>().sender.origin
}

/// The guard of every field that needs a user: the proof that one sent the request, or `UNAUTHENTICATED`.
///
/// A function, not a `guard` attribute: an attribute on a nullable field nulls the whole parent, and with it what the
/// request had got already. It is the outer of two locks; the verbs of `accounts` ask for the proof as an argument.
pub(super) async fn actor<'c>(ctx: &Context<'c>) -> Result<&'c Actor> {
    match ctx.data_unchecked::<Recognition>().caller().await? {
        Caller::Anonymous => Err(TopLevelError::unauthenticated(None).into()),
        Caller::Unrecognised(rejection) => Err(TopLevelError::unauthenticated(Some(*rejection)).into()),
        Caller::Known(actor) => Ok(actor),
    }
}

/// Who sent the request, if they showed a good token: for fields that anybody may ask for, and some see more of.
pub(super) async fn known<'c>(ctx: &Context<'c>) -> Result<Option<&'c Actor>> {
    match ctx.data_unchecked::<Recognition>().caller().await? {
        Caller::Anonymous | Caller::Unrecognised(_) => Ok(None),
        Caller::Known(actor) => Ok(Some(actor)),
    }
}

/// What a verb did, as the member of a result union: its success, or a refusal that has its own. A refusal without one
/// is an error at the top, and so is a fault.
pub(super) fn answer<T, R, U>(outcome: Result<T, Failure<R>>) -> Result<U>
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
