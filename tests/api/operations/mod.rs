//! What operators see and use: the program, its log, its metrics, its traces and the documentation.

mod command_line;
mod documentation;
mod event_log;
mod metrics;
mod secrets_in_log;
mod trace;
