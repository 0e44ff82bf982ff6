//! `latchkey healthcheck`: checks whether a running server responds.

use clap::{Arg, ArgAction, ArgMatches, Command};
use latchkey::{
    config::check_bind,
    http::healthcheck::{self, Probe},
};

use super::{Outcome, subcommand, values};

pub(super) fn command() -> Command {
    let ready = Arg::new("ready").long("ready").action(ArgAction::SetTrue);
    let ready =
        ready.help("Check whether the server can serve requests: its database responds, and it is not stopping");
    let about = "Check whether the server at BIND responds, or else at METRICS_BIND if that is set";
    subcommand("healthcheck", about, "latchkey healthcheck --ready --bind 127.0.0.1:8000").arg(ready)
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (address, metrics) = check_bind(&values(given))?;
    let probe = if given.get_flag("ready") { Probe::Ready } else { Probe::Alive };
    match (healthcheck::check(address, probe).await, metrics) {
        // A server whose connections are all in use still works and must not be restarted.
        (Err(unhealthy), Some(metrics)) => Ok(healthcheck::check(metrics, probe).await.map_err(|_| unhealthy)?),
        (outcome, _) => Ok(outcome?),
    }
}
