//! Reads JSON Lines: one object per line.

use std::io::{self, BufRead, BufReader};

use serde_json::{Map, Value};

use super::{
    batches::{BatchSender, SourceRow},
    column::{Columns, Texts},
    error::SourceError,
    input_file::InputFile,
    value,
};

/// Reads every row of the file, until the import is cancelled.
pub(super) async fn read(file: InputFile, columns: &Columns, batches: &mut BatchSender) -> Result<(), SourceError> {
    let mut file = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        file.get_mut().next_row();
        if file.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = line.strip_prefix("\u{feff}".as_bytes()).filter(|_| number == 1).unwrap_or(&line);
        let text = text.trim_ascii();
        if number == 1 && text.starts_with(b"[") {
            let message = "the file is a JSON array, but must have one object per line (as `jq -c '.[]'` prints)";
            return Err(io::Error::other(message).into());
        }
        if !text.is_empty() {
            let user = texts(text, columns).and_then(value::user);
            batches.send(SourceRow { position: format!("line {number}"), user }).await?;
        }
    }
    Ok(())
}

/// Parses a line. Drops the error of the parser, which might contain a part of the line.
fn texts(line: &[u8], columns: &Columns) -> Result<Texts, String> {
    let object: Map<String, Value> = serde_json::from_slice(line).map_err(|_| "not a JSON object".to_owned())?;
    let mut nested = None;
    let texts = columns.pick(|name| match object.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => {
            nested = Some(format!("{name} must be a string, a number or a boolean"));
            None
        }
    });
    nested.map_or(Ok(texts), Err)
}
