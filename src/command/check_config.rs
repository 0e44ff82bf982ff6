//! `latchkey check-config`: the settings in effect, and where each comes from.

use clap::{ArgMatches, Command};
use latchkey::config::Config;

use super::{Outcome, more_open_files, say, values};

pub(super) fn command() -> Command {
    Command::new("check-config").about("Show the settings as they are, secrets masked")
}

/// The settings as they are. Wrong ones are named all at once, as `serve` would.
pub(super) fn run(given: &ArgMatches) -> Outcome {
    more_open_files();
    let values = values(given);
    let source = |name| values.get(name).map_or("default", |given| given.source);
    let line = |(name, value)| format!("{name:<28} {value}  ({})\n", source(name));
    say(&Config::check(&values)?.shown().map(line).concat())
}
