//! `/graphql` as a WebSocket: subscriptions over the protocol graphql-transport-ws.
//!
//! This file is the handshake: it checks the origin of the page and the offered protocol. `connection` then handles the
//! messages of one client, which `message` parses and writes. `sockets` limits the number of WebSockets.
//!
//! Knows nothing about the fields of the schema: [`Subscriber`] authenticates the client and executes its
//! subscriptions. To add a message, add it to `message` and handle it in `connection`. To add a reason for closing, add
//! it to `close`.

mod allowed_origin;
mod close;
mod connection;
mod deadlines;
mod eviction;
mod groups;
mod message;
mod pace;
pub(super) mod sockets;
mod subscriptions;

use std::sync::Arc;

use async_graphql_axum::GraphQLProtocol;
use axum::{
    extract::{FromRequestParts, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use tracing::{Instrument, Span};

use self::{allowed_origin::may_connect, connection::Connection};
use crate::{
    graphql::Subscriber,
    http::{
        connection::slots::ConnectionGuard,
        request::{
            body::MAX_BODY,
            client::{bearer, client, network},
        },
        state::AppState,
    },
};

/// The only supported protocol.
const PROTOCOL: &str = "graphql-transport-ws";

/// The size of the read buffer, in bytes. It grows for longer messages.
const READ_BUFFER: usize = 4096;

/// Whether a request is the handshake of a WebSocket.
pub(super) fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Responds to a handshake, and serves the WebSocket in a task of its own if it is accepted.
pub(super) async fn open(state: Arc<AppState>, mut head: Parts) -> Response {
    if state.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if !may_connect(&state.config, &head) {
        return (StatusCode::FORBIDDEN, "This origin may not connect; see CORS_ORIGINS.\n").into_response();
    }
    if !offers_protocol(&head.headers) {
        return (StatusCode::BAD_REQUEST, "Offer the subprotocol graphql-transport-ws.\n").into_response();
    }
    head.headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let protocol = GraphQLProtocol::from_request_parts(&mut head, &()).await;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut head, &()).await;
    let (Ok(_), Ok(upgrade)) = (protocol, upgrade) else {
        return (StatusCode::BAD_REQUEST, "This is not a valid WebSocket handshake (RFC 6455).\n").into_response();
    };

    let client = client(&state, &head);
    let guard = state.sockets.open(network(&state, &client.origin));
    let subscriber = Subscriber::new(Arc::clone(&state.api), client.origin, client.request_id);
    let (bearer, connection) = (bearer(&head.headers), head.extensions.get::<ConnectionGuard>().cloned());
    let stopping = state.stopping.subscribe();
    let span = Span::current();
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAX_BODY)
        .max_frame_size(MAX_BODY);
    let mut response = upgrade.on_upgrade(move |socket| {
        let serving = async move {
            Connection::new(socket, subscriber, guard, stopping).run(bearer).await;
            drop(connection);
        };
        serving.instrument(span)
    });
    // The extensions contain the case of the client's header names, so that the response repeats it: some clients
    // search for `Sec-WebSocket-Protocol` case-sensitively.
    response.extensions_mut().extend(head.extensions);
    response
}

fn offers_protocol(headers: &HeaderMap) -> bool {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|offered| offered.to_str().ok());
    offered.flat_map(|offered| offered.split(',')).any(|protocol| protocol.trim() == PROTOCOL)
}
