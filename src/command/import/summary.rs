//! Prints the outcome of an import.

use latchkey::import::{ImportError, Report};

use crate::command::{Outcome, print};

/// Prints the refused rows and the counts. A refused row is an error, so that scripts notice it.
pub(super) fn print_summary(
    report: &Report,
    dry_run: bool,
    in_file: bool,
    outcome: Result<(), ImportError>,
) -> Outcome {
    for line in &report.listed {
        eprintln!("{line}");
    }
    if !in_file && report.refusals() > report.listed.len() as u64 {
        eprintln!("… only the first {} are shown; --report FILE lists all", report.listed.len());
    }
    let would = if dry_run { " would be" } else { "" };
    let (rows, refused) = (report.rows(), report.refusals());
    let (imported, there) = (report.imported, report.existing);
    let reasons = report.refused.iter().map(|(reason, count)| format!("{count:>8}  {reason}\n"));
    let reasons: String = reasons.collect();
    print(&format!("{rows} rows: {imported}{would} imported, {there} already existed, {refused} refused\n{reasons}"))?;
    match outcome {
        Err(stopped) => Err(stopped.into()),
        Ok(()) if refused > 0 => Err(format!("{refused} of {rows} rows were refused").into()),
        Ok(()) => Ok(()),
    }
}
