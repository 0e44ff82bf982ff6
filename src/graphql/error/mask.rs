//! Masking errors that have no code: their cause is logged, and the client gets a code and a request id.
//!
//! Every error of a response passes [`mask`], so no message of Rust, SQL or a library reaches a client.

use std::{any::Any, borrow::Cow, sync::Arc};

use async_graphql::{Error, ErrorExtensionValues, ServerError, Value};

use super::top_level::{Code, TopLevelError};
use crate::{accounts::Fault, log_limiter::LogLimiter};

/// The limit for log lines about failed requests: a failing dependency, such as the database, fails all of them.
const LINES_PER_SECOND: u32 = 20;
static UNAVAILABLE: LogLimiter = LogLimiter::per_second(LINES_PER_SECOND);
static FAILED: LogLimiter = LogLimiter::per_second(LINES_PER_SECOND);

/// Gives an error without a code one, and logs its cause.
///
/// Errors of this crate have a code already. An error with a source is a fault that a resolver returned. The others are
/// async-graphql's, which found an argument that does not fit its type and has its own words for that.
pub(in crate::graphql) fn mask(error: &mut ServerError, request_id: &str) {
    if code_in(error.extensions.as_ref()).is_some() {
        return;
    }
    let public = match (fault_behind(error.source.as_deref()), &error.source) {
        (Some(fault), _) if fault.temporary => {
            if let Some(suppressed) = UNAVAILABLE.admit_now() {
                tracing::warn!(target: "latchkey::requests", %fault, suppressed, "dependency unavailable");
            }
            TopLevelError::unavailable()
        }
        (Some(fault), _) => {
            if let Some(suppressed) = FAILED.admit_now() {
                tracing::error!(target: "latchkey::requests", %fault, suppressed, "request failed");
            }
            TopLevelError::internal(request_id)
        }
        (None, Some(_)) => {
            tracing::error!(target: "latchkey::requests", "request failed with an error of an unknown type");
            TopLevelError::internal(request_id)
        }
        (None, None) => {
            TopLevelError::new(Code::BadUserInput, "A value is missing, or does not fit the type of its argument.")
        }
    };
    error.extensions = Some(public.extensions());
    error.message = public.message;
    error.source = None;
}

/// The code that a resolver's error has once it is masked.
pub(in crate::graphql) fn code_of(error: &Error) -> Cow<'static, str> {
    match (code_in(error.extensions.as_ref()), fault_behind(error.source.as_deref())) {
        (Some(code), _) => code.to_owned().into(),
        (None, Some(fault)) if fault.temporary => Code::ServiceUnavailable.name().into(),
        (None, _) => Code::InternalServerError.name().into(),
    }
}

/// The code in the `extensions` of an error.
pub(in crate::graphql) fn code_in(extensions: Option<&ErrorExtensionValues>) -> Option<&str> {
    match extensions?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// The fault that an error was made from, which several fields share if they were loaded together.
fn fault_behind(source: Option<&(dyn Any + Send + Sync)>) -> Option<&Fault> {
    let shared = || source?.downcast_ref::<Arc<Fault>>().map(AsRef::as_ref);
    source?.downcast_ref().or_else(shared)
}
