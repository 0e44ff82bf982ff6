//! HTTP: the endpoint, headers, connections, slow clients and WebSockets.

mod connections;
mod endpoint;
mod headers;
mod request_log;
mod security_headers;
mod slow_clients;
mod sockets;
