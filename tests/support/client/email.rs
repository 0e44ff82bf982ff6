//! The operations on an e-mail address.

use serde_json::{Value, json};

use super::{Client, FAILED, REJECTED, VIOLATED};
use crate::support::PASSWORD;

const USER: &str = "user { id email emailVerified username displayName }";

impl Client {
    pub async fn request_email_verification(&self) -> Value {
        let document = "mutation {
            requestEmailVerification {
                __typename ... on RequestEmailVerificationSuccess { email } ... on UserError { code message }
            }
        }";
        self.execute(document, json!({})).await
    }

    /// With the password that clients of these tests register with.
    pub async fn verify_email(&self, token: &str) -> Value {
        self.verify_email_with(token, json!(PASSWORD)).await
    }

    pub async fn verify_email_with(&self, token: &str, password: Value) -> Value {
        let document = format!(
            "mutation($input: VerifyEmailInput!) {{
                verifyEmail(input: $input) {{ __typename ... on VerifyEmailSuccess {{ {USER} }} {REJECTED} {FAILED} }}
            }}"
        );
        self.execute(&document, json!({ "input": { "token": token, "password": password } })).await
    }

    pub async fn correct_email(&self, identifier: &str, password: &str, new_email: &str) -> Value {
        let document = format!(
            "mutation($input: CorrectEmailInput!) {{
                correctEmail(input: $input) {{
                    __typename ... on CorrectEmailSuccess {{ email }} {VIOLATED} {FAILED}
                }}
            }}"
        );
        let input = json!({ "identifier": identifier, "password": password, "newEmail": new_email });
        self.execute(&document, json!({ "input": input })).await
    }

    pub async fn request_email_change(&self, new_email: &str, password: &str) -> Value {
        let document = format!(
            "mutation($input: RequestEmailChangeInput!) {{
                requestEmailChange(input: $input) {{
                    __typename ... on RequestEmailChangeSuccess {{ email }} {VIOLATED} {FAILED}
                }}
            }}"
        );
        self.execute(&document, json!({ "input": { "newEmail": new_email, "currentPassword": password } })).await
    }

    pub async fn confirm_email_change(&self, token: &str) -> Value {
        let document = format!(
            "mutation($input: ConfirmEmailChangeInput!) {{
                confirmEmailChange(input: $input) {{
                    __typename ... on ConfirmEmailChangeSuccess {{ {USER} }} {REJECTED}
                }}
            }}"
        );
        self.execute(&document, json!({ "input": { "token": token } })).await
    }
}
