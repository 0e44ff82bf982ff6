//! The mails that people get: written from templates, and carried away.
//!
//! Knows no users, no tables and no GraphQL: it takes an address and values, and says how far a mail got. A mail is
//! written by [`MailTemplates`] and carried by what [`MailTransport::connect`] gives, in three steps, so that whoever sends can note
//! in between what would otherwise be lost or doubled in a crash: until [`MailConnection::send`] nothing of the mail has
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

pub use compose::{ComposeError, Content, InvalidPublicUrl, MailTemplates, Message, PublicUrl, TemplateError};
pub use kind::MailKind;
pub use sender::{InvalidSender, Sender};
pub use settings::{MailDelivery, MailSettings};
pub use transport::{
    Cause, CertificateError, FolderTransport, InvalidSmtpUrl, MAX_SEND_TIME, MailConnection, MailTransport, Reason,
    SendError, SmtpTransport, SmtpUrl, Step,
};
