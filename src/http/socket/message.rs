//! The messages of graphql-transport-ws: those of clients are read here, those of the server are written.

use serde_json::{Map, Value};

use crate::{
    graphql::{Carrier, Request},
    http::request::parameters::Parameters,
};

/// The longest id of a subscription, in bytes: every answer repeats it.
const LONGEST_ID: usize = 128;

/// A message of a client.
pub(super) enum ClientMessage {
    /// Begins the connection.
    ConnectionInit(Value),
    /// Asks for a `pong` with the same payload.
    Ping(Option<Value>),
    /// Answers a `ping`, or shows without one that the client is there.
    Pong,
    /// Begins a subscription.
    Subscribe(String, Box<Request>),
    /// Ends a subscription.
    Complete(String),
}

impl ClientMessage {
    /// Reads a message; nothing, if it is none that the protocol allows a client to send.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let Value::Object(mut message) = serde_json::from_slice(text).ok()? else { return None };
        let payload = message.remove("payload").unwrap_or_default();
        match message.get("type")?.as_str()? {
            "connection_init" => is_object_or_none(&payload).then_some(Self::ConnectionInit(payload)),
            "ping" => {
                is_object_or_none(&payload).then(|| Self::Ping(Some(payload).filter(|payload| !payload.is_null())))
            }
            "pong" => is_object_or_none(&payload).then_some(Self::Pong),
            "subscribe" => Some(Self::Subscribe(id(&mut message)?, Box::new(request(payload)?))),
            "complete" => Some(Self::Complete(id(&mut message)?)),
            _ => None,
        }
    }
}

/// As JavaScript has it, where an array is an object.
fn is_object_or_none(payload: &Value) -> bool {
    payload.is_object() || payload.is_array() || payload.is_null()
}

fn id(message: &mut Map<String, Value>) -> Option<String> {
    match message.remove("id") {
        Some(Value::String(id)) if (1..=LONGEST_ID).contains(&id.len()) => Some(id),
        _ => None,
    }
}

fn request(payload: Value) -> Option<Request> {
    // Serde takes a list for a structure, too.
    let payload = Some(payload).filter(Value::is_object)?;
    serde_json::from_value::<Parameters>(payload).ok()?.into_request(Carrier::Socket)
}

pub(super) const CONNECTION_ACK: &str = r#"{"type":"connection_ack"}"#;

pub(super) fn pong(payload: Option<&Value>) -> String {
    match payload {
        Some(payload) => format!(r#"{{"type":"pong","payload":{payload}}}"#),
        None => r#"{"type":"pong"}"#.to_owned(),
    }
}

/// A response of a subscription, which is JSON.
pub(super) fn next(id: &str, response: &str) -> String {
    with_payload("next", id, response)
}

/// The errors of a request that was not executed, a list in JSON.
pub(super) fn error(id: &str, errors: &str) -> String {
    with_payload("error", id, errors)
}

/// A subscription has no more responses.
pub(super) fn complete(id: &str) -> String {
    format!(r#"{{"type":"complete","id":{}}}"#, Value::from(id))
}

fn with_payload(kind: &str, id: &str, payload: &str) -> String {
    format!(r#"{{"type":"{kind}","id":{},"payload":{payload}}}"#, Value::from(id))
}
