//! Whether the clock tells who has an account: known and unknown addresses in random order, one request at a time.

use std::{collections::BTreeSet, time::Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Outcome,
    load::percentile,
    lookups::{self, email},
    place::{PASSWORD, Place, Server},
    report::Report,
};

/// How many known addresses are asked about in a round, and as many unknown ones: each once, before anybody is told to wait.
const EACH: u32 = 300;

/// As cheap as hashes may be: in a dearer one, other differences hide.
const COST: u32 = 10;

/// What somebody may ask who has an address and nothing else.
const QUESTIONS: [(&str, Question); 3] =
    [("register", register), ("login", wrong_login), ("requestPasswordReset", request_reset)];

/// A question about an address.
type Question = fn(&str) -> Value;

/// How long answers took, in milliseconds.
#[derive(Default)]
struct Times {
    known: Vec<f64>,
    unknown: Vec<f64>,
}

pub async fn measure(place: &Place, rounds: usize, report: &mut Report) -> Outcome<()> {
    // Everybody is asked about in one round: more mails than a few, nobody gets.
    lookups::database_at(place, "enumeration", u64::from(EACH) * u64::try_from(rounds)?, COST).await?;
    let (cost, folder) = (COST.to_string(), place.folder.path().join("mail").display().to_string());
    let settings = [
        ("REGISTRATION", "confirm"),
        ("MAIL_FOLDER", &*folder),
        ("MAIL_FROM", "accounts@example.com"),
        ("PUBLIC_URL", "https://app.example.com"),
        ("BCRYPT_COST", &*cost),
        ("ATTEMPTS_PER_ADDRESS", "1000000"),
        ("ATTEMPTS_OVERALL", "1000000"),
    ];
    let latchkey = place.latchkey("enumeration", &settings)?;

    for (round, first) in (0..rounds).zip((1..).step_by(usize::try_from(EACH)?)) {
        eprintln!("Enumeration, round {}", round + 1);
        for (name, question) in QUESTIONS {
            let (times, after) = interleaved(place, &latchkey, question, first).await?;
            for (percent, called) in [(50.0, "p50"), (90.0, "p90")] {
                report.add(&of("known", name, called), "ms", percentile(&times.known, percent));
                report.add(&of("unknown", name, called), "ms", percentile(&times.unknown, percent));
            }
            report.add(&tells(name), "", times.tell());
            report.add(&tells_after(name), "", after.tell());
        }
    }
    for (name, _) in QUESTIONS {
        for called in ["p50", "p90"] {
            let ratio = format!("{called} of `{name}`, known address ÷ unknown");
            report.at_most(&ratio, &of("known", name, called), &of("unknown", name, called), None);
        }
        let by_chance = format!("(standard error {:.3})", standard_error(rounds));
        report.near(&format!("{} {by_chance}", tells(name)), &tells(name), 0.5, Some(0.05));
        // A mail that is sent takes a little of the time of whoever comes next.
        report.near(&format!("{} {by_chance}", tells_after(name)), &tells_after(name), 0.5, None);
    }
    Ok(())
}

/// Asks about so many users from this one on, and about as many who are none; everybody has to hear the same. How long that
/// took, by who was asked about, and by who was asked about just before.
async fn interleaved(place: &Place, server: &Server, question: Question, first: u64) -> Outcome<(Times, Times)> {
    let whom = |n| [(true, email(n)), (false, email(n).replace("user", "peer"))];
    let mut people: Vec<(bool, String)> = (first..first + u64::from(EACH)).flat_map(whom).collect();
    people.sort_by_cached_key(|_| Uuid::new_v4());

    let (mut times, mut after, mut before) = (Times::default(), Times::default(), None);
    let mut answers = BTreeSet::new();
    for (is_known, email) in people {
        let body = question(&email);
        let begun = Instant::now();
        let answer = place.ask(server, None, &body).await?;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        times.add(is_known, took);
        if let Some(was_known) = before.replace(is_known) {
            after.add(was_known, took);
        }
        answers.insert(answer.to_string().replace(&email, "…"));
    }
    if answers.len() > 1 {
        return Err(format!("not everybody hears the same: {answers:?}").into());
    }
    Ok((times, after))
}

impl Times {
    fn add(&mut self, is_known: bool, took: f64) {
        if is_known { &mut self.known } else { &mut self.unknown }.push(took);
    }

    /// How likely it is that a known address takes longer than an unknown one: a half, when nobody can tell.
    fn tell(&self) -> f64 {
        let longer = |known: &f64, unknown: &f64| match known.total_cmp(unknown) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Greater => 1.0,
        };
        let pairs = self.known.iter().flat_map(|known| self.unknown.iter().map(move |unknown| longer(known, unknown)));
        pairs.sum::<f64>() / count(self.known.len()) / count(self.unknown.len())
    }
}

/// How far from a half the mean of all rounds is by chance alone, when there is no difference (Mann and Whitney).
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

fn tells(name: &str) -> String {
    format!("chance that `{name}` takes longer for a known address")
}

fn tells_after(name: &str) -> String {
    format!("chance that what is asked right after `{name}` takes longer for a known address")
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
