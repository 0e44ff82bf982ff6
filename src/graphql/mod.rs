//! The GraphQL API: the schema, and the execution of documents against it.
//!
//! Translates between GraphQL and [`crate::accounts`]: a resolver turns its arguments into a call, and the outcome into a
//! member of a result union. Knows no HTTP, no database and no rule about who may do what.
//!
//! The folders of the topics are named as in `accounts/` and hold a file for each query, mutation and subscription.
//! `schema/` puts the topics together, and `error/` has the errors that they share. `language/`, `type_system/`,
//! `validation/` and `execution/` implement the GraphQL specification and know no topic.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use latchkey::{accounts::{Accounts, Origin}, graphql::TrustedDocumentsError, metrics::Metrics};
//! use latchkey::graphql::{Api, Client, DocumentPolicy, DocumentSource, Request, Transport};
//!
//! # async fn example(accounts: Arc<Accounts>, metrics: Arc<Metrics>, origin: Origin) -> Result<(), TrustedDocumentsError> {
//! let api = Api::new(accounts, metrics, &DocumentPolicy::default())?;
//! let request = Request {
//!     document: DocumentSource::Text("{ profile { id } }".to_owned()),
//!     operation_name: None,
//!     variables: serde_json::Map::new(),
//!     transport: Transport::Post,
//! };
//! let client = Client { bearer: None, origin, request_id: "a1".into() };
//! let reply = api.execute(request, client).await;
//! println!("{}", String::from_utf8_lossy(&reply.json));
//! # Ok(())
//! # }
//! ```
//!
//! # Adding a mutation
//!
//! 1. Write a file in the folder of its topic, with the input, the result union and the resolver. An argument that holds
//!    a password or a token has `#[graphql(secret)]`.
//! 2. List its object in the `mod.rs` of the topic.
//! 3. A refusal that no other mutation has becomes an entry in the table of user errors, `error/code.rs`.
//! 4. Print the schema: `cargo run -- schema > schema.graphql`.
//!
//! Doc comments of types, fields and arguments are published as descriptions in the schema: write them for the person who
//! generates a client. On an `#[Object]` they belong on the `impl`, since async-graphql ignores those on the `struct`.
//!
//! # The arrows between the folders
//!
//! `tests/architecture/` holds them. Every folder may import the files beside this one, and only the folders named here.
//! No two files of different folders import each other.
//!
//! | folder | may import |
//! |---|---|
//! | `error` |  |
//! | `language` |  |
//! | `type_system` |  |
//! | `validation` | `language`, `type_system` |
//! | `session` | `error` |
//! | `profile` | `error`, `session` |
//! | `authentication` | `error`, `profile` |
//! | `email` | `error`, `profile` |
//! | `login` | `error`, `profile`, `session` |
//! | `password` | `error`, `profile`, `session` |
//! | `registration` | `error`, `profile`, `session` |
//! | `schema` | `authentication`, `email`, `error`, `login`, `password`, `profile`, `registration`, `session` |
//! | `execution` | `error`, `language`, `schema`, `type_system`, `validation` |

mod authentication;
mod context;
mod date_time;
mod email;
mod error;
mod execution;
mod instrument;
mod language;
mod login;
mod password;
mod profile;
mod registration;
mod schema;
mod session;
mod type_system;
mod user_loader;
mod validation;

pub use context::Client;
pub use error::{Code, TopLevelError};
pub use execution::{
    Api, AuthenticatedSubscriber, DocumentPolicy, DocumentSource, Payload, Reply, ReplyStatus, Request, Subscriber,
    SubscriberRejected, Transport, TrustedDocumentsError,
};
pub use schema::{sdl, subgraph_sdl};
