//! One WebSocket from the handshake to the close: graphql-transport-ws with one client.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use futures_util::{
    FutureExt,
    future::{self, BoxFuture},
};
use secrecy::SecretString;
use serde_json::Value;
use tokio::{
    sync::watch,
    time::{Instant, Interval, interval_at, sleep, sleep_until, timeout},
};

use super::{
    close::Close,
    message::{self, ClientMessage},
    pace::Pace,
    sockets::Place,
    subscriptions::Subscriptions,
};
use crate::graphql::{Begun, Live, NotLive, Payload, Request};

/// How long a client may take to send its token, and to read a message.
const IN_TIME: Duration = Duration::from_secs(5);

/// How often to check whether the client is still there. One that sends nothing for twice as long is gone.
const PING: Duration = Duration::from_secs(30);

/// How long a connection stays open after its session, for subscriptions to send the end of it.
const LAST_MESSAGES: Duration = Duration::from_secs(3);

/// How long to wait for the client's own close frame.
const LINGER: Duration = Duration::from_secs(1);

/// A connection with one client.
pub(super) struct Connection {
    socket: WebSocket,
    live: Live,
    subscriptions: Subscriptions,
    until: Until,
    pings: Interval,
    pace: Pace,
    last_heard: Instant,
    initialised: bool,
}

/// When the connection ends.
struct Until {
    place: Place,
    leaving: watch::Receiver<bool>,
    /// At first the deadline of `connection_init`, then the end of the token, then that of the last messages.
    deadline: BoxFuture<'static, Close>,
    /// The end of the session.
    over: BoxFuture<'static, ()>,
    is_over: bool,
}

/// The connection ends: with this close frame, or because the client is gone.
type End = Option<Close>;

impl Connection {
    pub(super) fn new(socket: WebSocket, live: Live, place: Place, leaving: watch::Receiver<bool>) -> Self {
        let until = Until {
            place,
            leaving,
            deadline: sleep(IN_TIME).map(|()| Close::NOT_INITIALISED).boxed(),
            over: future::pending().boxed(),
            is_over: false,
        };
        let pings = interval_at(Instant::now() + PING, PING);
        Self {
            socket,
            live,
            subscriptions: Subscriptions::default(),
            until,
            pings,
            pace: Pace::new(),
            last_heard: Instant::now(),
            initialised: false,
        }
    }

    /// Speaks with the client until one of them has to leave. `shown` is the token of the handshake, if there was one.
    pub(super) async fn run(mut self, mut shown: Option<SecretString>) {
        let end = loop {
            if let Err(end) = self.step(&mut shown).await {
                break end;
            }
        };
        if let Some(close) = end {
            let makes_room = close == Close::TRY_AGAIN_LATER;
            let _ = self.send(Message::Close(Some(close.into()))).await;
            if makes_room {
                // What it takes is needed now.
                return;
            }
            // A connection that is closed with something left to read is reset, and its last message lost.
            let _ = timeout(LINGER, async { while let Some(Ok(_)) = self.socket.recv().await {} }).await;
        }
    }

    /// Waits for the next thing to happen, and does it.
    async fn step(&mut self, shown: &mut Option<SecretString>) -> Result<(), End> {
        if self.until.is_over && self.subscriptions.is_empty() {
            return Err(Some(Close::REVOKED));
        }
        let next_read = self.pace.next();
        let read = async {
            sleep_until(next_read).await;
            self.socket.recv().await
        };
        tokio::select! {
            biased;
            close = self.until.next() => close.map_or(Ok(()), |close| Err(Some(close))),
            _ = self.pings.tick() => self.ping().await,
            (id, payload) = self.subscriptions.next() => self.send_payload(id, payload).await,
            received = read => match received {
                Some(Ok(received)) => self.receive(received, shown).await,
                Some(Err(_)) | None => Err(None),
            },
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.last_heard.elapsed() > 2 * PING {
            return Err(None);
        }
        self.send(Message::Ping(Bytes::new())).await
    }

    async fn send_payload(&mut self, id: String, payload: Option<Payload>) -> Result<(), End> {
        let text = match payload {
            Some(Payload::Response(response)) => message::next(&id, &response),
            Some(Payload::Errors(errors)) => {
                self.subscriptions.remove(&id);
                message::error(&id, &errors)
            }
            None => message::complete(&id),
        };
        self.send(Message::text(text)).await
    }

    async fn receive(&mut self, received: Message, shown: &mut Option<SecretString>) -> Result<(), End> {
        self.last_heard = Instant::now();
        self.pace.count();
        let text: &[u8] = match &received {
            Message::Text(text) => text.as_bytes(),
            Message::Binary(bytes) => bytes,
            // The library answers pings, and a close; after that nothing more is received.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
        };
        match ClientMessage::parse(text).ok_or(Some(Close::INVALID_MESSAGE))? {
            ClientMessage::ConnectionInit(_) if self.initialised => Err(Some(Close::INITIALISED_TWICE)),
            ClientMessage::ConnectionInit(payload) => self.initialise(bearer_in(&payload).or(shown.take())).await,
            ClientMessage::Ping(payload) => self.send(Message::text(message::pong(payload.as_ref()))).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe(..) if !self.initialised => Err(Some(Close::UNAUTHORIZED)),
            ClientMessage::Subscribe(id, request) => self.subscribe(id, *request).await,
            ClientMessage::Complete(id) => {
                self.subscriptions.remove(&id);
                Ok(())
            }
        }
    }

    /// Authenticates the client, and makes the socket one of its user.
    async fn initialise(&mut self, bearer: Option<SecretString>) -> Result<(), End> {
        let begun = tokio::select! {
            biased;
            close = self.until.next() => return close.map_or(Ok(()), |close| Err(Some(close))),
            begun = self.live.begin(bearer) => begun,
        };
        let Begun { user, left, over } = begun.map_err(|NotLive(reason)| Some(Close::rejected(reason)))?;
        self.until.place.admit(user).map_err(Some)?;
        self.initialised = true;
        self.until.deadline = sleep(left).map(|()| Close::EXPIRED).boxed();
        self.until.over = over;
        self.send(Message::text(message::CONNECTION_ACK)).await
    }

    async fn subscribe(&mut self, id: String, request: Request) -> Result<(), End> {
        if self.subscriptions.has(&id) {
            return Err(Some(Close::subscriber_exists(&id)));
        }
        match self.live.subscribe(request, self.subscriptions.len()) {
            Ok(payloads) => {
                self.subscriptions.insert(id, payloads);
                Ok(())
            }
            Err(errors) => self.send(Message::text(message::error(&id, &errors))).await,
        }
    }

    /// Sends a message. The connection ends where the client does not read it in time.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(IN_TIME, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }
}

impl Until {
    /// Completes when the connection has to be closed; with nothing, when its session has ended.
    async fn next(&mut self) -> Option<Close> {
        tokio::select! {
            biased;
            close = self.place.closed() => Some(close),
            () = is_leaving(&mut self.leaving) => Some(Close::GOING_AWAY),
            close = &mut self.deadline => Some(close),
            () = &mut self.over, if !self.is_over => {
                self.is_over = true;
                self.deadline = sleep(LAST_MESSAGES).map(|()| Close::REVOKED).boxed();
                None
            }
        }
    }
}

async fn is_leaving(leaving: &mut watch::Receiver<bool>) {
    let _ = leaving.wait_for(|leaving| *leaving).await;
}

/// The bearer token in the payload of `connection_init`, under the name of the header.
fn bearer_in(payload: &Value) -> Option<SecretString> {
    let (_, value) = payload.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let (scheme, token) = value.as_str()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().into())
}
