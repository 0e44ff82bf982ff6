//! `/graphql` as a WebSocket: subscriptions by the protocol graphql-transport-ws.
//!
//! The GraphQL library speaks the protocol. Around it stand here what it leaves out: whose pages may connect, how long a
//! client may take to say who it is, the end of its token and its session, and the protocol's close codes. One thing is
//! left to the library: a subscription under the id of one that is open takes its place, where the protocol would close.

use std::{pin::pin, sync::Arc, time::Duration};

use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::{
    body::Bytes,
    extract::{
        FromRequestParts, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures_util::{
    FutureExt, SinkExt, StreamExt,
    future::BoxFuture,
    sink,
    stream::{SplitSink, SplitStream},
};
use secrecy::SecretString;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, interval_at, sleep, timeout},
};
use tracing::{Instrument, Span};

use super::{
    House,
    endpoint::{MAX_BODY, bearer, sender},
    server::Connected,
};
use crate::graphql::{Begun, ConnectionData, Live};

/// The one protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";

/// How long a client may take to say who it is, and to take an answer.
const IN_TIME: Duration = Duration::from_secs(5);

/// How often to see whether the client is still there. One that says nothing twice as long is gone.
const PING: Duration = Duration::from_secs(30);

/// How long a connection stays open after its session, to tell of the end.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How many answers may wait for the client to take them.
const WAITING: usize = 16;

/// Why a connection is closed (the protocol's own codes, and RFC 6455 §7.4.1).
const GOING_AWAY: (u16, &str) = (1001, "Going away");
const TRY_AGAIN_LATER: (u16, &str) = (1013, "Try again later");
const INVALID_MESSAGE: (u16, &str) = (4400, "Invalid message");
const UNAUTHORIZED: (u16, &str) = (4401, "Unauthorized");
const EXPIRED: (u16, &str) = (4403, "EXPIRED");
const REVOKED: (u16, &str) = (4403, "REVOKED");
const TOO_LATE: (u16, &str) = (4408, "Connection initialisation timeout");

/// Whether a request asks for a WebSocket.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.get(header::UPGRADE).is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens one, if this page may have it.
pub(super) async fn open(house: Arc<House>, mut head: Parts) -> Response {
    if house.is_leaving() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    if !may_connect(&house, &head.headers) {
        return (StatusCode::FORBIDDEN, "Pages of this origin may not connect; see CORS_ORIGINS.\n").into_response();
    }
    if !offers_protocol(&head.headers) {
        return (StatusCode::BAD_REQUEST, "Offer the subprotocol graphql-transport-ws.\n").into_response();
    }
    head.headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let protocol = GraphQLProtocol::from_request_parts(&mut head, &()).await;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut head, &()).await;
    let (Ok(protocol), Ok(upgrade)) = (protocol, upgrade) else {
        return (StatusCode::BAD_REQUEST, "This is no WebSocket handshake (RFC 6455).\n").into_response();
    };

    let Ok(room) = Arc::clone(&house.sockets).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Too many WebSockets are open.\n").into_response();
    };

    let sender = sender(&house, &head);
    let live = Live::new(Arc::clone(&house.api), sender.origin, sender.request_id);
    let (shown, place) = (bearer(&head.headers), head.extensions.get::<Connected>().cloned());
    let span = Span::current();
    upgrade.protocols([PROTOCOL]).max_message_size(MAX_BODY).max_frame_size(MAX_BODY).on_upgrade(move |socket| {
        let carrying = async move {
            carry(socket, protocol, live, shown, &house).await;
            drop((room, place));
        };
        carrying.instrument(span)
    })
}

/// Browsers let any page connect to anywhere, and say from where: only known pages, and our own. What is no browser
/// says nothing.
fn may_connect(house: &House, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").map(|(_, rest)| rest) == host && host.is_some();
    own || house.wire.cors_origins.iter().any(|allowed| allowed == origin)
}

fn offers_protocol(headers: &HeaderMap) -> bool {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|offered| offered.to_str().ok());
    offered.flat_map(|offered| offered.split(',')).any(|protocol| protocol.trim() == PROTOCOL)
}

