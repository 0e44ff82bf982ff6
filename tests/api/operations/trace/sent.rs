//! The traces that a server sends to a collector.

use std::{collections::BTreeSet, path::Path, process::Command, time::Duration};

use reqwest::Method;
use serde_json::json;
use tokio::{net::TcpListener, task::spawn_blocking, time::timeout};

use super::collector::{Collector, SERVER, bytes, contains, only};
use crate::support::{
    PASSWORD, at,
    program::{Server, latchkey},
    subscriber::Subscriber,
};

/// A text that must not occur in a trace.
const CANARY: &str = "canary";

/// The trace id and the span id that a client sends.
const CLIENT: [&str; 2] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

/// The trace id of a request that the client does not sample.
const NOT_SAMPLED: &str = "aaf7651916cd43dd8448eb211c80319c";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trace_shows_durations_and_no_personal_data() {
    let collector = Collector::start().await;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(traced(folder.path(), &collector.url));
    let secrets = send_everything(&server).await;
    let log = spawn_blocking(|| server.stop()).await.unwrap();
    assert!(!log.contains("traces"), "{log}");

    let bodies = collector.bodies.lock().unwrap().concat();
    for secret in secrets.iter().map(String::as_str).chain([CANARY, PASSWORD, "ada@example.com", "127.0.0.1"]) {
        assert!(!contains(&bodies, secret.as_bytes()), "{secret}");
    }
    assert!(!contains(&bodies, &bytes(NOT_SAMPLED)));
    for text in ["service.name", "latchkey", "service.version", env!("CARGO_PKG_VERSION"), "latchkey.request.id"] {
        assert!(contains(&bodies, text.as_bytes()), "{text}");
    }

    let spans = collector.spans();
    let names: BTreeSet<&str> = spans.iter().map(|span| &*span.name).collect();
    let expected = [
        "GET",
        "GET /graphql",
        "GET /healthz",
        "HTTP /graphql",
        "POST /graphql",
        "begin a transaction",
        "changePassword",
        "hash",
        "login",
        "profile",
        "register",
        "verifyToken",
        "wait for a hashing slot",
    ];
    assert_eq!(names, expected.into());

    let client = CLIENT.map(bytes);
    let request = spans.iter().find(|span| [&span.trace, &span.parent] == client.each_ref());
    let request = request.expect("the request is a part of the client's trace");
    assert_eq!(request.name, "POST /graphql");
    assert_eq!(request.kind, SERVER);
    for attribute in ["http.request.method", "POST", "http.route", "/graphql", "http.response.status_code"] {
        assert!(contains(&request.raw, attribute.as_bytes()), "{attribute}");
    }
    let login = only(&spans, "login", request);
    for attribute in ["graphql.field", "latchkey.outcome", "LoginSuccess"] {
        assert!(contains(&login.raw, attribute.as_bytes()), "{attribute}");
    }
    let parts = ["wait for a hashing slot", "hash"].map(|part| only(&spans, part, login));
    assert!(parts[0].time.end <= parts[1].time.start && parts[1].time.end <= login.time.end);
    assert!(request.time.start <= login.time.start && login.time.end <= request.time.end);
    let unfinished: Vec<_> = spans.iter().filter(|span| span.time.end < span.time.start).collect();
    assert!(unfinished.is_empty(), "{unfinished:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_down_causes_one_warning() {
    let folder = tempfile::tempdir().unwrap();
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let server = Server::start(traced(folder.path(), &format!("http://{unused}")));
    assert_eq!(
        at(&server.client(None).register("ada@example.com").await, "data.register.__typename"),
        "RegisterSuccess"
    );
    // Longer than the interval of the exporter, so that it tries twice.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(at(&server.client(None).verify("nothing").await, "valid"), false);
    let log = spawn_blocking(|| server.stop()).await.unwrap();
    assert_eq!(log.matches("traces cannot be exported").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_never_responds_does_not_prevent_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(traced(folder.path(), &format!("http://{}", silent.local_addr().unwrap())));
    server.client(None).verify("nothing").await;
    let stopped = timeout(Duration::from_secs(10), spawn_blocking(|| server.stop())).await;
    let log = stopped.expect("the server stops").unwrap();
    assert!(log.contains("traces") && log.contains("stopped"), "{log}");
}

fn traced(folder: &Path, collector: &str) -> Command {
    let mut command = latchkey(folder, &["--bcrypt-cost", "10", "--otel-exporter-otlp-endpoint", collector]);
    // Variables that OpenTelemetry's libraries read by default, and that must have no effect.
    command.envs([
        ("OTEL_SERVICE_NAME", CANARY),
        ("OTEL_RESOURCE_ATTRIBUTES", "canary=canary"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "1"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "0"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://canary.invalid"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
    ]);
    command
}

/// Sends requests with confidential data in every part, and returns more texts that must not occur in a trace.
async fn send_everything(server: &Server) -> Vec<String> {
    let anonymous = server.client(None);
    let registration = anonymous.register("ada@example.com").await;
    let text = |path: &str| at(&registration, &format!("data.register.{path}")).as_str().unwrap().to_owned();
    let [access, refresh, user] = ["tokens.accessToken", "tokens.refreshToken", "user.id"].map(text);
    let ada = server.client(Some(access.clone()));

    anonymous.login("canary@example.com", CANARY).await;
    ada.change_password(CANARY, CANARY).await;
    ada.profile().await;
    anonymous.verify(CANARY).await;
    anonymous
        .execute(
            "query Canary($canary: String!) { canary: verifyToken(token: $canary) { valid } }",
            json!({ "canary": CANARY }),
        )
        .await;
    anonymous.execute("{ canary }", json!({})).await;
    anonymous.execute(&format!("# {CANARY}\n{{ canary: profile(userId: \"canary\") {{ id }} }}"), json!({})).await;

    let http = reqwest::Client::new();
    let login = "mutation Canary { login(input: { identifier: \"ada@example.com\", password: \"correct horse battery\" }) { __typename } }";
    let sampled = format!("00-{}-{}-01", CLIENT[0], CLIENT[1]);
    let request = http.post(&server.endpoint).json(&json!({ "query": login, "operationName": "Canary" }));
    let request = request.header("traceparent", sampled).header("tracestate", "canary=canary");
    let request = request.header("baggage", "canary=canary").header("user-agent", CANARY);
    request.send().await.unwrap();
    for traceparent in [&format!("00-{NOT_SAMPLED}-{}-00", CLIENT[1]), CANARY] {
        let request = http.post(&server.endpoint).json(&json!({ "query": "{ __typename }" }));
        request.header("traceparent", traceparent).send().await.unwrap();
    }
    for (method, path) in
        [("GET", "canary"), ("GET", "graphql?query=canary"), ("CANARY", "graphql"), ("GET", "healthz")]
    {
        let url = server.endpoint.replace("graphql", path);
        http.request(Method::from_bytes(method.as_bytes()).unwrap(), url).send().await.unwrap();
    }
    let mut subscriber = Subscriber::authenticated(&server.endpoint, &access).await;
    subscriber.subscribe(CANARY, "subscription Canary { canary: sessionEnded { id } }").await;
    vec![access, refresh, user]
}
