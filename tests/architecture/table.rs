//! The tables of arrows in the documentation: of the modules in `src/lib.rs`, of a module's folders in its `mod.rs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The names in a row: the module or folder, those it may import, and the crates that only it may name.
pub type Row = (String, BTreeSet<String>, BTreeSet<String>);

/// The table whose heading begins like this; nothing if the file has none.
pub fn table(path: &Path, heading: &str) -> Option<Vec<Row>> {
    let text = fs::read_to_string(path).ok()?;
    let lines = text.lines().map(|line| line.strip_prefix("//!").unwrap_or_default().trim());
    let rows = lines.skip_while(|line| !line.starts_with(heading)).skip(2).take_while(|line| line.starts_with('|'));
    let rows: Vec<Row> = rows.map(row).collect();
    (!rows.is_empty()).then_some(rows)
}

fn row(line: &str) -> Row {
    let mut cells = line.trim_matches('|').split('|').map(names);
    let mut cell = || cells.next().unwrap_or_default();
    let (first, imports, crates) = (cell(), cell(), cell());
    let name = first.into_iter().next().unwrap_or_else(|| panic!("a name in the first cell of {line}"));
    (name, imports, crates)
}

/// The names in code spans, without links and without the slash of a folder.
fn names(cell: &str) -> BTreeSet<String> {
    let spans = cell.split('`').skip(1).step_by(2);
    spans.map(|name| name.trim_end_matches('/').replace('-', "_")).collect()
}

/// The modules of `src/lib.rs` and what each may import.
pub fn modules() -> Vec<Row> {
    table(Path::new("src/lib.rs"), "| module |").expect("the table of src/lib.rs")
}

/// The folders of a module and what each may import, if its `mod.rs` has a table.
pub fn folders(module: &str) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let rows = table(&Path::new("src").join(module).join("mod.rs"), "| folder |")?;
    Some(rows.into_iter().map(|(folder, imports, _)| (folder, imports)).collect())
}
