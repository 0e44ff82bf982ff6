//! Metrics and traces of root fields.

use std::borrow::Cow;

use async_graphql::{Context, OutputType, Result};

use crate::{
    graphql::{
        context::{begin_root_field, metrics},
        error::code_of,
    },
    trace,
};

/// Resolves a root field in a span, and counts its outcome: the type name of the result, or the code of the error.
pub(in crate::graphql) fn instrumented<T: OutputType>(
    ctx: &Context<'_>,
    field: &'static str,
    resolver: impl Future<Output = Result<T>>,
) -> impl Future<Output = Result<T>> {
    instrumented_by(T::introspection_type_name, ctx, field, resolver)
}

/// Like [`instrumented`], for a field whose outcome is not its type name.
pub(in crate::graphql) fn instrumented_by<T>(
    outcome: impl FnOnce(&T) -> Cow<'static, str>,
    ctx: &Context<'_>,
    field: &'static str,
    resolver: impl Future<Output = Result<T>>,
) -> impl Future<Output = Result<T>> {
    let measured = async move {
        begin_root_field(ctx);
        trace::set_attribute("graphql.field", field);
        // Yields, so that a deadline or a disconnected client can cancel work that never waits.
        tokio::task::consume_budget().await;
        let result = resolver.await;
        let outcome = result.as_ref().map_or_else(code_of, outcome);
        trace::set_attribute("latchkey.outcome", &outcome);
        metrics(ctx).record_operation(field, outcome);
        result
    };
    trace::span(field, measured)
}
