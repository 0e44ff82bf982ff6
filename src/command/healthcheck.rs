//! `latchkey healthcheck`: asks a running server how it is.

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::{
    config::check_bind,
    http::healthcheck::{self, Question},
};

use super::{Outcome, values};

pub(super) fn command() -> Command {
    let ready = Arg::new("ready").long("ready").action(ArgAction::SetTrue);
    let ready = ready.help("Ask whether requests may be sent there: not while its database is away");
    Command::new("healthcheck").about("Ask the server that listens on BIND whether it answers").arg(ready)
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let address = check_bind(&values(given))?;
    let question = if given.get_flag("ready") { Question::Ready } else { Question::Alive };
    Ok(healthcheck::ask(address, question).await?)
}
