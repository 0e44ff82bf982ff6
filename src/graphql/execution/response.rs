//! The response: merges the root fields in order, and limits the response to 20 errors and 1 MB.

use std::io::{self, Write};

use async_graphql::{Name, Response, Value as ConstValue, indexmap::IndexMap};
use serde::Serialize;

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::plan::ValueSource,
};

/// The maximum size of a response, in bytes.
const MAX_BYTES: usize = 1_000_000;

/// The maximum number of errors in a response.
const MAX_ERRORS: usize = 20;

/// Adds the root fields that were not executed to an executed response.
pub(super) fn assemble(response: &mut Response, root_fields: Vec<(Name, ValueSource)>) {
    if root_fields.iter().all(|(_, source)| matches!(source, ValueSource::Executed)) {
        return;
    }
    // `data` is null if a non-null root field failed.
    let (mut executed, mut is_null) = match std::mem::take(&mut response.data) {
        ConstValue::Object(executed) => (executed, false),
        _ => (IndexMap::new(), true),
    };
    let mut data = IndexMap::with_capacity(root_fields.len());
    for (name, source) in root_fields {
        let value = match source {
            ValueSource::Executed => executed.swap_remove(&name).unwrap_or_default(),
            ValueSource::Introspected(value) => value,
            ValueSource::Entities(unresolvable) => {
                let mut entities = executed.swap_remove(&name).unwrap_or_default();
                unresolvable.put_back(&name, &mut entities, &mut response.errors);
                entities
            }
            ValueSource::Failed { error, nullable } => {
                response.errors.push(error);
                is_null |= !nullable;
                ConstValue::Null
            }
        };
        data.insert(name, value);
    }
    response.data = if is_null { ConstValue::Null } else { ConstValue::Object(data) };
}

/// Serializes a response to JSON. A response that is too large becomes an error.
pub(super) fn to_json(mut response: Response) -> Vec<u8> {
    response.errors.truncate(MAX_ERRORS);
    bounded_json(&response).unwrap_or_else(|| {
        let message = format!("The response would be larger than {MAX_BYTES} bytes. Select less in one request.");
        let error = TopLevelError::new(Code::QueryTooComplex, message).about_document();
        bounded_json(&Response::from_errors(vec![error])).unwrap_or_default()
    })
}

/// Serializes a value to JSON; `None` if it exceeds the maximum size of a response.
pub(super) fn bounded_json(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut buffer = BoundedBuffer(Vec::with_capacity(512));
    serde_json::to_writer(&mut buffer, value).ok()?;
    Some(buffer.0)
}

/// A buffer of at most [`MAX_BYTES`].
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
