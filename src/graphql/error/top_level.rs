//! The second channel: everything that no form shows is an error at the top of the answer, with a code.
//!
//! All such errors pass through here on their way out, so nothing of Rust, SQL or a library ever reaches a client, and
//! what broke is logged once.

use std::{any::Any, borrow::Cow, sync::Arc};

use async_graphql::{Error, ErrorExtensionValues, ServerError, Value};

use crate::{
    accounts::{Fault, TokenRejection},
    log_limiter::LogLimiter,
};

/// What went wrong, for programs: `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The field needs a good token; `extensions.reason` says what is wrong with this one.
    Unauthenticated,
    /// The token is good, but this is another user's.
    Forbidden,
    /// The request cannot be understood.
    BadUserInput,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// The document asks for more than one request may.
    QueryTooComplex,
    /// No document is known by this hash; send it in full, once.
    PersistedQueryNotFound,
    /// A part that we depend on is away; try again in a while.
    ServiceUnavailable,
    /// We broke; `extensions.requestId` finds it in our log.
    InternalServerError,
}

impl Code {
    /// As it is written in `extensions.code`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// An error for the top of an answer.
#[derive(Clone, Debug)]
pub struct TopLevelError {
    /// For programs.
    pub code: Code,
    /// For people.
    pub message: String,
    more: Option<(&'static str, String)>,
}

impl TopLevelError {
    /// An error with this code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), more: None }
    }

    /// The caller showed no token, or one that does not count.
    pub(in crate::graphql) fn unauthenticated(rejection: Option<TokenRejection>) -> Self {
        let (reason, message) = match rejection {
            None => ("MISSING", "Log in and send the access token along."),
            Some(rejection) => (Self::reason(rejection), explain(rejection)),
        };
        Self { more: Some(("reason", reason.to_owned())), ..Self::new(Code::Unauthenticated, message) }
    }

    /// As it is written in `extensions.reason`.
    pub(in crate::graphql) fn reason(rejection: TokenRejection) -> &'static str {
        match rejection {
            TokenRejection::Invalid => "INVALID",
            TokenRejection::Expired => "EXPIRED",
            TokenRejection::NotYetValid => "NOT_YET_VALID",
            TokenRejection::Revoked => "REVOKED",
        }
    }

    /// It is another user's.
    pub(in crate::graphql) fn forbidden() -> Self {
        Self::new(Code::Forbidden, "This belongs to another user.")
    }

    /// We broke, and our log knows why.
    #[must_use]
    pub fn internal(request_id: &str) -> Self {
        let message = "Something broke on our side. Give us the request id, and we can find out what.";
        Self { more: Some(("requestId", request_id.to_owned())), ..Self::new(Code::InternalServerError, message) }
    }

    /// A part that we depend on is away.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(Code::ServiceUnavailable, "The service is not available right now. Try again in a few seconds.")
    }

    /// The `extensions` of the error.
    pub(in crate::graphql) fn extensions(&self) -> ErrorExtensionValues {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.name());
        if let Some((name, value)) = &self.more {
            extensions.set(name, value.clone());
        }
        extensions
    }

    /// The error as the GraphQL library takes it, about the document as a whole.
    pub(in crate::graphql) fn about_document(&self) -> ServerError {
        let mut error = ServerError::new(&*self.message, None);
        error.extensions = Some(self.extensions());
        error
    }

    /// A whole answer that is nothing but this error, as JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&serde_json::json!({ "errors": [self.about_document()] })).unwrap_or_default()
    }
}

/// What a person can do about a token that does not count.
fn explain(rejection: TokenRejection) -> &'static str {
    match rejection {
        TokenRejection::Invalid => "This access token is not valid here.",
        TokenRejection::Expired => "This access token has expired.",
        TokenRejection::NotYetValid => "This access token is not valid yet.",
        TokenRejection::Revoked => "This access token was revoked; log in again.",
    }
}

impl From<TopLevelError> for Error {
    fn from(error: TopLevelError) -> Self {
        let mut graphql = Self::new(&*error.message);
        graphql.extensions = Some(error.extensions());
        graphql
    }
}

/// The code that an error of a resolver leaves the house with.
pub(in crate::graphql) fn code_of(error: &Error) -> Cow<'static, str> {
    match (named(error.extensions.as_ref()), fault_behind(error.source.as_deref())) {
        (Some(code), _) => code.to_owned().into(),
        (None, Some(fault)) if fault.temporary => Code::ServiceUnavailable.name().into(),
        (None, _) => Code::InternalServerError.name().into(),
    }
}

/// The fault that an error was made of: of one request, or of a question that many asked together.
fn fault_behind(source: Option<&(dyn Any + Send + Sync)>) -> Option<&Fault> {
    let shared = || source?.downcast_ref::<Arc<Fault>>().map(AsRef::as_ref);
    source?.downcast_ref().or_else(shared)
}

/// The code that an error carries already.
pub(in crate::graphql) fn named(extensions: Option<&ErrorExtensionValues>) -> Option<&str> {
    match extensions?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// How many lines a second there are about requests that fail: what fails, such as the database, fails for all of them.
const LINES_PER_SECOND: u32 = 20;
static AWAY: LogLimiter = LogLimiter::per_second(LINES_PER_SECOND);
static BROKEN: LogLimiter = LogLimiter::per_second(LINES_PER_SECOND);

/// Makes an error fit to be seen, and logs what is not.
///
/// Ours carry a code already. One with a source is a fault that a resolver gave up on. What is left comes from the
/// GraphQL library, which found an argument that does not fit its type and says so in words of its own.
pub(in crate::graphql) fn make_presentable(error: &mut ServerError, request_id: &str) {
    if named(error.extensions.as_ref()).is_some() {
        return;
    }
    let public = match (fault_behind(error.source.as_deref()), &error.source) {
        (Some(fault), _) if fault.temporary => {
            if let Some(left_out) = AWAY.admit_now() {
                tracing::warn!(target: "latchkey::requests", %fault, left_out, "a part that we depend on is away");
            }
            TopLevelError::unavailable()
        }
        (Some(fault), _) => {
            if let Some(left_out) = BROKEN.admit_now() {
                tracing::error!(target: "latchkey::requests", %fault, left_out, "a request broke");
            }
            TopLevelError::internal(request_id)
        }
        (None, Some(_)) => {
            tracing::error!(target: "latchkey::requests", "a resolver gave up on an error without a name");
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
