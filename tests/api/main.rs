//! What a client meets: every test enters by the front door, on SQLite and on PostgreSQL.

#[path = "../support/mod.rs"]
mod support;

mod admin;
mod authentication;
mod database;
mod email;
mod execution;
mod federation;
mod http;
mod identifier;
mod login;
mod mail;
mod operations;
mod password;
mod profile;
mod registration;
mod session;
mod throttle;
mod typed_client;
