//! Users of another system, read from wherever it kept them.
//!
//! Knows no rules: it finds the columns and turns texts into values; who is taken, `accounts` says. A source is read in a
//! thread or task of its own, a few batches ahead and never more, so memory does not grow with it. To add a kind of
//! source, add a file that fills `BatchSender`, and a line in [`Format`].

mod batches;
mod column;
mod csv_file;
mod input_file;
mod json_lines;
mod report;
mod run;
mod source;
mod table;
mod value;

pub use column::{ColumnError, Columns};
pub use report::{MAX_LISTED, Report};
pub use run::{ImportError, run};
pub use source::{Format, Source, SourceError, SourceLocation};
