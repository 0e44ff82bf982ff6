//! What Latchkey can do, as ratios to limits that are measured beside it: `cargo bench --bench limits`.
//!
//! Needs wrk, hey and PostgreSQL's programs; starts everything itself, on loopback, and stops it again. Each round
//! measures every limit and every figure in turn, so that a noisy minute is in both. Prints a Markdown table and, with
//! `--write`, puts it and the chart of latency under storm into the README.

#![expect(clippy::disallowed_methods, reason = "how long something took is not what time it is")]

mod chart;
mod enumeration;
mod hashing;
mod latency;
mod load;
mod lookups;
mod place;
mod report;
mod start;
mod throughput;
mod yardsticks;

use std::{env, error::Error, path::Path, process::ExitCode};

use self::{place::Place, report::Report};

const HELP: &str = "\
What Latchkey can do, as ratios to limits that are measured beside it.

    cargo bench --bench limits -- [--rounds N] [--ten-million] [--write] [PART]...

    --rounds N      how often everything is measured; 3 by default
    --ten-million   lookups among ten million users, too, which take some minutes to load
    --write         puts the table and the chart into the README
    PART            start, throughput, hashing, latency, lookups or enumeration; all of them by default";

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What the command line asks for.
struct Wanted {
    rounds: usize,
    most_users: u64,
    write: bool,
    parts: Vec<String>,
}

impl Wanted {
    fn parse(arguments: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut wanted = Self { rounds: 3, most_users: 1_000_000, write: false, parts: Vec::new() };
        // Cargo passes the first one along to every benchmark.
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(argument) = arguments.next() {
            match &*argument {
                "--rounds" => wanted.rounds = arguments.next().ok_or("--rounds needs a number")?.parse()?,
                "--ten-million" => wanted.most_users = 10_000_000,
                "--write" => wanted.write = true,
                "start" | "throughput" | "hashing" | "latency" | "lookups" | "enumeration" => {
                    wanted.parts.push(argument);
                }
                other => return Err(format!("{other} is neither a flag nor a part").into()),
            }
        }
        Ok(wanted)
    }

    fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).peekable();
    let outcome = match arguments.peek().map(String::as_str) {
        // The bare servers are processes of their own, like the one that is compared with them.
        Some("--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        Some("yardstick") => yardsticks::serve(&arguments.skip(1).collect::<Vec<_>>()),
        _ => Wanted::parse(arguments).and_then(|wanted| measure(&wanted)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("limits: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(wanted: &Wanted) -> Outcome<()> {
    load::tools_are_there()?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let place = Place::open()?;
        let mut report = Report::default();
        if wanted.has("start") {
            start::measure(&place, wanted.rounds, &mut report).await?;
        }
        if wanted.has("throughput") {
            throughput::measure(&place, wanted.rounds, &mut report).await?;
        }
        if wanted.has("hashing") {
            hashing::measure(&place, wanted.rounds, &mut report).await?;
        }
        if wanted.has("latency") {
            latency::measure(&place, wanted.rounds, &mut report).await?;
        }
        if wanted.has("lookups") {
            lookups::measure(&place, wanted.rounds, wanted.most_users, &mut report).await?;
        }
        if wanted.has("enumeration") {
            enumeration::measure(&place, wanted.rounds, &mut report).await?;
        }
        println!("{report}");
        if wanted.write {
            report.write(Path::new("README.md"))?;
        }
        Ok(())
    })
}
