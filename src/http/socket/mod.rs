//! `/graphql` as a WebSocket: subscriptions by the protocol graphql-transport-ws.
//!
//! This file is the handshake: which pages may connect, and by which protocol. `connection` then speaks the protocol with
//! one client, in the messages of `message` and the close codes of `close`; `sockets` limits how many there are.

mod close;
mod connection;
mod groups;
mod message;
mod origin;
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

use self::{connection::Connection, origin::may_connect};
use crate::{
    graphql::Live,
    http::{
        connection::Connected,
        request::{
            body::MAX_BODY,
            sender::{bearer, network, sender},
        },
        state::AppState,
    },
};

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// How much is read at once from a client, in bytes. The buffer grows for a message that is longer.
const READ_BUFFER: usize = 4096;

/// Whether a request asks for a WebSocket.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens one, if this page may connect.
pub(super) async fn open(state: Arc<AppState>, mut head: Parts) -> Response {
    if state.is_leaving() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if !may_connect(&state.config, &head) {
        return (StatusCode::FORBIDDEN, "Pages of this origin may not connect; see CORS_ORIGINS.\n").into_response();
    }
    if !offers_protocol(&head.headers) {
        return (StatusCode::BAD_REQUEST, "Offer the subprotocol graphql-transport-ws.\n").into_response();
    }
    head.headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let protocol = GraphQLProtocol::from_request_parts(&mut head, &()).await;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut head, &()).await;
    let (Ok(_), Ok(upgrade)) = (protocol, upgrade) else {
        return (StatusCode::BAD_REQUEST, "This is no WebSocket handshake (RFC 6455).\n").into_response();
    };

    let sender = sender(&state, &head);
    let place = state.sockets.enter(network(&state, &sender.origin));
    let live = Live::new(Arc::clone(&state.api), sender.origin, sender.request_id);
    let (shown, connected) = (bearer(&head.headers), head.extensions.get::<Connected>().cloned());
    let leaving = state.leaving.subscribe();
    let span = Span::current();
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAX_BODY)
        .max_frame_size(MAX_BODY);
    let mut response = upgrade.on_upgrade(move |socket| {
        let carrying = async move {
            Connection::new(socket, live, place, leaving).run(shown).await;
            drop(connected);
        };
        carrying.instrument(span)
    });
    // Among them is how the client writes the names of headers, and then the answer writes them alike: some clients look
    // for `Sec-WebSocket-Protocol` letter by letter.
    response.extensions_mut().extend(head.extensions);
    response
}

fn offers_protocol(headers: &HeaderMap) -> bool {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|offered| offered.to_str().ok());
    offered.flat_map(|offered| offered.split(',')).any(|protocol| protocol.trim() == PROTOCOL)
}
