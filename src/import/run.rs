//! One import from its first row to its last.

use std::{io, time::Duration};

use thiserror::Error;

use super::{
    batches::Found,
    report::Report,
    source::{Source, Unreadable},
};
use crate::accounts::{Accounts, Admin, Fault, ImportOutcome, ImportUser, Rehearsal};

/// How often a batch is tried while the database is away, or somebody else writes.
const TRIES: u32 = 10;

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_secs(1);

/// Why an import ended before its source did. What was imported is there; the same once more goes on from here.
#[derive(Debug, Error)]
pub enum Stopped {
    /// The source cannot be read.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
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
/// [`Stopped`]; the report says what was done until then.
pub async fn run(
    accounts: &Accounts,
    admin: &Admin,
    mut source: Source,
    mut rehearsal: Option<Rehearsal>,
    report: &mut Report,
    mut told: impl FnMut(&Report, &Source),
) -> Result<(), Stopped> {
    while let Some(batch) = source.next().await {
        let (places, users) = split(batch?, report)?;
        let outcomes = attempt(accounts, admin, rehearsal.as_mut(), users).await.map_err(Stopped::Fault)?;
        for (place, outcome) in places.iter().zip(outcomes) {
            match outcome {
                ImportOutcome::Imported => report.imported += 1,
                ImportOutcome::AlreadyThere => report.already_there += 1,
                ImportOutcome::Refused(refusal) => report.refuse(place, refusal.to_string())?,
            }
        }
        report.flush()?;
        told(report, &source);
    }
    Ok(())
}

/// Those that could be read, and where they stood; the others are told.
fn split(batch: Vec<Found>, report: &mut Report) -> io::Result<(Vec<String>, Vec<ImportUser>)> {
    let mut rows = (Vec::new(), Vec::new());
    for Found { place, row } in batch {
        match row {
            Ok(user) => {
                rows.0.push(place);
                rows.1.push(user);
            }
            Err(reason) => report.refuse(&place, reason)?,
        }
    }
    Ok(rows)
}

/// Writes a batch, and waits for a database that is away for a while: whoever was written before the answer was lost, is
/// there already.
async fn attempt(
    accounts: &Accounts,
    admin: &Admin,
    rehearsal: Option<&mut Rehearsal>,
    users: Vec<ImportUser>,
) -> Result<Vec<ImportOutcome>, Fault> {
    if let Some(rehearsal) = rehearsal {
        return accounts.rehearse_import(admin, rehearsal, &users).await;
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
