//! How long everybody else waits while a crowd logs in.

use std::{thread, time::Duration};

use serde_json::json;

use super::{
    Outcome, chart, hashing,
    load::{self, Request, Timed, percentile},
    lookups,
    place::Place,
    report::Report,
    throughput::{PROFILE, VERIFY},
};

/// When the crowd comes, when it goes, and when it is all over, in seconds.
const STORM: (u64, u64) = (15, 35);
const END: u64 = 45;

pub async fn measure(place: &Place, rounds: usize, report: &mut Report) -> Outcome<()> {
    lookups::database(place, "latency", hashing::USERS).await?;
    let latchkey = place.latchkey("latency", &[])?;
    let token = place.log_in(&latchkey, &lookups::email(1)).await?;
    let storm = hashing::script(place)?;

    let requests: [(&str, Request); 2] = [
        ("verifyToken", (None, json!({ "query": VERIFY, "variables": { "token": token } }))),
        ("profile", (Some(token), json!({ "query": PROFILE }))),
    ];
    for round in 0..rounds {
        for (name, request) in &requests {
            eprintln!("Latency of {name}, round {}", round + 1);
            place.ask(&latchkey, request.0.as_deref(), &request.1).await?;
            let timed = thread::scope(|scope| {
                let crowd = scope.spawn(|| -> Outcome<()> {
                    thread::sleep(Duration::from_secs(STORM.0));
                    storm.storm(&latchkey, hashing::CLIENTS, STORM.1 - STORM.0)?.wait()?;
                    Ok(())
                });
                let timed = load::at_a_steady_rate(&latchkey, request, END)?;
                crowd.join().map_err(|_| "the storm failed")??;
                Outcome::Ok(timed)
            })?;
            let between = |from: u64, to: u64| -> Vec<f64> {
                #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
                let within = |one: &&Timed| (from as f64..to as f64).contains(&one.at);
                timed.iter().filter(within).map(|one| one.took).collect()
            };
            for (when, times) in [("quiet", between(2, STORM.0)), ("in a storm", between(STORM.0 + 2, STORM.1))] {
                report.add(&format!("`{name}` {when}, p50"), "ms", percentile(&times, 50.0));
                report.add(&format!("`{name}` {when}, p99"), "ms", percentile(&times, 99.0));
            }
            if *name == "profile" {
                report.chart = Some(chart::of_a_storm(&timed, STORM, END)?);
            }
        }
    }
    for (name, _) in &requests {
        let (storm, quiet) = (format!("`{name}` in a storm, p99"), format!("`{name}` quiet, p99"));
        report.at_most(&format!("p99 of `{name}` in a storm ÷ quiet"), &storm, &quiet, Some(2.0));
    }
    Ok(())
}
