//! The operations on a profile and a password.

use serde_json::{Value, json};

use super::{Client, REJECTED, VIOLATED};

impl Client {
    pub async fn profile(&self) -> Value {
        self.profile_of(None).await
    }

    pub async fn profile_of(&self, user_id: Option<&str>) -> Value {
        let document = "query($userId: ID) {
            profile(userId: $userId) { id email username displayName createdAt updatedAt }
            __typename
        }";
        let variables = user_id.map_or(json!({}), |id| json!({ "userId": id }));
        self.execute(document, variables).await
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
        self.execute(document, json!({ "input": input })).await
    }

    pub async fn change_username(&self, new_username: &str, password: &str) -> Value {
        let document = "mutation($input: ChangeUsernameInput!) {
            changeUsername(input: $input) {
                __typename
                ... on ChangeUsernameSuccess { user { id username } }
                ... on UserError { code message }
                ... on ValidationFailed { violations { path rule message } }
            }
        }";
        self.execute(document, json!({ "input": { "newUsername": new_username, "currentPassword": password } })).await
    }

    pub async fn change_password(&self, current: &str, new: &str) -> Value {
        let document = "mutation($input: ChangePasswordInput!) {
            changePassword(input: $input) {
                __typename
                ... on ChangePasswordSuccess { endedSessions user { id } tokens { accessToken refreshToken } }
                ... on UserError { code message }
                ... on TooManyAttempts { retryAfterSeconds }
                ... on ValidationFailed { violations { path rule message } }
            }
        }";
        self.execute(document, json!({ "input": { "currentPassword": current, "newPassword": new } })).await
    }

    pub async fn request_password_reset(&self, email: &str) -> Value {
        let document = format!(
            "mutation($input: RequestPasswordResetInput!) {{
                requestPasswordReset(input: $input) {{
                    __typename ... on RequestPasswordResetSuccess {{ email }} {VIOLATED} ... on UserError {{ code message }}
                }}
            }}"
        );
        self.execute(&document, json!({ "input": { "email": email } })).await
    }

    pub async fn reset_password(&self, token: &str, new: &str) -> Value {
        let document = format!(
            "mutation($input: ResetPasswordInput!) {{
                resetPassword(input: $input) {{
                    __typename ... on ResetPasswordSuccess {{ endedSessions deviceToken }} {VIOLATED} {REJECTED}
                }}
            }}"
        );
        self.execute(&document, json!({ "input": { "token": token, "newPassword": new } })).await
    }
}
