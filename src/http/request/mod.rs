//! Reads requests: their headers, their body, their GraphQL parameters, and who sent them.
//!
//! Each file reads one part of a request and can be used alone. To read another header, add a file that takes the
//! [`HeaderMap`](axum::http::HeaderMap) and returns a type of its own.

pub(super) mod accept;
pub(super) mod body;
pub(super) mod client;
pub(super) mod client_address;
pub(super) mod content_type;
pub(super) mod media_type;
pub(super) mod parameters;
mod quoted;
