//! CSV with a line of headings.

use csv::{ErrorKind, ReaderBuilder, StringRecord, Terminator};

use super::{
    batches::{BatchSender, SourceRow},
    column::{Columns, Positions, Texts},
    input_file::InputFile,
    source::SourceError,
    value,
};

/// Gives every row of the file, until nobody wants any more.
pub(super) async fn read(file: InputFile, columns: &Columns, batches: &mut BatchSender) -> Result<(), SourceError> {
    // Left alone, the reader ends a line before its line feed and miscounts. What stays behind is white space.
    let mut builder = ReaderBuilder::new();
    let mut file = builder.terminator(Terminator::Any(b'\n')).flexible(true).from_reader(file);
    let headings: Vec<String> = file.headers()?.iter().map(|name| name.trim().to_owned()).collect();
    let places = columns.find(&headings)?;
    let mut record = StringRecord::new();
    loop {
        file.get_mut().next_row();
        let line = file.position().line();
        let row = match file.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) if record.len() == 1 && record[0].trim().is_empty() => continue,
            Ok(true) if record.len() != headings.len() => Err("there are not as many columns as headings".to_owned()),
            Ok(true) => value::user(texts(&record, &places)),
            Err(error) => match error.into_kind() {
                ErrorKind::Io(error) => return Err(error.into()),
                _ => Err("this is not UTF-8".to_owned()),
            },
        };
        batches.send(SourceRow { position: format!("line {line}"), user: row }).await?;
    }
}

fn texts(record: &StringRecord, places: &Positions) -> Texts {
    places.map(|place| record.get(place?).map(ToOwned::to_owned))
}
