//! Reads CSV with a header line.

use csv::{ErrorKind, ReaderBuilder, StringRecord, Terminator};

use super::{
    batches::{BatchSender, SourceRow},
    column::{Columns, Positions, Texts},
    error::SourceError,
    input_file::InputFile,
    value,
};

/// Reads every row of the file, until the import is cancelled.
pub(super) async fn read(file: InputFile, columns: &Columns, batches: &mut BatchSender) -> Result<(), SourceError> {
    // By default, the reader ends a line before its line feed and reports wrong line numbers. With this terminator, a
    // carriage return stays in the last column, where it is trimmed.
    let mut builder = ReaderBuilder::new();
    let mut file = builder.terminator(Terminator::Any(b'\n')).flexible(true).from_reader(file);
    let header: Vec<String> = file.headers()?.iter().map(|name| name.trim().to_owned()).collect();
    let positions = columns.find(&header)?;
    let mut record = StringRecord::new();
    loop {
        file.get_mut().next_row();
        let line = file.position().line();
        let user = match file.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) if record.len() == 1 && record[0].trim().is_empty() => continue,
            Ok(true) if record.len() != header.len() => Err("more or fewer columns than the header".to_owned()),
            Ok(true) => value::user(texts(&record, &positions)),
            Err(error) => match error.into_kind() {
                ErrorKind::Io(error) => return Err(error.into()),
                _ => Err("not valid UTF-8".to_owned()),
            },
        };
        batches.send(SourceRow { position: format!("line {line}"), user }).await?;
    }
}

fn texts(record: &StringRecord, positions: &Positions) -> Texts {
    positions.map(|position| record.get(position?).map(ToOwned::to_owned))
}
