//! Carries mails away, in steps between which the sender may note how far it is.

mod error;
mod folder;
mod reply;
mod smtp;
pub(super) mod smtp_url;

use std::fmt;

use secrecy::ExposeSecret;

use self::smtp::SmtpConnection;
use crate::mail::{
    address::address,
    compose::message::Message,
    settings::{MailDelivery, MailSettings},
};

pub use self::{
    error::{Cause, Reason, SendError, Step},
    folder::FolderTransport,
    smtp::{CertificateError, MAX_SEND_TIME, SmtpTransport},
    smtp_url::{InvalidSmtpUrl, SmtpUrl},
};

/// Who carries mails.
pub enum MailTransport {
    /// A mail server.
    Smtp(SmtpTransport),
    /// A folder, from which somebody else fetches them.
    File(FolderTransport),
    /// A folder, and links are logged: for development.
    Log(FolderTransport),
}

/// A transport who came when called, and takes one mail.
pub struct MailConnection(Connected);

enum Connected {
    Smtp(Box<SmtpConnection>),
    File(FolderTransport),
    Log(FolderTransport),
}

impl MailTransport {
    /// The one that the operator chose, if any.
    ///
    /// # Errors
    ///
    /// [`CertificateError`].
    pub fn new(settings: &MailSettings) -> Result<Option<Self>, CertificateError> {
        Ok(match &settings.delivery {
            MailDelivery::Smtp { url, ca } => {
                Some(Self::Smtp(SmtpTransport::new(url.clone(), ca.as_deref(), &settings.from)?))
            }
            MailDelivery::File(folder) => Some(Self::File(FolderTransport::new(folder.clone()))),
            MailDelivery::Log(folder) => Some(Self::Log(FolderTransport::new(folder.clone()))),
            MailDelivery::Disabled => None,
        })
    }

    /// Calls them: a mail server is reached, greeted, encrypted and logged in to. Nothing is sent so far.
    ///
    /// # Errors
    ///
    /// [`SendError::Temporary`].
    pub async fn connect(&self) -> Result<MailConnection, SendError> {
        Ok(MailConnection(match self {
            Self::Smtp(smtp) => Connected::Smtp(Box::new(smtp.connect().await?)),
            Self::File(folder) => Connected::File(folder.clone()),
            Self::Log(folder) => Connected::Log(folder.clone()),
        }))
    }
}

impl MailConnection {
    /// Names the recipient; a mail server says whether it takes mail for them. Still nothing is sent.
    ///
    /// # Errors
    ///
    /// [`SendError::Temporary`] and [`SendError::Rejected`].
    pub async fn set_recipient(&mut self, to: &str) -> Result<(), SendError> {
        let to = address(to).map_err(|_| SendError::at(Step::RcptTo, Cause::InvalidAddress))?;
        match &mut self.0 {
            Connected::Smtp(connection) => connection.set_recipient(to).await,
            Connected::File(_) | Connected::Log(_) => Ok(()),
        }
    }

    /// Hands the mail over, to the recipient that was named: from here on nobody knows until the answer comes.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub async fn send(self, message: Message) -> Result<(), SendError> {
        match self.0 {
            Connected::Smtp(connection) => connection.send(&message.bytes).await,
            Connected::File(folder) => folder.write(&message).await.map(drop),
            Connected::Log(folder) => {
                let file = folder.write(&message).await?;
                let link = message.link.as_ref().map(ExposeSecret::expose_secret);
                tracing::info!(target: "latchkey::mail", mail = message.mail.name(), link, file = %file.display(), "a mail was written into the folder");
                Ok(())
            }
        }
    }
}

impl fmt::Display for MailTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(smtp) => smtp.fmt(f),
            Self::File(folder) | Self::Log(folder) => folder.fmt(f),
        }
    }
}

/// How the connection is, for people.
impl fmt::Display for MailConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Connected::Smtp(connection) => connection.fmt(f),
            Connected::File(folder) | Connected::Log(folder) => folder.fmt(f),
        }
    }
}
