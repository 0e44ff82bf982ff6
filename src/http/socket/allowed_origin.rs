//! Checks which pages may open a WebSocket: browsers allow any page to connect, and send its origin.

use axum::http::{HeaderMap, header, request::Parts};

use crate::http::{request::client_address::Peer, state::HttpConfig};

/// Whether a page may connect: pages of the server's own origin and of the origins in `CORS_ORIGINS`. Clients that are
/// not browsers send no origin and may connect.
pub(super) fn may_connect(config: &HttpConfig, head: &Parts) -> bool {
    let mut origins = head.headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    is_own(config, head, origin) || config.cors_origins.iter().any(|allowed| allowed == origin)
}

/// Whether scheme, host and port of the origin are those of the request.
fn is_own(config: &HttpConfig, head: &Parts, origin: &str) -> bool {
    let (scheme, default_port) = if is_https(config, head) { ("https://", ":443") } else { ("http://", ":80") };
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.strip_suffix(default_port).unwrap_or(host);
    let own = origin.strip_prefix(scheme);
    !host.is_empty() && own.is_some_and(|own| own.eq_ignore_ascii_case(host))
}

/// Whether the client uses HTTPS: all clients have to, or a trusted proxy says so.
fn is_https(config: &HttpConfig, head: &Parts) -> bool {
    let peer = head.extensions.get::<Peer>().map(|Peer(address)| address.to_canonical());
    let is_trusted = peer.is_some_and(|peer| config.trusted_proxies.iter().any(|net| net.contains(&peer)));
    config.https_only || (is_trusted && forwarded_https(&head.headers))
}

/// Whether the client called the outermost proxy with HTTPS. Some proxies write `wss` for a WebSocket.
fn forwarded_https(headers: &HeaderMap) -> bool {
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let outermost = forwarded.split(',').next().unwrap_or_default().trim();
    ["https", "wss"].iter().any(|secure| outermost.eq_ignore_ascii_case(secure))
}
