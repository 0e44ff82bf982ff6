//! A client of graphql-transport-ws, as anybody would write one.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::StatusCode},
};

pub const PROTOCOL: &str = "graphql-transport-ws";

/// How long anything may take.
const IN_TIME: Duration = Duration::from_secs(8);

/// A WebSocket to `/graphql`.
pub struct Subscriber {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What comes over it.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Message(Value),
    Closed(u16, String),
}

impl Subscriber {
    /// Connects to this endpoint with these headers; the status, where it may not.
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

    /// Connected, and known by this token.
    pub async fn known(endpoint: &str, token: &str) -> Self {
        let mut subscriber = Self::connect(endpoint, &[("sec-websocket-protocol", PROTOCOL)]).await.expect("connected");
        let payload = json!({ "authorization": format!("Bearer {token}") });
        subscriber.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(subscriber.next().await, Said::Message(json!({ "type": "connection_ack" })));
        subscriber
    }

    pub async fn send(&mut self, message: &Value) {
        self.send_text(message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: String) {
        // The other end may have closed already, and says why.
        let _ = self.socket.send(Message::text(text)).await;
    }

    pub async fn subscribe(&mut self, id: &str, document: &str) {
        self.send(&json!({ "type": "subscribe", "id": id, "payload": { "query": document } })).await;
    }

    /// Subscribed to what this test is about, and so far that nothing more is missed.
    pub async fn to_session_ended(endpoint: &str, token: &str) -> Self {
        let mut subscriber = Self::known(endpoint, token).await;
        subscriber.subscribe("1", "subscription { sessionEnded { id current endedAt } }").await;
        // There is no answer to a subscription that began. By then it has, or the next message is late.
        tokio::time::sleep(Duration::from_millis(300)).await;
        subscriber
    }

    pub async fn next(&mut self) -> Said {
        loop {
            let message = tokio::time::timeout(IN_TIME, self.socket.next()).await.expect("something is said in time");
            match message {
                Some(Ok(Message::Text(text))) => return Said::Message(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Said::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Said::Closed(1006, String::new()),
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next session that is told to have ended.
    pub async fn ended(&mut self) -> Value {
        match self.next().await {
            Said::Message(message) => message["payload"]["data"]["sessionEnded"].clone(),
            Said::Closed(code, reason) => panic!("closed: {code} {reason}"),
        }
    }

    /// The code of the only error that this subscription is refused with, before anything is executed.
    pub async fn refused(&mut self, id: &str) -> String {
        let Said::Message(message) = self.next().await else { panic!("closed") };
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{message}");
        let errors = message["payload"].as_array().expect("a list of errors");
        assert_eq!(errors.len(), 1, "{message}");
        errors[0]["extensions"]["code"].as_str().expect("a code").to_owned()
    }

    /// Whether nothing more is said for a while.
    pub async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(400), self.socket.next()).await.is_err()
    }
}
