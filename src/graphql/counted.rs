//! What came of each field of the root, counted for whoever watches over the server.

use std::borrow::Cow;

use async_graphql::{Context, OutputType, Result};

use super::{caller::metrics, top_level_error::code_of};

/// Does the work of a field of the root. What comes of it is counted as clients see it: by the `__typename` of the answer,
/// or the code of the error.
pub(super) async fn counted<T: OutputType>(
    ctx: &Context<'_>,
    field: &'static str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let answer = work.await;
    let outcome = match &answer {
        Ok(answer) => answer.introspection_type_name(),
        Err(error) => code_of(error),
    };
    count(ctx, field, outcome);
    answer
}

/// Counts a field whose type does not say what came of it.
pub(super) fn count(ctx: &Context<'_>, field: &'static str, outcome: impl Into<Cow<'static, str>>) {
    metrics(ctx).carried_out(field, outcome.into());
}
