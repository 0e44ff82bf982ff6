//! The report of an import: counts, and the refused rows with their reasons.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::private_file;

/// The number of refused rows that are listed without a file.
pub const MAX_LISTED: usize = 20;

/// The report of an import.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of imported users.
    pub imported: u64,
    /// The number of users that exist already.
    pub existing: u64,
    /// The number of refused rows, by reason.
    pub refused: BTreeMap<String, u64>,
    /// The first refused rows, if they are not written to a file.
    pub listed: Vec<String>,
    file: Option<BufWriter<File>>,
}

impl Report {
    /// Creates a report that writes the refused rows to a new file, which only its owner may read.
    ///
    /// # Errors
    ///
    /// When the file exists or cannot be created.
    pub fn in_file(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::new(private_file::create(path)?);
        writeln!(file, "row\treason")?;
        Ok(Self { file: Some(file), ..Self::default() })
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.imported + self.existing + self.refusals()
    }

    /// The number of refused rows.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    pub(super) fn refuse(&mut self, position: &str, reason: String) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            writeln!(file, "{position}\t{reason}")?;
        } else if self.listed.len() < MAX_LISTED {
            self.listed.push(format!("{position}: {reason}"));
        }
        *self.refused.entry(reason).or_default() += 1;
        Ok(())
    }

    /// Writes the rows so far to the file, so that they are not lost if the import ends early.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}
