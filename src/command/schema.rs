//! `latchkey schema`: the GraphQL schema, as text.

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::graphql;

use super::{Outcome, say};

pub(super) fn command() -> Command {
    let federation = Arg::new("federation").long("federation").action(ArgAction::SetTrue);
    let federation = federation.help("As a subgraph of a supergraph (Apollo Federation 2)");
    Command::new("schema").about("Print the GraphQL schema").arg(federation)
}

pub(super) fn run(given: &ArgMatches) -> Outcome {
    say(&if given.get_flag("federation") { graphql::subgraph_sdl() } else { graphql::sdl() })
}
