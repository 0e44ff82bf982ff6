//! The client of a request: its address, its network and its bearer token.

use std::{borrow::Cow, net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, header, request::Parts};
use ipnet::IpNet;
use secrecy::SecretString;

use super::client_address::{Peer, client_address, is_trusted};
use crate::{accounts::Origin, graphql::Client, http::state::AppState};

/// The id of a request, which is in its log lines and in its response.
#[derive(Clone, Debug)]
pub(in crate::http) struct RequestId(pub(in crate::http) Arc<str>);

/// The network whose limits apply to a request, or `None` if only the address of a trusted proxy is known: a proxy
/// forwards the requests of many networks.
pub(in crate::http) fn network(state: &AppState, origin: &Origin) -> Option<IpNet> {
    let is_client = |address: &IpAddr| !is_trusted(*address, &state.config.trusted_proxies);
    origin.address.filter(is_client).and_then(|_| origin.network())
}

/// The client, as far as it is known from the head of the request.
pub(in crate::http) fn client(state: &AppState, head: &Parts) -> Client {
    let peer = head.extensions.get::<Peer>();
    let address = peer.map(|Peer(peer)| client_address(*peer, &head.headers, &state.config.trusted_proxies));
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let user_agent = head.headers.get(header::USER_AGENT).map(|value| decoded(value.as_bytes()));
    let origin = Origin::new(address, user_agent.as_deref(), text(header::ACCEPT_LANGUAGE));
    let request_id = head.extensions.get::<RequestId>().map(|RequestId(id)| Arc::clone(id)).unwrap_or_default();
    Client { bearer: bearer(&head.headers), origin, request_id }
}

/// The text of a header that may not be ASCII: UTF-8, or otherwise Latin-1, as the names of devices are sent.
fn decoded(value: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(value) {
        Ok(text) => text.into(),
        Err(_) => value.iter().copied().map(char::from).collect(),
    }
}

/// The bearer token (RFC 6750 §2.1). Other schemes are ignored. With more than one header the token is empty, so that
/// the request is not authenticated by either of them.
pub(in crate::http) fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next()?;
    let text = String::from_utf8_lossy(value.as_bytes());
    let (scheme, token) = text.split_once(' ').unwrap_or((&text, ""));
    let token = if values.next().is_some() { "" } else { token.trim() };
    scheme.eq_ignore_ascii_case("bearer").then(|| token.into())
}
