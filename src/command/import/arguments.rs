//! The arguments of `latchkey import`.

use std::{error::Error, path::PathBuf};

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use latchkey::import::{Columns, Format, SourceError, SourceLocation};

const FORMATS: [(&str, Format); 4] = [
    ("jsonl", Format::JsonLines),
    ("csv", Format::Csv),
    ("sqlite", Format::Sqlite),
    ("postgresql", Format::Postgresql),
];

const ABOUT: &str = "\
Import users of another system with the bcrypt hashes of their passwords, so that they log in as before.

Each batch of rows is imported completely or not at all. Users that already exist are not changed, so repeating the command \
continues an interrupted import. No user is changed or removed.";

const DETAILS: &str = "\
Columns and their names in the source. --column NAME=COLUMN sets another name, and --column NAME= leaves a column out:
  id             id                                          a UUID becomes the user's id; other users get a new id
  email          email
  username       username                                    an e-mail address in it is used if there is no other
  password_hash  hashed_password, password_hash or password  bcrypt, $2a$, $2b$ or $2y$, of cost 4 to 16
                                                             that takes at most a second on this machine
  display_name   display_name, full_name or name
  created_at     created_at                                  in UTC unless it has an offset
  disabled       disabled                                    whether the user cannot log in
  is_active      is_active                                   the opposite of disabled
  email_verified email_verified or is_verified               whether the e-mail address is verified

For a PostgreSQL source, give an address without a password, which is read from PGPASSWORD or ~/.pgpass; or put the whole \
address into a file for --source-file. The database that users are imported into is --database-url.

Exit code: 0 if every row was imported or already existed, 1 if a row was refused or the import failed.

Examples:
  latchkey import users.csv --dry-run
  latchkey import users.jsonl --report refused.tsv
  latchkey import old.db --table members --column email=mail
  latchkey import postgres://reader@db.example/app
  zcat users.jsonl.gz | latchkey import - --format jsonl";

pub(in crate::command) fn command() -> Command {
    let option = |name: &'static str| Arg::new(name).long(name);
    let source = Arg::new("source").value_name("SOURCE");
    let source =
        source.help("A JSON Lines, CSV or SQLite file, - for standard input, or the address of a PostgreSQL database");
    let source_file = option("source-file").value_name("FILE").value_parser(value_parser!(PathBuf));
    let format = option("format").value_parser(FORMATS.map(|(name, _)| name));
    let table = option("table").value_name("NAME").default_value("users");
    let column = option("column").value_name("NAME=COLUMN").action(ArgAction::Append);
    let dry_run = option("dry-run").action(ArgAction::SetTrue);
    let slow = option("allow-slow-hashes").action(ArgAction::SetTrue);
    let report = option("report").value_name("FILE").value_parser(value_parser!(PathBuf));
    Command::new("import")
        .about("Import users of another system with their password hashes")
        .long_about(ABOUT)
        .after_long_help(DETAILS)
        .arg(source)
        .arg(source_file.help("A file that holds SOURCE, for an address with a password"))
        .group(ArgGroup::new("from").args(["source", "source-file"]).required(true))
        .arg(format.help("The format of SOURCE, if its name does not show it"))
        .arg(table.help("The table of a database; SCHEMA.TABLE in PostgreSQL"))
        .arg(column.help("The column that holds NAME; can be repeated"))
        .arg(slow.help(
            "Also import password hashes that take more than a second to check on this machine. Until the last of \
            their users has logged in, every failed login takes as long",
        ))
        .arg(dry_run.help("Check every row, also against the database, and import none"))
        .arg(report.help("A new file that lists every refused row with the reason"))
}

/// The columns that the arguments rename or leave out.
pub(super) fn columns(given: &ArgMatches) -> Result<Columns, Box<dyn Error>> {
    let columns = given.get_many::<String>("column").unwrap_or_default();
    Ok(Columns::with_names(columns.map(String::as_str))?)
}

/// The place of the users. Other users of this machine can see arguments, so an argument cannot hold a password.
pub(super) fn place(given: &ArgMatches) -> Result<SourceLocation, Box<dyn Error>> {
    let format = given.get_one::<String>("format").and_then(|name| FORMATS.iter().find(|(known, _)| known == name));
    let address = match given.get_one::<PathBuf>("source-file") {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            text.trim().to_owned()
        }
        None => given.get_one::<String>("source").expect("clap requires one of them").clone(),
    };
    let place = SourceLocation {
        address: address.into(),
        format: format.map(|(_, format)| *format),
        table: given.get_one::<String>("table").expect("has a default").clone(),
    };
    if given.contains_id("source") && place.has_password() {
        return Err(SourceError::PasswordInArgument.into());
    }
    Ok(place)
}
