//! The messages of graphql-transport-ws: parses those of clients, and writes those of the server.

use secrecy::SecretString;
use serde_json::{Map, Value};

use crate::{
    graphql::{Request, Transport},
    http::request::parameters::Parameters,
};

/// The longest id of a subscription, in bytes. Every response repeats it.
const MAX_ID: usize = 128;

/// A message of a client.
pub(super) enum ClientMessage {
    /// Starts the connection. The payload may contain a bearer token.
    ConnectionInit(Option<SecretString>),
    /// Requests a `pong` with the same payload.
    Ping(Option<Value>),
    /// Responds to a `ping`, or is sent without one to keep the connection open.
    Pong,
    /// Starts a subscription.
    Subscribe(String, Box<Request>),
    /// Ends a subscription.
    Complete(String),
}

impl ClientMessage {
    /// Parses a message. Returns `None` if it is not a message that clients may send.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let Value::Object(mut message) = serde_json::from_slice(text).ok()? else { return None };
        let payload = message.remove("payload").unwrap_or_default();
        match message.get("type")?.as_str()? {
            "connection_init" => is_object_or_absent(&payload).then(|| Self::ConnectionInit(bearer_in(&payload))),
            "ping" => {
                is_object_or_absent(&payload).then(|| Self::Ping(Some(payload).filter(|payload| !payload.is_null())))
            }
            "pong" => is_object_or_absent(&payload).then_some(Self::Pong),
            "subscribe" => Some(Self::Subscribe(id(&mut message)?, Box::new(request(payload)?))),
            "complete" => Some(Self::Complete(id(&mut message)?)),
            _ => None,
        }
    }
}

/// Also accepts an array, which is an object in JavaScript.
fn is_object_or_absent(payload: &Value) -> bool {
    payload.is_object() || payload.is_array() || payload.is_null()
}

/// The bearer token in the payload of `connection_init`, under the name of the HTTP header.
fn bearer_in(payload: &Value) -> Option<SecretString> {
    let (_, value) = payload.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let (scheme, token) = value.as_str()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().into())
}

fn id(message: &mut Map<String, Value>) -> Option<String> {
    match message.remove("id") {
        Some(Value::String(id)) if (1..=MAX_ID).contains(&id.len()) => Some(id),
        _ => None,
    }
}

fn request(payload: Value) -> Option<Request> {
    // Serde also deserialises a structure from an array.
    let payload = Some(payload).filter(Value::is_object)?;
    serde_json::from_value::<Parameters>(payload).ok()?.into_request(Transport::WebSocket)
}

pub(super) const CONNECTION_ACK: &str = r#"{"type":"connection_ack"}"#;

pub(super) fn pong(payload: Option<&Value>) -> String {
    match payload {
        Some(payload) => format!(r#"{{"type":"pong","payload":{payload}}}"#),
        None => r#"{"type":"pong"}"#.to_owned(),
    }
}

/// A `next` message with a response in JSON.
pub(super) fn next(id: &str, response: &str) -> String {
    with_payload("next", id, response)
}

/// An `error` message with a list of errors in JSON, for a request that was not executed.
pub(super) fn error(id: &str, errors: &str) -> String {
    with_payload("error", id, errors)
}

/// A `complete` message: the subscription has no further responses.
pub(super) fn complete(id: &str) -> String {
    format!(r#"{{"type":"complete","id":{}}}"#, Value::from(id))
}

fn with_payload(kind: &str, id: &str, payload: &str) -> String {
    format!(r#"{{"type":"{kind}","id":{},"payload":{payload}}}"#, Value::from(id))
}
