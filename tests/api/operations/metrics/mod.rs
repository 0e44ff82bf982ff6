//! The metrics: what is counted, that each series is documented, and that no client can add one.

mod served;

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{PASSWORD, TestApp, at, metrics::value, on_both_databases};

on_both_databases!(
    requests_operations_and_events_are_counted,
    every_root_field_is_counted_by_its_name,
    no_client_adds_a_series,
    connections_to_the_database_are_in_the_metrics,
);

async fn requests_operations_and_events_are_counted(app: &TestApp) {
    app.clock.stop();
    let ada = app.registered("ada@example.com").await;
    for _ in 0..7 {
        app.anonymous().login("ada@example.com", "a wrong password").await;
    }
    ada.execute("{ profile { id } }", json!({})).await;
    app.anonymous().execute("{ profile { id } }", json!({})).await;
    app.anonymous().execute("{ verifyToken(token: \"invented\") { valid } }", json!({})).await;
    app.anonymous().execute("{ nothing }", json!({})).await;
    reqwest::get(app.url("/somewhere")).await.unwrap();

    let metrics = app.metrics().await;
    let requests = |method: &str, route: &str, status: &str| {
        let labels =
            format!(r#"http_request_method="{method}",http_route="{route}",http_response_status_code="{status}""#);
        value(&metrics, &format!("http_server_request_duration_seconds_count{{{labels}}}"))
    };
    assert_eq!(requests("POST", "/graphql", "200"), 12, "{metrics}");
    assert_eq!(requests("GET", "_OTHER", "404"), 1, "{metrics}");
    for (series, expected) in [
        (r#"latchkey_operations_total{field="register",outcome="RegisterSuccess"}"#, 1),
        (r#"latchkey_operations_total{field="login",outcome="InvalidCredentials"}"#, 5),
        (r#"latchkey_operations_total{field="login",outcome="TooManyAttempts"}"#, 2),
        (r#"latchkey_operations_total{field="profile",outcome="User"}"#, 1),
        (r#"latchkey_operations_total{field="profile",outcome="UNAUTHENTICATED"}"#, 1),
        (r#"latchkey_operations_total{field="verifyToken",outcome="INVALID"}"#, 1),
        (r#"latchkey_refused_documents_total{code="GRAPHQL_VALIDATION_FAILED"}"#, 1),
        (r#"latchkey_events_total{event="user_created"}"#, 1),
        (r#"latchkey_events_total{event="authn_login_fail"}"#, 5),
        // Logged once a second. Each refusal is counted below.
        (r#"latchkey_events_total{event="excess_rate_limit_exceeded"}"#, 1),
        (r#"latchkey_refused_attempts_total{limited="login"}"#, 2),
        ("latchkey_hash_rounds_total", 6 << 4),
        ("latchkey_hash_line", 0),
        ("latchkey_websockets", 0),
        (concat!(r#"latchkey_build_info{version=""#, env!("CARGO_PKG_VERSION"), r#""}"#), 1),
    ] {
        assert_eq!(value(&metrics, series), expected, "{series} in {metrics}");
    }
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    assert_eq!(shown(&metrics), explained(), "docs/monitoring.md explains all of them");
}

/// The series that are shown, as Prometheus names them.
fn shown(metrics: &str) -> BTreeSet<String> {
    let types = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let named = types.map(|(name, kind)| match kind {
        "counter" => format!("{name}_total"),
        "info" => format!("{name}_info"),
        _ => name.to_owned(),
    });
    named.collect()
}

/// The series that docs/monitoring.md explains.
fn explained() -> BTreeSet<String> {
    let page = include_str!("../../../../docs/monitoring.md");
    let table = page.split("| series |").nth(1).expect("a table").split("\n\n").next().expect("its rows");
    let names = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    names.flat_map(|names| names.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect()
}

async fn every_root_field_is_counted_by_its_name(app: &TestApp) {
    let client = app.anonymous();
    let schema = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }";
    let answer = client.execute(schema, json!({})).await;
    let names = |kind: &str| -> Vec<String> {
        let fields = at(&answer, kind).as_array().unwrap();
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    };
    let all: BTreeSet<String> = [names("data.__schema.queryType.fields"), names("data.__schema.mutationType.fields")]
        .concat()
        .into_iter()
        .filter(|name| name != "_service")
        .collect();

    for document in [
        "{ alias: profile { id } verifyToken(token: \"\") { valid } sessions { nodes { id } } node(id: \"1\") { id } }",
        "{ _entities(representations: [{ __typename: \"User\", id: \"1\" }]) { __typename } }",
        "mutation { logout { __typename } revokeOtherSessions { __typename } }",
        "mutation { revokeSession(input: { sessionId: \"1\" }) { __typename } }",
        "mutation { updateProfile(input: {}) { __typename } refreshToken(input: { refreshToken: \"\" }) { __typename } }",
        "mutation { changePassword(input: { currentPassword: \"\", newPassword: \"\" }) { __typename } }",
        "mutation { changeUsername(input: { newUsername: \"\", currentPassword: \"\" }) { __typename } }",
        "mutation { correctEmail(input: { identifier: \"\", password: \"\", newEmail: \"\" }) { __typename } }",
        "mutation { login(input: { identifier: \"\", password: \"\" }) { __typename } }",
        "mutation { register(input: { password: \"\" }) { __typename } }",
        "mutation { requestEmailVerification { __typename } requestPasswordReset(input: { email: \"\" }) { __typename } }",
        "mutation { verifyEmail(input: { token: \"\" }) { __typename } }",
        "mutation { resetPassword(input: { token: \"\", newPassword: \"\" }) { __typename } }",
        "mutation { requestEmailChange(input: { newEmail: \"\", currentPassword: \"\" }) { __typename } }",
        "mutation { confirmEmailChange(input: { token: \"\" }) { __typename } }",
    ] {
        client.execute(document, json!({})).await;
    }
    let metrics = app.metrics().await;
    let counted = metrics.split("latchkey_operations_total{field=\"").skip(1);
    let counted: BTreeSet<String> = counted.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(counted, all, "{metrics}");
}

async fn no_client_adds_a_series(app: &TestApp) {
    let http = reqwest::Client::new();
    app.anonymous().execute("query Invented { invented: profile { id } }", json!({})).await;
    app.anonymous().login("invented@example.com", PASSWORD).await;
    for path in ["/invented", "/.well-known/invented", "/graphiql/invented", "/graphql?operationName=Invented"] {
        let method = reqwest::Method::from_bytes(b"INVENTED").unwrap();
        http.request(method, app.url(path)).header("user-agent", "invented").send().await.unwrap();
        http.get(app.url(path)).send().await.unwrap();
    }
    let metrics = app.metrics().await;
    assert!(!metrics.to_lowercase().contains("invented"), "{metrics}");
    assert!(metrics.contains(r#"http_request_method="_OTHER",http_route="/.well-known/""#), "{metrics}");
    assert!(metrics.lines().count() < 300, "{metrics}");
}

async fn connections_to_the_database_are_in_the_metrics(app: &TestApp) {
    app.registered("ada@example.com").await;
    let metrics = app.metrics().await;
    let most = |pool: &str| {
        value(&metrics, &format!(r#"db_client_connection_max{{db_client_connection_pool_name="{pool}"}}"#))
    };
    assert_eq!((most("common"), most("readers")), (8, 2), "{metrics}");
    let of = |state: &str| {
        let pool = r#"db_client_connection_pool_name="common""#;
        value(&metrics, &format!(r#"db_client_connection_count{{{pool},db_client_connection_state="{state}"}}"#))
    };
    assert!((1..=8).contains(&(of("idle") + of("used"))), "{metrics}");
}

#[test]
fn the_dashboard_and_the_alerts_use_existing_metrics() {
    let explained = explained();
    let labels =
        ["http_route", "http_response_status_code", "db_client_connection_pool_name", "db_client_connection_state"];
    let ours = |word: &&str| ["latchkey_", "http_", "db_client_"].iter().any(|start| word.starts_with(start));
    for text in [include_str!("../../../../deploy/grafana.json"), include_str!("../../../../deploy/alerts.yml")] {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(ours);
        let used: Vec<&str> = words.filter(|word| !labels.contains(word)).collect();
        assert!(used.len() > 5, "{used:?}");
        for series in used {
            let whole = ["_bucket", "_count", "_sum"].iter().find_map(|part| series.strip_suffix(part));
            let known = explained.contains(series) || whole.is_some_and(|whole| explained.contains(whole));
            assert!(known, "{series} is not among {explained:?}");
        }
    }
}
