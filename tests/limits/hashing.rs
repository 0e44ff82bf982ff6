//! Logins per second and the time of a login, compared with the bcrypt crate.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;

use super::{
    Outcome,
    environment::{COST, Environment, login},
    load::Script,
    lookups::{self, email},
    report::Report,
};

/// The number of clients that log in repeatedly.
pub const CLIENTS: usize = 500;

/// The number of users that they log in as.
pub const USERS: u64 = 2_000;

const SECONDS: u64 = 15;

pub async fn measure(environment: &Environment, rounds: usize, report: &mut Report) -> Outcome<()> {
    lookups::database(environment, "hashing", USERS).await?;
    let latchkey = environment.latchkey("hashing", &[])?;
    let db = environment.connect("hashing").await?;
    let logins = script(environment)?;
    // After a few concurrent logins, all connections to PostgreSQL are open.
    logins.run_in_background(&latchkey, 50, 2)?.wait()?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let files = latchkey.open_files()?;
    for round in 0..rounds {
        eprintln!("Hashing, round {}", round + 1);
        for n in 0..5 {
            let begun = Instant::now();
            hash();
            report.add("one hash of the bcrypt crate", "ms", milliseconds(begun.elapsed()));
            let begun = Instant::now();
            environment.log_in(&latchkey, &email(1 + n)).await?;
            report.add("a single login", "ms", milliseconds(begun.elapsed()));
        }
        report.add("the bcrypt crate, all cores", "/s", hashes_on_all_cores(Duration::from_secs(5)));

        let mut load = logins.run_in_background(&latchkey, CLIENTS, SECONDS + 3)?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (before, begun) = (sessions(&db).await?, Instant::now());
        tokio::time::sleep(Duration::from_secs(SECONDS)).await;
        let opened = sessions(&db).await? - before;
        report.add("logins under load", "/s", opened / begun.elapsed().as_secs_f64());
        load.wait()?;
    }
    report.at_least(
        "logins under load ÷ the bcrypt crate, all cores",
        "logins under load",
        "the bcrypt crate, all cores",
        Some(3.0),
    );
    report.at_most(
        "a single login ÷ one hash of the bcrypt crate",
        "a single login",
        "one hash of the bcrypt crate",
        Some(1.1),
    );

    report.add("peak memory", "MB", latchkey.memory("VmHWM")?);
    report.limit("peak memory under load", "peak memory", 64.0);
    tokio::time::sleep(Duration::from_secs(5)).await;
    report.add("memory five seconds after the load", "MB", latchkey.memory("VmRSS")?);
    // A thread returns unused memory at its next allocation.
    let others = Script::write(environment.folder.path(), &[(None, json!({ "query": "{ __typename }" }))])?;
    others.per_second(&latchkey, 8, 2)?;
    report.add("memory after two seconds of other requests", "MB", latchkey.memory("VmRSS")?);
    #[expect(clippy::cast_precision_loss, reason = "a few files")]
    report.add("connections left open by the load", "", latchkey.open_files()?.saturating_sub(files) as f64);
    let begun = Instant::now();
    environment.log_in(&latchkey, &email(1)).await?;
    report.add("a single login after the load", "ms", milliseconds(begun.elapsed()));
    Ok(())
}

/// Requests that log all users in, in turn.
pub fn script(environment: &Environment) -> Outcome<Script> {
    let requests: Vec<_> = (1..=USERS).map(|n| (None, login(&email(n)))).collect();
    Script::write(environment.folder.path(), &requests)
}

fn hash() {
    black_box(bcrypt::bcrypt(COST, black_box([7; 16]), b"correct horse battery\0"));
}

/// The hashes per second of the bcrypt crate, with a thread for each core.
fn hashes_on_all_cores(time: Duration) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let rate = move || {
        let begun = Instant::now();
        let mut hashes = 0.0;
        while begun.elapsed() < time {
            hash();
            hashes += 1.0;
        }
        hashes / begun.elapsed().as_secs_f64()
    };
    let threads: Vec<_> = (0..cores).map(|_| thread::spawn(rate)).collect();
    threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
}

/// The number of sessions: each successful login opens one.
#[expect(clippy::cast_precision_loss, reason = "a few thousand sessions")]
async fn sessions(db: &DatabaseConnection) -> Outcome<f64> {
    let count = Statement::from_string(DbBackend::Postgres, "SELECT count(*) AS n FROM sessions");
    let row = db.query_one_raw(count).await?.ok_or("no count")?;
    Ok(row.try_get::<i64>("", "n")? as f64)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
