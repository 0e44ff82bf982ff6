//! `latchkey schema`: prints the GraphQL schema.

use clap::{ArgMatches, Command};
use latchkey::graphql;

use super::{Outcome, print, subcommand};

pub(super) fn command() -> Command {
    let about = "Print the GraphQL schema; with --federation, as a subgraph (Apollo Federation 2)";
    subcommand("schema", about, "latchkey schema > schema.graphql")
}

pub(super) fn run(given: &ArgMatches) -> Outcome {
    let is_subgraph = given.get_one::<String>("FEDERATION").is_some_and(|value| value == "true");
    print(&if is_subgraph { graphql::subgraph_sdl() } else { graphql::sdl() })
}