/// Carries messages both ways until the client leaves, or has to.
async fn carry(socket: WebSocket, protocol: GraphQLProtocol, live: Live, shown: Option<SecretString>, house: &House) {
    let (mut to_client, from_client) = socket.split();
    let (speaking, mut said) = speak(from_client, protocol, live, shown);
    let mut speaking = pin!(speaking);
    let mut leaving = pin!(told_to_leave(house.leaving.subscribe()));
    // At first that the client has not said who it is.
    let mut ending: Ending = Box::pin(sleep(IN_TIME).map(|()| TOO_LATE));
    let mut pings = interval_at(Instant::now() + PING, PING);
    loop {
        tokio::select! {
            biased;
            reason = &mut ending => return close(&mut to_client, reason).await,
            () = &mut leaving => return close(&mut to_client, GOING_AWAY).await,
            Some(later) = said.ending.recv() => ending = later,
            _ = pings.tick() => {
                let silent = said.last_heard.borrow().elapsed() > 2 * PING;
                if silent || !pass_on(&mut to_client, Message::Ping(Bytes::new())).await {
                    return;
                }
            }
            Some(message) = said.answers.recv() => {
                if !pass_on(&mut to_client, message).await {
                    return;
                }
            }
            // The client left, or the last word is among those that wait.
            () = &mut speaking => break,
        }
    }
    while let Ok(message) = said.answers.try_recv() {
        if !pass_on(&mut to_client, message).await {
            return;
        }
    }
}

/// When a connection ends, and why.
type Ending = BoxFuture<'static, (u16, &'static str)>;

/// What comes of speaking with a client.
struct Said {
    /// What is to be sent.
    answers: mpsc::Receiver<Message>,
    /// When it ends, once it is known who the client is.
    ending: mpsc::Receiver<Ending>,
    /// When anything was heard of the client, if only that it is there.
    last_heard: watch::Receiver<Instant>,
}

/// Speaks the protocol with a client.
fn speak(
    from_client: SplitStream<WebSocket>,
    protocol: GraphQLProtocol,
    live: Live,
    shown: Option<SecretString>,
) -> (impl Future<Output = ()>, Said) {
    let (to_send, answers) = mpsc::channel(WAITING);
    let (known, ending) = mpsc::channel(1);
    let (heard, last_heard) = watch::channel(Instant::now());

    let to_send = sink::unfold(to_send, async |to_send, message| to_send.send(message).await.map(|()| to_send));
    let from_client = from_client.inspect(move |_| _ = heard.send_replace(Instant::now()));
    let speaking = GraphQLWebSocket::new_with_pair(Box::pin(to_send), from_client, live.clone(), protocol)
        .on_connection_init(async move |payload| {
            let begun = live.begin(bearer_in(&payload).or(shown)).await;
            let begun = begun.map(|begun| _ = known.try_send(Box::pin(over(begun)) as Ending));
            begun.map(|()| ConnectionData::default()).map_err(Into::into)
        })
        .serve();
    (speaking, Said { answers, ending, last_heard })
}

async fn told_to_leave(mut leaving: watch::Receiver<bool>) {
    let _ = leaving.wait_for(|leaving| *leaving).await;
}

/// Comes when the client has to leave: its token has expired, or its session is over.
async fn over(Begun { left, over }: Begun) -> (u16, &'static str) {
    tokio::select! {
        () = sleep(left) => EXPIRED,
        () = over => {
            // What there is to tell of it is told first.
            sleep(LAST_WORDS).await;
            REVOKED
        }
    }
}

/// Sends a message, and says whether there may be more.
async fn pass_on(to_client: &mut SplitSink<WebSocket, Message>, message: Message) -> bool {
    match message {
        Message::Close(frame) => {
            close(to_client, frame.as_ref().map_or(INVALID_MESSAGE, reason)).await;
            false
        }
        message => matches!(timeout(IN_TIME, to_client.send(message)).await, Ok(Ok(()))),
    }
}

async fn close(to_client: &mut SplitSink<WebSocket, Message>, (code, reason): (u16, &'static str)) {
    let frame = CloseFrame { code, reason: reason.into() };
    let _ = timeout(IN_TIME, to_client.send(Message::Close(Some(frame)))).await;
    let _ = timeout(IN_TIME, to_client.close()).await;
}

/// The protocol's code for what the library closes with, and none of the library's words.
fn reason(frame: &CloseFrame) -> (u16, &'static str) {
    const REJECTED: [&str; 5] = ["MISSING", "INVALID", "EXPIRED", "NOT_YET_VALID", "REVOKED"];
    match (frame.code, frame.reason.as_str()) {
        (1011, _) => UNAUTHORIZED,
        (4429, _) => (4429, "Too many initialisation requests"),
        (_, "SERVICE_UNAVAILABLE") => TRY_AGAIN_LATER,
        (_, said) => REJECTED.iter().find(|reason| **reason == said).map_or(INVALID_MESSAGE, |reason| (4403, *reason)),
    }
}

/// The bearer token in the payload of `connection_init`, under the name of the header.
fn bearer_in(payload: &serde_json::Value) -> Option<SecretString> {
    let (_, value) = payload.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let (scheme, token) = value.as_str()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().into())
}
