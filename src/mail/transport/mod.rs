//! Sends a composed message: by SMTP, or into a folder.
//!
//! Knows nothing of templates and of why a mail is sent. Every failure is a [`SendError`], which says whether the mail
//! may have been delivered. To add a transport, add a file and a variant of [`MailTransport`] and of its connection.

mod certificates;
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
    certificates::CertificateError,
    error::{Cause, Reason, SendError, Step},
    folder::FolderTransport,
    smtp::{MAX_SEND_TIME, SmtpTransport},
    smtp_url::{InvalidSmtpUrl, SmtpUrl},
};

/// Sends mails by SMTP or to a folder, as the settings require.
pub enum MailTransport {
    /// Sends to a mail server.
    Smtp(SmtpTransport),
    /// Writes files to a folder.
    File(FolderTransport),
    /// Writes files to a folder and logs their links: for development.
    Log(FolderTransport),
}

/// An open connection that sends one mail.
pub struct MailConnection(Connection);

enum Connection {
    Smtp(Box<SmtpConnection>),
    File(FolderTransport),
    Log(FolderTransport),
}

impl MailTransport {
    /// Creates the transport of these settings; `None` if mail is disabled.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] if the file with certificates cannot be used.
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

    /// Connects to the mail server, starts TLS and authenticates. Sends nothing of a mail.
    ///
    /// # Errors
    ///
    /// [`SendError::Temporary`].
    pub async fn connect(&self) -> Result<MailConnection, SendError> {
        Ok(MailConnection(match self {
            Self::Smtp(smtp) => Connection::Smtp(Box::new(smtp.connect().await?)),
            Self::File(folder) => Connection::File(folder.clone()),
            Self::Log(folder) => Connection::Log(folder.clone()),
        }))
    }
}

impl MailConnection {
    /// Sets the recipient, which a mail server accepts or rejects. Sends nothing of the message.
    ///
    /// # Errors
    ///
    /// [`SendError::Temporary`] and [`SendError::Rejected`].
    pub async fn set_recipient(&mut self, to: &str) -> Result<(), SendError> {
        let to = address(to).map_err(|_| SendError::new(Step::RcptTo, Cause::InvalidAddress))?;
        match &mut self.0 {
            Connection::Smtp(smtp) => smtp.set_recipient(to).await,
            Connection::File(_) | Connection::Log(_) => Ok(()),
        }
    }

    /// Sends the message. If this future is dropped, or the process ends, the message may have been delivered.
    ///
    /// # Errors
    ///
    /// [`SendError`].
    pub async fn send(self, message: Message) -> Result<(), SendError> {
        match self.0 {
            Connection::Smtp(smtp) => smtp.send(&message.bytes).await,
            Connection::File(folder) => folder.write(&message).await.map(drop),
            Connection::Log(folder) => {
                let file = folder.write(&message).await?;
                let link = message.link.as_ref().map(ExposeSecret::expose_secret);
                tracing::info!(target: "latchkey::mail", mail = message.kind.name(), link, file = %file.display(), "mail written to a file");
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

/// Shows whether the connection is encrypted and authenticated.
impl fmt::Display for MailConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Connection::Smtp(smtp) => smtp.fmt(f),
            Connection::File(folder) | Connection::Log(folder) => folder.fmt(f),
        }
    }
}
