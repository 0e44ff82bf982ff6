//! The content of an access token.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The claims of an access token. Times are whole seconds since 1970 (RFC 7519 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer: the server that made the token.
    pub iss: String,
    /// The audience: the services that may accept the token.
    pub aud: Vec<String>,
    /// The client that the token was issued to (RFC 9068 §2.2): one for all clients of the server. Empty in the tokens of
    /// older versions.
    #[serde(default)]
    pub client_id: String,
    /// The subject: the user's id.
    pub sub: Uuid,
    /// When the token expires.
    pub exp: i64,
    /// When the token was issued.
    pub iat: i64,
    /// The token's own id.
    pub jti: Uuid,
    /// The session that the token belongs to.
    pub sid: Uuid,
    /// Whether the user has verified their e-mail address (`OpenID` Connect Core §5.1). Absent from the tokens of older
    /// versions.
    #[serde(default)]
    pub email_verified: bool,
    /// The time before which the token is not valid. Latchkey does not write it, but respects it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

/// The user and session that a token is issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The user's id.
    pub id: Uuid,
    /// The session's id.
    pub session: Uuid,
    /// Whether the user has verified their e-mail address.
    pub email_verified: bool,
}
