//! The settings of mails: sender, templates and delivery.

use std::path::{Path, PathBuf};

use crate::mail::{compose::public_url::PublicUrl, sender::Sender, transport::smtp_url::SmtpUrl};

/// The settings of mails.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The web application that links lead to.
    pub public_url: PublicUrl,
    /// The sender of every mail.
    pub from: Sender,
    /// A folder with templates of the operator.
    pub templates: Option<PathBuf>,
    /// How mails are delivered.
    pub delivery: MailDelivery,
}

/// How mails are delivered.
#[derive(Clone, Debug)]
pub enum MailDelivery {
    /// By a mail server.
    Smtp {
        /// The address of the server.
        url: SmtpUrl,
        /// A file with certificates to trust in addition to the public ones.
        ca: Option<PathBuf>,
    },
    /// As files in a folder, for another program to send.
    File(PathBuf),
    /// As files in a folder, with the links in the log: for development.
    Log(PathBuf),
    /// Not at all.
    Disabled,
}

impl MailSettings {
    /// What users know the service by: the name of the sender, and the domains of the sender and of the application.
    #[must_use]
    pub fn service_names(&self) -> Vec<String> {
        let names = [Some(self.from.service()), Some(self.from.address().domain()), self.public_url.domain()];
        names.into_iter().flatten().map(str::to_owned).collect()
    }
}

impl MailDelivery {
    /// The address of the mail server.
    #[must_use]
    pub fn smtp_url(&self) -> Option<&SmtpUrl> {
        match self {
            Self::Smtp { url, .. } => Some(url),
            Self::File(_) | Self::Log(_) | Self::Disabled => None,
        }
    }

    /// The file with certificates to trust.
    #[must_use]
    pub fn certificates(&self) -> Option<&Path> {
        match self {
            Self::Smtp { ca, .. } => ca.as_deref(),
            Self::File(_) | Self::Log(_) | Self::Disabled => None,
        }
    }

    /// The folder that mails are written to.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::File(folder) | Self::Log(folder) => Some(folder),
            Self::Smtp { .. } | Self::Disabled => None,
        }
    }
}
