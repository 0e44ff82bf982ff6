//! Traces say where the time goes and nothing of anybody; without the feature there are none.

use crate::support::program::latchkey;

/// A setting that a build cannot heed is told, not ignored.
#[test]
fn a_trace_collector_requires_a_build_with_the_feature() {
    let folder = tempfile::tempdir().unwrap();
    let checked = |url: &str| {
        let mut command = latchkey(folder.path(), &["check-config"]);
        let output = command.env("OTEL_EXPORTER_OTLP_ENDPOINT", url).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        output.status.success().then_some(shown).ok_or_else(|| String::from_utf8(output.stderr).unwrap())
    };
    assert!(checked("none").unwrap().contains("OTEL_EXPORTER_OTLP_ENDPOINT"));
    assert!(checked("").is_ok(), "Compose files pass empty variables for what is not set");

    let local = checked("http://127.0.0.1:4318/");
    let nowhere =
        ["hunter2", "https://hunter2", "http://", "http:///hunter2", "http://ada:hunter2@here", "http://a?hunter2"];
    if cfg!(feature = "otlp") {
        assert!(local.unwrap().contains("http://127.0.0.1:4318 "), "as it is used");
        for url in nowhere {
            let said = checked(url).unwrap_err();
            assert!(said.contains("OTEL_EXPORTER_OTLP_ENDPOINT must be a URL") && !said.contains("hunter2"), "{said}");
        }
    } else {
        let said = local.unwrap_err();
        assert!(said.contains("OTEL_EXPORTER_OTLP_ENDPOINT needs a build with `--features otlp`"), "{said}");
    }
}

#[cfg(feature = "otlp")]
mod sent {
    use std::{
        collections::BTreeSet,
        path::Path,
        process::Command,
        sync::{Arc, Mutex},
        time::Duration,
    };

    use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
    use reqwest::Method;
    use serde_json::json;
    use tokio::{net::TcpListener, task::spawn_blocking, time::timeout};

    use crate::support::{
        PASSWORD, at,
        program::{Server, latchkey},
        subscriber::Subscriber,
    };

    /// What must not be found again.
    const CANARY: &str = "canary";

    /// The trace that a client's request is part of, and the client's own span.
    const CLIENTS: [&str; 2] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

