//! The command line: each command is a file that declares its arguments and runs it.
//!
//! To add a command, add a file with `command()` and `run()`, and a line in each of the two lists here. The help of a
//! command is one sentence, its options and an example.

mod check_config;
mod healthcheck;
mod import;
mod keys;
mod mail;
mod migrate;
mod schema;
mod serve;
mod settings;
mod user;

use std::{
    error::Error,
    io::{ErrorKind, Write},
};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Arg, ArgMatches, Command};
use latchkey::config::{self, Config, Problems, Setting, Values};

/// Success, or an error that `main` prints.
type Outcome = Result<(), Box<dyn Error>>;

const ABOUT: &str = "\
User accounts for GraphQL applications.

Without a command, latchkey serves. Settings are read from flags, then from the environment, then from a .env file; \
secrets also from the file that NAME_FILE names.";

const EXAMPLE: &str = "Example:\n  latchkey --database-url sqlite://accounts.db --bind 127.0.0.1:8000";

/// Parses the command line and runs the command.
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
        Some(("settings", given)) => settings::run(given),
        Some(("user", given)) => in_runtime(user::run(given)),
        _ => in_runtime(serve::run(&matches)),
    }
}

fn command() -> Command {
    Command::new("latchkey")
        .version(env!("CARGO_PKG_VERSION"))
        .about("User accounts for GraphQL applications")
        .long_about(ABOUT)
        .after_help(EXAMPLE)
        .args(config::settings().iter().map(flag))
        .subcommand(serve::command())
        .subcommand(user::command())
        .subcommand(migrate::command())
        .subcommand(import::command())
        .subcommand(keys::command())
        .subcommand(mail::command())
        .subcommand(schema::command())
        .subcommand(healthcheck::command())
        .subcommand(check_config::command())
        .subcommand(settings::command())
}

/// A subcommand whose help says in one sentence what it does, and shows an example.
fn subcommand(name: &'static str, about: &'static str, example: &str) -> Command {
    Command::new(name).about(about).after_help(format!("Example:\n  {example}"))
}

/// The flag of a setting, which every command accepts.
fn flag(setting: &Setting) -> Arg {
    let (name, default) = (setting.name, setting.default.text());
    let help = format!("{} [{name}: {}; default: {default}]", setting.help, setting.expected);
    let flag = Arg::new(name).long(setting.flag()).value_name("VALUE").global(true).help(help);
    // `latchkey schema --federation` needs no value.
    let flag = if name == "FEDERATION" { flag.num_args(0..=1).default_missing_value("true") } else { flag };
    // After the command's own options.
    flag.help_heading(format!("Settings ({})", setting.group.title))
}

fn values(given: &ArgMatches) -> Values {
    Values::collect(config::settings(), |setting| given.get_one::<String>(setting.name).cloned())
}

fn config(given: &ArgMatches) -> Result<Config, Problems> {
    Config::check(&values(given))
}

/// Raises the limit of open files. Each client needs a descriptor, and many systems give a process only 1,024 unless it
/// asks for more. Must run before settings are read: the default of `MAX_CONNECTIONS` depends on the limit.
fn increase_open_files() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
}

fn in_runtime(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(work)
}

/// A time as RFC 3339, to the second.
fn to_second(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Prints a text. A closed pipe is not an error: `latchkey schema | head` succeeds.
fn print(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}
