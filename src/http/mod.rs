//! The config: routes, GraphQL over HTTP, health, and what surrounds every request.
//!
//! The only room that knows headers and status codes. A new route is a file here, a line in
//! `routes::router` and one in `routes::route_label`.

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
