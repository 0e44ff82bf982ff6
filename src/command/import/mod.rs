//! `latchkey import`: brings the users of another system along.

mod bar;

use std::{error::Error, path::PathBuf};

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use latchkey::{
    accounts::DryRun,
    app::Services,
    clock::Clock,
    config::Config,
    database,
    import::{self, Columns, Format, Report, Source, SourceError, SourceLocation},
    log,
};

use self::bar::Bar;
use super::{Outcome, config, print};

const FORMATS: [(&str, Format); 4] = [
    ("jsonl", Format::JsonLines),
    ("csv", Format::Csv),
    ("sqlite", Format::Sqlite),
    ("postgresql", Format::Postgresql),
];

const ABOUT: &str = "\
Bring the users of another system along, with the bcrypt hashes of their passwords: everybody logs in as before.

Each batch of rows is written whole or not at all, and whoever is there already is left alone, so the same command once \
more goes on where the last one was interrupted. Nobody is ever changed or removed.";

const DETAILS: &str = "\
Columns, and under which names each is looked for; --column NAME=COLUMN names another one, --column NAME= leaves it out:
  id             id                                          a UUID is kept as the user's id; for others there is a new one
  email          email
  username       username                                    an e-mail address in it is the user's, if they have no other
  password_hash  hashed_password, password_hash or password  bcrypt, $2a$, $2b$ or $2y$, of cost 4 to 16
  display_name   display_name, full_name or name
  created_at     created_at                                  in UTC, unless it says otherwise
  disabled       disabled                                    whether the user may not log in
  is_active      is_active                                   the opposite
  email_verified email_verified or is_verified               whether the address is known to be theirs

Of PostgreSQL, give an address without a password, which is read from PGPASSWORD or ~/.pgpass; or put the whole address \
into a file for --source-file. Whose address of the accounts themselves is wanted, see --database-url.

Exit code: 0 when every row was taken or is there already, 1 when one was refused or something broke.

  latchkey import users.csv --dry-run
  latchkey import users.jsonl --report refused.tsv
  latchkey import old.db --table members --column email=mail
  latchkey import postgres://reader@db.example/app
  zcat users.jsonl.gz | latchkey import - --format jsonl";

pub(super) fn command() -> Command {
    let text = |name: &'static str| Arg::new(name).long(name);
    let source = Arg::new("source").value_name("SOURCE");
    let source =
        source.help("A JSON Lines, CSV or SQLite file, - for standard input, or the address of a PostgreSQL database");
    let source_file = text("source-file").value_name("FILE").value_parser(value_parser!(PathBuf));
    let format = text("format").value_parser(FORMATS.map(|(name, _)| name));
    let table = text("table").value_name("NAME").default_value("users");
    let column = text("column").value_name("NAME=COLUMN").action(ArgAction::Append);
    let report = text("report").value_name("FILE").value_parser(value_parser!(PathBuf));
    Command::new("import")
        .about("Bring the users of another system along, with their password hashes")
        .long_about(ABOUT)
        .after_long_help(DETAILS)
        .arg(source)
        .arg(source_file.help("A file that holds SOURCE, for addresses with a password"))
        .group(ArgGroup::new("from").args(["source", "source-file"]).required(true))
        .arg(format.help("What SOURCE is, where its name does not tell"))
        .arg(table.help("The table of a database; PostgreSQL takes SCHEMA.TABLE, too"))
        .arg(column.help("Which column holds what, if it has another name there; may be repeated"))
        .arg(
            text("dry-run")
                .action(ArgAction::SetTrue)
                .help("Check every row, against the database, too, and write nothing"),
        )
        .arg(report.help("A new file that lists every row that was not taken, and why"))
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let columns: Vec<&String> = given.get_many("column").unwrap_or_default().collect();
    let columns = Columns::with_names(columns.into_iter().map(String::as_str))?;
    let place = place(given)?;
    let config = config(given)?;
    log::start_at_the_shell(config.monitoring.log_format);

    let dry_run = given.get_flag("dry-run");
    if dry_run && is_behind(&config).await? {
        return Err("the database is not up to date; `latchkey migrate up` brings it there".into());
    }

    let source = Source::open(place, columns).await?;
    let services = Services::open(&config, Clock::system()).await?;
    let report_file = given.get_one::<PathBuf>("report");
    let mut report = match report_file {
        Some(path) => Report::in_file(path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => Report::default(),
    };

    let admin = services.operator.admin();
    let bar = Bar::of(&source);
    let checked = dry_run.then(DryRun::default);
    let outcome = import::run(&services.accounts, &admin, source, checked, &mut report, |report, source| {
        bar.show(report, source);
    })
    .await;
    bar.clear();
    if !dry_run && report.imported > 0 {
        // The users are there, whether this can be written down or not.
        if let Err(fault) = services.accounts.imported(&admin, report.imported).await {
            eprintln!("This import is not among the events: {fault}");
        }
    }
    services.close().await;
    conclude(&report, dry_run, report_file.is_some(), outcome)
}

/// Whether a dry run would take steps of migration on a database that is in use.
async fn is_behind(config: &Config) -> Result<bool, Box<dyn Error>> {
    let database = database::open(&config.database.url, 1).await?;
    let steps = database::status(&database).await?;
    database.close().await?;
    Ok(steps.iter().any(|step| step.applied) && steps.iter().any(|step| !step.applied))
}

/// Where the users are. An argument is seen by everybody on this machine, so no password may stand in it.
fn place(given: &ArgMatches) -> Result<SourceLocation, Box<dyn Error>> {
    let format = given.get_one::<String>("format").and_then(|name| FORMATS.iter().find(|(known, _)| known == name));
    let address = match given.get_one::<PathBuf>("source-file") {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            text.trim().to_owned()
        }
        None => given.get_one::<String>("source").expect("one of them is required").clone(),
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

/// Says what came of it.
fn conclude(report: &Report, dry_run: bool, in_file: bool, outcome: Result<(), import::ImportError>) -> Outcome {
    for line in &report.listed {
        eprintln!("{line}");
    }
    if !in_file && report.refusals() > report.listed.len() as u64 {
        eprintln!("… these are the first {}; --report FILE lists all", report.listed.len());
    }
    let would = if dry_run { " would be" } else { "" };
    let (rows, refused) = (report.rows(), report.refusals());
    let (imported, there) = (report.imported, report.existing);
    let reasons = report.refused.iter().map(|(reason, count)| format!("{count:>8}  {reason}\n"));
    let reasons: String = reasons.collect();
    print(&format!("{rows} rows: {imported}{would} imported, {there} there already, {refused} refused\n{reasons}"))?;
    match outcome {
        Err(stopped) => Err(stopped.into()),
        Ok(()) if refused > 0 => Err(format!("{refused} of {rows} rows were refused").into()),
        Ok(()) => Ok(()),
    }
}
