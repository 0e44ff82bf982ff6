//! The command line: reads the settings, and does one thing.

use std::{
    io::{ErrorKind, Write},
    process::ExitCode,
};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use latchkey::{
    app::App,
    clock::Clock,
    config::{Config, Problems, SETTINGS, Setting, Values, check_bind, check_database, check_keys},
    database::{self, Step},
    graphql,
    http::healthcheck::{self, Question},
    log,
    secrets::{KeyState, Rotation, TimedKey},
};
use tokio::signal::unix::{SignalKind, signal};

/// What is allocated and given back thousands of times a second, in several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let outcome = match matches.subcommand() {
        Some(("schema", given)) => {
            say(&if given.get_flag("federation") { graphql::subgraph_sdl() } else { graphql::sdl() })
        }
        Some(("check-config", given)) => check_config(given),
        Some(("keys", given)) => keys(given),
        Some(("healthcheck", given)) => in_runtime(healthcheck(given)),
        Some(("migrate", given)) => in_runtime(migrate(given)),
        Some(("serve", given)) => in_runtime(serve(given)),
        _ => in_runtime(serve(&matches)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latchkey: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let steps = Arg::new("steps").value_parser(value_parser!(u32)).default_value("1").help("How many steps");
    let federation = Arg::new("federation").long("federation").action(ArgAction::SetTrue);
    let federation = federation.help("As a subgraph of a supergraph (Apollo Federation 2)");
    let now = Arg::new("now").long("now").action(ArgAction::SetTrue).help("In five seconds, because it is urgent");
    let ready = Arg::new("ready").long("ready").action(ArgAction::SetTrue);
    let ready = ready.help("Ask whether requests may be sent there: not while its database is away");
    let kid = Arg::new("kid").required(true).allow_hyphen_values(true).value_name("KID").help("The name of the key");
    Command::new("latchkey")
        .version(env!("CARGO_PKG_VERSION"))
        .about("User accounts for GraphQL applications")
        .long_about(
            "User accounts for GraphQL applications.\n\nWithout a command, latchkey serves. Settings are read from flags, \
             then from the environment, then from a .env file; a secret also from the file that NAME_FILE names.",
        )
        .args(SETTINGS.iter().map(flag))
        .subcommand(Command::new("serve").about("Answer requests; what `latchkey` alone does"))
        .subcommand(
            Command::new("migrate")
                .about("Bring the database up to date, or back")
                .subcommand_required(true)
                .subcommand(Command::new("up").about("Take every step that is missing"))
                .subcommand(Command::new("down").about("Take back the last steps, and with them what stands in their tables").arg(steps))
                .subcommand(Command::new("status").about("List the steps")),
        )
        .subcommand(
            Command::new("keys")
                .about("Make and rotate the keys that sign access tokens, for every ALGORITHM but HS256")
                .subcommand_required(true)
                .subcommand(Command::new("generate").about("Make a key: the first one signs at once, others wait for a rotation"))
                .subcommand(Command::new("list").about("List the keys and what each does"))
                .subcommand(Command::new("rotate").about("Let another key sign, once verifiers had ten minutes to learn of it").arg(now))
                .subcommand(Command::new("retire").about("Remove a key that does not sign: its tokens count no more, at once").arg(kid)),
        )
        .subcommand(Command::new("schema").about("Print the GraphQL schema").arg(federation))
        .subcommand(Command::new("healthcheck").about("Ask the server that listens on BIND whether it answers").arg(ready))
        .subcommand(Command::new("check-config").about("Show the settings as they are, secrets masked"))
}

fn flag(setting: &Setting) -> Arg {
    let (name, default, help) = (setting.name, setting.default, setting.help);
    let help = format!("{help} [{name}; default: {default}]");
    Arg::new(name).long(setting.flag()).value_name("VALUE").global(true).help(help)
}

fn values(given: &ArgMatches) -> Values {
    Values::collect(|setting| given.get_one::<String>(setting.name).cloned())
}

fn config(given: &ArgMatches) -> Result<Config, Problems> {
    Config::check(&values(given))
}

fn in_runtime(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Runtime::new()?.block_on(work)
}

