//! A mail server, and what is said to it, step by step.

use std::{fmt, fs, io, path::Path, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        authentication::Mechanism,
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};

use super::{
    error::{Cause, SendError, Step},
    reply::within,
    smtp_url::{SmtpUrl, Tls},
};
use crate::mail::sender::Sender;

/// How long reaching one of the server's addresses may take.
const REACHED: Duration = Duration::from_secs(5);

/// How long all of it may take until the greeting is over: the name, several addresses, TLS.
const GREETED: Duration = Duration::from_secs(15);

/// How long an answer may take.
const ANSWERED: Duration = Duration::from_secs(10);

/// How long the answer to the text may take: some servers look into it first, and to give up then is to send it twice.
const TAKEN: Duration = Duration::from_secs(30);

/// How long we wait to be polite.
const LEFT: Duration = Duration::from_secs(1);

/// The longest that carrying one mail takes, from calling to leaving.
pub const MAX_SEND_TIME: Duration = Duration::from_secs(15 + 5 * 10 + 30 + 1);

/// A mail server and how to get there.
pub struct SmtpTransport {
    url: SmtpUrl,
    tls: TlsParameters,
    from: Address,
    hello: ClientId,
}

/// A connection to it, greeted, encrypted and logged in as far as it has to be.
pub(super) struct SmtpConnection {
    connection: AsyncSmtpConnection,
    from: Address,
    logged_in: bool,
}

/// Why the file with certificates is of no use.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// It cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, io::ErrorKind),
    /// There is none in it.
    #[error("{0} holds no certificate in PEM")]
    Empty(String),
}

impl SmtpTransport {
    /// The server at this address. What is said to it comes from `from`; certificates of `ca` are believed, too.
    ///
    /// # Errors
    ///
    /// [`CertificateError`].
    pub fn new(url: SmtpUrl, ca: Option<&Path>, from: &Sender) -> Result<Self, CertificateError> {
        let name = || ca.map(|path| path.display().to_string()).unwrap_or_default();
        let mut tls = TlsParameters::builder(url.name());
        if let Some(path) = ca {
            let pem = fs::read_to_string(path).map_err(|error| CertificateError::Unreadable(name(), error.kind()))?;
            if !pem.contains("-----BEGIN CERTIFICATE-----") {
                return Err(CertificateError::Empty(name()));
            }
            tls = tls.add_root_certificate(
                Certificate::from_pem(pem.as_bytes()).map_err(|_| CertificateError::Empty(name()))?,
            );
        }
        let tls = tls.build().map_err(|_| CertificateError::Empty(name()))?;
        let from = from.address().clone();
        let hello = ClientId::Domain(from.domain().to_owned());
        Ok(Self { url, tls, from, hello })
    }

    /// Reaches it, is greeted, encrypts, logs in.
    pub(super) async fn connect(&self) -> Result<SmtpConnection, SendError> {
        let place = (self.url.name(), self.url.port);
        let at_once = (self.url.tls == Tls::Implicit).then(|| self.tls.clone());
        let connecting = AsyncSmtpConnection::connect_tokio1(place, Some(REACHED), &self.hello, at_once, None);
        let mut connection = within(GREETED, Step::Connect, connecting).await?;

        match self.url.tls {
            Tls::Required | Tls::Opportunistic if connection.can_starttls() => {
                let starting = connection.starttls(self.tls.clone(), &self.hello);
                within(ANSWERED, Step::StartTls, starting).await?;
            }
            Tls::Required => return Err(SendError::at(Step::StartTls, Cause::TlsNotOffered)),
            Tls::Implicit | Tls::Disabled | Tls::Opportunistic => {}
        }

        if let Some(login) = &self.url.login {
            const KNOWN: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&KNOWN).is_none() {
                return Err(SendError::at(Step::Authenticate, Cause::AuthNotOffered));
            }
            within(ANSWERED, Step::Authenticate, connection.auth(&KNOWN, login)).await?;
        }
        Ok(SmtpConnection { connection, from: self.from.clone(), logged_in: self.url.login.is_some() })
    }
}

impl SmtpConnection {
    /// Names sender and recipient, and asks to begin.
    pub(super) async fn set_recipient(&mut self, to: Address) -> Result<(), SendError> {
        let mut options = Vec::new();
        // A domain is written in ASCII.
        if !to.user().is_ascii() || !self.from.user().is_ascii() {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(SendError::at(Step::RcptTo, Cause::SmtpUtf8NotOffered));
            }
            // The headers name them as they are.
            options = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        }
        let from = Mail::new(Some(self.from.clone()), options);
        within(ANSWERED, Step::MailFrom, self.connection.command(from)).await?;
        within(ANSWERED, Step::RcptTo, self.connection.command(Rcpt::new(to, Vec::new()))).await?;
        within(ANSWERED, Step::Data, self.connection.command(Data)).await?;
        Ok(())
    }

    pub(super) async fn send(mut self, message: &[u8]) -> Result<(), SendError> {
        within(TAKEN, Step::Message, self.connection.message(message)).await?;
        // It is theirs now, whatever they say to this.
        let _ = tokio::time::timeout(LEFT, self.connection.quit()).await;
        Ok(())
    }
}

impl fmt::Display for SmtpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

impl fmt::Display for SmtpConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encrypted = if self.connection.is_encrypted() { "encrypted" } else { "not encrypted" };
        let logged_in = if self.logged_in { ", logged in" } else { "" };
        write!(f, "{encrypted}{logged_in}")
    }
}
