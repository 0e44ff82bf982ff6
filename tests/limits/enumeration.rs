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

/// The name of an operation, and a function that creates its request about an address.
type NamedOperation = (&'static str, fn(&str) -> Value);

/// The operations that a client may execute with only an address.
const OPERATIONS: [NamedOperation; 3] =
    [("register", register), ("login", wrong_login), ("requestPasswordReset", request_reset)];

/// How many accounts are guessed at until they are throttled, of known addresses and of unknown ones.
const THROTTLED: u64 = 30;

/// How many guesses throttle an account for a second.
const GUESSES: usize = 5;

/// The names of the measurements of `login`, as a client with and without a device token meets it.
const LOGINS: [&str; 3] = [
    "login with the device token of another user",
    "login from a network that is throttled",
    "login to an account that is throttled",
];

/// Creates the request of an operation about an address.
type Operation<'o> = &'o dyn Fn(&str) -> Value;

/// The response times, in milliseconds.
#[derive(Default)]
struct Times {
    known: Vec<f64>,
    unknown: Vec<f64>,
}

pub async fn measure(environment: &Environment, rounds: usize, report: &mut Report) -> Outcome<()> {
    // Each user is used in one round only, since mails to an address are limited.
    lookups::database_at(environment, "enumeration", u64::from(EACH) * u64::try_from(rounds)? + 1, COST).await?;
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
    // The last settings win. With another secret, the server has counters of its own.
    let few = [("ATTEMPTS_PER_ADDRESS", "1"), ("SECRET_KEY", "for the second one, and long enough for HS256")];
    let throttled = environment.latchkey("enumeration", &[&settings[..], &few].concat())?;
    let owner = email(u64::from(EACH) * u64::try_from(rounds)? + 1);
    let foreign = device_token(environment, &latchkey, &owner).await?;
    let foreign_there = device_token(environment, &throttled, &owner).await?;

    for (round, first) in (0..rounds).zip((1..).step_by(usize::try_from(EACH)?)) {
        eprintln!("Enumeration, round {}", round + 1);
        for (name, operation) in OPERATIONS {
            let (times, after) = interleaved(environment, &latchkey, &operation, first).await?;
            times.add_to(report, name);
            report.add(&probability_after(name), "", after.probability());
        }
        let [on_device, from_network, to_account] = LOGINS;
        let with_foreign = |email: &str| wrong_login_on(Some(&foreign), email);
        interleaved(environment, &latchkey, &with_foreign, first).await?.0.add_to(report, on_device);
        // The first request uses up the allowance of the network, which is that of the benchmark.
        environment.execute(&throttled, None, &wrong_login("nobody@example.com")).await?;
        let with_foreign = |email: &str| wrong_login_on(Some(&foreign_there), email);
        interleaved(environment, &throttled, &with_foreign, first).await?.0.add_to(report, from_network);
        throttled_accounts(environment, &latchkey, first).await?.add_to(report, to_account);
    }
    for name in OPERATIONS.map(|(name, _)| name).into_iter().chain(LOGINS) {
        for called in ["p50", "p90"] {
            let ratio = format!("{called} of `{name}`, known address ÷ unknown");
            report.at_most(&ratio, &of("known", name, called), &of("unknown", name, called), None);
        }
        let by_chance = format!("(standard error {:.3})", standard_error(rounds));
        report.near(&format!("{} {by_chance}", probability(name)), &probability(name), 0.5, Some(0.05));
        if !LOGINS.contains(&name) {
            // Sending a mail slightly delays the next request.
            report.near(&format!("{} {by_chance}", probability_after(name)), &probability_after(name), 0.5, None);
        }
    }
    Ok(())
}

/// Executes an operation for known and unknown addresses, in random order, and expects the same answer for all. Returns the
/// response times by the address of the request, and by the address of the request before.
async fn interleaved(
    environment: &Environment,
    server: &Server,
    operation: Operation<'_>,
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

/// Guesses at pairs of a known and an unknown address until both are throttled, and measures the refusals that follow within
/// a second, in random order.
async fn throttled_accounts(environment: &Environment, server: &Server, first: u64) -> Outcome<Times> {
    let mut times = Times::default();
    for n in first..first + THROTTLED {
        let pair = [(true, email(n)), (false, email(n).replace("user", "peer"))];
        for (_, email) in pair.iter().cycle().take(2 * GUESSES) {
            environment.execute(server, None, &wrong_login(email)).await?;
        }
        let repeated = pair.iter().cycle().take(2 * usize::try_from(u64::from(EACH) / THROTTLED)?);
        let mut refusals: Vec<_> = repeated.collect();
        refusals.sort_by_cached_key(|_| Uuid::new_v4());
        for (is_known, email) in refusals {
            let body = wrong_login(email);
            let begun = Instant::now();
            let answer = environment.execute(server, None, &body).await?;
            let took = begun.elapsed().as_secs_f64() * 1000.0;
            // The wait may end on a busy machine.
            if answer["data"]["login"]["code"] == "TOO_MANY_ATTEMPTS" {
                times.add(*is_known, took);
            }
        }
    }
    Ok(times)
}

/// The device token of a user.
async fn device_token(environment: &Environment, server: &Server, email: &str) -> Outcome<String> {
    let query = "mutation($input: LoginInput!) { login(input: $input) { ... on LoginSuccess { deviceToken } } }";
    let body = json!({ "query": query, "variables": { "input": { "identifier": email, "password": PASSWORD } } });
    let answer = environment.execute(server, None, &body).await?;
    Ok(answer["data"]["login"]["deviceToken"].as_str().ok_or("no device token")?.to_owned())
}

impl Times {
    fn add_to(&self, report: &mut Report, name: &str) {
        for (percent, called) in [(50.0, "p50"), (90.0, "p90")] {
            report.add(&of("known", name, called), "ms", percentile(&self.known, percent));
            report.add(&of("unknown", name, called), "ms", percentile(&self.unknown, percent));
        }
        report.add(&probability(name), "", self.probability());
    }

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
    wrong_login_on(None, email)
}

fn wrong_login_on(device: Option<&str>, email: &str) -> Value {
    let query =
        "mutation($input: LoginInput!) { login(input: $input) { __typename ... on UserError { code message } } }";
    let input = json!({ "identifier": email, "password": "not the right one", "deviceToken": device });
    json!({ "query": query, "variables": { "input": input } })
}

fn request_reset(email: &str) -> Value {
    let query = "mutation($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename ... on RequestPasswordResetSuccess { email } } }";
    json!({ "query": query, "variables": { "input": { "email": email } } })
}
