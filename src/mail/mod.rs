//! The mails that people get: written from templates, and carried away.
//!
//! Knows no users, no tables and no GraphQL: it takes an address and values, and says how far a mail got. A mail is
//! written by [`Stationery`] and carried by what [`Courier::call`] gives, in three steps, so that whoever sends can note
//! in between what would otherwise be lost or doubled in a crash: until [`Carrier::hand_over`] nothing of the mail has
//! left the house.
//!
//! To add a mail: a variant of [`Mail`], and its texts in each file of `compose/templates/`. To add a language: a file there, and a
//! line in `compose/built_in.rs`. Neither compiles or starts half done.

mod address;
mod compose;
mod kind;
mod sender;
mod settings;
mod transport;

pub use compose::{BadTemplate, Content, Letter, NoPublicUrl, NotWritten, PublicUrl, Stationery};
pub use kind::Mail;
pub use sender::{NoSender, Sender};
pub use settings::{MailSettings, Way};
pub use transport::{
    BadCertificates, Carrier, Cause, Courier, Folder, LONGEST, NotSent, Reason, Relay, SmtpUrl, Step, UnusableUrl,
};