async fn serve(given: &ArgMatches) -> Outcome {
    let config = config(given)?;
    log::start(config.log, config.log_format);
    let (database, graphiql) = (config.database.to_string(), config.graphiql);

    let stop = stop_signal()?;
    // Each client takes a descriptor, and many systems give a process but 1,024 unless it asks for more.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let app = App::start(config, Clock::system()).await?;
    let path = if graphiql { "/" } else { "/graphql" };
    tracing::info!("Latchkey is ready at http://{}{path} with {database}", app.address()?);

    app.run(stop).await;
    tracing::info!("stopped");
    Ok(())
}

/// Comes with the first SIGTERM, Ctrl-C or hang-up. The second one ends the process there and then.
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut next = async move || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    };
    Ok(async move {
        next().await;
        tracing::info!("stopping; once more to stop at once");
        tokio::spawn(async move {
            next().await;
            std::process::exit(130);
        });
    })
}

async fn healthcheck(given: &ArgMatches) -> Outcome {
    let address = check_bind(&values(given))?;
    let question = if given.get_flag("ready") { Question::Ready } else { Question::Alive };
    Ok(healthcheck::ask(address, question).await?)
}

async fn migrate(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap asks for one");
    let (url, max_connections) = check_database(&values(given))?;
    let database = database::open(&url, max_connections).await?;
    match verb {
        "up" => say(&format!("{} steps taken\n", database::migrate_up(&database).await?)),
        "down" => {
            let steps = *given.get_one("steps").expect("has a default");
            say(&format!("{} steps taken back\n", database::migrate_down(&database, steps).await?))
        }
        _ => {
            let line = |step: Step| format!("{}  {}\n", if step.applied { "applied" } else { "missing" }, step.name);
            say(&database::status(&database).await?.into_iter().map(line).collect::<Vec<_>>().concat())
        }
    }
}

fn keys(given: &ArgMatches) -> Outcome {
    let (verb, given) = given.subcommand().expect("clap asks for one");
    let (algorithm, folder) = check_keys(&values(given))?;
    let now = Clock::system().now();
    match verb {
        "list" => {
            let (keys, bad) = folder.read()?;
            for bad in bad {
                eprintln!("latchkey: {bad}");
            }
            say(&keys.states(now).map(line_of_key).collect::<String>())
        }
        _ if algorithm.is_symmetric() => {
            Err("HS256 signs with SECRET_KEY; for keys, set ALGORITHM to EdDSA, ES256 or RS256".into())
        }
        "generate" => say(&format!("{}\n", folder.generate(algorithm, now)?)),
        "rotate" => {
            let Rotation { kid, signs_from } = folder.rotate(algorithm, given.get_flag("now"), now)?;
            say(&format!("{kid} signs from {}\n", second(signs_from)))
        }
        _ => {
            let kid: &String = given.get_one("kid").expect("is required");
            folder.retire(kid, now)?;
            say(&format!("{kid} is removed\n"))
        }
    }
}

fn line_of_key((timed, state): (&TimedKey, KeyState)) -> String {
    let state = match (state, timed.signs_from) {
        (KeyState::Next, Some(from)) => format!("next     signs from {}", second(from)),
        (KeyState::Next, None) => "next     waits for a rotation".to_owned(),
        (KeyState::Current, _) => "current".to_owned(),
        (KeyState::Retired { until }, _) => format!("retired  accepted until {}", second(until)),
        (KeyState::Expired, _) => "expired".to_owned(),
    };
    format!("{}  {:<5}  {state}\n", timed.key.kid(), timed.key.algorithm())
}

fn second(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The settings as they are. Wrong ones are named all at once, as `serve` would.
fn check_config(given: &ArgMatches) -> Outcome {
    let values = values(given);
    let source = |name| values.get(name).map_or("default", |given| given.source);
    let line = |(name, value)| format!("{name:<28} {value}  ({})\n", source(name));
    say(&Config::check(&values)?.shown().map(line).concat())
}

/// Prints, and takes it that nobody listens any more: `latchkey schema | head` is no failure.
fn say(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}
