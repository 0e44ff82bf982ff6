//! How far a mail got that was not delivered, and what that means.

use std::{fmt, io};

/// Why a mail was not sent, by what to do about it. No reason holds an address of a person: of what a server answers,
/// only the codes are kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It was certainly not delivered, and another try may be luckier.
    #[error("not sent: {0}")]
    Temporary(Reason),
    /// This recipient, or this text, will not be taken.
    #[error("refused: {0}")]
    Rejected(Reason),
    /// The connection broke while it was handed over: it may have been delivered.
    #[error("perhaps sent: {0}")]
    Unconfirmed(Reason),
}

/// What went wrong, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was being done.
    pub step: Step,
    /// What went wrong.
    pub cause: Cause,
}

/// A step on the way of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reaching the server, and being greeted; with `smtps://`, TLS, too.
    Connect,
    /// STARTTLS.
    StartTls,
    /// User and password.
    Authenticate,
    /// `MAIL FROM`.
    MailFrom,
    /// `RCPT TO`.
    RcptTo,
    /// `DATA`.
    Data,
    /// The mail itself.
    Message,
    /// Keeping it in a folder.
    WriteFile,
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The server said no.
    Reply {
        /// Its code, such as 550.
        code: u16,
        /// Its enhanced code, such as 5.1.1 (RFC 3463).
        status: Option<[u16; 3]>,
    },
    /// The server said nothing in time.
    Timeout,
    /// The server hung up, or what it said is not SMTP.
    Protocol,
    /// There is no connection, or none that can be trusted.
    Connection(String),
    /// The server does not offer STARTTLS.
    TlsNotOffered,
    /// The server offers no way to log in that we know.
    AuthNotOffered,
    /// The address needs SMTPUTF8, which the server does not offer.
    SmtpUtf8NotOffered,
    /// No mail can be sent to this address.
    InvalidAddress,
    /// A file cannot be written.
    File(io::ErrorKind),
}

impl SendError {
    /// What it means that this step went wrong in this way.
    pub(super) fn at(step: Step, cause: Cause) -> Self {
        let reason = Reason { step, cause };
        let is_about_the_mail = matches!(step, Step::RcptTo | Step::Message);
        match reason.cause {
            Cause::SmtpUtf8NotOffered | Cause::InvalidAddress => Self::Rejected(reason),
            // 530 is about us: it wants a password.
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
            Step::MailFrom => "naming the sender",
            Step::RcptTo => "naming the recipient",
            Step::Data => "beginning the text",
            Step::Message => "handing over the text",
            Step::WriteFile => "keeping it in the folder",
        };
        write!(f, "{step}: {}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reply { code, status: Some([class, subject, detail]) } => {
                write!(f, "the server answers {code} {class}.{subject}.{detail}")
            }
            Self::Reply { code, status: None } => write!(f, "the server answers {code}"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Protocol => f.write_str("the server hung up, or does not speak SMTP"),
            Self::Connection(what) => f.write_str(what),
            Self::TlsNotOffered => f.write_str("the server does not offer it"),
            Self::AuthNotOffered => f.write_str("the server offers neither PLAIN nor LOGIN"),
            Self::SmtpUtf8NotOffered => f.write_str("the server does not take such addresses (SMTPUTF8)"),
            Self::InvalidAddress => f.write_str("that is no address"),
            Self::File(kind) => kind.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_means_depends_on_the_question() {
        let answer = |code| Cause::Reply { code, status: None };
        let meaning = |step, cause| match SendError::at(step, cause) {
            SendError::Temporary(_) => "later",
            SendError::Rejected(_) => "refused",
            SendError::Unconfirmed(_) => "unknown",
        };
        for step in [Step::Connect, Step::StartTls, Step::Authenticate, Step::MailFrom, Step::Data] {
            for cause in [answer(421), answer(535), answer(550), Cause::Timeout, Cause::Protocol] {
                assert_eq!(meaning(step, cause), "later", "{step:?}");
            }
        }
        for step in [Step::RcptTo, Step::Message] {
            let said = [421, 452, 530, 550, 554].map(|code| meaning(step, answer(code)));
            assert_eq!(said, ["later", "later", "later", "refused", "refused"], "{step:?}");
        }
        assert_eq!(meaning(Step::RcptTo, Cause::SmtpUtf8NotOffered), "refused");
        for cause in [Cause::Timeout, Cause::Protocol, Cause::Connection(String::new())] {
            assert_eq!(meaning(Step::RcptTo, cause.clone()), "later");
            assert_eq!(meaning(Step::Message, cause), "unknown");
        }
    }
}
