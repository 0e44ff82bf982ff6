//! Builds GraphQL responses: their headers, and the bodies of large ones.

pub(super) mod body;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::http::request::media_type::MediaType;

/// A GraphQL response. It must not be cached: it may be about one user, at one moment.
pub(super) fn respond(status: StatusCode, json: impl Into<Body>, media_type: MediaType) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.content_type()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, json.into()).into_response()
}
