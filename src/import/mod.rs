//! Imports users from another system: reads a file or a database, and passes the users on in batches.
//!
//! Knows no rules for users: it finds the columns and parses their values; [`accounts`](crate::accounts) decides which
//! users are valid. A source is read in a thread or task of its own, a few batches ahead, so that memory use does not
//! depend on its size.
//!
//! To add a kind of source, add a file that reads it into a `BatchSender`, and a variant of [`Format`]. To add a
//! column, add it in `column.rs` and parse it in `value.rs`.
//!
//! ```no_run
//! use latchkey::{
//!     accounts::{Accounts, Admin, SlowHashes},
//!     import::{self, Columns, ImportError, Mode, Report, Source, SourceLocation},
//! };
//!
//! # async fn example(accounts: &Accounts, admin: &Admin) -> Result<(), ImportError> {
//! let location = SourceLocation { address: "users.csv".into(), format: None, table: "users".to_owned() };
//! let source = Source::open(location, Columns::default()).await?;
//! let mode = Mode { dry_run: None, slow_hashes: SlowHashes::Refuse };
//! let mut report = Report::default();
//! import::run(accounts, admin, source, mode, &mut report, |report, _| println!("{} rows", report.rows())).await?;
//! println!("{} imported, {} refused", report.imported, report.refusals());
//! # Ok(())
//! # }
//! ```

mod batches;
mod column;
mod csv_file;
mod error;
mod input_file;
mod json_lines;
mod location;
mod report;
mod run;
mod source;
mod table;
mod value;

pub use column::{ColumnError, Columns};
pub use error::SourceError;
pub use location::{Format, SourceLocation};
pub use report::{MAX_LISTED, Report};
pub use run::{ImportError, Mode, run};
pub use source::Source;
