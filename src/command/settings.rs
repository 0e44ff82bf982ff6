//! `latchkey settings`: prints all settings as documentation.

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};
use latchkey::config::{env_file, markdown, settings};

use super::{Outcome, print, subcommand};

pub(super) fn command() -> Command {
    let format =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    subcommand("settings", "Print every setting with its default and its meaning", "latchkey settings --env > .env")
        .arg(format("markdown", "Print a page of Markdown, which is docs/configuration.md"))
        .arg(format("env", "Print a .env file with every setting as a comment, which is .env.example"))
        .group(ArgGroup::new("format").args(["markdown", "env"]).required(true))
}

pub(super) fn run(given: &ArgMatches) -> Outcome {
    let format = if given.get_flag("markdown") { markdown } else { env_file };
    print(&format(settings()))
}
