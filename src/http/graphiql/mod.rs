//! `/`: GraphiQL, for trying the schema in a browser. All of its files are in the binary; it loads nothing from other
//! servers.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::http::state::AppState;

include!(concat!(env!("OUT_DIR"), "/graphiql.rs"));

/// A file that the page loads.
struct Asset {
    name: &'static str,
    content: &'static [u8],
}

/// The files of Latchkey itself. Those of the libraries are in `LIBRARIES`.
const OWN: [Asset; 2] = [
    Asset { name: "page.js", content: include_bytes!("page.js") },
    Asset { name: "page.css", content: include_bytes!("page.css") },
];

/// The content security policy of the page: only this server's scripts, styles and connections, and no frames around a
/// page that holds tokens. The hash is of the one inline style of GraphiQL, for its menu of operations.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='; \
    font-src 'self' data:; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and its files.
pub(super) fn routes() -> Router<Arc<AppState>> {
    Router::new().route("/", get(page)).route("/graphiql/{name}", get(asset))
}

async fn page() -> Response {
    match LIBRARIES {
        Ok(_) => with_policy("text/html; charset=utf-8", include_bytes!("page.html")),
        Err(missing) => {
            let text = format!("This build has no GraphiQL: {missing}. The endpoint is /graphql.\n");
            (StatusCode::NOT_FOUND, text).into_response()
        }
    }
}

async fn asset(Path(name): Path<String>) -> Response {
    let mut assets = OWN.iter().chain(LIBRARIES.unwrap_or_default());
    match assets.find(|asset| asset.name == name) {
        Some(asset) => with_policy(content_type(asset.name), asset.content),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some(_) | None => "text/javascript; charset=utf-8",
    }
}

fn with_policy(content_type: &'static str, content: &'static [u8]) -> Response {
    const HEADERS: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The files change with the binary.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    let mut response = ([(header::CONTENT_TYPE, content_type)], content).into_response();
    response.headers_mut().extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}
