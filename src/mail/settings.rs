//! What an operator chooses about mails.

use std::path::{Path, PathBuf};

use crate::mail::{compose::public_url::PublicUrl, sender::Sender, transport::smtp_url::SmtpUrl};

/// What mails look like, whom they come from, and which way they go.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// Where their links lead.
    pub public_url: PublicUrl,
    /// Whom they come from.
    pub from: Sender,
    /// The folder with the operator's own templates.
    pub templates: Option<PathBuf>,
    /// Which way they go.
    pub delivery: MailDelivery,
}

/// Which way mails go.
#[derive(Clone, Debug)]
pub enum MailDelivery {
    /// To a mail server.
    Smtp {
        /// Which one.
        url: SmtpUrl,
        /// A file with certificates that are believed beside the public ones.
        ca: Option<PathBuf>,
    },
    /// Into a folder, for somebody else to fetch.
    File(PathBuf),
    /// Into a folder, and their links into the log: for development.
    Log(PathBuf),
    /// None: there is no mail.
    Disabled,
}

impl MailDelivery {
    /// The mail server, if there is one.
    #[must_use]
    pub fn smtp_url(&self) -> Option<&SmtpUrl> {
        match self {
            Self::Smtp { url, .. } => Some(url),
            Self::File(_) | Self::Log(_) | Self::Disabled => None,
        }
    }

    /// The file with certificates that are believed, too.
    #[must_use]
    pub fn certificates(&self) -> Option<&Path> {
        match self {
            Self::Smtp { ca, .. } => ca.as_deref(),
            Self::File(_) | Self::Log(_) | Self::Disabled => None,
        }
    }

    /// The folder, if that is where mails go.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::File(folder) | Self::Log(folder) => Some(folder),
            Self::Smtp { .. } | Self::Disabled => None,
        }
    }
}
