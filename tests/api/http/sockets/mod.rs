//! WebSockets: the protocol that they speak, which pages may open them, how many there may be, and what they cost.

mod cost;
mod limits;
mod missed;
mod origin;
mod protocol;

use crate::support::{House, at, client::Client, subscriber::Said};

const SUBSCRIPTION: &str = "subscription { sessionEnded { id } }";

fn endpoint(house: &House) -> String {
    house.url("/graphql")
}

fn token(client: &Client) -> &str {
    client.token.as_deref().expect("a token")
}

async fn session_id(client: &Client) -> String {
    at(&client.verify(token(client)).await, "claims.sid").as_str().expect("an id").to_owned()
}

fn closed(code: u16, reason: &str) -> Said {
    Said::Closed(code, reason.to_owned())
}
