//! One import from its first row to its last.

use std::{io, time::Duration};

use thiserror::Error;

use super::{
    batches::SourceRow,
    report::Report,
    source::{Source, SourceError},
};
use crate::accounts::{Accounts, Admin, DryRun, Fault, ImportOutcome, ImportUser};

/// How often a batch is tried while the database is away, or somebody else writes.
const TRIES: u32 = 10;

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_secs(1);

/// Why an import ended before its source did. What was imported is there; the same once more goes on from here.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The source cannot be read.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// The report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(#[from] io::Error),
    /// Something of ours broke.
    #[error("{0}")]
    Fault(Fault),
}

/// Imports every row, or rehearses it, and tells after each batch how far it is.
///
/// # Errors
///
/// [`ImportError`]; the report says what was done until then.
///
/// # Panics
///
/// Never: accounts say of every user what became of them.
pub async fn run(
    accounts: &Accounts,
    admin: &Admin,
    mut source: Source,
    mut dry_run: Option<DryRun>,
    report: &mut Report,
    mut told: impl FnMut(&Report, &Source),
) -> Result<(), ImportError> {
    while let Some(batch) = source.next().await {
        let (places, users) = split(batch?);
        let outcomes = attempt(accounts, admin, dry_run.as_mut(), users).await.map_err(ImportError::Fault)?;
        let mut outcomes = outcomes.into_iter();
        for (place, unreadable) in places {
            let refused = match unreadable {
                Some(reason) => Some(reason),
                None => match outcomes.next().expect("one for each user") {
                    ImportOutcome::Imported => {
                        report.imported += 1;
                        None
                    }
                    ImportOutcome::AlreadyThere => {
                        report.existing += 1;
                        None
                    }
                    ImportOutcome::Refused(refusal) => Some(refusal.to_string()),
                },
            };
            if let Some(reason) = refused {
                report.refuse(&place, reason)?;
            }
        }
        report.flush()?;
        told(report, &source);
    }
    Ok(())
}

/// Where every row stood, with the reason where it could not be read; and those that could, in the same order.
fn split(batch: Vec<SourceRow>) -> (Vec<(String, Option<String>)>, Vec<ImportUser>) {
    let mut users = Vec::with_capacity(batch.len());
    let places = batch.into_iter().map(|SourceRow { position, user }| match user {
        Ok(user) => {
            users.push(user);
            (position, None)
        }
        Err(reason) => (position, Some(reason)),
    });
    (places.collect(), users)
}

/// Writes a batch, and waits for a database that is away for a while: whoever was written before the answer was lost, is
/// there already.
async fn attempt(
    accounts: &Accounts,
    admin: &Admin,
    dry_run: Option<&mut DryRun>,
    users: Vec<ImportUser>,
) -> Result<Vec<ImportOutcome>, Fault> {
    if let Some(dry_run) = dry_run {
        return accounts.check_import(admin, dry_run, &users).await;
    }
    let mut tries = 1;
    loop {
        match accounts.import_users(admin, &users).await {
            Err(fault) if fault.temporary && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
