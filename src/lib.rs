//! Latchkey: user accounts for GraphQL applications. This page is the plan of the house, and its only one.
//!
//! # The plan
//!
//! ```text
//!   command ─▶ config, log            reads the settings, starts logging, does what the command line says
//!       │ └──▶ import ─▶ accounts     reads the users of another system, to bring them along
//!       ▼
//!      app                            puts the rooms together
//!       │
//!       ▼
//!     http ──▶ graphql ──▶ accounts ──▶ entity      the rows
//!    (wire)    (words)     (rules)  ├─▶ secrets     how secrets are made and checked
//!                                   ├─▶ throttle    how often someone may try
//!                                   ├─▶ breaches    whether a password leaked elsewhere
//!                                   ├─▶ mail        what mails look like, and how they are carried away
//!                                   ├─▶ database    how the database is opened, asked in groups, found ready
//!                                   └─▶ clock       what time it is
//!
//!     metrics                         what is counted: accounts, graphql and http count, app shows
//!     log_limiter                     how many lines a second a flood may write: accounts, graphql and http ask before they log
//!     trace                           where a request's time goes: whoever takes some says so, command sends it away
//! ```
//!
//! A request walks one corridor, there and back: [`http`] turns bytes into a document and a bearer token, [`graphql`]
//! turns the document into calls, [`accounts`] says who may do what, `entity` finds and keeps the rows.
//!
//! Within [`graphql`], a document passes `language` (the grammar), `validation` (does it fit the schema?) and `execution`
//! (variables, cost, plan) before async-graphql executes the plan. These three know the specification of GraphQL and
//! nothing of user accounts: `type_system` reads the schema from its SDL for them.
//!
//! # The words
//!
//! One word, one thing, on every floor: the same word names the table, the entity, the file in `accounts`, the file in
//! `graphql` and the test.
//!
//! | word | means |
//! |---|---|
//! | user | a person's record; carries no secret |
//! | password | one way to prove who you are; a table of its own |
//! | session | one device that is logged in: a row that can be ended |
//! | access token, refresh token | what the client carries: short-lived and signed; opaque, and counts once. Both belong to a session |
//! | caller | whoever sent the request: anonymous, unrecognised (a bad token) or known |
//! | actor, admin | proofs: a known user; one with the admin role |
//! | breach | where passwords leaked from, elsewhere; no new password is one of those |
//! | gate | a condition between proof and admission, asked again on each request |
//! | attempt | a try that is limited, counted before the work |
//! | ticket | a single-use secret that was sent to someone, with a purpose |
//! | newcomer | somebody who registered, and is no user yet |
//! | event | a fact that happened: a row that comes with the change, a line in the log, and the mail that is due because of it |
//! | refusal, fault | we said no; we broke |
//!
//! # The arrows: who may import whom
//!
//! `tests/architecture.rs` holds these, and which room alone may name which crate.
//!
//! | room | may import | crates that only it names |
//! |---|---|---|
//! | `main` | command | |
//! | `command/` | app, config, log, trace, and accounts, graphql, database, http, import, mail and secrets for single commands | clap, indicatif |
//! | [`app`] | every room | |
//! | [`log`] | config | tracing-subscriber |
//! | [`config`] | accounts, breaches, database, mail, secrets, throttle, trace (for the types that check themselves), `private_file` | dotenvy |
//! | [`http`] | graphql, accounts, metrics, trace, `log_limiter` | axum, tower, async-graphql-axum; hyper, shared with breaches |
//! | [`graphql`] | accounts, metrics, trace, `log_limiter` | async-graphql |
//! | [`import`] | accounts, `private_file` | csv; sea-orm, for databases of other systems |
//! | [`mail`] | `private_file` | lettre, minijinja |
//! | [`metrics`] | | prometheus-client |
//! | [`trace`] | | opentelemetry, with the feature `otlp` |
//! | [`accounts`] | entity, secrets, throttle, breaches, mail, database, clock, metrics, `log_limiter` | sea-orm, shared with entity, throttle, database and import |
//! | [`throttle`] | entity, secrets (for names that are not kept), database | |
//! | [`breaches`] | clock, trace | hyper-rustls, rustls |
//! | [`database`] | `private_file`, trace | |
//! | `entity` | | |
//! | [`secrets`] | `private_file`, trace | bcrypt, jsonwebtoken, rustix, `hashing/lanes/`; aws-lc-rs, shared with breaches |
//! | `private_file` | | |
//! | [`log_limiter`] | | |
//! | `secrets/hashing/lanes/` | nothing of this crate: a crate of its own, so that debug builds optimise it | |
//! | `migration/` | nothing of this crate | sea-orm-migration, shared with database |
//!
//! Beside the house stand `tests/`, which enter by its front door, and `deploy/`: how it is run, with examples of everything
//! around it that the scripts in `tests/faults/` run as they are. Operators look for that where they see it, so it is no
//! dotfile, and what is no code of the house does not belong in `src/`.
//!
//! What must stay absent: nothing below `http` knows a header, a cookie or a status code; nothing outside `accounts`,
//! `throttle` and `entity` knows a row; the environment is read once.
//!
//! # How to add to it
//!
//! A new use case is a file in `accounts/` with one `impl Accounts { pub async fn verb(…) }` that takes who first and
//! what second, a file in `graphql/` with its input, its result union and its resolver, a line in `graphql/query.rs`
//! or `graphql/mutation.rs`, and a test file of the same name in `tests/api/`. A new way to prove who you are ends in
//! [`accounts`]' entrance, which all of them share. A new table is a file in `migration/src` and one in `entity/`.
//! A new command is a file in `command/`. A new mail, or a language for all of them, is told in [`mail`]. What only an
//! admin may do is a file in `accounts/admin/`.

pub mod accounts;
pub mod app;
pub mod breaches;
pub mod clock;
pub mod config;
pub mod database;
mod entity;
pub mod graphql;
pub mod http;
pub mod import;
pub mod log;
pub mod log_limiter;
pub mod mail;
pub mod metrics;
mod private_file;
pub mod secrets;
pub mod throttle;
pub mod trace;
