//! `latchkey migrate`: migrates the database, or rolls migrations back.

use clap::{Arg, ArgMatches, Command, value_parser};
use latchkey::{
    config::check_database,
    database::{self, Migration},
};

use super::{Outcome, print, values};

const EXAMPLES: &str =
    "Examples:\n  latchkey migrate up\n  latchkey migrate status --database-url sqlite://accounts.db";

pub(super) fn command() -> Command {
    let steps = Arg::new("steps").value_parser(value_parser!(u32)).default_value("1");
    let down = Command::new("down").about("Roll back the latest migrations, which deletes the data in their tables");
    Command::new("migrate")
        .about("Migrate the database, or roll migrations back")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .subcommand(Command::new("up").about("Apply all missing migrations"))
        .subcommand(down.arg(steps.help("The number of migrations")))
        .subcommand(Command::new("status").about("List all migrations, applied and missing"))
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap requires a subcommand");
    let (url, max_connections) = check_database(&values(given))?;
    let database = database::open(&url, max_connections).await?;
    match verb {
        "up" => print(&format!("{} migrations applied\n", database::migrate_up(&database).await?)),
        "down" => {
            let steps = *given.get_one("steps").expect("has a default");
            print(&format!("{} migrations rolled back\n", database::migrate_down(&database, steps).await?))
        }
        _ => print(&database::status(&database).await?.iter().map(line).collect::<String>()),
    }
}

fn line(step: &Migration) -> String {
    format!("{}  {}\n", if step.applied { "applied" } else { "missing" }, step.name)
}
