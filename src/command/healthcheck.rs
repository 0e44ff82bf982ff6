//! `latchkey healthcheck`: asks a running server how it is.

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::{
    config::check_bind,
    http::healthcheck::{self, Probe},
};

use super::{Outcome, values};

pub(super) fn command() -> Command {
    let ready = Arg::new("ready").long("ready").action(ArgAction::SetTrue);
    let ready = ready.help("Ask whether requests may be sent there: not while its database is away");
    Command::new("healthcheck").about("Ask the server that listens on BIND whether it answers; if it does not, ask on METRICS_BIND, where that is set").arg(ready)
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (address, metrics) = check_bind(&values(given))?;
    let probe = if given.get_flag("ready") { Probe::Ready } else { Probe::Alive };
    match (healthcheck::check(address, probe).await, metrics) {
        // All connections of clients may be taken: that is no reason to restart a server that works.
        (Err(unhealthy), Some(metrics)) => Ok(healthcheck::check(metrics, probe).await.map_err(|_| unhealthy)?),
        (outcome, _) => Ok(outcome?),
    }
}
