//! `latchkey migrate`: migrates the database, or rolls migrations back.

use clap::{Arg, ArgMatches, Command, value_parser};
use latchkey::{
    config::check_database,
    database::{self, Migration},
};

use super::{Outcome, print, subcommand, values};

pub(super) fn command() -> Command {
    let steps = Arg::new("steps").value_parser(value_parser!(u32)).default_value("1");
    let down_about = "Roll back the latest migrations, which deletes the data in their tables";
    let down = subcommand("down", down_about, "latchkey migrate down 2");
    subcommand("migrate", "Migrate the database, or roll migrations back", "latchkey migrate up")
        .subcommand_required(true)
        .subcommand(subcommand("up", "Apply all missing migrations", "latchkey migrate up"))
        .subcommand(down.arg(steps.help("The number of migrations")))
        .subcommand(subcommand("status", "List all migrations, applied and missing", "latchkey migrate status"))
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

fn line(migration: &Migration) -> String {
    format!("{}  {}\n", if migration.applied { "applied" } else { "missing" }, migration.name)
}
