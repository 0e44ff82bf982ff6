//! Benchmarks of Latchkey, as ratios to baselines that are measured in the same run: `cargo bench --bench limits`.
//!
//! Needs wrk, hey and PostgreSQL's programs; starts everything on loopback, and stops it at the end. Each round measures every
//! baseline and every figure in turn, so that noise affects both. Prints a Markdown table and, with `--write`, writes it
//! and the chart of latency under load into `docs/performance.md`.

#![expect(clippy::disallowed_methods, reason = "durations are measured, not the time of day")]

mod baselines;
mod chart;
mod enumeration;
mod environment;
mod hashing;
mod latency;
mod load;
mod lookups;
mod report;
mod start;
mod throughput;

use std::{env, error::Error, path::Path, process::ExitCode};

use self::{environment::Environment, report::Report};

const HELP: &str = "\
Benchmarks of Latchkey, as ratios to baselines that are measured in the same run.

    cargo bench --bench limits -- [--rounds N] [--ten-million] [--write] [PART]...

    --rounds N      the number of rounds (default: 3)
    --ten-million   also measure lookups among ten million users, which take some minutes to load
    --write         write the tables and the chart into docs/performance.md
    PART            start, throughput, hashing, latency, lookups or enumeration (default: all)";

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The arguments of the command line.
struct Arguments {
    rounds: usize,
    most_users: u64,
    write: bool,
    parts: Vec<String>,
}

impl Arguments {
    fn parse(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut parsed = Self { rounds: 3, most_users: 1_000_000, write: false, parts: Vec::new() };
        // Cargo passes `--bench` to every benchmark.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            match &*argument {
                "--rounds" => parsed.rounds = arguments.next().ok_or("--rounds needs a number")?.parse()?,
                "--ten-million" => parsed.most_users = 10_000_000,
                "--write" => parsed.write = true,
                "start" | "throughput" | "hashing" | "latency" | "lookups" | "enumeration" => {
                    parsed.parts.push(argument);
                }
                other => return Err(format!("{other} is neither an option nor a part").into()),
            }
        }
        Ok(parsed)
    }

    fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).peekable();
    let outcome = match arguments.peek().map(String::as_str) {
        // The baseline servers run in separate processes, as Latchkey does.
        Some("--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        Some("baseline") => baselines::serve(&arguments.skip(1).collect::<Vec<_>>()),
        _ => Arguments::parse(arguments).and_then(|arguments| measure(&arguments)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("limits: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Outcome<()> {
    load::check_tools()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let environment = Environment::start()?;
        let mut report = Report::default();
        if arguments.has("start") {
            start::measure(&environment, arguments.rounds, &mut report).await?;
        }
        if arguments.has("throughput") {
            throughput::measure(&environment, arguments.rounds, &mut report).await?;
        }
        if arguments.has("hashing") {
            hashing::measure(&environment, arguments.rounds, &mut report).await?;
        }
        if arguments.has("latency") {
            latency::measure(&environment, arguments.rounds, &mut report).await?;
        }
        if arguments.has("lookups") {
            lookups::measure(&environment, arguments.rounds, arguments.most_users, &mut report).await?;
        }
        if arguments.has("enumeration") {
            enumeration::measure(&environment, arguments.rounds, &mut report).await?;
        }
        println!("{report}");
        if arguments.write {
            report.write(Path::new("docs/performance.md"))?;
        }
        Ok(())
    })
}
