//! Which rows were not taken, and why: all of them in a file, the first ones for whoever looks on.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::private_file;

/// How many rows are shown where there is no file.
pub const MAX_LISTED: usize = 20;

/// What became of the rows.
#[derive(Debug, Default)]
pub struct Report {
    /// How many were imported.
    pub imported: u64,
    /// How many were there already.
    pub existing: u64,
    /// How many were refused, by reason.
    pub refused: BTreeMap<String, u64>,
    /// The first that were refused, where no file lists them.
    pub listed: Vec<String>,
    file: Option<BufWriter<File>>,
}

impl Report {
    /// A report whose refused rows are listed in a new file, which nobody else may read.
    ///
    /// # Errors
    ///
    /// When the file is there, or cannot be made.
    pub fn in_file(path: &Path) -> io::Result<Self> {
        let mut file = BufWriter::new(private_file::create(path)?);
        writeln!(file, "row\treason")?;
        Ok(Self { file: Some(file), ..Self::default() })
    }

    /// How many rows there were.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.imported + self.existing + self.refusals()
    }

    /// How many were refused.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    pub(super) fn refuse(&mut self, place: &str, reason: String) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            writeln!(file, "{place}\t{reason}")?;
        } else if self.listed.len() < MAX_LISTED {
            self.listed.push(format!("{place}: {reason}"));
        }
        *self.refused.entry(reason).or_default() += 1;
        Ok(())
    }

    /// What was told so far stands in the file, whatever happens now.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}
