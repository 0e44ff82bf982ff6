//! `/`: GraphiQL, where the operator wants it.

use axum::response::Html;

use crate::graphql::graphiql_page;

pub(super) async fn graphiql() -> Html<String> {
    Html(graphiql_page("/graphql"))
}
