//! The time from the start to the first response, and the memory of an idle server.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Outcome, environment::Environment, lookups, report::Report};

pub async fn measure(environment: &Environment, rounds: usize, report: &mut Report) -> Outcome<()> {
    lookups::database(environment, "start", 1_000).await?;
    let body = json!({ "query": "{ __typename }" });
    for round in 0..rounds.max(5) {
        eprintln!("Start, round {}", round + 1);
        let begun = Instant::now();
        let server = environment.latchkey("start", &[])?;
        environment.execute(&server, None, &body).await?;
        report.add("start to first answer", "s", begun.elapsed().as_secs_f64());

        tokio::time::sleep(Duration::from_secs(1)).await;
        report.add("memory idle", "MB", server.memory("VmRSS")?);
    }
    report.limit("start to first answer, existing database", "start to first answer", 0.2);
    report.limit("memory idle", "memory idle", 25.0);
    Ok(())
}
