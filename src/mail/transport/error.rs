//! How far a mail got that was not delivered, and what that means.

use std::{fmt, io};

/// Why a mail was not sent, by what to do about it. No reason holds an address of a person: of what a server answers,
/// only the codes are kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It was certainly not delivered, and another try may be luckier.
    #[error("not sent: {0}")]
    Later(Reason),
    /// This recipient, or this text, will not be taken.
    #[error("refused: {0}")]
    Refused(Reason),
    /// The wire broke while it was handed over: it may have been delivered.
    #[error("perhaps sent: {0}")]
    Unknown(Reason),
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
    Encrypt,
    /// User and password.
    LogIn,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
    /// The mail itself.
    Text,
    /// Keeping it in a folder.
    Keep,
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The server said no.
    Answer {
        /// Its code, such as 550.
        code: u16,
        /// Its enhanced code, such as 5.1.1 (RFC 3463).
        status: Option<[u16; 3]>,
    },
    /// The server said nothing in time.
    Silence,
    /// The server hung up, or what it said is not SMTP.
    NoSmtp,
    /// There is no connection, or none that can be trusted.
    Wire(String),
    /// The server does not offer STARTTLS.
    NoTls,
    /// The server offers no way to log in that we know.
    NoLogin,
    /// The address needs SMTPUTF8, which the server does not offer.
    NoUtf8,
    /// No mail can be sent to this address.
    NoAddress,
    /// A file cannot be written.
    File(io::ErrorKind),
}

impl NotSent {
    /// What it means that this step went wrong in this way.
    pub(super) fn at(step: Step, cause: Cause) -> Self {
        let reason = Reason { step, cause };
        let is_about_the_mail = matches!(step, Step::Recipient | Step::Text);
        match reason.cause {
            Cause::NoUtf8 | Cause::NoAddress => Self::Refused(reason),
            // 530 is about us: it wants a password.
            Cause::Answer { code: 500..=529 | 531.., .. } if is_about_the_mail => Self::Refused(reason),
            Cause::Silence | Cause::NoSmtp | Cause::Wire(_) if step == Step::Text => Self::Unknown(reason),
            Cause::Answer { .. }
            | Cause::Silence
            | Cause::NoSmtp
            | Cause::Wire(_)
            | Cause::NoTls
            | Cause::NoLogin
            | Cause::File(_) => Self::Later(reason),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = match self.step {
            Step::Connect => "connecting",
            Step::Encrypt => "starting TLS",
            Step::LogIn => "logging in",
            Step::Sender => "naming the sender",
            Step::Recipient => "naming the recipient",
            Step::Data => "beginning the text",
            Step::Text => "handing over the text",
            Step::Keep => "keeping it in the folder",
        };
        write!(f, "{step}: {}", self.cause)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { code, status: Some([class, subject, detail]) } => {
                write!(f, "the server answers {code} {class}.{subject}.{detail}")
            }
            Self::Answer { code, status: None } => write!(f, "the server answers {code}"),
            Self::Silence => f.write_str("no answer in time"),
            Self::NoSmtp => f.write_str("the server hung up, or does not speak SMTP"),
            Self::Wire(what) => f.write_str(what),
            Self::NoTls => f.write_str("the server does not offer it"),
            Self::NoLogin => f.write_str("the server offers neither PLAIN nor LOGIN"),
            Self::NoUtf8 => f.write_str("the server does not take such addresses (SMTPUTF8)"),
            Self::NoAddress => f.write_str("that is no address"),
            Self::File(kind) => kind.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_means_depends_on_the_question() {
        let answer = |code| Cause::Answer { code, status: None };
        let meaning = |step, cause| match NotSent::at(step, cause) {
            NotSent::Later(_) => "later",
            NotSent::Refused(_) => "refused",
            NotSent::Unknown(_) => "unknown",
        };
        for step in [Step::Connect, Step::Encrypt, Step::LogIn, Step::Sender, Step::Data] {
            for cause in [answer(421), answer(535), answer(550), Cause::Silence, Cause::NoSmtp] {
                assert_eq!(meaning(step, cause), "later", "{step:?}");
            }
        }
        for step in [Step::Recipient, Step::Text] {
            let said = [421, 452, 530, 550, 554].map(|code| meaning(step, answer(code)));
            assert_eq!(said, ["later", "later", "later", "refused", "refused"], "{step:?}");
        }
        assert_eq!(meaning(Step::Recipient, Cause::NoUtf8), "refused");
        for cause in [Cause::Silence, Cause::NoSmtp, Cause::Wire(String::new())] {
            assert_eq!(meaning(Step::Recipient, cause.clone()), "later");
            assert_eq!(meaning(Step::Text, cause), "unknown");
        }
    }
}
