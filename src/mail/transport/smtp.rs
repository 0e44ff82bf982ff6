//! Sends a message to a mail server, one SMTP command at a time.

use std::{fmt, path::Path, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        authentication::Mechanism,
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};

use super::{
    certificates::{CertificateError, tls_parameters},
    error::{Cause, SendError, Step},
    reply::reply_within,
    smtp_url::{SmtpUrl, Tls},
};
use crate::mail::sender::Sender;

/// The timeout for a connection to one of the server's IP addresses.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The timeout until the greeting: the lookup of the name, connections to several addresses, and TLS.
const GREETING_TIMEOUT: Duration = Duration::from_secs(15);

/// The timeout for the reply to a command.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

/// The timeout for the reply to the message. Some servers scan it first, and a message without a reply is sent again.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// The timeout for `QUIT`, whose reply does not matter.
const QUIT_TIMEOUT: Duration = Duration::from_secs(1);

/// The longest time that sending one mail takes, from [`connect`](super::MailTransport::connect) to the end of
/// [`send`](super::MailConnection::send).
pub const MAX_SEND_TIME: Duration = Duration::from_secs(
    GREETING_TIMEOUT.as_secs() + 5 * REPLY_TIMEOUT.as_secs() + MESSAGE_TIMEOUT.as_secs() + QUIT_TIMEOUT.as_secs(),
);

/// A mail server, and how to connect to it.
pub struct SmtpTransport {
    url: SmtpUrl,
    tls: TlsParameters,
    from: Address,
    hello: ClientId,
}

/// A connection to a mail server, encrypted and authenticated as its URL requires.
pub(super) struct SmtpConnection {
    connection: AsyncSmtpConnection,
    from: Address,
    is_authenticated: bool,
}

impl SmtpTransport {
    /// Creates a transport to the server at this address. Trusts the certificates in `ca` in addition to the public
    /// ones.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] if `ca` cannot be used.
    pub fn new(url: SmtpUrl, ca: Option<&Path>, from: &Sender) -> Result<Self, CertificateError> {
        let tls = tls_parameters(url.name(), ca)?;
        let from = from.address().clone();
        let hello = ClientId::Domain(from.domain().to_owned());
        Ok(Self { url, tls, from, hello })
    }

    /// Connects, starts TLS and authenticates.
    pub(super) async fn connect(&self) -> Result<SmtpConnection, SendError> {
        let server = (self.url.name(), self.url.port);
        let implicit_tls = (self.url.tls == Tls::Implicit).then(|| self.tls.clone());
        let connecting =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_TIMEOUT), &self.hello, implicit_tls, None);
        let mut connection = reply_within(GREETING_TIMEOUT, Step::Connect, connecting).await?;

        match self.url.tls {
            Tls::Required | Tls::Opportunistic if connection.can_starttls() => {
                let starting = connection.starttls(self.tls.clone(), &self.hello);
                reply_within(REPLY_TIMEOUT, Step::StartTls, starting).await?;
            }
            Tls::Required => return Err(SendError::new(Step::StartTls, Cause::TlsNotOffered)),
            Tls::Implicit | Tls::Disabled | Tls::Opportunistic => {}
        }

        if let Some(login) = &self.url.login {
            const SUPPORTED: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&SUPPORTED).is_none() {
                return Err(SendError::new(Step::Authenticate, Cause::AuthNotOffered));
            }
            reply_within(REPLY_TIMEOUT, Step::Authenticate, connection.auth(&SUPPORTED, login)).await?;
        }
        Ok(SmtpConnection { connection, from: self.from.clone(), is_authenticated: self.url.login.is_some() })
    }
}

impl SmtpConnection {
    /// Sends `MAIL FROM`, `RCPT TO` and `DATA`.
    pub(super) async fn set_recipient(&mut self, to: Address) -> Result<(), SendError> {
        let mut options = Vec::new();
        // Domains are ASCII already.
        if !to.user().is_ascii() || !self.from.user().is_ascii() {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(SendError::new(Step::RcptTo, Cause::SmtpUtf8NotOffered));
            }
            // The headers contain the addresses in UTF-8.
            options = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        }
        let from = Mail::new(Some(self.from.clone()), options);
        reply_within(REPLY_TIMEOUT, Step::MailFrom, self.connection.command(from)).await?;
        reply_within(REPLY_TIMEOUT, Step::RcptTo, self.connection.command(Rcpt::new(to, Vec::new()))).await?;
        reply_within(REPLY_TIMEOUT, Step::Data, self.connection.command(Data)).await?;
        Ok(())
    }

    /// Sends the message, then `QUIT`.
    pub(super) async fn send(mut self, message: &[u8]) -> Result<(), SendError> {
        reply_within(MESSAGE_TIMEOUT, Step::Message, self.connection.message(message)).await?;
        // The server has accepted the message, whatever it replies to this.
        let _ = tokio::time::timeout(QUIT_TIMEOUT, self.connection.quit()).await;
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
        let logged_in = if self.is_authenticated { ", logged in" } else { "" };
        write!(f, "{encrypted}{logged_in}")
    }
}
