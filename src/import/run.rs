//! Runs an import from the first row to the last.

use std::{io, time::Duration};

use thiserror::Error;

use super::{batches::SourceRow, error::SourceError, report::Report, source::Source};
use crate::accounts::{Accounts, Admin, DryRun, Fault, ImportOutcome, ImportUser, SlowHashes};

/// How often a batch is attempted while the database is unavailable.
const ATTEMPTS: u32 = 10;

/// How long to wait before the next attempt.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// How the users are imported.
#[derive(Debug)]
pub struct Mode {
    /// Set if the users are only checked.
    pub dry_run: Option<DryRun>,
    /// What happens to users with a slow password hash.
    pub slow_hashes: SlowHashes,
}

/// Why an import ended before its source. The batches until then are imported, and another run continues after them.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The source cannot be read.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(#[from] io::Error),
    /// This program or the database failed.
    #[error("{0}")]
    Fault(Fault),
}

/// Imports every row, or only checks it in a dry run, and calls `on_progress` after each batch.
///
/// # Errors
///
/// [`ImportError`]. The report contains everything until then.
///
/// # Panics
///
/// Never: there is an outcome for each user.
pub async fn run(
    accounts: &Accounts,
    admin: &Admin,
    mut source: Source,
    mut mode: Mode,
    report: &mut Report,
    mut on_progress: impl FnMut(&Report, &Source),
) -> Result<(), ImportError> {
    while let Some(batch) = source.next().await {
        let (rows, users) = split(batch?);
        let outcomes = import(accounts, admin, &mut mode, users).await.map_err(ImportError::Fault)?;
        let mut outcomes = outcomes.into_iter();
        for (position, unreadable) in rows {
            let refusal = match unreadable {
                Some(reason) => Some(reason),
                None => match outcomes.next().expect("one for each user") {
                    ImportOutcome::Imported => {
                        report.imported += 1;
                        None
                    }
                    ImportOutcome::AlreadyExists => {
                        report.existing += 1;
                        None
                    }
                    ImportOutcome::Refused(refusal) => Some(refusal.to_string()),
                },
            };
            if let Some(reason) = refusal {
                report.refuse(&position, reason)?;
            }
        }
        report.flush()?;
        on_progress(report, &source);
    }
    Ok(())
}

/// Splits a batch into the position of each row, with the reason if it cannot be read, and the users of the other rows
/// in the same order.
fn split(batch: Vec<SourceRow>) -> (Vec<(String, Option<String>)>, Vec<ImportUser>) {
    let mut users = Vec::with_capacity(batch.len());
    let rows = batch.into_iter().map(|SourceRow { position, user }| match user {
        Ok(user) => {
            users.push(user);
            (position, None)
        }
        Err(reason) => (position, Some(reason)),
    });
    (rows.collect(), users)
}

/// Imports a batch, and retries while the database is unavailable. A retry is safe: users that an earlier attempt
/// imported exist already.
async fn import(
    accounts: &Accounts,
    admin: &Admin,
    mode: &mut Mode,
    users: Vec<ImportUser>,
) -> Result<Vec<ImportOutcome>, Fault> {
    let slow_hashes = mode.slow_hashes;
    if let Some(dry_run) = &mut mode.dry_run {
        return accounts.check_import(admin, dry_run, slow_hashes, &users).await;
    }
    let mut attempts = 1;
    loop {
        match accounts.import_users(admin, slow_hashes, &users).await {
            Err(fault) if fault.temporary && attempts < ATTEMPTS => {
                attempts += 1;
                tokio::time::sleep(RETRY_DELAY).await;
            }
            outcome => return outcome,
        }
    }
}
