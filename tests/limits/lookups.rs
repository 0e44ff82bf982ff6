//! The cost of a lookup as the number of users grows.

use std::fmt::Write;

use sea_orm::{
    ConnectionTrait, DatabaseConnection,
    sqlx::postgres::{PgPool, PgPoolCopyExt},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Outcome,
    environment::{COST, Environment, PASSWORD},
    load::{Request, Script},
    report::Report,
};

/// The number of users in each batch of COPY statements.
const BATCH: u64 = 10_000;

/// The number of users that are looked up in turn.
const LOOKED_UP: u64 = 2_000;

/// The id of a user by number.
pub fn id(number: u64) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000 + u128::from(number))
}

/// The e-mail address of a user by number.
pub fn email(number: u64) -> String {
    format!("user{number}@example.com")
}

/// Creates a database with this many users, each with a password and a session.
pub async fn database(environment: &Environment, name: &str, users: u64) -> Outcome<()> {
    database_at(environment, name, users, COST).await
}

/// The same, with hashes of this cost.
pub async fn database_at(environment: &Environment, name: &str, users: u64, cost: u32) -> Outcome<()> {
    environment.create(name).await?;
    // The server creates the tables.
    drop(environment.latchkey(name, &[])?);
    let db = environment.connect(name).await?;
    fill(&db, users, cost).await
}

/// Adds this many users.
async fn fill(db: &DatabaseConnection, users: u64, cost: u32) -> Outcome<()> {
    let hash = bcrypt::hash(PASSWORD, cost)?;
    let pool = db.get_postgres_connection_pool();
    let now = "2026-01-01 00:00:00+00";
    let never = "2099-01-01 00:00:00+00";
    for batch in (1..=users).step_by(usize::try_from(BATCH)?) {
        let numbers = batch..=users.min(batch + BATCH - 1);
        let (mut users, mut passwords, mut sessions) = (String::new(), String::new(), String::new());
        for n in numbers {
            let (id, email) = (id(n), email(n));
            writeln!(users, "{id}\t{email}\t{email}\tuser{n}\tuser{n}\tUser {n}\tuser\t{now}\t{now}")?;
            writeln!(passwords, "{id}\t{hash}\tf\t{now}")?;
            writeln!(sessions, "{id}\t{id}\t{now}\t{now}\t{never}")?;
        }
        let columns =
            "id, email, email_canonical, username, username_canonical, display_name, role, created_at, updated_at";
        copy(pool, &format!("users ({columns})"), &users).await?;
        copy(pool, "passwords (user_id, hash, truncates, changed_at)", &passwords).await?;
        copy(pool, "sessions (id, user_id, created_at, last_used_at, expires_at)", &sessions).await?;
    }
    db.execute_unprepared("VACUUM ANALYZE").await?;
    Ok(())
}

async fn copy(pool: &PgPool, into: &str, rows: &str) -> Outcome<()> {
    let mut copy = pool.copy_in_raw(&format!("COPY {into} FROM STDIN")).await?;
    copy.send(rows.as_bytes()).await?;
    copy.finish().await?;
    Ok(())
}

/// Requests for users by id, evenly distributed over all of them.
fn by_id(users: u64) -> Vec<Request> {
    let entity = |n: u64| {
        let document = "query($id: ID!) { _entities(representations: [{ __typename: \"User\", id: $id }]) { ... on User { id username } } }";
        (None, json!({ "query": document, "variables": { "id": id(1 + n * users / LOOKED_UP) } }))
    };
    (0..LOOKED_UP).map(entity).collect()
}

/// Requests for the profiles of twenty logged-in users, evenly distributed over all of them.
async fn profiles(environment: &Environment, server: &super::environment::Server, users: u64) -> Outcome<Vec<Request>> {
    let mut requests = Vec::new();
    for n in 0..20 {
        let token = environment.log_in(server, &email(1 + n * users / 20)).await?;
        requests.push((Some(token), json!({ "query": "{ profile { id email username displayName } }" })));
    }
    Ok(requests)
}

pub async fn measure(environment: &Environment, rounds: usize, most: u64, report: &mut Report) -> Outcome<()> {
    let sizes: Vec<u64> = [1_000, 100_000, 1_000_000, 10_000_000].into_iter().filter(|size| *size <= most).collect();
    let mut servers = Vec::new();
    for users in &sizes {
        eprintln!("Loading {users} users");
        let name = format!("users_{users}");
        database(environment, &name, *users).await?;
        let server = environment.latchkey(&name, &[])?;
        let by_id = by_id(*users);
        environment.execute(&server, None, &by_id[7].1).await?;
        let profiles = profiles(environment, &server, *users).await?;
        let scripts =
            [Script::write(environment.folder.path(), &by_id)?, Script::write(environment.folder.path(), &profiles)?];
        servers.push((*users, server, scripts));
    }
    for round in 0..rounds {
        eprintln!("Lookups, round {}", round + 1);
        for (users, server, [by_id, profiles]) in &servers {
            report.add(
                &format!("lookups of {users} users by id, one each"),
                "µs",
                1e6 / by_id.per_second(server, 64, 5)?,
            );
            report.add(&format!("profiles of {users} users"), "µs", 1e6 / profiles.per_second(server, 64, 5)?);
        }
    }
    for users in sizes.iter().skip(1) {
        let most = (*users == 1_000_000).then_some(1.15);
        for what in ["lookups of {} users by id, one each", "profiles of {} users"] {
            let (many, few) = (what.replace("{}", &users.to_string()), what.replace("{}", "1000"));
            report.at_most(&format!("{many} ÷ of 1000"), &many, &few, most);
        }
    }
    Ok(())
}
