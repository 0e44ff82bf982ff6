//! What the Rust types of the schema say and its SDL does not: which fields take a secret, and which types are entities.
//!
//! A root field takes a secret if one of its arguments, or of the fields of its input objects, has `#[graphql(secret)]`.
//! If the name of that argument ends with "token", the secret is long and random. Every other secret is a password, or
//! can be guessed like one. So a new field with a secret is limited without being named anywhere else.

use std::{
    collections::{BTreeSet, HashSet},
    sync::LazyLock,
};

use async_graphql::{
    ObjectType,
    registry::{MetaInputValue, MetaType, Registry},
};

use super::{Mutation, ServedQuery};

static ANNOTATIONS: LazyLock<Annotations> = LazyLock::new(Annotations::of::<ServedQuery, Mutation>);

struct Annotations {
    with_secret: BTreeSet<String>,
    with_password: BTreeSet<String>,
    entities: Vec<String>,
}

/// Whether a root field takes a password or a token.
pub(in crate::graphql) fn takes_secret(field: &str) -> bool {
    ANNOTATIONS.with_secret.contains(field)
}

/// Whether a root field takes a password, which is slow to check by design.
pub(in crate::graphql) fn takes_password(field: &str) -> bool {
    ANNOTATIONS.with_password.contains(field)
}

/// The names of the types that a gateway can ask for by id, in alphabetical order.
pub(in crate::graphql) fn entities() -> &'static [String] {
    &ANNOTATIONS.entities
}

impl Annotations {
    /// Reads the annotations of a schema with these root types.
    fn of<Q: ObjectType, M: ObjectType>() -> Self {
        let mut registry = Registry::default();
        let roots = [Q::create_type_info(&mut registry), M::create_type_info(&mut registry)];
        let (mut with_secret, mut with_password) = (BTreeSet::new(), BTreeSet::new());
        let roots = roots.iter().filter_map(|root| registry.concrete_type_by_name(root));
        for (name, field) in roots.filter_map(MetaType::fields).flatten() {
            let secrets = secrets_in(field.args.values(), &registry, &mut HashSet::new());
            if secrets.iter().any(|secret| !secret.to_ascii_lowercase().ends_with("token")) {
                with_password.insert(name.clone());
            }
            if !secrets.is_empty() {
                with_secret.insert(name.clone());
            }
        }
        Self { with_secret, with_password, entities: entities_of(&registry) }
    }
}

/// The names of the secrets in these arguments.
fn secrets_in<'r>(
    values: impl Iterator<Item = &'r MetaInputValue>,
    registry: &'r Registry,
    seen: &mut HashSet<&'r str>,
) -> Vec<&'r str> {
    let mut secrets = Vec::new();
    for value in values {
        if value.is_secret {
            secrets.push(value.name.as_str());
        }
        if let Some(MetaType::InputObject { name, input_fields, .. }) = registry.concrete_type_by_name(&value.ty)
            && seen.insert(name)
        {
            secrets.extend(secrets_in(input_fields.values(), registry, seen));
        }
    }
    secrets
}

/// The object types with a key, by which a gateway refers to their objects.
fn entities_of(registry: &Registry) -> Vec<String> {
    let is_entity = |of_type: &&MetaType| matches!(of_type, MetaType::Object { keys: Some(_), .. });
    registry.types.values().filter(is_entity).map(|of_type| of_type.name().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, InputObject, Object};

    use super::*;

    fn names(fields: &BTreeSet<String>) -> Vec<&str> {
        fields.iter().map(String::as_str).collect()
    }

    #[test]
    fn every_field_with_a_secret_is_found() {
        let with_password = [
            "changePassword",
            "changeUsername",
            "correctEmail",
            "login",
            "register",
            "requestEmailChange",
            "resetPassword",
            "verifyEmail",
        ];
        assert_eq!(names(&ANNOTATIONS.with_password), with_password);
        let with_token = ["confirmEmailChange", "logout", "refreshToken", "verifyToken"];
        let mut all = [&with_password[..], &with_token].concat();
        all.sort_unstable();
        assert_eq!(names(&ANNOTATIONS.with_secret), all);
        assert!(!takes_secret("profile") && !takes_password("verifyToken"));
    }

    #[test]
    fn every_entity_is_found() {
        assert_eq!(entities(), ["Session", "User"]);
    }

    #[derive(InputObject)]
    struct Unlock {
        device: Device,
    }

    #[derive(InputObject)]
    struct Device {
        #[graphql(secret)]
        pin: String,
        parent: Option<Box<Device>>,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn open(&self, name: String) -> String {
            name
        }

        async fn unlock(&self, input: Unlock) -> bool {
            input.device.pin.is_empty() && input.device.parent.is_none()
        }

        async fn verify(&self, #[graphql(secret)] reset_token: String) -> bool {
            reset_token.is_empty()
        }
    }

    #[test]
    fn a_new_secret_is_limited_like_a_password_unless_it_is_a_token() {
        let annotations = Annotations::of::<Query, EmptyMutation>();
        assert_eq!(names(&annotations.with_secret), ["unlock", "verify"]);
        assert_eq!(names(&annotations.with_password), ["unlock"]);
    }
}
