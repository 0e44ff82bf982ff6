//! The mails that people get: written from templates, and carried away.
//!
//! Knows no users, no tables and no GraphQL: it takes an address and values, and says how far a mail got. A mail is
//! written by [`Stationery`] and carried by what [`Courier::call`] gives, in three steps, so that whoever sends can note
//! in between what would otherwise be lost or doubled in a crash: until [`Carrier::hand_over`] nothing of the mail has
//! left the house.
//!
//! To add a mail: a variant of [`Mail`], and its texts in each file of `templates/`. To add a language: a file there, and a
//! line in `built_in.rs`. Neither compiles or starts half done.

mod address;
mod answer;
mod built_in;
mod content;
mod courier;
mod folder;
mod language;
mod letter;
mod load;
mod mails;
mod name;
mod not_sent;
mod public_url;
mod relay;
mod sender;
mod settings;
mod smtp_url;
mod stationery;
mod template;
mod texts;

pub use content::Content;
pub use courier::{Carrier, Courier};
pub use folder::Folder;
pub use letter::Letter;
pub use mails::Mail;
pub use not_sent::{Cause, NotSent, Reason, Step};
pub use public_url::{NoPublicUrl, PublicUrl};
pub use relay::{BadCertificates, LONGEST, Relay};
pub use sender::{NoSender, Sender};
pub use settings::{MailSettings, Way};
pub use smtp_url::{SmtpUrl, UnusableUrl};
pub use stationery::{NotWritten, Stationery};
pub use template::BadTemplate;
