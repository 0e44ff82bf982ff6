//! A GraphQL client, as anybody would write one.

use std::time::Duration;

use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};

use super::PASSWORD;

/// Sends documents, and a token along with them.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoint: String,
    pub token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

/// What a client asks of everything that lets somebody in.
const ENTERED: &str = "user { id email emailVerified username displayName createdAt updatedAt }
    session { id current userAgent ipAddress createdAt lastUsedAt expiresAt }
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType }";

/// What a client asks of everything that hashes a password and fails.
const FAILED: &str = "... on UserError { code message }
    ... on TooManyAttempts { retryAfterSeconds }
    ... on ServerBusy { retryAfterSeconds }";

const REJECTED: &str = "... on TicketRejected { reason } ... on UserError { code message }";

const USER: &str = "user { id email emailVerified username displayName }";

const VIOLATED: &str = "... on ValidationFailed { violations { path rule message } }";

impl Client {
    pub fn new(endpoint: String, token: Option<String>) -> Self {
        // Sooner than the server closes what rests, which would meet a request on its way.
        let http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(2)).build().expect("a client");
        Self { http, endpoint, token, headers: Vec::new() }
    }

    /// The same, by way of a proxy that says where the request came from.
    pub fn from(&self, forwarded_for: &str) -> Self {
        self.with_header("x-forwarded-for", forwarded_for)
    }

    /// The same, with another header.
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let headers = [self.headers.clone(), vec![(name, value.to_owned())]].concat();
        Self { headers, ..self.clone() }
    }

    /// The whole answer to a document.
    pub async fn ask(&self, document: &str, variables: Value) -> Value {
        let response = self.post(&json!({ "query": document, "variables": variables })).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.expect("JSON")
    }

    /// The whole answer, as it came over the wire.
    pub async fn post(&self, body: &Value) -> Response {
        let mut request = self.http.post(&self.endpoint).json(body);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.send().await.expect("the server answers")
    }

    pub async fn register(&self, email: &str) -> Value {
        self.register_with(json!({ "email": email, "password": PASSWORD })).await
    }

    pub async fn register_with(&self, input: Value) -> Value {
        let document = format!(
            "mutation($input: RegisterInput!) {{
                register(input: $input) {{
                    __typename ... on RegisterSuccess {{ {ENTERED} }} ... on RegistrationPending {{ email }}
                    {VIOLATED} {FAILED}
                }}
            }}"
        );
        self.ask(&document, json!({ "input": input })).await
    }

    pub async fn login(&self, identifier: &str, password: &str) -> Value {
        let document = format!(
            "mutation($input: LoginInput!) {{
                login(input: $input) {{
                    __typename ... on LoginSuccess {{ {ENTERED} }}
                    {FAILED}
                }}
            }}"
        );
        self.ask(&document, json!({ "input": { "identifier": identifier, "password": password } })).await
    }

    pub async fn refresh(&self, token: &str) -> Value {
        let document = "mutation($input: RefreshTokenInput!) {
            refreshToken(input: $input) {
                __typename
                ... on RefreshTokenSuccess {
                    session { id current createdAt lastUsedAt expiresAt }
                    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType }
                }
                ... on UserError { code message } ... on RefreshRejected { reason }
                ... on TooManyAttempts { retryAfterSeconds }
            }
        }";
        self.ask(document, json!({ "input": { "refreshToken": token } })).await
    }

    pub async fn sessions(&self, arguments: &str) -> Value {
        let document = format!(
            "{{ sessions{arguments} {{
                nodes {{ id current createdAt lastUsedAt expiresAt endedAt userAgent ipAddress }}
                edges {{ cursor node {{ id }} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
            }} }}"
        );
        self.ask(&document, json!({})).await
    }

    pub async fn logout(&self) -> Value {
        let document = "mutation { logout { __typename ... on LogoutSuccess { session { id current endedAt } } } }";
        self.ask(document, json!({})).await
    }

    pub async fn revoke_session(&self, id: &str) -> Value {
        let document = "mutation($input: RevokeSessionInput!) {
            revokeSession(input: $input) {
                __typename
                ... on RevokeSessionSuccess { session { id current endedAt } }
                ... on UserError { code message }
            }
        }";
        self.ask(document, json!({ "input": { "sessionId": id } })).await
    }

    pub async fn revoke_other_sessions(&self) -> Value {
        let document = "mutation {
            revokeOtherSessions { __typename ... on RevokeOtherSessionsSuccess { endedSessions } }
        }";
        self.ask(document, json!({})).await
    }

    pub async fn verify(&self, token: &str) -> Value {
        let document = "query($token: String!) {
            verifyToken(token: $token) {
                valid message reason user { id email } claims { sub sid jti iss aud iat exp }
            }
        }";
        let answer = self.ask(document, json!({ "token": token })).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        assert!(answer["data"]["verifyToken"]["valid"].is_boolean(), "{answer}");
        answer["data"]["verifyToken"].clone()
    }

    /// Why this client's own token is not good; null when it is.
    pub async fn rejection(&self) -> Value {
        self.verify(self.token.as_deref().expect("a token")).await["reason"].clone()
    }

    pub async fn profile(&self) -> Value {
        self.profile_of(None).await
    }

    pub async fn profile_of(&self, user_id: Option<&str>) -> Value {
        let document = "query($userId: ID) {
            profile(userId: $userId) { id email username displayName createdAt updatedAt }
            __typename
        }";
        let variables = user_id.map_or(json!({}), |id| json!({ "userId": id }));
        self.ask(document, variables).await
    }

    pub async fn id(&self) -> String {
        self.profile().await["data"]["profile"]["id"].as_str().expect("a profile").to_owned()
    }

    pub async fn update_profile(&self, input: Value) -> Value {
        let document = "mutation($input: UpdateProfileInput!) {
            updateProfile(input: $input) {
                __typename
                ... on UpdateProfileSuccess { user { id email username displayName updatedAt } }
                ... on UserError { code message }
                ... on ValidationFailed { violations { path rule message } }
            }
        }";
        self.ask(document, json!({ "input": input })).await
    }

    pub async fn change_password(&self, current: &str, new: &str) -> Value {
        let document = "mutation($input: ChangePasswordInput!) {
            changePassword(input: $input) {
                __typename
                ... on ChangePasswordSuccess { endedSessions user { id } }
                ... on UserError { code message }
                ... on TooManyAttempts { retryAfterSeconds }
                ... on ValidationFailed { violations { path rule message } }
            }
        }";
        self.ask(document, json!({ "input": { "currentPassword": current, "newPassword": new } })).await
    }

    pub async fn request_email_verification(&self) -> Value {
        let document = "mutation {
            requestEmailVerification {
                __typename ... on RequestEmailVerificationSuccess { email } ... on UserError { code message }
            }
        }";
        self.ask(document, json!({})).await
    }

    pub async fn verify_email(&self, token: &str) -> Value {
        let document = format!(
            "mutation($input: VerifyEmailInput!) {{
                verifyEmail(input: $input) {{ __typename ... on VerifyEmailSuccess {{ {USER} }} {REJECTED} }}
            }}"
        );
        self.ask(&document, json!({ "input": { "token": token } })).await
    }

    pub async fn request_password_reset(&self, email: &str) -> Value {
        let document = format!(
            "mutation($input: RequestPasswordResetInput!) {{
                requestPasswordReset(input: $input) {{
                    __typename ... on RequestPasswordResetSuccess {{ email }} {VIOLATED} ... on UserError {{ code message }}
                }}
            }}"
        );
        self.ask(&document, json!({ "input": { "email": email } })).await
    }

    pub async fn reset_password(&self, token: &str, new: &str) -> Value {
        let document = format!(
            "mutation($input: ResetPasswordInput!) {{
                resetPassword(input: $input) {{
                    __typename ... on ResetPasswordSuccess {{ endedSessions }} {VIOLATED} {REJECTED}
                }}
            }}"
        );
        self.ask(&document, json!({ "input": { "token": token, "newPassword": new } })).await
    }

    pub async fn request_email_change(&self, new_email: &str, password: &str) -> Value {
        let document = format!(
            "mutation($input: RequestEmailChangeInput!) {{
                requestEmailChange(input: $input) {{
                    __typename ... on RequestEmailChangeSuccess {{ email }} {VIOLATED} {FAILED}
                }}
            }}"
        );
        self.ask(&document, json!({ "input": { "newEmail": new_email, "currentPassword": password } })).await
    }

    pub async fn confirm_email_change(&self, token: &str) -> Value {
        let document = format!(
            "mutation($input: ConfirmEmailChangeInput!) {{
                confirmEmailChange(input: $input) {{
                    __typename ... on ConfirmEmailChangeSuccess {{ {USER} }} {REJECTED}
                }}
            }}"
        );
        self.ask(&document, json!({ "input": { "token": token } })).await
    }
}
