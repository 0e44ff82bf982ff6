//! Reads requests: headers, body, parameters and who sends them.

pub(super) mod accept;
pub(super) mod body;
pub(super) mod client_address;
pub(super) mod content_type;
pub(super) mod parameters;
pub(super) mod sender;
