//! A GraphQL response as it is sent.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::http::request::accept::MediaType;

pub(in crate::http) mod body;

/// A GraphQL response. It is about one person at one moment, so nobody keeps it.
pub(in crate::http) fn respond(status: StatusCode, json: impl Into<Body>, media_type: MediaType) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.content_type()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, json.into()).into_response()
}
