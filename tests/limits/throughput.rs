//! Requests per second, compared with baseline servers and with pgbench.

use std::process::Command;

use serde_json::json;

use super::{
    Outcome,
    environment::{Environment, pgbench},
    load::Script,
    lookups,
    report::Report,
};

const SECONDS: u64 = 5;
const CONNECTIONS: usize = 64;

pub const VERIFY: &str = "query($token: String!) { verifyToken(token: $token) { valid reason user { id } } }";
pub const PROFILE: &str = "{ profile { id email username displayName createdAt updatedAt } }";

pub async fn measure(environment: &Environment, rounds: usize, report: &mut Report) -> Outcome<()> {
    lookups::database(environment, "throughput", 1_000).await?;
    let latchkey = environment.latchkey("throughput", &[])?;
    let token = environment.log_in(&latchkey, &lookups::email(1)).await?;

    let typename = json!({ "query": "{ __typename }" });
    let verify = json!({ "query": VERIFY, "variables": { "token": token } });
    let profile = json!({ "query": PROFILE });
    environment.execute(&latchkey, None, &verify).await?;
    environment.execute(&latchkey, Some(&token), &profile).await?;

    let script = |token: Option<String>, body| Script::write(environment.folder.path(), &[(token, body)]);
    let (echo, graphql, query) = (
        environment.baseline("echo", "throughput")?,
        environment.baseline("graphql", "throughput")?,
        environment.baseline("query", "throughput")?,
    );
    let measured = [
        ("bare axum, echo", &echo, script(None, typename.clone())?),
        ("bare async-graphql, `{ __typename }`", &graphql, script(None, typename.clone())?),
        ("bare axum, one SeaORM query", &query, script(None, typename.clone())?),
        ("`{ __typename }`", &latchkey, script(None, typename)?),
        ("`verifyToken`", &latchkey, script(None, verify)?),
        ("`profile`", &latchkey, script(Some(token), profile)?),
    ];

    let database = environment.url("throughput");
    run_pgbench(&["-i", "-q", &database])?;
    for round in 0..rounds {
        eprintln!("Throughput, round {}", round + 1);
        for (name, server, script) in &measured {
            report.add(name, "/s", script.per_second(server, CONNECTIONS, SECONDS)?);
        }
        let seconds = SECONDS.to_string();
        let output = run_pgbench(&["-n", "-S", "-M", "prepared", "-c", "16", "-j", "1", "-T", &seconds, &database])?;
        let tps = output.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next());
        report.add("pgbench, prepared select", "/s", tps.ok_or("pgbench printed no result")?.parse()?);
    }
    report.at_least("`profile` ÷ bare axum, one SeaORM query", "`profile`", "bare axum, one SeaORM query", Some(1.4));
    let bare = "bare async-graphql, `{ __typename }`";
    report.at_least(&format!("`verifyToken`, database checked ÷ {bare}"), "`verifyToken`", bare, Some(0.5));
    report.at_least("`{ __typename }` ÷ the same, bare", "`{ __typename }`", bare, None);
    report.at_least("`profile` ÷ bare axum, echo", "`profile`", "bare axum, echo", None);
    report.at_least("`profile` ÷ pgbench, prepared select", "`profile`", "pgbench, prepared select", None);
    Ok(())
}

fn run_pgbench(arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(pgbench()).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
