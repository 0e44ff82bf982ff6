//! Waits for the reply of a mail server, and keeps only its codes.

use std::{error::Error, time::Duration};

use lettre::transport::smtp;

use super::error::{Cause, SendError, Step};

/// Waits for the reply to a step, at most for this time.
pub(super) async fn reply_within<T>(
    time: Duration,
    step: Step,
    reply: impl Future<Output = Result<T, smtp::Error>>,
) -> Result<T, SendError> {
    let reply = tokio::time::timeout(time, reply).await;
    reply.map_err(|_| SendError::new(step, Cause::Timeout))?.map_err(|error| SendError::new(step, cause(&error)))
}

/// Keeps the codes of a reply. Its text is dropped, because it often repeats the address of the recipient.
fn cause(error: &smtp::Error) -> Cause {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return Cause::Reply { code: code.into(), status: enhanced_status(&text) };
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

/// The enhanced status code at the start of a reply (RFC 2034 §4).
fn enhanced_status(text: &str) -> Option<[u16; 3]> {
    let mut parts = text.split_whitespace().next()?.split('.').map(|part| part.parse().ok());
    let status = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_status_is_three_numbers_at_the_start() {
        assert_eq!(enhanced_status("5.1.1 <ada@example.com>: no such user"), Some([5, 1, 1]));
        for text in ["", "5.1", "5.1.1.1", "ada.lovelace.1 5.1.1", "no 5.1.1"] {
            assert_eq!(enhanced_status(text), None, "{text}");
        }
    }
}
