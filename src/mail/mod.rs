//! The mails that users get: composed from templates, and sent by SMTP or written to a folder.
//!
//! Knows no users, no database and no GraphQL: it takes an address and values, and returns how far a mail got.
//! [`MailTemplates`] composes a [`Message`]. [`MailTransport`] sends it in three steps (connect, set the recipient,
//! send), so that a caller can store its progress in between: nothing of a mail leaves this process before
//! [`MailConnection::send`].
//!
//! To add a mail, add its kind in `kind.rs` and its texts to each file in `compose/templates/`. To add a language, add
//! a file there and a line in `compose/built_in.rs`. A missing text is an error when the templates are loaded.
//!
//! ```
//! use latchkey::mail::{Content, MailKind, MailTemplates};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let public_url = "https://app.example.com".parse()?;
//! let sender = "Example <accounts@example.com>".parse()?;
//! let templates = MailTemplates::new(public_url, sender, None)?;
//!
//! let token = "secret-token".into();
//! let message = templates.compose(&Content::sample(MailKind::ResetPassword, "en", &token))?;
//! assert_eq!(message.subject(), "Choose a new password");
//! assert!(message.text().contains("https://app.example.com/reset-password#token=secret-token"));
//! # Ok(())
//! # }
//! ```

mod address;
mod compose;
mod kind;
mod sender;
mod settings;
mod transport;

pub use compose::{ComposeError, Content, InvalidPublicUrl, MailTemplates, Message, PublicUrl, Request, TemplateError};
pub use kind::MailKind;
pub use sender::{InvalidSender, Sender};
pub use settings::{MailDelivery, MailSettings};
pub use transport::{
    Cause, CertificateError, FolderTransport, InvalidSmtpUrl, MAX_SEND_TIME, MailConnection, MailTransport, Reason,
    SendError, SmtpTransport, SmtpUrl, Step,
};
