//! JSON Lines: an object a line.

use std::io::{self, BufRead, BufReader};

use serde_json::{Map, Value};

use super::{
    batches::{BatchSender, SourceRow},
    column::{Columns, Texts},
    input_file::InputFile,
    source::SourceError,
    value,
};

/// Gives every row of the file, until nobody wants any more.
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
            return Err(io::Error::other("this is a JSON array; write an object a line (jq -c '.[]' does)").into());
        }
        if !text.is_empty() {
            let row = texts(text, columns).and_then(value::user);
            batches.send(SourceRow { position: format!("line {number}"), user: row }).await?;
        }
    }
    Ok(())
}

/// The error of the parser might show a part of the line.
fn texts(line: &[u8], columns: &Columns) -> Result<Texts, String> {
    let object: Map<String, Value> =
        serde_json::from_slice(line).map_err(|_| "this is not a JSON object".to_owned())?;
    let mut nested = None;
    let texts = columns.pick(|name| match object.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => {
            nested = Some(format!("{name} is neither text nor number"));
            None
        }
    });
    nested.map_or(Ok(texts), Err)
}
