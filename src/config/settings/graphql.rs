//! The settings of the GraphQL API.

use std::path::PathBuf;

use super::server::ServerConfig;
use crate::config::{
    kind::{Kind, NONE, optional, path, switch},
    settings_macro::{DefaultValue, settings},
};

settings! {
    /// The GraphQL API: which documents run, and who can read the schema.
    #[group("GraphQL")]
    pub struct GraphqlConfig(server: &ServerConfig) {
        /// Whether clients can query the schema. By default, only if `BIND` is a loopback address.
        #[setting(
            "INTROSPECTION",
            default = DefaultValue::Described("true on loopback"),
            switch().or(server.is_local())
        )]
        pub introspection: bool,

        /// Whether `/` serves GraphiQL, an editor for GraphQL. By default, only if `BIND` is a loopback address.
        #[setting(
            "GRAPHIQL",
            default = DefaultValue::Described("true on loopback"),
            switch().or(server.is_local())
        )]
        pub graphiql: bool,

        /// Whether the fields for the gateway of a supergraph are enabled: `_entities` shows the public part of any user
        /// whose id is known, and `_service` the schema.
        #[setting("FEDERATION", default = "false", switch())]
        pub federation: bool,

        /// The manifest of persisted documents, as the client preset of graphql-codegen writes it. With a manifest, no
        /// other document runs.
        #[setting("TRUSTED_DOCUMENTS", default = "none", optional(NONE, path()))]
        pub trusted_documents: Option<PathBuf>,
    }
}
