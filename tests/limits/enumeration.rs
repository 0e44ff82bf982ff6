//! Whether response times reveal who has an account: known and unknown addresses in random order, one request at a time.

use std::{collections::BTreeSet, time::Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Outcome,
    environment::{Environment, PASSWORD, Server},
    load::percentile,
    lookups::{self, email},
    report::Report,
};

/// The number of known addresses in a round, and of unknown ones. Each is used once, so that no rate limit is reached.
const EACH: u32 = 300;

/// The lowest cost of hashes: a higher cost would hide other differences.
const COST: u32 = 10;

/// The operations that a client may execute with only an address.
const OPERATIONS: [(&str, Operation); 3] =
    [("register", register), ("login", wrong_login), ("requestPasswordReset", request_reset)];

/// Creates the request of an operation about an address.
type Operation = fn(&str) -> Value;

/// The response times, in milliseconds.
#[derive(Default)]
struct Times {
    known: Vec<f64>,
    unknown: Vec<f64>,
}

pub async fn measure(environment: &Environment, rounds: usize, report: &mut Report) -> Outcome<()> {
    // Each user is used in one round only, since mails to an address are limited.
    lookups::database_at(environment, "enumeration", u64::from(EACH) * u64::try_from(rounds)?, COST).await?;
    let (cost, folder) = (COST.to_string(), environment.folder.path().join("mail").display().to_string());
    let settings = [
        ("REGISTRATION", "confirm"),
        ("MAIL_FOLDER", &*folder),
        ("MAIL_FROM", "accounts@example.com"),
        ("PUBLIC_URL", "https://app.example.com"),
        ("BCRYPT_COST", &*cost),
        ("ATTEMPTS_PER_ADDRESS", "1000000"),
        ("ATTEMPTS_OVERALL", "1000000"),
    ];
    let latchkey = environment.latchkey("enumeration", &settings)?;

    for (round, first) in (0..rounds).zip((1..).step_by(usize::try_from(EACH)?)) {
        eprintln!("Enumeration, round {}", round + 1);
        for (name, operation) in OPERATIONS {
            let (times, after) = interleaved(environment, &latchkey, operation, first).await?;
            for (percent, called) in [(50.0, "p50"), (90.0, "p90")] {
                report.add(&of("known", name, called), "ms", percentile(&times.known, percent));
                report.add(&of("unknown", name, called), "ms", percentile(&times.unknown, percent));
            }
            report.add(&probability(name), "", times.probability());
            report.add(&probability_after(name), "", after.probability());
        }
    }
    for (name, _) in OPERATIONS {
        for called in ["p50", "p90"] {
            let ratio = format!("{called} of `{name}`, known address ÷ unknown");
            report.at_most(&ratio, &of("known", name, called), &of("unknown", name, called), None);
        }
        let by_chance = format!("(standard error {:.3})", standard_error(rounds));
        report.near(&format!("{} {by_chance}", probability(name)), &probability(name), 0.5, Some(0.05));
        // Sending a mail slightly delays the next request.
        report.near(&format!("{} {by_chance}", probability_after(name)), &probability_after(name), 0.5, None);
    }
    Ok(())
}

/// Executes an operation for known and unknown addresses, in random order, and expects the same answer for all. Returns the
/// response times by the address of the request, and by the address of the request before.
async fn interleaved(
    environment: &Environment,
    server: &Server,
    operation: Operation,
    first: u64,
) -> Outcome<(Times, Times)> {
    let addresses = |n| [(true, email(n)), (false, email(n).replace("user", "peer"))];
    let mut pairs: Vec<(bool, String)> = (first..first + u64::from(EACH)).flat_map(addresses).collect();
    pairs.sort_by_cached_key(|_| Uuid::new_v4());

    let (mut times, mut after, mut before) = (Times::default(), Times::default(), None);
    let mut answers = BTreeSet::new();
    for (is_known, email) in pairs {
        let body = operation(&email);
        let begun = Instant::now();
        let answer = environment.execute(server, None, &body).await?;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        times.add(is_known, took);
        if let Some(was_known) = before.replace(is_known) {
            after.add(was_known, took);
        }
        answers.insert(answer.to_string().replace(&email, "…"));
    }
    if answers.len() > 1 {
        return Err(format!("the answers differ: {answers:?}").into());
    }
    Ok((times, after))
}

impl Times {
    fn add(&mut self, is_known: bool, took: f64) {
        if is_known { &mut self.known } else { &mut self.unknown }.push(took);
    }

    /// The probability that a known address takes longer than an unknown one: 0.5 if there is no difference.
    fn probability(&self) -> f64 {
        let longer = |known: &f64, unknown: &f64| match known.total_cmp(unknown) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 1.0,
        };
        let pairs = self.known.iter().flat_map(|known| self.unknown.iter().map(move |unknown| longer(known, unknown)));
        pairs.sum::<f64>() / count(self.known.len()) / count(self.unknown.len())
    }
}

/// The standard error of the mean of all rounds around 0.5, if there is no difference (Mann and Whitney).
fn standard_error(rounds: usize) -> f64 {
    let each = f64::from(EACH);
    ((2.0 * each + 1.0) / (12.0 * each * each) / count(rounds)).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred")]
fn count(many: usize) -> f64 {
    many as f64
}

fn of(whose: &str, name: &str, called: &str) -> String {
    format!("`{name}`, {whose} address, {called}")
}

fn probability(name: &str) -> String {
    format!("probability that `{name}` takes longer for a known address")
}

fn probability_after(name: &str) -> String {
    format!("probability that the request after `{name}` takes longer for a known address")
}

fn register(email: &str) -> Value {
    let query = "mutation($input: RegisterInput!) { register(input: $input) { __typename ... on RegistrationPending { email } } }";
    json!({ "query": query, "variables": { "input": { "email": email, "password": PASSWORD } } })
}

fn wrong_login(email: &str) -> Value {
    let query =
        "mutation($input: LoginInput!) { login(input: $input) { __typename ... on UserError { code message } } }";
    json!({ "query": query, "variables": { "input": { "identifier": email, "password": "not the right one" } } })
}

fn request_reset(email: &str) -> Value {
    let query = "mutation($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename ... on RequestPasswordResetSuccess { email } } }";
    json!({ "query": query, "variables": { "input": { "email": email } } })
}
