//! The public words: the schema, its types, and how a document is answered.
//!
//! Translates and nothing more: what may be done is decided in `accounts`. A file per concept holds its type, its
//! input, its result union and its resolver; `query.rs` and `mutation.rs` are the tables of contents. Doc comments here
//! are published in the schema: write them for whoever generates a client from it. On an `#[Object]` they must stand on
//! the `impl`, or they are lost.

mod api;
mod caller;
mod change_password;
mod confirm_email_change;
mod counted;
mod date_time;
mod document;
mod document_cache;
mod entity;
mod error_code;
mod execution;
mod language;
mod limits;
mod live;
mod login;
mod logout;
mod mutation;
mod node;
mod profile;
mod query;
mod refresh_token;
mod register;
mod request_email_change;
mod request_email_verification;
mod request_password_reset;
mod reset_password;
mod revoke_other_sessions;
mod revoke_session;
mod sdl;
mod session;
mod session_ended;
mod sessions;
mod ticket_rejected;
mod token;
mod top_level_error;
mod trusted_documents;
mod type_system;
mod update_profile;
mod user;
mod user_error;
mod users;
mod validation;
mod validation_failed;
mod verify_email;
mod verify_token;

pub use api::{Api, Carrier, Document, DocumentPolicy, Outcome, Reply, Request};
pub use caller::Sender;
pub use live::{Begun, Live, NotLive, Payload};
pub use sdl::{sdl, subgraph_sdl};
pub use top_level_error::{Code, TopLevelError};
pub use trusted_documents::Untrustworthy;
