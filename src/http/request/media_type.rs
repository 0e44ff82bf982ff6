//! The two media types of a GraphQL response, and which of them a client accepts.

use axum::http::{HeaderMap, HeaderValue};

use super::accept::Accept;

/// The media type of a response. It decides which status codes are used (GraphQL over HTTP §6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum MediaType {
    /// `application/graphql-response+json`: the status is 400 if the operation was not executed.
    GraphqlResponse,
    /// `application/json`: the status of every GraphQL response is 200, for older clients.
    Json,
}

impl MediaType {
    pub(in crate::http) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// The media type that the client prefers, or `None` if it accepts neither. A client without an `Accept` header gets
/// `application/json`.
pub(in crate::http) fn negotiate(headers: &HeaderMap) -> Option<MediaType> {
    let Some(accept) = Accept::from_headers(headers) else { return Some(MediaType::Json) };
    let json = accept.quality("application", "json");
    let graphql = accept.quality("application", "graphql-response+json");

    if json.is_none() && graphql.is_none() {
        None
    } else if graphql > json {
        Some(MediaType::GraphqlResponse)
    } else {
        Some(MediaType::Json)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::ACCEPT;

    use super::*;

    fn negotiated(accept: &str) -> Option<MediaType> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        negotiate(&headers)
    }

    #[test]
    fn the_most_specific_range_and_the_highest_weight_win() {
        use MediaType::{GraphqlResponse, Json};
        for (accept, wanted) in [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8;q=0.9",
                Some(GraphqlResponse),
            ),
            ("application/graphql-response+json;q=0.8, application/json;q=0.9", Some(Json)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("text/html", None),
            ("text/html, image/png;q=0.9, text/*", None),
            ("application/json;q=0", None),
            ("*/*;q=0", None),
            ("application/json;q=0.0000", None),
            ("application/json;q=.0", None),
            ("", Some(Json)),
            (" , ,", Some(Json)),
            ("*", Some(Json)),
            ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", Some(Json)),
            ("application/json, application/*+json", Some(Json)),
            ("application/*+json", Some(GraphqlResponse)),
            ("application/json;q=.5, application/graphql-response+json;q=.6", Some(GraphqlResponse)),
            ("application/json;q=1., application/graphql-response+json;q=0.9", Some(Json)),
            ("application/json;q=0.8999, application/graphql-response+json;q=0.9", Some(GraphqlResponse)),
            ("application/json;q=0.12345, application/graphql-response+json;q=0.1239", Some(Json)),
            ("application/json;q=0.5, application/graphql-response+json;q=high", Some(GraphqlResponse)),
            ("application/json;q=-1", Some(Json)),
            ("application/json;q=", Some(Json)),
            ("application/json;q=.", Some(Json)),
            ("application/json;q=0,5", Some(Json)),
            ("application/json ; Q = 0.5, application/graphql-response+json ; q = \"0.6\"", Some(GraphqlResponse)),
            ("application/json; profile=\"a, b; q=0\"", Some(Json)),
            ("APPLICATION/JSON", Some(Json)),
            ("application/json;q=0, application/json", Some(Json)),
        ] {
            assert_eq!(negotiated(accept), wanted, "{accept:?}");
        }
        assert_eq!(negotiate(&HeaderMap::new()), Some(Json));
    }
}
