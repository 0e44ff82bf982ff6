//! Logins a second and the time of one, beside the bcrypt crate.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::json;

use super::{
    Outcome,
    load::Script,
    lookups::{self, email},
    place::{COST, Place, login},
    report::Report,
};

/// How many clients log in at once, over and over.
pub const CLIENTS: usize = 500;

/// How many users they log in as.
pub const USERS: u64 = 2_000;

const SECONDS: u64 = 15;

pub async fn measure(place: &Place, rounds: usize, report: &mut Report) -> Outcome<()> {
    lookups::database(place, "hashing", USERS).await?;
    let latchkey = place.latchkey("hashing", &[])?;
    let rows = place.connect("hashing").await?;
    let storm = script(place)?;
    // What is open after a few logins at once is the connections to PostgreSQL.
    storm.storm(&latchkey, 50, 2)?.wait()?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let files = latchkey.open_files()?;
    for round in 0..rounds {
        eprintln!("Hashing, round {}", round + 1);
        for n in 0..5 {
            let begun = Instant::now();
            raw();
            report.add("a raw hash", "ms", milliseconds(begun.elapsed()));
            let begun = Instant::now();
            place.log_in(&latchkey, &email(1 + n)).await?;
            report.add("a lone login", "ms", milliseconds(begun.elapsed()));
        }
        report.add("the bcrypt crate, all cores", "/s", raw_on_all_cores(Duration::from_secs(5)));

        let mut load = storm.storm(&latchkey, CLIENTS, SECONDS + 3)?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (before, begun) = (sessions(&rows).await?, Instant::now());
        tokio::time::sleep(Duration::from_secs(SECONDS)).await;
        let logins = sessions(&rows).await? - before;
        report.add("logins in a storm", "/s", logins / begun.elapsed().as_secs_f64());
        load.wait()?;
    }
    report.at_least(
        "logins in a storm ÷ the bcrypt crate, all cores",
        "logins in a storm",
        "the bcrypt crate, all cores",
        Some(3.0),
    );
    report.at_most("a lone login ÷ a raw hash", "a lone login", "a raw hash", Some(1.1));

    report.add("memory at the peak", "MB", latchkey.memory("VmHWM")?);
    report.limit("memory at the peak of a storm", "memory at the peak", 64.0);
    tokio::time::sleep(Duration::from_secs(5)).await;
    report.add("memory five seconds after the storm", "MB", latchkey.memory("VmRSS")?);
    // Each thread gives back what it has too much of when it allocates the next time.
    let others = Script::write(place.folder.path(), &[(None, json!({ "query": "{ __typename }" }))])?;
    others.per_second(&latchkey, 8, 2)?;
    report.add("memory after two seconds of other requests", "MB", latchkey.memory("VmRSS")?);
    #[expect(clippy::cast_precision_loss, reason = "a few files")]
    report.add("connections left open by the storm", "", latchkey.open_files()?.saturating_sub(files) as f64);
    let begun = Instant::now();
    place.log_in(&latchkey, &email(1)).await?;
    report.add("a lone login after the storm", "ms", milliseconds(begun.elapsed()));
    Ok(())
}

/// Logins of all users in turn.
pub fn script(place: &Place) -> Outcome<Script> {
    let requests: Vec<_> = (1..=USERS).map(|n| (None, login(&email(n)))).collect();
    Script::write(place.folder.path(), &requests)
}

fn raw() {
    black_box(bcrypt::bcrypt(COST, black_box([7; 16]), b"correct horse battery\0"));
}

/// How many hashes a second the bcrypt crate does, with a thread for each core.
fn raw_on_all_cores(time: Duration) -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let rate = move || {
        let begun = Instant::now();
        let mut hashes = 0.0;
        while begun.elapsed() < time {
            raw();
            hashes += 1.0;
        }
        hashes / begun.elapsed().as_secs_f64()
    };
    let threads: Vec<_> = (0..cores).map(|_| thread::spawn(rate)).collect();
    threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
}

/// Each login that succeeds opens one.
#[expect(clippy::cast_precision_loss, reason = "a few thousand sessions")]
async fn sessions(rows: &DatabaseConnection) -> Outcome<f64> {
    let count = Statement::from_string(DbBackend::Postgres, "SELECT count(*) AS n FROM sessions");
    let row = rows.query_one_raw(count).await?.ok_or("no count")?;
    Ok(row.try_get::<i64>("", "n")? as f64)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
