//! WebSockets: their protocol, authentication, origins, limits and cost.

mod authentication;
mod cost;
mod limits;
mod missed;
mod origin;
mod protocol;

use crate::support::{TestApp, client::Client, subscriber::Received};

const SUBSCRIPTION: &str = "subscription { sessionEnded { id } }";

fn endpoint(app: &TestApp) -> String {
    app.url("/graphql")
}

fn token(client: &Client) -> &str {
    client.token.as_deref().expect("a token")
}

fn closed(code: u16, reason: &str) -> Received {
    Received::Closed(code, reason.to_owned())
}
