//! The latency of other requests while many clients log in.

use std::{thread, time::Duration};

use serde_json::json;

use super::{
    Outcome, chart,
    environment::Environment,
    hashing,
    load::{self, Request, Timed, percentile},
    lookups,
    report::Report,
    throughput::{PROFILE, VERIFY},
};

/// The start and the end of the load, and the end of the measurement, in seconds.
const LOAD: (u64, u64) = (15, 35);
const END: u64 = 45;

pub async fn measure(environment: &Environment, rounds: usize, report: &mut Report) -> Outcome<()> {
    lookups::database(environment, "latency", hashing::USERS).await?;
    let latchkey = environment.latchkey("latency", &[])?;
    let token = environment.log_in(&latchkey, &lookups::email(1)).await?;
    let logins = hashing::script(environment)?;

    let requests: [(&str, Request); 2] = [
        ("verifyToken", (None, json!({ "query": VERIFY, "variables": { "token": token } }))),
        ("profile", (Some(token), json!({ "query": PROFILE }))),
    ];
    for round in 0..rounds {
        for (name, request) in &requests {
            eprintln!("Latency of {name}, round {}", round + 1);
            environment.execute(&latchkey, request.0.as_deref(), &request.1).await?;
            let timed = thread::scope(|scope| {
                let clients = scope.spawn(|| -> Outcome<()> {
                    thread::sleep(Duration::from_secs(LOAD.0));
                    logins.run_in_background(&latchkey, hashing::CLIENTS, LOAD.1 - LOAD.0)?.wait()?;
                    Ok(())
                });
                let timed = load::at_a_steady_rate(&latchkey, request, END)?;
                clients.join().map_err(|_| "the load failed")??;
                Outcome::Ok(timed)
            })?;
            let between = |from: u64, to: u64| -> Vec<f64> {
                #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
                let within = |one: &&Timed| (from as f64..to as f64).contains(&one.at);
                timed.iter().filter(within).map(|one| one.took).collect()
            };
            for (when, times) in [("idle", between(2, LOAD.0)), ("under load", between(LOAD.0 + 2, LOAD.1))] {
                report.add(&format!("`{name}` {when}, p50"), "ms", percentile(&times, 50.0));
                report.add(&format!("`{name}` {when}, p99"), "ms", percentile(&times, 99.0));
            }
            if *name == "profile" {
                report.chart = Some(chart::of_load(&timed, LOAD, END)?);
            }
        }
    }
    for (name, _) in &requests {
        let (loaded, idle) = (format!("`{name}` under load, p99"), format!("`{name}` idle, p99"));
        report.at_most(&format!("p99 of `{name}` under load ÷ idle"), &loaded, &idle, Some(2.0));
    }
    Ok(())
}
