//! CSV with a line of headings.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::{
    batches::{Batches, Found},
    column::{Columns, Places},
    measured::Measured,
    source::Unreadable,
    value,
};

/// Gives every row of the file, until nobody wants any more.
pub(super) async fn read(file: Measured, columns: &Columns, batches: &mut Batches) -> Result<(), Unreadable> {
    let mut file = ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file);
    let headings = file.headers()?.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned());
    let places = columns.find(&headings.collect::<Vec<_>>())?;
    let mut record = StringRecord::new();
    loop {
        file.get_mut().next_row();
        let line = file.position().line();
        let row = match file.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => value::user(texts(&record, &places)),
            Err(error) => match error.into_kind() {
                ErrorKind::Io(error) => return Err(error.into()),
                ErrorKind::UnequalLengths { len, expected_len, .. } => {
                    Err(format!("there are {len} columns, and {expected_len} headings"))
                }
                _ => Err("this is not UTF-8".to_owned()),
            },
        };
        let line = record.position().map_or(line, |position| position.line().max(line));
        batches.give(Found { place: format!("line {line}"), row }).await?;
    }
}

fn texts(record: &StringRecord, places: &Places) -> super::column::Texts {
    places.map(|place| record.get(place?).map(ToOwned::to_owned))
}
