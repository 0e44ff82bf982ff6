//! Gives the errors of validation their code, while it is still known what they are, and takes the schema out of them
//! where clients may not ask for it.

use std::sync::Arc;

use async_graphql::{
    ServerError, ValidationResult,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation},
};

use super::top_level_error::{Code, TopLevelError};

/// `masked` is for schemas that clients may not ask for: a refusal that names types, fields and arguments gives away one
/// guess at a time what introspection does not.
#[derive(Clone, Copy)]
pub(super) struct ValidationCodes {
    pub(super) masked: bool,
}

const MASK: &str = "The document does not fit the schema here.";

impl ExtensionFactory for ValidationCodes {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(*self)
    }
}

#[async_trait]
impl Extension for ValidationCodes {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await.map_err(|mut errors| {
            // Some rules look twice.
            errors.dedup();
            for error in &mut errors {
                if self.masked {
                    MASK.clone_into(&mut error.message);
                }
                let code = TopLevelError::new(Code::GraphqlValidationFailed, &*error.message);
                error.extensions = Some(code.extensions());
            }
            errors
        })
    }
}
