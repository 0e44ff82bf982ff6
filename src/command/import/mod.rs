//! `latchkey import`: imports the users of another system.

mod arguments;
mod progress_bar;
mod summary;

use std::{error::Error, path::PathBuf};

use clap::ArgMatches;
use latchkey::{
    accounts::{DryRun, SlowHashes},
    app::Services,
    clock::Clock,
    config::Config,
    database,
    import::{self, Mode, Report, Source},
    log,
};

pub(super) use self::arguments::command;
use self::{progress_bar::ImportBar, summary::print_summary};
use super::{Outcome, config};

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (columns, place) = (arguments::columns(given)?, arguments::place(given)?);
    let config = config(given)?;
    log::start_for_command(config.monitoring.log_format);

    let dry_run = given.get_flag("dry-run");
    if dry_run && is_behind(&config).await? {
        return Err("the database is not up to date; run `latchkey migrate up` first".into());
    }

    let source = Source::open(place, columns).await?;
    let services = Services::open(&config, Clock::system()).await?;
    let report_file = given.get_one::<PathBuf>("report");
    let mut report = match report_file {
        Some(path) => Report::in_file(path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => Report::default(),
    };

    let admin = services.operator.admin();
    let bar = ImportBar::new(&source);
    let slow_hashes = if given.get_flag("allow-slow-hashes") { SlowHashes::Accept } else { SlowHashes::Refuse };
    let mode = Mode { dry_run: dry_run.then(DryRun::default), slow_hashes };
    let outcome = import::run(&services.accounts, &admin, source, mode, &mut report, |report, source| {
        bar.show(report, source);
    })
    .await;
    bar.clear();
    if !dry_run && report.imported > 0 {
        // The users exist, whether the event can be recorded or not.
        if let Err(fault) = services.accounts.imported(&admin, report.imported).await {
            eprintln!("latchkey: the event of this import is not recorded: {fault}");
        }
    }
    services.close().await;
    print_summary(&report, dry_run, report_file.is_some(), outcome)
}

/// Whether a dry run would migrate a database that is in use.
async fn is_behind(config: &Config) -> Result<bool, Box<dyn Error>> {
    let database = database::open(&config.database.url, 1).await?;
    let migrations = database::status(&database).await?;
    database.close().await?;
    Ok(migrations.iter().any(|migration| migration.applied) && migrations.iter().any(|migration| !migration.applied))
}
