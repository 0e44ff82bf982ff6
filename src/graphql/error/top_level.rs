//! Errors at the top of a response, for everything that no form shows: each has a code in `extensions.code`.

use async_graphql::{Error, ErrorExtensionValues, ServerError};

use crate::accounts::TokenRejection;

/// Which error it is, for programs: `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The field requires a valid access token; `extensions.reason` says what is wrong with the given one.
    Unauthenticated,
    /// The access token is valid, but its user may not do this.
    Forbidden,
    /// The request is malformed, or a value does not fit its type.
    BadUserInput,
    /// The document is not valid GraphQL syntax.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// The document exceeds a limit of what one request may ask for.
    QueryTooComplex,
    /// No document with this hash is cached; send its text once.
    PersistedQueryNotFound,
    /// A dependency, such as the database, is unavailable; try again later.
    ServiceUnavailable,
    /// An internal error; `extensions.requestId` identifies it in the log.
    InternalServerError,
}

impl Code {
    /// The code as it is written in `extensions.code`.
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

/// An error at the top of a response.
///
/// ```
/// use latchkey::graphql::{Code, TopLevelError};
///
/// let error = TopLevelError::new(Code::BadUserInput, "The body is not JSON.");
/// let json = r#"{"errors":[{"extensions":{"code":"BAD_USER_INPUT"},"message":"The body is not JSON."}]}"#;
/// assert_eq!(error.to_json(), json.as_bytes());
/// ```
#[derive(Clone, Debug)]
pub struct TopLevelError {
    /// The code, for programs.
    pub code: Code,
    /// The message, for people.
    pub message: String,
    /// Another entry of the `extensions`: its name and value.
    more: Option<(&'static str, String)>,
}

impl TopLevelError {
    /// An error with this code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), more: None }
    }

    /// The request has no access token, or one that is not valid.
    pub(in crate::graphql) fn unauthenticated(rejection: Option<TokenRejection>) -> Self {
        let (reason, message) = match rejection {
            None => ("MISSING", "Please log in."),
            Some(rejection) => (Self::reason(rejection), explain(rejection)),
        };
        Self { more: Some(("reason", reason.to_owned())), ..Self::new(Code::Unauthenticated, message) }
    }

    /// The reason as it is written in `extensions.reason`.
    pub(in crate::graphql) fn reason(rejection: TokenRejection) -> &'static str {
        match rejection {
            TokenRejection::Invalid => "INVALID",
            TokenRejection::Expired => "EXPIRED",
            TokenRejection::NotYetValid => "NOT_YET_VALID",
            TokenRejection::Revoked => "REVOKED",
        }
    }

    /// The caller asks for something of another user without being an admin.
    pub(in crate::graphql) fn forbidden() -> Self {
        Self::new(Code::Forbidden, "This belongs to another user.")
    }

    /// An internal error, whose cause is in the log under this request id.
    #[must_use]
    pub fn internal(request_id: &str) -> Self {
        let message = "Something went wrong on our side. Please report this request id to the operator.";
        Self { more: Some(("requestId", request_id.to_owned())), ..Self::new(Code::InternalServerError, message) }
    }

    /// A dependency, such as the database, is unavailable.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(Code::ServiceUnavailable, "The service is temporarily unavailable. Try again in a few seconds.")
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

    /// The error as async-graphql's type, about the document as a whole: without a path or a location.
    pub(in crate::graphql) fn about_document(&self) -> ServerError {
        let mut error = ServerError::new(&*self.message, None);
        error.extensions = Some(self.extensions());
        error
    }

    /// A whole response that has only this error, as JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&serde_json::json!({ "errors": [self.about_document()] })).unwrap_or_default()
    }
}

/// What a user can do about an access token that is not valid.
fn explain(rejection: TokenRejection) -> &'static str {
    match rejection {
        TokenRejection::Invalid => "This access token is not valid.",
        TokenRejection::Expired => "This access token has expired.",
        TokenRejection::NotYetValid => "This access token is not valid yet.",
        TokenRejection::Revoked => "This access token was revoked. Please log in again.",
    }
}

impl From<TopLevelError> for Error {
    fn from(error: TopLevelError) -> Self {
        let mut graphql = Self::new(&*error.message);
        graphql.extensions = Some(error.extensions());
        graphql
    }
}
