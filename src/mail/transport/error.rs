//! Why a mail was not sent, and whether it may have been delivered.

use std::{fmt, io};

/// Why a mail was not sent, by what a caller can do about it. Holds no address of a person: of the reply of a server,
/// only the codes are kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The mail was not delivered. A later attempt may succeed.
    #[error("not sent: {0}")]
    Temporary(Reason),
    /// The server rejects this recipient or this message.
    #[error("rejected: {0}")]
    Rejected(Reason),
    /// The connection failed after the message was sent: it may have been delivered.
    #[error("possibly sent: {0}")]
    Unconfirmed(Reason),
}

/// The step that failed, and the cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The step that failed.
    pub step: Step,
    /// The cause.
    pub cause: Cause,
}

/// A step of sending a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Connecting to the server and reading its greeting; with `smtps://`, also TLS.
    Connect,
    /// STARTTLS.
    StartTls,
    /// Authentication with user and password.
    Authenticate,
    /// `MAIL FROM`.
    MailFrom,
    /// `RCPT TO`.
    RcptTo,
    /// `DATA`.
    Data,
    /// The message itself.
    Message,
    /// Writing the message to a file.
    WriteFile,
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The server replied with an error.
    Reply {
        /// The reply code, such as 550.
        code: u16,
        /// The enhanced status code, such as 5.1.1 (RFC 3463).
        status: Option<[u16; 3]>,
    },
    /// The server did not reply in time.
    Timeout,
    /// The server closed the connection, or its reply is not SMTP.
    Protocol,
    /// The connection failed, or its certificate is not trusted.
    Connection(String),
    /// The server does not offer STARTTLS.
    TlsNotOffered,
    /// The server offers no supported authentication mechanism.
    AuthNotOffered,
    /// The address needs SMTPUTF8, which the server does not offer.
    SmtpUtf8NotOffered,
    /// The address is not valid.
    InvalidAddress,
    /// The file cannot be written.
    File(io::ErrorKind),
}

impl SendError {
    /// Decides what a failed step means for the mail.
    pub(super) fn new(step: Step, cause: Cause) -> Self {
        let reason = Reason { step, cause };
        let is_about_the_mail = matches!(step, Step::RcptTo | Step::Message);
        match reason.cause {
            Cause::SmtpUtf8NotOffered | Cause::InvalidAddress => Self::Rejected(reason),
            // 530 is about this client: the server requires authentication.
            Cause::Reply { code: 500..=529 | 531.., .. } if is_about_the_mail => Self::Rejected(reason),
            Cause::Timeout | Cause::Protocol | Cause::Connection(_) if step == Step::Message => {
                Self::Unconfirmed(reason)
            }
            Cause::Reply { .. }
            | Cause::Timeout
            | Cause::Protocol
            | Cause::Connection(_)
            | Cause::TlsNotOffered
            | Cause::AuthNotOffered
            | Cause::File(_) => Self::Temporary(reason),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = match self.step {
            Step::Connect => "connecting",
            Step::StartTls => "starting TLS",
            Step::Authenticate => "logging in",
            Step::MailFrom => "sending MAIL FROM",
            Step::RcptTo => "sending RCPT TO",
            Step::Data => "sending DATA",
            Step::Message => "sending the message",
            Step::WriteFile => "writing the file",
        };
        write!(f, "{step}: {}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply { code, status: Some([class, subject, detail]) } => {
                write!(f, "the server replied {code} {class}.{subject}.{detail}")
            }
            Self::Reply { code, status: None } => write!(f, "the server replied {code}"),
            Self::Timeout => f.write_str("the server did not reply in time"),
            Self::Protocol => f.write_str("the server closed the connection or does not speak SMTP"),
            Self::Connection(error) => f.write_str(error),
            Self::TlsNotOffered => f.write_str("the server does not offer STARTTLS"),
            Self::AuthNotOffered => f.write_str("the server offers neither AUTH PLAIN nor AUTH LOGIN"),
            Self::SmtpUtf8NotOffered => f.write_str("the server does not support this address (SMTPUTF8)"),
            Self::InvalidAddress => f.write_str("the address is not valid"),
            Self::File(kind) => kind.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meaning_of_a_cause_depends_on_the_step() {
        let reply = |code| Cause::Reply { code, status: None };
        let meaning = |step, cause| match SendError::new(step, cause) {
            SendError::Temporary(_) => "temporary",
            SendError::Rejected(_) => "rejected",
            SendError::Unconfirmed(_) => "unconfirmed",
        };
        for step in [Step::Connect, Step::StartTls, Step::Authenticate, Step::MailFrom, Step::Data] {
            for cause in [reply(421), reply(535), reply(550), Cause::Timeout, Cause::Protocol] {
                assert_eq!(meaning(step, cause), "temporary", "{step:?}");
            }
        }
        for step in [Step::RcptTo, Step::Message] {
            let meanings = [421, 452, 530, 550, 554].map(|code| meaning(step, reply(code)));
            assert_eq!(meanings, ["temporary", "temporary", "temporary", "rejected", "rejected"], "{step:?}");
        }
        assert_eq!(meaning(Step::RcptTo, Cause::SmtpUtf8NotOffered), "rejected");
        for cause in [Cause::Timeout, Cause::Protocol, Cause::Connection(String::new())] {
            assert_eq!(meaning(Step::RcptTo, cause.clone()), "temporary");
            assert_eq!(meaning(Step::Message, cause), "unconfirmed");
        }
    }
}
