//! What a client meets: every test enters by the front door, on SQLite and on PostgreSQL.

#[path = "../support/mod.rs"]
mod support;

mod authorisation;
mod bad_input;
mod breached_passwords;
mod change_password;
mod command_line;
mod connections;
mod cost;
mod document_cache;
mod endpoint;
mod event;
mod faults;
mod federation;
mod forged_tokens;
mod fuzz;
mod headers;
mod import;
mod keys;
mod limits;
mod login;
mod mail;
mod mail_command;
mod metrics;
mod nesting;
mod node;
mod pooled;
mod profile;
mod protection;
mod readme;
mod refresh_token;
mod register;
mod revocation;
mod secrets;
mod session_ended;
mod sessions;
mod slow_clients;
mod sockets;
mod throttle;
mod trace;
mod trusted_documents;
mod typed_client;
mod update_profile;
mod user_command;
mod verify_token;
