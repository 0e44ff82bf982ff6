//! The cost of a request: whatever document a client sends, the server spends little time and memory on it.
//!
//! Random documents select the whole schema, with introspection, up to the limits; others repeat short texts up to 64 kB.
//! A document that costs too much is shrunk to a minimal one. A failure prints its seed; `PROPTEST_CASES` sets the number
//! of documents.

mod generator;

use std::sync::Arc;

use proptest::{
    collection::vec,
    prelude::{ProptestConfig, any},
    test_runner::{TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use self::generator::{Choices, Types};
use crate::support::{
    PASSWORD, at,
    client::Client,
    program::{Server, latchkey},
};

/// The largest response, in bytes: 1 MB of data, and the rest of the response.
const MAX_ANSWER: usize = 1_000_100;

/// The memory that one document may use, in kilobytes.
const MAX_MEMORY: u64 = 64 * 1024;

/// The processor time that one document may use, in hundredths of a second. A debug build is several times slower than
/// a release build.
const MAX_TIME: u64 = if cfg!(debug_assertions) { 60 } else { 20 };

struct Lab {
    runtime: Runtime,
    server: Server,
    client: Client,
    types: Types,
    _folder: tempfile::TempDir,
}

impl Lab {
    /// Starts a server with all features, and registers a user with a full page of sessions.
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::start(latchkey(folder.path(), &["--federation=true", "--bcrypt-cost", "10"]));
        let runtime = Runtime::new().expect("a runtime");
        let (client, types) = runtime.block_on(async {
            let anonymous = server.client(None);
            let registered = anonymous.register("ada@example.com").await;
            let token = at(&registered, "data.register.tokens.accessToken").as_str().unwrap().to_owned();
            for _ in 0..40 {
                anonymous.login("ada@example.com", PASSWORD).await;
            }
            let id = at(&registered, "data.register.user.id").as_str().unwrap().to_owned();
            (server.client(Some(token)), Types::read(&anonymous, id).await)
        });
        Self { runtime, server, client, types, _folder: folder }
    }

    /// Checks the cost of a request.
    fn cost(&self, document: &str, variables: &Value) -> Result<(), String> {
        let process = self.server.process();
        let (before, memory) = (process.time(), process.reset_peak());
        let body = json!({ "query": document, "variables": variables });
        let answer = self.runtime.block_on(async { self.client.post(&body).await.bytes().await });
        let answer = answer.map_err(|error| format!("no answer: {error}"))?;
        let (time, memory) = (process.time() - before, process.peak().saturating_sub(memory));
        if answer.len() > MAX_ANSWER {
            return Err(format!("{} bytes of response", answer.len()));
        }
        if memory > MAX_MEMORY {
            return Err(format!("{memory} kB of memory"));
        }
        if time > MAX_TIME {
            return Err(format!("{time} hundredths of a second"));
        }
        Ok(())
    }
}

fn hold(cases: u32, generate: fn(&Types, &mut Choices<'_>) -> (String, Value)) {
    let lab = Arc::new(Lab::start());
    let mut runner = TestRunner::new(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(cases) });
    let outcome = runner.run(&vec(any::<u32>(), 1..2_000), |choices| {
        let (document, variables) = generate(&lab.types, &mut Choices::new(&choices));
        lab.cost(&document, &variables).map_err(|cost| {
            let shown: String = document.chars().take(600).collect();
            TestCaseError::fail(format!("{cost}: {} bytes: {shown}", document.len()))
        })
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn no_document_of_the_schema_costs_more_than_its_limit() {
    hold(400, generator::document);
}

#[test]
fn no_repeated_text_costs_more_than_its_limit() {
    hold(400, generator::repetition);
}

#[test]
fn no_multiplication_of_fragments_operations_and_variables_costs_more_than_its_limit() {
    hold(400, generator::blocks);
}

/// Documents that took seconds or gigabytes in earlier versions.
#[test]
fn documents_that_were_too_expensive_in_an_earlier_version_are_cheap() {
    let lab = Lab::start();
    let many = |times: usize, part: &dyn Fn(usize) -> String| (0..times).map(part).collect::<String>();
    let rounds = |inside: &str, times: usize| {
        let (open, close) = ("possibleTypes{interfaces{".repeat(times), "}}".repeat(times));
        format!("{{__type(name:\"UserError\"){{{open}{inside}{close}}}}}")
    };
    let user = json!({ "__typename": "User", "id": lab.types.user, "more": vec![0; 15_000] });
    let representations = vec![json!({ "__typename": "User", "id": lab.types.user }); 550];
    let long = "a".repeat(28_000);
    for (document, variables) in [
        (rounds("name", 6), json!({})),
        (rounds("name", 9), json!({})),
        (
            format!(
                "query($r:[_Any!]!){{_entities(representations:$r){{...F}} {}}} fragment F on User{{{long}:id}}",
                many(14, &|n| format!("x{n}:_entities(representations:$r){{...F}} ")),
            ),
            json!({ "r": representations }),
        ),
        (format!("{{{}}}", "...A ".repeat(6_000)), json!({})),
        (
            format!("query($a:_Any!){{_entities(representations:[{}]){{__typename}}}}", "$a".repeat(8_000)),
            json!({ "a": user }),
        ),
        (
            format!("query($a:_Any!){{_entities(representations:[{}]){{__typename}}}}", "$a".repeat(90)),
            json!({ "a": user }),
        ),
        (
            format!(
                "fragment F on Query{{profile{{{}}}}}{}{}",
                many(480, &|n| format!("...a{n} ")),
                many(480, &|n| format!("fragment a{n} on User{{id}}")),
                many(900, &|n| format!("query q{n}{{...F}}")),
            ),
            json!({}),
        ),
        (
            format!(
                "fragment F on Subscription{{{} sessionEnded{{id}}}}{}{}",
                "...zz ".repeat(2_000),
                many(500, &|n| format!("fragment a{n} on A{{a}}")),
                many(300, &|n| format!("subscription s{n}{{...F}}")),
            ),
            json!({}),
        ),
        (
            format!(
                "{{__schema{{types{{interfaces{{possibleTypes{{fields{{type{{ofType{{enumValues{{{}}}}}}}}}}}}}}}}}}}{}",
                many(480, &|n| format!("...a{n} ")),
                many(480, &|n| format!("fragment a{n} on __EnumValue{{name}}")),
            ),
            json!({}),
        ),
        (
            format!(
                "fragment F on Query{{zz(a:[{}])}}{}",
                "$a".repeat(8_000),
                many(700, &|n| format!("query q{n}{{...F}}"))
            ),
            json!({}),
        ),
    ] {
        let shown: String = document.chars().take(60).collect();
        assert_eq!(lab.cost(&document, &variables), Ok(()), "{shown}");
        let answer = lab.runtime.block_on(lab.client.execute("{ __typename }", json!({})));
        assert_eq!(at(&answer, "data.__typename"), "Query", "after {shown}");
    }
}
