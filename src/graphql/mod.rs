//! The public words: the schema, its types, and how a document is answered.
//!
//! Translates and nothing more: what may be done is decided in `accounts`. A folder per topic and a file per verb
//! hold its input, its result union and its resolver; the `mod.rs` of a topic is its table of contents. Doc comments here
//! are published in the schema: write them for whoever generates a client from it. On an `#[Object]` they must stand on
//! the `impl`, or they are lost.

mod authentication;
mod context;
mod date_time;
mod email;
mod error;
mod execution;
mod language;
mod login;
mod password;
mod profile;
mod registration;
mod schema;
mod session;
mod type_system;
mod validation;

pub use context::Sender;
pub use error::{Code, TopLevelError};
pub use execution::{
    Api, AuthenticatedSubscriber, DocumentPolicy, DocumentSource, Payload, Reply, ReplyStatus, Request, Subscriber,
    SubscriberRejected, Transport, TrustedDocumentsError,
};
pub use schema::{sdl, subgraph_sdl};
