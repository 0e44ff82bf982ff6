//! Registering, logging in, and the operations on sessions and tokens.

use serde_json::{Value, json};

use super::{Client, FAILED, VIOLATED};
use crate::support::PASSWORD;

/// What a client selects after a registration or a login.
const LOGGED_IN: &str = "user { id email emailVerified username displayName createdAt updatedAt }
    session { id current userAgent ipAddress lastIpAddress createdAt lastUsedAt expiresAt }
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType }
    deviceToken";

impl Client {
    pub async fn register(&self, email: &str) -> Value {
        self.register_with(json!({ "email": email, "password": PASSWORD })).await
    }

    pub async fn register_with(&self, input: Value) -> Value {
        let document = format!(
            "mutation($input: RegisterInput!) {{
                register(input: $input) {{
                    __typename ... on RegisterSuccess {{ {LOGGED_IN} }} ... on RegistrationPending {{ email }}
                    {VIOLATED} {FAILED}
                }}
            }}"
        );
        self.execute(&document, json!({ "input": input })).await
    }

    pub async fn login(&self, identifier: &str, password: &str) -> Value {
        self.login_with(json!({ "identifier": identifier, "password": password })).await
    }

    /// Logs in on a device that has this device token.
    pub async fn login_on(&self, device: &str, identifier: &str, password: &str) -> Value {
        self.login_with(json!({ "identifier": identifier, "password": password, "deviceToken": device })).await
    }

    pub async fn login_with(&self, input: Value) -> Value {
        let document = format!(
            "mutation($input: LoginInput!) {{
                login(input: $input) {{
                    __typename ... on LoginSuccess {{ {LOGGED_IN} }}
                    {FAILED}
                }}
            }}"
        );
        self.execute(&document, json!({ "input": input })).await
    }

    pub async fn refresh(&self, token: &str) -> Value {
        let document = "mutation($input: RefreshTokenInput!) {
            refreshToken(input: $input) {
                __typename
                ... on RefreshTokenSuccess {
                    session { id current ipAddress lastIpAddress createdAt lastUsedAt expiresAt }
                    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType }
                }
                ... on UserError { code message } ... on RefreshRejected { reason }
                ... on TooManyAttempts { retryAfterSeconds }
            }
        }";
        self.execute(document, json!({ "input": { "refreshToken": token } })).await
    }

    pub async fn sessions(&self, arguments: &str) -> Value {
        let document = format!(
            "{{ sessions{arguments} {{
                nodes {{ id current createdAt lastUsedAt expiresAt endedAt userAgent ipAddress lastIpAddress }}
                edges {{ cursor node {{ id }} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            }} }}"
        );
        self.execute(&document, json!({})).await
    }

    pub async fn logout(&self) -> Value {
        let document = "mutation { logout { __typename ... on LogoutSuccess { session { id current endedAt } } } }";
        self.execute(document, json!({})).await
    }

    /// Logs out with a refresh token.
    pub async fn logout_with(&self, refresh_token: &str) -> Value {
        let document = "mutation($input: LogoutInput) {
            logout(input: $input) { __typename ... on LogoutSuccess { session { id current endedAt } } }
        }";
        self.execute(document, json!({ "input": { "refreshToken": refresh_token } })).await
    }

    pub async fn revoke_session(&self, id: &str) -> Value {
        let document = "mutation($input: RevokeSessionInput!) {
            revokeSession(input: $input) {
                __typename
                ... on RevokeSessionSuccess { session { id current endedAt } }
                ... on UserError { code message }
            }
        }";
        self.execute(document, json!({ "input": { "sessionId": id } })).await
    }

    pub async fn revoke_other_sessions(&self) -> Value {
        let document = "mutation {
            revokeOtherSessions { __typename ... on RevokeOtherSessionsSuccess { endedSessions } }
        }";
        self.execute(document, json!({})).await
    }

    pub async fn verify(&self, token: &str) -> Value {
        let document = "query($token: String!) {
            verifyToken(token: $token) {
                valid message reason user { id email } claims { sub sid jti iss aud iat exp }
            }
        }";
        let answer = self.execute(document, json!({ "token": token })).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        assert!(answer["data"]["verifyToken"]["valid"].is_boolean(), "{answer}");
        answer["data"]["verifyToken"].clone()
    }

    /// The reason why the client's own access token is rejected, or null if it is valid.
    pub async fn token_rejection(&self) -> Value {
        self.verify(self.token.as_deref().expect("a token")).await["reason"].clone()
    }

    /// The id of the client's own session.
    pub async fn session_id(&self) -> String {
        let verified = self.verify(self.token.as_deref().expect("a token")).await;
        verified["claims"]["sid"].as_str().expect("an id").to_owned()
    }
}
