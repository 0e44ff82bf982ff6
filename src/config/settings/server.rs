//! The settings of the HTTP server.

use std::{net::SocketAddr, time::Duration};

use ipnet::IpNet;

use super::database::DatabaseConfig;
use crate::config::{
    capacity,
    kind::{Kind, NONE, list, number, parsed, switch},
    network::network,
    origin::origin,
    settings_macro::{DefaultValue, settings},
};

settings! {
    /// The HTTP server: where it listens, and which clients, proxies and web pages it accepts.
    #[group("Server")]
    pub struct ServerConfig(database: &DatabaseConfig) {
        /// The address and port to listen on.
        #[setting("BIND", default = "127.0.0.1:8000", parsed("an address and a port, such as `127.0.0.1:8000`"))]
        pub bind: SocketAddr,

        /// Whether every client connects through TLS, which a proxy terminates. If so, browsers are instructed to use
        /// HTTPS only (HSTS).
        #[setting("HTTPS_ONLY", default = "false", switch())]
        pub https_only: bool,

        /// The proxies whose `X-Forwarded-For` header is trusted, separated by commas. A proxy that is not listed counts
        /// as one client, even on the same machine: it gets a sixteenth of `MAX_CONNECTIONS`, and all its clients share
        /// the rate limits of one address.
        #[setting(
            "TRUSTED_PROXIES",
            default = "none",
            list("addresses or networks, without a port, such as `10.0.0.0/8,::1`", network, NONE)
        )]
        pub trusted_proxies: Vec<IpNet>,

        /// The origins of the web pages that can call the server, separated by commas; empty for none. Apps have origins
        /// such as `capacitor://localhost`.
        #[setting(
            "CORS_ORIGINS",
            default = "http://localhost:3000,http://localhost:5173",
            list(
                "origins such as `https://app.example.com` or `capacitor://localhost`, without a path or a `*`",
                origin,
                ""
            )
        )]
        pub cors_origins: Vec<String>,

        /// The maximum number of connected clients; further clients wait. At most half of the connections can be
        /// WebSockets. An IPv4 address or an IPv6 /64 network can have a sixteenth of them, but at least 8; further
        /// connections get the status 503 and are closed. Only a proxy in `TRUSTED_PROXIES` can have more. By default,
        /// half of the memory is for connections, with 64 kB for each.
        #[setting(
            "MAX_CONNECTIONS",
            default = DefaultValue::Described("4096, or fewer if memory or open files are limited"),
            number(1..=100_000).or(capacity::max_clients(database.max_connections))
        )]
        pub max_clients: usize,

        /// For how many seconds after SIGTERM the server continues to accept requests while `/readyz` already fails:
        /// as long as your load balancer needs to notice.
        #[setting(
            "DRAIN_SECONDS",
            default = "0",
            number(0..=60).map(Duration::from_secs, Duration::as_secs)
        )]
        pub drain: Duration,
    }
}

impl ServerConfig {
    /// Whether only clients on this machine can connect.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.bind.ip().is_loopback()
    }
}
