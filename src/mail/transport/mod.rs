//! Carries mails away, in steps between which the sender may note how far it is.

mod error;
mod folder;
mod reply;
mod smtp;
pub(super) mod smtp_url;

use std::fmt;

use secrecy::ExposeSecret;

use self::smtp::Wire;
use crate::mail::{
    address::address,
    compose::message::Letter,
    settings::{MailSettings, Way},
};

pub use self::{
    error::{Cause, NotSent, Reason, Step},
    folder::Folder,
    smtp::{BadCertificates, LONGEST, Relay},
    smtp_url::{SmtpUrl, UnusableUrl},
};

/// Who carries mails.
pub enum Courier {
    /// A mail server.
    Smtp(Relay),
    /// A folder, from which somebody else fetches them.
    File(Folder),
    /// A folder, and links are logged: for development.
    Log(Folder),
}

/// A courier who came when called, and takes one mail.
pub struct Carrier(Hands);

enum Hands {
    Smtp(Box<Wire>),
    File(Folder),
    Log(Folder),
}

impl Courier {
    /// The one that the operator chose, if any.
    ///
    /// # Errors
    ///
    /// [`BadCertificates`].
    pub fn new(settings: &MailSettings) -> Result<Option<Self>, BadCertificates> {
        Ok(match &settings.way {
            Way::Smtp { url, ca } => Some(Self::Smtp(Relay::new(url.clone(), ca.as_deref(), &settings.from)?)),
            Way::File(folder) => Some(Self::File(Folder::new(folder.clone()))),
            Way::Log(folder) => Some(Self::Log(Folder::new(folder.clone()))),
            Way::Nowhere => None,
        })
    }

    /// Calls them: a mail server is reached, greeted, encrypted and logged in to. Nothing is sent so far.
    ///
    /// # Errors
    ///
    /// [`NotSent::Later`].
    pub async fn call(&self) -> Result<Carrier, NotSent> {
        Ok(Carrier(match self {
            Self::Smtp(relay) => Hands::Smtp(Box::new(relay.call().await?)),
            Self::File(folder) => Hands::File(folder.clone()),
            Self::Log(folder) => Hands::Log(folder.clone()),
        }))
    }
}

impl Carrier {
    /// Names the recipient; a mail server says whether it takes mail for them. Still nothing is sent.
    ///
    /// # Errors
    ///
    /// [`NotSent::Later`] and [`NotSent::Refused`].
    pub async fn address(&mut self, to: &str) -> Result<(), NotSent> {
        let to = address(to).map_err(|_| NotSent::at(Step::Recipient, Cause::NoAddress))?;
        match &mut self.0 {
            Hands::Smtp(wire) => wire.address(to).await,
            Hands::File(_) | Hands::Log(_) => Ok(()),
        }
    }

    /// Hands the mail over, to the recipient that was named: from here on nobody knows until the answer comes.
    ///
    /// # Errors
    ///
    /// [`NotSent`].
    pub async fn hand_over(self, letter: Letter) -> Result<(), NotSent> {
        match self.0 {
            Hands::Smtp(wire) => wire.hand_over(&letter.message).await,
            Hands::File(folder) => folder.keep(&letter).await.map(drop),
            Hands::Log(folder) => {
                let file = folder.keep(&letter).await?;
                let link = letter.link.as_ref().map(ExposeSecret::expose_secret);
                tracing::info!(target: "latchkey::mail", mail = letter.mail.name(), link, file = %file.display(), "a mail was written into the folder");
                Ok(())
            }
        }
    }
}

impl fmt::Display for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(relay) => relay.fmt(f),
            Self::File(folder) | Self::Log(folder) => folder.fmt(f),
        }
    }
}

/// How the connection is, for people.
impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Hands::Smtp(wire) => wire.fmt(f),
            Hands::File(folder) | Hands::Log(folder) => folder.fmt(f),
        }
    }
}