    /// One that the client does not want to be kept.
    const UNWANTED: &str = "aaf7651916cd43dd8448eb211c80319c";

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_trace_shows_where_the_time_went_and_nothing_of_anybody() {
        let collector = Collector::start().await;
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(traced(folder.path(), &collector.url));
        let secrets = go_through_everything(&server).await;
        let log = spawn_blocking(|| server.stop()).await.unwrap();
        assert!(!log.contains("traces"), "{log}");

        let bodies = collector.bodies.lock().unwrap().concat();
        for secret in secrets.iter().map(String::as_str).chain([CANARY, PASSWORD, "ada@example.com", "127.0.0.1"]) {
            assert!(!holds(&bodies, secret.as_bytes()), "{secret}");
        }
        assert!(!holds(&bodies, &bytes(UNWANTED)));
        for said in ["service.name", "latchkey", "service.version", env!("CARGO_PKG_VERSION"), "latchkey.request.id"] {
            assert!(holds(&bodies, said.as_bytes()), "{said}");
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
            "wait for a turn at hashing",
        ];
        assert_eq!(names, expected.into());

        let clients = CLIENTS.map(bytes);
        let request = spans.iter().find(|span| [&span.trace, &span.parent] == clients.each_ref());
        let request = request.expect("it is part of the client's trace");
        assert_eq!(request.name, "POST /graphql");
        assert_eq!(request.kind, SERVER);
        for attribute in ["http.request.method", "POST", "http.route", "/graphql", "http.response.status_code"] {
            assert!(holds(&request.raw, attribute.as_bytes()), "{attribute}");
        }
        let login = only(&spans, "login", request);
        for attribute in ["graphql.field", "latchkey.outcome", "LoginSuccess"] {
            assert!(holds(&login.raw, attribute.as_bytes()), "{attribute}");
        }
        let parts = ["wait for a turn at hashing", "hash"].map(|part| only(&spans, part, login));
        assert!(parts[0].time.end <= parts[1].time.start && parts[1].time.end <= login.time.end);
        assert!(request.time.start <= login.time.start && login.time.end <= request.time.end);
        let unfinished: Vec<_> = spans.iter().filter(|span| span.time.end < span.time.start).collect();
        assert!(unfinished.is_empty(), "{unfinished:?}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_collector_that_is_away_costs_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let server = Server::start(traced(folder.path(), &format!("http://{nobody}")));
        assert_eq!(
            at(&server.client(None).register("ada@example.com").await, "data.register.__typename"),
            "RegisterSuccess"
        );
        // Longer than spans wait for company, so that there are two tries.
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!(at(&server.client(None).verify("nothing").await, "valid"), false);
        let log = spawn_blocking(|| server.stop()).await.unwrap();
        assert_eq!(log.matches("traces cannot be exported").count(), 1, "{log}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_collector_that_never_answers_does_not_keep_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server::start(traced(folder.path(), &format!("http://{}", silent.local_addr().unwrap())));
        server.client(None).verify("nothing").await;
        let stopped = timeout(Duration::from_secs(10), spawn_blocking(|| server.stop())).await;
        let log = stopped.expect("it stops").unwrap();
        assert!(log.contains("traces") && log.contains("stopped"), "{log}");
    }

    fn traced(folder: &Path, collector: &str) -> Command {
        let mut command = latchkey(folder, &["--bcrypt-cost", "10", "--otel-exporter-otlp-endpoint", collector]);
        // What OpenTelemetry's libraries would take from the environment, if it were left to them.
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

    /// Requests with something to hide everywhere; gives what else must not be found again.
    async fn go_through_everything(server: &Server) -> Vec<String> {
        let anonymous = server.client(None);
        let entered = anonymous.register("ada@example.com").await;
        let text = |path: &str| at(&entered, &format!("data.register.{path}")).as_str().unwrap().to_owned();
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
        let sampled = format!("00-{}-{}-01", CLIENTS[0], CLIENTS[1]);
        let request = http.post(&server.endpoint).json(&json!({ "query": login, "operationName": "Canary" }));
        let request = request.header("traceparent", sampled).header("tracestate", "canary=canary");
        let request = request.header("baggage", "canary=canary").header("user-agent", CANARY);
        request.send().await.unwrap();
        for traceparent in [&format!("00-{UNWANTED}-{}-00", CLIENTS[1]), CANARY] {
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

    /// Keeps what it is sent, as anybody's collector does.
    struct Collector {
        url: String,
        bodies: Arc<Mutex<Vec<Bytes>>>,
    }

    impl Collector {
        async fn start() -> Self {
            let bodies = Arc::<Mutex<Vec<Bytes>>>::default();
            let keep = Arc::clone(&bodies);
            let take = async move |headers: HeaderMap, body: Bytes| {
                assert_eq!(headers["content-type"], "application/x-protobuf");
                keep.lock().unwrap().push(body);
            };
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async { axum::serve(listener, Router::new().route("/v1/traces", post(take))).await });
            Self { url, bodies }
        }

        /// Every span in what was sent: an `ExportTraceServiceRequest` each.
        fn spans(&self) -> Vec<Span> {
            let bodies = self.bodies.lock().unwrap();
            let resources = bodies.iter().flat_map(|body| fields(body, 1));
            let scopes = resources.flat_map(|resource| fields(&resource, 2));
            scopes.flat_map(|scope| fields(&scope, 2)).map(Span::read).collect()
        }
    }

    /// A span, as far as it is looked at.
    #[derive(Debug)]
    struct Span {
        trace: Vec<u8>,
        id: Vec<u8>,
        parent: Vec<u8>,
        name: String,
        kind: Vec<u8>,
        time: std::ops::Range<u64>,
        raw: Vec<u8>,
    }

    /// How OTLP writes that a span is a server's.
    const SERVER: [u8; 1] = [2];

    impl Span {
        fn read(raw: Vec<u8>) -> Self {
            let field = |number| fields(&raw, number).into_iter().next().unwrap_or_default();
            let time = |number| u64::from_le_bytes(field(number).try_into().expect("a time"));
            Self {
                trace: field(1),
                id: field(2),
                parent: field(4),
                name: String::from_utf8(field(5)).unwrap(),
                kind: field(6),
                time: time(7)..time(8),
                raw,
            }
        }
    }

    /// The one span of this name below that one.
    fn only<'s>(spans: &'s [Span], name: &str, parent: &Span) -> &'s Span {
        let below = |span: &&Span| span.name == name && span.parent == parent.id && span.trace == parent.trace;
        let found: Vec<_> = spans.iter().filter(below).collect();
        assert_eq!(found.len(), 1, "{name} in {spans:?}");
        found[0]
    }

    /// What stands in a protobuf message's field of this number, each time.
    fn fields(mut message: &[u8], number: u64) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        while !message.is_empty() {
            let tag = varint(&mut message);
            let length = match tag & 7 {
                0 => message.iter().position(|byte| *byte < 0x80).unwrap() + 1,
                1 => 8,
                2 => usize::try_from(varint(&mut message)).unwrap(),
                5 => 4,
                kind => panic!("no such kind of field: {kind}"),
            };
            let (value, rest) = message.split_at(length);
            if tag >> 3 == number {
                found.push(value.to_vec());
            }
            message = rest;
        }
        found
    }

    fn varint(message: &mut &[u8]) -> u64 {
        let length = message.iter().position(|byte| *byte < 0x80).unwrap() + 1;
        let (bytes, rest) = message.split_at(length);
        *message = rest;
        bytes.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f))
    }

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn holds(text: &[u8], part: &[u8]) -> bool {
        let (text, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
        text.windows(part.len()).any(|window| window == part)
    }
}
