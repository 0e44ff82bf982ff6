//! Refusals and faults as messages for operators.

use std::{error::Error, fmt::Display};

use latchkey::accounts::{Failure, NoSuchUser, RegisterRefusal, SetEmailRefusal, SetPasswordRefusal};

use super::format;

const BUSY: &str = "the server is busy; try again";

/// An error of the database.
pub(super) fn fault(fault: impl Display) -> Box<dyn Error> {
    format!("the database: {fault}").into()
}

/// The user was deleted after it was found.
pub(super) fn user_no_longer_exists(failure: Failure<NoSuchUser>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(NoSuchUser) => "the user no longer exists".into(),
        Failure::Fault(broken) => fault(broken),
    }
}

pub(super) fn not_created(failure: Failure<RegisterRefusal>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(RegisterRefusal::ValidationFailed(violations)) => format::violations(&violations).into(),
        Failure::Refused(RegisterRefusal::EmailTaken) => "there is a user with this e-mail address".into(),
        Failure::Refused(RegisterRefusal::Closed) => "registration is closed".into(),
        Failure::Refused(RegisterRefusal::UsernameTaken) => "there is a user with this username".into(),
        Failure::Refused(RegisterRefusal::TooManyAttempts(_) | RegisterRefusal::ServerBusy(_)) => BUSY.into(),
        Failure::Fault(broken) => fault(broken),
    }
}

pub(super) fn email_not_set(failure: Failure<SetEmailRefusal>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(SetEmailRefusal::ValidationFailed(violations)) => format::violations(&violations).into(),
        Failure::Refused(SetEmailRefusal::NoSuchUser(_)) => "the user no longer exists".into(),
        Failure::Refused(SetEmailRefusal::EmailTaken) => {
            "another user has this e-mail address, or had it until recently".into()
        }
        Failure::Fault(broken) => fault(broken),
    }
}

pub(super) fn not_set(failure: Failure<SetPasswordRefusal>) -> Box<dyn Error> {
    match failure {
        Failure::Refused(SetPasswordRefusal::ValidationFailed(violations)) => format::violations(&violations).into(),
        Failure::Refused(SetPasswordRefusal::NoSuchUser(_)) => "the user no longer exists".into(),
        Failure::Refused(SetPasswordRefusal::ServerBusy(_)) => BUSY.into(),
        Failure::Fault(broken) => fault(broken),
    }
}
