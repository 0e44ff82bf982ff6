//! GraphiQL, to try the schema in a browser.

use async_graphql::http::GraphiQLSource;

/// The page, for a server whose endpoint is at this path.
#[must_use]
pub fn graphiql_page(endpoint: &str) -> String {
    GraphiQLSource::build().endpoint(endpoint).title("Latchkey").finish()
}
