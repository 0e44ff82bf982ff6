//! `latchkey migrate`: brings the database up to date, or back.

use clap::{Arg, ArgMatches, Command, value_parser};
use latchkey::{
    config::check_database,
    database::{self, Migration},
};

use super::{Outcome, print, values};

pub(super) fn command() -> Command {
    let steps = Arg::new("steps").value_parser(value_parser!(u32)).default_value("1").help("How many steps");
    let down = Command::new("down").about("Take back the last steps, and with them what stands in their tables");
    Command::new("migrate")
        .about("Bring the database up to date, or back")
        .subcommand_required(true)
        .subcommand(Command::new("up").about("Take every step that is missing"))
        .subcommand(down.arg(steps))
        .subcommand(Command::new("status").about("List the steps"))
}

pub(super) async fn run(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap asks for one");
    let (url, max_connections) = check_database(&values(given))?;
    let database = database::open(&url, max_connections).await?;
    match verb {
        "up" => print(&format!("{} steps taken\n", database::migrate_up(&database).await?)),
        "down" => {
            let steps = *given.get_one("steps").expect("has a default");
            print(&format!("{} steps taken back\n", database::migrate_down(&database, steps).await?))
        }
        _ => {
            let line =
                |step: Migration| format!("{}  {}\n", if step.applied { "applied" } else { "missing" }, step.name);
            print(&database::status(&database).await?.into_iter().map(line).collect::<Vec<_>>().concat())
        }
    }
}
