//! `latchkey serve`: runs the server until a signal stops it.

use clap::{ArgMatches, Command};
use latchkey::{app::App, clock::Clock, log, trace};
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, config, increase_open_files, subcommand};

pub(super) fn command() -> Command {
    let about = "Run the server, as `latchkey` without a command does";
    subcommand("serve", about, "latchkey serve --bind 127.0.0.1:8000")
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
        tracing::info!(target: "latchkey::server", url = %format_args!("http://{address}/metrics"), "metrics available");
    }
    let url = format!("http://{}{path}", app.address()?);
    tracing::info!(target: "latchkey::server", %url, %database, "Latchkey is ready");

    app.run(stop).await;
    traces.stop().await;
    tracing::info!(target: "latchkey::server", "stopped");
    Ok(())
}

/// Completes at the first SIGTERM, SIGINT or SIGHUP. The second signal ends the process immediately.
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
        tracing::info!(target: "latchkey::server", "stopping; a second signal stops immediately");
        tokio::spawn(async move {
            next().await;
            std::process::exit(130);
        });
    })
}
