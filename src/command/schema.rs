//! `latchkey schema`: the GraphQL schema, as text.

use clap::{ArgMatches, Command};
use latchkey::graphql;

use super::{Outcome, print};

pub(super) fn command() -> Command {
    Command::new("schema")
        .about("Print the GraphQL schema; with --federation, as a subgraph of a supergraph (Apollo Federation 2)")
}

pub(super) fn run(given: &ArgMatches) -> Outcome {
    let subgraph = given.get_one::<String>("FEDERATION").is_some_and(|value| value == "true");
    print(&if subgraph { graphql::subgraph_sdl() } else { graphql::sdl() })
}
