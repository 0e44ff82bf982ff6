//! No secret is in the log, at any log level and after any error.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD, at,
    mail::MailServer,
    program::{Server, latchkey},
    subscriber::{PROTOCOL, Subscriber},
};

/// A text that must not occur in the log.
const CANARY: &str = "canary in the mine";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_reaches_the_log_however_much_is_logged() {
    for format in ["pretty", "json"] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = latchkey(folder.path(), &["--log", "trace", "--log-format", format]);
        command.env("SECRET_KEY", format!("{CANARY}, long enough to sign with"));
        let server = Server::start(command);
        let tokens = send_secrets(&server).await;

        let beginning = server.startup_log.clone();
        let log = format!("{beginning}{}", server.stop());
        assert!(log.lines().count() > 20, "there are log lines: {log}");
        for secret in tokens.iter().map(String::as_str).chain(["canary", PASSWORD, "ada@example.com"]) {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret}");
        }
    }
}

/// Without a mail server, links are logged for development. With one, they are not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_ticket_reaches_the_log_whether_or_not_its_mail_is_delivered() {
    let (folder, mails) = (tempfile::tempdir().unwrap(), MailServer::start(&["--auth", "latchkey:canary"]));
    let mut command = latchkey(folder.path(), &["--log", "trace"]);
    command.env("SMTP_URL", mails.url().replace("//", "//latchkey:canary@"));
    command.env("MAIL_FROM", "Example <accounts@example.com>").env("PUBLIC_URL", "https://app.example.com");
    let server = Server::start(command);
    let anonymous = server.client(None);

    for address in ["ada@example.com", "later@example.com", "spam@example.com"] {
        anonymous.register(address).await;
    }
    anonymous.request_password_reset("unknown-user@example.com").await;
    let ticket = mails.wait_for(1).await[0].token().to_owned();
    anonymous.verify_email(CANARY).await;
    anonymous.reset_password(&ticket, CANARY).await;
    anonymous.verify_email(&ticket).await;
    anonymous.request_password_reset("ada@example.com").await;
    let another = mails.wait_for(2).await[1].token().to_owned();
    anonymous.reset_password(&another, "canary").await;
    anonymous.reset_password(&another, CANARY).await;

    let log = server.stop();
    assert!(log.contains("mail sent") && log.contains("mail delayed"), "there are log lines: {log}");
    for secret in [ticket.as_str(), &another, CANARY, "canary", PASSWORD, "example.com"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// Sends secrets in every valid and invalid way, and returns the tokens in the responses.
async fn send_secrets(server: &Server) -> Vec<String> {
    let anonymous = server.client(None);
    let registration = anonymous.register("ada@example.com").await;
    let token = |name: &str| at(&registration, &format!("data.register.tokens.{name}")).as_str().unwrap().to_owned();
    let (access, refresh) = (token("accessToken"), token("refreshToken"));
    let ada = server.client(Some(access.clone()));

    anonymous.login("ada@example.com", CANARY).await;
    anonymous.login(CANARY, PASSWORD).await;
    ada.change_password(CANARY, CANARY).await;
    ada.change_password(PASSWORD, "canary").await;
    anonymous.refresh(CANARY).await;
    let next = anonymous.refresh(&refresh).await;
    server.client(Some(CANARY.to_owned())).profile().await;
    anonymous.verify(CANARY).await;
    anonymous.verify(&access).await;

    // In documents that are executed, that are invalid, and that cannot be parsed.
    for document in [
        format!("mutation {{ login(input: {{ identifier: \"a\", password: \"{CANARY}\" }}) {{ __typename }} }}"),
        format!("mutation {{ login(input: {{ identifier: \"a\", pasword: \"{CANARY}\" }}) {{ __typename }} }}"),
        format!("mutation {{ login(input: {{ identifier: \"a\", password: \"{CANARY}\" }} {{ __typename }} }}"),
        format!("{{ verifyToken(token: \"{CANARY}\") {{ valid }} {}", "[".repeat(100)),
        format!("# {CANARY}\n{{ nothing }}"),
    ] {
        anonymous.execute(&document, json!({ "canary": CANARY })).await;
        let link = reqwest::Url::parse_with_params(&server.endpoint, [("query", &document)]).unwrap();
        reqwest::get(link).await.unwrap();
    }
    for payload in [json!({ "authorization": format!("Bearer {CANARY}") }), json!({ "authorization": CANARY })] {
        let protocol = [("sec-websocket-protocol", PROTOCOL)];
        let mut rejected = Subscriber::connect(&server.endpoint, &protocol).await.expect("connected");
        rejected.send(&json!({ "type": "connection_init", "payload": payload })).await;
        rejected.next().await;
    }
    let mut authenticated_socket = Subscriber::authenticated(&server.endpoint, &access).await;
    authenticated_socket
        .subscribe(CANARY, &format!("subscription {{ sessionEnded(canary: \"{CANARY}\") {{ id }} }}"))
        .await;
    authenticated_socket.next().await;
    authenticated_socket.send_text(format!("{{ {CANARY}")).await;
    let body = format!("{{\"query\": \"{CANARY}");
    let broken = reqwest::Client::new().post(&server.endpoint).header("content-type", "application/json").body(body);
    assert_eq!(broken.send().await.unwrap().status(), 400);
    vec![access, refresh, text(at(&next, "data.refreshToken.tokens.accessToken"))]
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
