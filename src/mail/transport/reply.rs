//! What is kept of what a mail server answers.

use std::{error::Error, time::Duration};

use lettre::transport::smtp;

use super::error::{Cause, SendError, Step};

/// What was said in time, or what it means that it was not, or was no.
pub(super) async fn within<T>(
    time: Duration,
    step: Step,
    talk: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, SendError> {
    let said = tokio::time::timeout(time, talk).await;
    said.map_err(|_| SendError::at(step, Cause::Timeout))?.map_err(|error| SendError::at(step, cause(&error)))
}

/// What is kept of an error. The text of an answer often repeats the address.
fn cause(error: &smtp::Error) -> Cause {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return Cause::Reply { code: code.into(), status: status(&text) };
    }
    if error.is_response() || error.is_client() {
        return Cause::Protocol;
    }
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Cause::Connection(innermost.to_string())
}

/// The enhanced code that an answer begins with (RFC 2034 §4).
fn status(text: &str) -> Option<[u16; 3]> {
    let mut parts = text.split_whitespace().next()?.split('.').map(|part| part.parse().ok());
    let status = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_code_is_three_numbers_in_front() {
        assert_eq!(status("5.1.1 <ada@example.com>: no such user"), Some([5, 1, 1]));
        for text in ["", "5.1", "5.1.1.1", "ada.lovelace.1 5.1.1", "no 5.1.1"] {
            assert_eq!(status(text), None, "{text}");
        }
    }
}
