//! What came of each field of the root, counted and traced for whoever watches over the server.

use std::borrow::Cow;

use async_graphql::{Context, OutputType, Result};

use crate::{
    graphql::{
        context::{begin_root_field, metrics},
        error::code_of,
    },
    trace,
};

/// Does the work of a field of the root. What comes of it is counted as clients see it: by the `__typename` of the answer,
/// or the code of the error.
pub(in crate::graphql) fn instrumented<T: OutputType>(
    ctx: &Context<'_>,
    field: &'static str,
    work: impl Future<Output = Result<T>>,
) -> impl Future<Output = Result<T>> {
    instrumented_by(T::introspection_type_name, ctx, field, work)
}

/// The same for a field whose type does not say what came of it.
pub(in crate::graphql) fn instrumented_by<T>(
    outcome: impl FnOnce(&T) -> Cow<'static, str>,
    ctx: &Context<'_>,
    field: &'static str,
    work: impl Future<Output = Result<T>>,
) -> impl Future<Output = Result<T>> {
    let counted = async move {
        begin_root_field(ctx);
        trace::set_attribute("graphql.field", field);
        // Work that never waits would keep the deadline, and a client that left, from ending it.
        tokio::task::consume_budget().await;
        let answer = work.await;
        let outcome = answer.as_ref().map_or_else(code_of, outcome);
        trace::set_attribute("latchkey.outcome", &outcome);
        metrics(ctx).record_operation(field, outcome);
        answer
    };
    trace::span(field, counted)
}
