//! `latchkey check-config`: shows the settings in effect and the source of each.

use clap::{ArgMatches, Command};
use latchkey::config::{InEffect, in_effect};

use super::{Outcome, increase_open_files, print, subcommand, values};

pub(super) fn command() -> Command {
    let about = "Show the settings in effect and the source of each, with secrets masked";
    subcommand("check-config", about, "latchkey check-config --bind 0.0.0.0:8000")
}

/// Prints the settings in effect, or all problems with them, as `serve` would.
pub(super) fn run(given: &ArgMatches) -> Outcome {
    increase_open_files();
    let lines = in_effect(&values(given))?.into_iter().map(line);
    print(&lines.collect::<String>())
}

fn line(InEffect { setting, value, source }: InEffect) -> String {
    format!("{:<28} {value}  ({source})\n", setting.name)
}
