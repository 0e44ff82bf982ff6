//! One WebSocket from its handshake to its close: handles the messages of the client, and sends those of its
//! subscriptions.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use secrecy::SecretString;
use tokio::{
    sync::watch,
    time::{Instant, Interval, interval_at, sleep_until, timeout},
};

use super::{
    close::Close,
    deadlines::Deadlines,
    message::{self, ClientMessage},
    pace::Pace,
    sockets::SocketGuard,
    subscriptions::Subscriptions,
};
use crate::graphql::{AuthenticatedSubscriber, Payload, Request, Subscriber, SubscriberRejected};

/// How long a client may take to initialise the connection.
const INIT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may take to read a message.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a ping is sent. A client that sends nothing for twice as long is considered disconnected.
const PING_INTERVAL: Duration = Duration::from_secs(30);

/// How long the server waits for the client's own close frame.
const LINGER: Duration = Duration::from_secs(1);

/// A WebSocket connection with one client.
pub(super) struct Connection {
    socket: WebSocket,
    subscriber: Subscriber,
    subscriptions: Subscriptions,
    deadlines: Deadlines,
    pings: Interval,
    pace: Pace,
    last_received: Instant,
    is_initialised: bool,
}

/// The end of a connection: with this close frame, or without one because the client has disconnected.
type End = Option<Close>;

impl Connection {
    pub(super) fn new(
        socket: WebSocket,
        subscriber: Subscriber,
        guard: SocketGuard,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            socket,
            subscriber,
            subscriptions: Subscriptions::default(),
            deadlines: Deadlines::new(guard, stopping, INIT_TIMEOUT),
            pings: interval_at(Instant::now() + PING_INTERVAL, PING_INTERVAL),
            pace: Pace::new(),
            last_received: Instant::now(),
            is_initialised: false,
        }
    }

    /// Serves the client until the connection ends. `bearer` is the token of the handshake, if it had one.
    pub(super) async fn run(mut self, mut bearer: Option<SecretString>) {
        let end = loop {
            if let Err(end) = self.step(&mut bearer).await {
                break end;
            }
        };
        if let Some(close) = end {
            let is_evicted = close == Close::TRY_AGAIN_LATER;
            let _ = self.send(Message::Close(Some(close.into()))).await;
            if is_evicted {
                // Another connection needs the slot now.
                return;
            }
            // Closing a connection with unread bytes resets it, and the client may lose the last message.
            let _ = timeout(LINGER, async { while let Some(Ok(_)) = self.socket.recv().await {} }).await;
        }
    }

    /// Waits for one event, and handles it.
    async fn step(&mut self, bearer: &mut Option<SecretString>) -> Result<(), End> {
        if self.deadlines.has_session_ended() && self.subscriptions.is_empty() {
            return Err(Some(Close::REVOKED));
        }
        let next_read = self.pace.next();
        let read = async {
            sleep_until(next_read).await;
            self.socket.recv().await
        };
        tokio::select! {
            biased;
            close = self.deadlines.next() => close.map_or(Ok(()), |close| Err(Some(close))),
            _ = self.pings.tick() => self.ping().await,
            (id, payload) = self.subscriptions.next() => self.send_payload(id, payload).await,
            received = read => match received {
                Some(Ok(received)) => self.receive(received, bearer).await,
                Some(Err(_)) | None => Err(None),
            },
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.last_received.elapsed() > 2 * PING_INTERVAL {
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

    async fn receive(&mut self, received: Message, bearer: &mut Option<SecretString>) -> Result<(), End> {
        self.last_received = Instant::now();
        self.pace.count();
        let text: &[u8] = match &received {
            Message::Text(text) => text.as_bytes(),
            Message::Binary(bytes) => bytes,
            // axum responds to pings and closes. After a close, nothing more is received.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(()),
        };
        match ClientMessage::parse(text).ok_or(Some(Close::INVALID_MESSAGE))? {
            ClientMessage::ConnectionInit(_) if self.is_initialised => Err(Some(Close::INITIALISED_TWICE)),
            ClientMessage::ConnectionInit(sent) => self.initialise(sent.or(bearer.take())).await,
            ClientMessage::Ping(payload) => self.send(Message::text(message::pong(payload.as_ref()))).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe(..) if !self.is_initialised => Err(Some(Close::UNAUTHORIZED)),
            ClientMessage::Subscribe(id, request) => self.subscribe(id, *request).await,
            ClientMessage::Complete(id) => {
                self.subscriptions.remove(&id);
                Ok(())
            }
        }
    }

    /// Authenticates the client, and assigns the socket to its user.
    async fn initialise(&mut self, bearer: Option<SecretString>) -> Result<(), End> {
        let authenticated = tokio::select! {
            biased;
            close = self.deadlines.next() => return close.map_or(Ok(()), |close| Err(Some(close))),
            authenticated = self.subscriber.authenticate(bearer) => authenticated,
        };
        let AuthenticatedSubscriber { user, expires_in, session_ended } =
            authenticated.map_err(|SubscriberRejected(reason)| Some(Close::rejected(reason)))?;
        self.deadlines.guard().assign(user).map_err(Some)?;
        self.is_initialised = true;
        self.deadlines.authenticated(expires_in, session_ended);
        self.send(Message::text(message::CONNECTION_ACK)).await
    }

    async fn subscribe(&mut self, id: String, request: Request) -> Result<(), End> {
        if self.subscriptions.has(&id) {
            return Err(Some(Close::subscriber_exists(&id)));
        }
        match self.subscriber.subscribe(request, self.subscriptions.len()) {
            Ok(payloads) => {
                self.subscriptions.insert(id, payloads);
                Ok(())
            }
            Err(errors) => self.send(Message::text(message::error(&id, &errors))).await,
        }
    }

    /// Sends a message. The connection ends if the client does not read it in time.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(SEND_TIMEOUT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }
}
