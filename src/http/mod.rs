//! HTTP: routes, GraphQL over HTTP and WebSockets, probes, metrics, and the limits that protect the server.
//!
//! A request passes through `connection`, `middleware` and `routes`. The route for GraphQL is `endpoint`: it reads a
//! request with `request`, has [`graphql`](crate::graphql) execute it, and writes the result with `response`.
//!
//! This is the only module that knows headers and status codes. It knows nothing about passwords, sessions and the
//! database: it passes a bearer token and the address of the client on to `graphql`.
//!
//! To add a route, add a file with its handler, and add it to `router` and `route_label` in `routes.rs`. Handlers
//! receive the shared [`AppState`]. To add a header to all responses, see `middleware`.
//!
//! ```no_run
//! use std::{sync::Arc, time::Duration};
//!
//! use latchkey::http::{AppState, Server};
//!
//! # async fn example(state: AppState) -> std::io::Result<()> {
//! let address = "127.0.0.1:8000".parse().expect("an address");
//! let server = Server::bind(address, Arc::new(state), Duration::ZERO).await?;
//! server.run(std::future::pending()).await;
//! # Ok(())
//! # }
//! ```

mod connection;
mod endpoint;
mod graphiql;
mod middleware;
mod operations;
mod quota;
mod request;
mod response;
mod routes;
mod server;
mod socket;
mod state;
mod well_known;

pub use self::{
    operations::{healthcheck, metrics_server::MetricsServer},
    server::Server,
    state::{AppState, HttpConfig},
};
