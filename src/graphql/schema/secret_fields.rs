//! The root fields that take a secret, derived from their arguments.
//!
//! A field takes a secret if one of its arguments, or of the fields of its input objects, has `#[graphql(secret)]`. If
//! the name of that argument ends with "password", the field checks or sets a password. So a new field is limited
//! without being named anywhere else.

use std::{collections::BTreeSet, sync::LazyLock};

use async_graphql::{
    OutputType,
    registry::{MetaInputValue, MetaType, MetaTypeName, Registry},
};

use super::{Mutation, ServedQuery};

static FIELDS: LazyLock<SecretFields> = LazyLock::new(SecretFields::of_the_schema);

struct SecretFields {
    with_secret: BTreeSet<String>,
    with_password: BTreeSet<String>,
}

/// Whether a root field takes a password or a token.
pub(in crate::graphql) fn takes_secret(field: &str) -> bool {
    FIELDS.with_secret.contains(field)
}

/// Whether a root field takes a password, which is slow to check by design.
pub(in crate::graphql) fn takes_password(field: &str) -> bool {
    FIELDS.with_password.contains(field)
}

impl SecretFields {
    fn of_the_schema() -> Self {
        let mut registry = Registry::default();
        let roots = [ServedQuery::create_type_info(&mut registry), Mutation::create_type_info(&mut registry)];
        let (mut with_secret, mut with_password) = (BTreeSet::new(), BTreeSet::new());
        for root in roots {
            let Some(MetaType::Object { fields, .. }) = registry.types.get(MetaTypeName::concrete_typename(&root))
            else {
                continue;
            };
            for field in fields.values() {
                let secrets: Vec<&str> =
                    field.args.values().flat_map(|argument| secrets_in(&registry, argument)).collect();
                if secrets.iter().any(|name| name.to_ascii_lowercase().ends_with("password")) {
                    with_password.insert(field.name.clone());
                }
                if !secrets.is_empty() {
                    with_secret.insert(field.name.clone());
                }
            }
        }
        Self { with_secret, with_password }
    }
}

/// The names of the secrets in an argument. The input objects of this schema are not recursive.
fn secrets_in<'r>(registry: &'r Registry, value: &'r MetaInputValue) -> Vec<&'r str> {
    if value.is_secret {
        return vec![&value.name];
    }
    match registry.types.get(MetaTypeName::concrete_typename(&value.ty)) {
        Some(MetaType::InputObject { input_fields, .. }) => {
            input_fields.values().flat_map(|field| secrets_in(registry, field)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_with_a_secret_is_found() {
        let names = |fields: &'static BTreeSet<String>| fields.iter().map(String::as_str).collect::<Vec<_>>();
        let with_password = ["changePassword", "login", "register", "requestEmailChange", "resetPassword"];
        assert_eq!(names(&FIELDS.with_password), with_password);
        let with_token = ["confirmEmailChange", "refreshToken", "verifyEmail", "verifyToken"];
        let mut all = [&with_password[..], &with_token].concat();
        all.sort_unstable();
        assert_eq!(names(&FIELDS.with_secret), all);
        assert!(!takes_secret("profile") && !takes_password("verifyToken"));
    }
}
