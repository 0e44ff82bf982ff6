//! A client of the protocol graphql-transport-ws.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::StatusCode},
};

pub const PROTOCOL: &str = "graphql-transport-ws";

/// How long each step may take.
const IN_TIME: Duration = Duration::from_secs(8);

/// A WebSocket to `/graphql`.
pub struct Subscriber {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a subscriber receives.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    Message(Value),
    Closed(u16, String),
}

impl Subscriber {
    /// Connects to this endpoint with these headers. The error is the status of a refusal.
    pub async fn connect(endpoint: &str, headers: &[(&'static str, &str)]) -> Result<Self, StatusCode> {
        let mut request = endpoint.replace("http://", "ws://").into_client_request().expect("a URL");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects and authenticates with this access token.
    pub async fn authenticated(endpoint: &str, token: &str) -> Self {
        let mut subscriber = Self::connect(endpoint, &[("sec-websocket-protocol", PROTOCOL)]).await.expect("connected");
        let payload = json!({ "authorization": format!("Bearer {token}") });
        subscriber.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(subscriber.next().await, Received::Message(json!({ "type": "connection_ack" })));
        subscriber
    }

    pub async fn send(&mut self, message: &Value) {
        self.send_text(message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        // The server may have closed the socket already; the reason can still be received.
        let _ = self.socket.send(Message::text(text)).await;
    }

    pub async fn subscribe(&mut self, id: &str, document: &str) {
        self.send(&json!({ "type": "subscribe", "id": id, "payload": { "query": document } })).await;
    }

    /// Connects, subscribes to `sessionEnded`, and waits until the subscription has begun.
    pub async fn to_session_ended(endpoint: &str, token: &str) -> Self {
        let mut subscriber = Self::authenticated(endpoint, token).await;
        subscriber.subscribe("1", "subscription { sessionEnded { id current endedAt } }").await;
        // The protocol has no message for the start of a subscription.
        tokio::time::sleep(Duration::from_millis(300)).await;
        subscriber
    }

    pub async fn next(&mut self) -> Received {
        loop {
            let message = tokio::time::timeout(IN_TIME, self.socket.next()).await.expect("a message in time");
            match message {
                Some(Ok(Message::Text(text))) => {
                    return Received::Message(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Received::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Received::Closed(1006, String::new()),
                Some(Ok(_)) => {}
            }
        }
    }

    /// The session in the next message of a subscription to `sessionEnded`.
    pub async fn ended_session(&mut self) -> Value {
        match self.next().await {
            Received::Message(message) => message["payload"]["data"]["sessionEnded"].clone(),
            Received::Closed(code, reason) => panic!("closed: {code} {reason}"),
        }
    }

    /// The code of the only error in the next message, which refuses a request before it is executed.
    pub async fn error_code(&mut self, id: &str) -> String {
        let Received::Message(message) = self.next().await else { panic!("closed") };
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{message}");
        let errors = message["payload"].as_array().expect("a list of errors");
        assert_eq!(errors.len(), 1, "{message}");
        errors[0]["extensions"]["code"].as_str().expect("a code").to_owned()
    }

    /// Whether no message arrives for 0.4 seconds.
    pub async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(400), self.socket.next()).await.is_err()
    }
}
