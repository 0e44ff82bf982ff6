//! The command line: each command is a file that says what it takes, and does one thing.
//!
//! To add a command: a file with `command()` and `run()`, and a line in each of the two lists here.

mod check_config;
mod healthcheck;
mod import;
mod keys;
mod mail;
mod migrate;
mod schema;
mod serve;
mod user;

use std::{
    error::Error,
    io::{ErrorKind, Write},
};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Arg, ArgMatches, Command};
use latchkey::config::{Config, Problems, SETTINGS, Setting, Values};

type Outcome = Result<(), Box<dyn Error>>;

/// Reads the command line, and does what it says.
pub(super) fn run() -> Outcome {
    let matches = command().get_matches();
    match matches.subcommand() {
        Some(("check-config", given)) => check_config::run(given),
        Some(("healthcheck", given)) => in_runtime(healthcheck::run(given)),
        Some(("import", given)) => in_runtime(import::run(given)),
        Some(("keys", given)) => keys::run(given),
        Some(("mail", given)) => in_runtime(mail::run(given)),
        Some(("migrate", given)) => in_runtime(migrate::run(given)),
        Some(("schema", given)) => schema::run(given),
        Some(("serve", given)) => in_runtime(serve::run(given)),
        Some(("user", given)) => in_runtime(user::run(given)),
        _ => in_runtime(serve::run(&matches)),
    }
}

fn command() -> Command {
    Command::new("latchkey")
        .version(env!("CARGO_PKG_VERSION"))
        .about("User accounts for GraphQL applications")
        .long_about(
            "User accounts for GraphQL applications.\n\nWithout a command, latchkey serves. Settings are read from flags, \
             then from the environment, then from a .env file; a secret also from the file that NAME_FILE names.",
        )
        .args(SETTINGS.iter().map(flag))
        .subcommand(serve::command())
        .subcommand(user::command())
        .subcommand(migrate::command())
        .subcommand(import::command())
        .subcommand(keys::command())
        .subcommand(mail::command())
        .subcommand(schema::command())
        .subcommand(healthcheck::command())
        .subcommand(check_config::command())
}

fn flag(setting: &Setting) -> Arg {
    let (name, default, help) = (setting.name, setting.default, setting.help);
    let help = format!("{help} [{name}; default: {default}]");
    let flag = Arg::new(name).long(setting.flag()).value_name("VALUE").global(true).help(help);
    // `latchkey schema --federation` needs no value.
    let flag = if name == "FEDERATION" { flag.num_args(0..=1).default_missing_value("true") } else { flag };
    // Behind what a command itself takes.
    flag.help_heading("Settings")
}

fn values(given: &ArgMatches) -> Values {
    Values::collect(|setting| given.get_one::<String>(setting.name).cloned())
}

fn config(given: &ArgMatches) -> Result<Config, Problems> {
    Config::check(&values(given))
}

/// Each client takes a descriptor, and many systems give a process only 1,024 unless it asks for more. Comes before the
/// settings are read: how many clients there may be depends on it.
fn more_open_files() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
}

fn in_runtime(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(work)
}

/// A moment, to the second.
fn second(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Prints, and takes it that nobody listens any more: `latchkey schema | head` is no failure.
fn say(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}
