//! `/`: GraphiQL, to try the schema in a browser. It comes with the binary and asks nobody else for anything.

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

/// A file that a page may load.
struct Asset {
    name: &'static str,
    content: &'static [u8],
}

/// Our own files, beside those of the libraries.
const OURS: [Asset; 2] = [
    Asset { name: "page.js", content: include_bytes!("page.js") },
    Asset { name: "page.css", content: include_bytes!("page.css") },
];

/// Scripts, styles and connections of our own origin and of no other; no frame around the page that holds tokens. The
/// hash is of the one style that GraphiQL's menu of operations writes into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='; \
    font-src 'self' data:; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page and what it loads.
pub(super) fn routes() -> Router<Arc<AppState>> {
    Router::new().route("/", get(page)).route("/graphiql/{name}", get(asset))
}

async fn page() -> Response {
    match LIBRARIES {
        Ok(_) => guarded("text/html; charset=utf-8", include_bytes!("page.html")),
        Err(missing) => {
            let text = format!("GraphiQL is not in this Latchkey: {missing}. The endpoint is /graphql.\n");
            (StatusCode::NOT_FOUND, text).into_response()
        }
    }
}

async fn asset(Path(name): Path<String>) -> Response {
    let mut assets = OURS.iter().chain(LIBRARIES.unwrap_or_default());
    match assets.find(|asset| asset.name == name) {
        Some(asset) => guarded(content_type(asset.name), asset.content),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some(_) | None => "text/javascript; charset=utf-8",
    }
}

fn guarded(content_type: &'static str, content: &'static [u8]) -> Response {
    const NAMES: [(HeaderName, &str); 2] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // Always the files of this very binary.
        (header::CACHE_CONTROL, "no-cache"),
    ];
    let mut response = ([(header::CONTENT_TYPE, content_type)], content).into_response();
    response.headers_mut().extend(NAMES.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}
