//! Latchkey: user accounts for GraphQL applications. This page is the plan of the code, and its only one.
//!
//! # The plan
//!
//! ```text
//!   main ─▶ command ─▶ app ─▶ config       command reads the command line; app creates and connects the parts
//!              │        │
//!              │        ▼
//!              │      http ──▶ graphql ──▶ accounts ──▶ entity        the rows, and named queries
//!              │                (schema)    (rules)  ├─▶ secrets      passwords, tokens and keys
//!              └──▶ import ────────────────▶         ├─▶ throttle     rate limits
//!                                                    ├─▶ breaches     leaked passwords
//!                                                    ├─▶ mail         texts and transport of mails
//!                                                    └─▶ database, clock
//!
//!   metrics, trace, log, log_limiter       what operators see
//! ```
//!
//! A request takes one path: [`http`] turns bytes into a document and a bearer token, [`graphql`] turns the document
//! into calls, [`accounts`] decides who may do what, and `entity` reads and writes the rows. A login, file by file:
//! `http/endpoint.rs`, `graphql/execution/api.rs`, `graphql/login/log_in.rs`, `accounts/login/log_in.rs`,
//! `accounts/login/admission.rs`, `entity/session/mod.rs`.
//!
//! A topic has the same folder name in every layer: `accounts/password/`, `graphql/password/`, `tests/api/password/`. So
//! you can guess where a new verb goes:
//!
//! | to find | look in |
//! |---|---|
//! | the form of an e-mail address, a username or a display name | `accounts/identifier/names/` |
//! | what a new password must be like | `accounts/password/policy.rs` |
//! | logging in, and every further way to log in | `accounts/login/`; each ends in `admission.rs` |
//! | how an access token is checked | `accounts/authentication/authenticate.rs`; its signature, in `secrets/access_token/` |
//! | what happens when a refresh token is used twice | `accounts/session/refresh.rs` |
//! | a condition that keeps users out | `accounts/authentication/gate.rs` |
//! | how often something may be tried | `throttle/rate_limits.rs`; who is counted, in `accounts/attempts.rs` |
//! | a second factor, when it comes | `accounts/login/`, between the proof and `admission.rs`; what it needs to know later, in `gate.rs` |
//! | a fact that is logged, counted and stored | `accounts/event/mod.rs` |
//! | how a mail is retried | `accounts/outbox/worker.rs` |
//! | which rows are deleted, and when | `accounts/cleanup.rs` |
//! | how large a query may be | `graphql/execution/limits/`; its cost, in `graphql/execution/plan/cost.rs` |
//! | a setting | its declaration in `config/settings/` |
//! | a command of the operator | `command/`; its rule, in `accounts/admin/` |
//! | a header, a cookie, a status code | `http/` |
//!
//! # How to add to it
//!
//! - A verb: a file in its topic's folder of `accounts/` with `impl Accounts { pub async fn verb(…) }`, which takes
//!   *who* first and *what* second; a file in the same folder of `graphql/` with its input, its result union and its
//!   resolver; both named in the `mod.rs` of their folders; and a test file in `tests/api/`. `docs/contributing.md` shows
//!   one, with its refusal, its event and its limit.
//! - A way to log in: a file in `accounts/login/` that ends with `self.admit(…)`.
//! - A verb for admins: a file in `accounts/admin/`.
//! - A table: a step in `migration/src`, and a file in `entity/` with its queries.
//! - A mail: its kind and its texts in [`mail`], and its recipient in `accounts/outbox/`.
//! - A setting: its declaration in `config/settings/`, from which `--help`, `docs/configuration.md` and `.env.example` are made.
//! - A command: a file in `command/`.
//!
//! # The words
//!
//! One word names one thing: the entity, the file in `accounts`, the file in `graphql` and the test. Only tables keep the
//! names of their first migration.
//!
//! | word | meaning |
//! |---|---|
//! | user | a person's record; contains no secret |
//! | password | one way to prove who the user is; a table of its own |
//! | session | one device that is logged in: a row that can be ended |
//! | access token, refresh token | what a client holds for its session: short-lived and signed; opaque and valid once |
//! | caller | the sender of a request: anonymous, unrecognised (an invalid token) or known |
//! | actor, admin | permissions as values: a known user; one with the admin role |
//! | gate | a condition between proof and admission, checked again on each request |
//! | attempt | a rate-limited try, counted before the work |
//! | ticket | a single-use secret that is sent to a mailbox, with a purpose |
//! | pending registration | a registration whose address is not verified yet |
//! | event | a fact that happened: a row that is committed with the change, a log line, a count, and the mail it causes |
//! | refusal, fault | the server said no; the server broke |
//!
//! `tests/architecture/words.rs` keeps texts plain: subject, verb, object, and the terms of the field.
//!
//! # The arrows
//!
//! Which module may import which, and which crates only the named modules may name. `tests/architecture/` reads this
//! table. [`accounts`] and [`graphql`] have tables for their folders, and no two files of different folders import each
//! other.
//!
//! | module | may import | crates that only it names |
//! |---|---|---|
//! | `main` | `command` | |
//! | `command/` | `accounts`, `app`, `clock`, `config`, `database`, `graphql`, `http`, `import`, `log`, `mail`, `secrets`, `trace` | `clap`, `indicatif` |
//! | [`app`] | `accounts`, `breaches`, `clock`, `config`, `database`, `graphql`, `http`, `log`, `mail`, `metrics`, `secrets`, `throttle` | `sea-orm` |
//! | [`config`] | `accounts`, `breaches`, `database`, `mail`, `private_file`, `secrets`, `throttle`, `trace` | `dotenvy` |
//! | [`log`] | `config` | `tracing-subscriber` |
//! | [`http`] | `accounts`, `graphql`, `log_limiter`, `metrics`, `trace` | `async-graphql-axum`, `axum`, `hyper`, `tower-http`, `tower-layer`, `tower-service` |
//! | [`graphql`] | `accounts`, `log_limiter`, `metrics`, `trace` | `async-graphql` |
//! | [`accounts`] | `breaches`, `clock`, `database`, `entity`, `log_limiter`, `mail`, `metrics`, `secrets`, `throttle`, `trace` | `icu-casemap`, `icu-properties`, `idna`, `latchkey-names`, `sea-orm`, `unicode-normalization`, `unicode-security` |
//! | `entity/` | | `sea-orm` |
//! | [`secrets`] | `private_file`, `trace` | `aws-lc-rs`, `base64`, `bcrypt`, `jsonwebtoken`, `rustix`, `thread-priority` |
//! | [`throttle`] | `database`, `entity`, `secrets` | `sea-orm` |
//! | [`breaches`] | `clock`, `trace` | `aws-lc-rs`, `hyper`, `hyper-rustls`, `rustls` |
//! | [`mail`] | `private_file` | `latchkey-names`, `lettre`, `minijinja` |
//! | [`database`] | `private_file`, `trace` | `latchkey-migration`, `sea-orm` |
//! | [`import`] | `accounts`, `private_file` | `csv`, `sea-orm` |
//! | [`metrics`] | | `prometheus-client` |
//! | [`trace`] | | `opentelemetry`, `opentelemetry-otlp`, `opentelemetry-sdk` |
//! | [`clock`] | | |
//! | [`log_limiter`] | | |
//! | `private_file` | | |
//!
//! `migration/`, `secrets/hashing/lanes/` and `accounts/identifier/names/` are crates of their own and import nothing of
//! this one: the first, so that a step never changes with the code, the second, so that debug builds optimise it, the
//! third, so that the step that converts existing identifiers computes the forms that the server looks for. A change of
//! these forms is the exception to the rule that steps do not change with the code: it needs a step that runs again.
//!
//! Nothing below `http` knows a header, a cookie or a status code. Nothing outside `accounts`, `throttle` and `entity`
//! knows a row. The environment is read once.
//!
//! # Beside the code
//!
//! `tests/` use the public interfaces of the running server. `docs/` is the manual, by reader: too long for README, and
//! each of its snippets, tables and commands is tested. `deploy/` holds examples of everything that runs around the
//! server; the scripts in `tests/faults/` run them as they are. Readers look for these two in the repository, so they
//! are not hidden, and they contain no code of the server, so they are not in `src/`.
//!

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
