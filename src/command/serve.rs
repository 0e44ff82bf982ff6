//! `latchkey serve`: answers requests until it is told to stop.

use clap::{ArgMatches, Command};
use latchkey::{app::App, clock::Clock, log, trace};
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, config, increase_open_files};

pub(super) fn command() -> Command {
    Command::new("serve").about("Answer requests; what `latchkey` alone does")
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    increase_open_files();
    let config = config(given)?;
    log::start(config.monitoring.log_level, config.monitoring.log_format);
    let traces = trace::start(config.monitoring.traces.as_ref())?;
    let (database, graphiql) = (config.database.url.to_string(), config.graphql.graphiql);

    let stop = stop_signal()?;
    let app = App::start(config, Clock::system()).await?;
    let path = if graphiql { "/" } else { "/graphql" };
    if let Some(address) = app.metrics_address()? {
        tracing::info!(target: "latchkey::server", "metrics are at http://{address}/metrics");
    }
    tracing::info!(target: "latchkey::server", "Latchkey is ready at http://{}{path} with {database}", app.address()?);

    app.run(stop).await;
    traces.stop().await;
    tracing::info!(target: "latchkey::server", "stopped");
    Ok(())
}

/// Comes with the first SIGTERM, Ctrl-C or hang-up. The second one ends the process there and then.
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut next = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    };
    Ok(async move {
        next().await;
        tracing::info!(target: "latchkey::server", "stopping; once more to stop at once");
        tokio::spawn(async move {
            next().await;
            std::process::exit(130);
        });
    })
}
