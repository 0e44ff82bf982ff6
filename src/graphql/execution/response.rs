//! The response: the fields of the root in their order, at most 20 errors, and at most 1 MB.

use std::io::{self, Write};

use async_graphql::{Name, Response, Value as ConstValue, indexmap::IndexMap};
use serde::Serialize;

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::plan::ValueSource,
};

/// The longest response, in bytes.
const MAX_BYTES: usize = 1_000_000;

/// How many errors a response has at most.
const MAX_ERRORS: usize = 20;

/// Adds to an executed response what was not executed.
pub(in crate::graphql) fn assemble(response: &mut Response, root_fields: Vec<(Name, ValueSource)>) {
    if root_fields.iter().all(|(_, root)| matches!(root, ValueSource::Executed)) {
        return;
    }
    // Null, where a field failed that must not be null.
    let (mut executed, mut is_null) = match std::mem::take(&mut response.data) {
        ConstValue::Object(executed) => (executed, false),
        _ => (IndexMap::new(), true),
    };
    let mut data = IndexMap::with_capacity(root_fields.len());
    for (key, root) in root_fields {
        let value = match root {
            ValueSource::Executed => executed.swap_remove(&key).unwrap_or_default(),
            ValueSource::Introspected(value) => value,
            ValueSource::Entities(unresolvable) => {
                let mut entities = executed.swap_remove(&key).unwrap_or_default();
                unresolvable.put_back(&key, &mut entities, &mut response.errors);
                entities
            }
            ValueSource::Failed { error, nullable } => {
                response.errors.push(error);
                is_null |= !nullable;
                ConstValue::Null
            }
        };
        data.insert(key, value);
    }
    response.data = if is_null { ConstValue::Null } else { ConstValue::Object(data) };
}

/// A response as JSON.
pub(in crate::graphql) fn to_json(mut response: Response) -> Vec<u8> {
    response.errors.truncate(MAX_ERRORS);
    bounded_json(&response).unwrap_or_else(|| {
        let message = format!("The response would have more than {MAX_BYTES} bytes. Ask for less at once.");
        let error = TopLevelError::new(Code::QueryTooComplex, message).about_document();
        bounded_json(&Response::from_errors(vec![error])).unwrap_or_default()
    })
}

/// The value as JSON; nothing if it is longer than a response may be.
pub(in crate::graphql) fn bounded_json(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut buffer = BoundedBuffer(Vec::with_capacity(512));
    serde_json::to_writer(&mut buffer, value).ok()?;
    Some(buffer.0)
}

/// A buffer that takes no more than a response may have.
struct BoundedBuffer(Vec<u8>);

impl Write for BoundedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
