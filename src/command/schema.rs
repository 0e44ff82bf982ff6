//! `latchkey schema`: prints the GraphQL schema.

use clap::{ArgMatches, Command};
use latchkey::graphql;

use super::{Outcome, print};

const EXAMPLE: &str = "Example:\n  latchkey schema > schema.graphql";

pub(super) fn command() -> Command {
    Command::new("schema")
        .about("Print the GraphQL schema; with --federation, as a subgraph (Apollo Federation 2)")
        .after_help(EXAMPLE)
}

pub(super) fn run(given: &ArgMatches) -> Outcome {
    let is_subgraph = given.get_one::<String>("FEDERATION").is_some_and(|value| value == "true");
    print(&if is_subgraph { graphql::subgraph_sdl() } else { graphql::sdl() })
}
