//! A real mail server for a test, and what it got.
#![allow(dead_code, reason = "each kind of test uses its part of it")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;

/// How long a mail may take.
const IN_TIME: Duration = Duration::from_secs(20);

/// A mail server that ends when the test does.
pub struct MailServer {
    child: Child,
    pub port: u16,
    /// The certificate of whoever vouches for it.
    pub ca: PathBuf,
    folder: PathBuf,
    log: PathBuf,
}

/// A mail that arrived.
#[derive(Debug)]
pub struct Delivered {
    /// Who the envelope says it is from, and to.
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// All of it, as it came over the wire.
    pub raw: String,
}

impl MailServer {
    /// With these options of `tests/support/smtp.py`.
    pub fn start(options: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/smtp");
        let mut server = Command::new(script);
        let mut child =
            server.args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("tests/support/smtp runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let place: Value = serde_json::from_str(&line).expect("the mail server starts, or says above why not");
        let path = |name: &str| PathBuf::from(place[name].as_str().expect("a path"));
        let port = place["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        Self { child, port, ca: path("ca"), folder: path("folder"), log: path("log") }
    }

    /// What stands in `SMTP_URL` for it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it has got so far, in the order of arrival.
    pub fn mails(&self) -> Vec<Delivered> {
        let Ok(entries) = fs::read_dir(self.folder.join("new")) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        files.sort_by_key(|file| fs::metadata(file).and_then(|file| file.modified()).expect("a time"));
        files.iter().map(|file| Delivered::read(&fs::read(file).expect("readable"))).collect()
    }

    /// The same, once there are so many.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivered> {
        let arrived = async {
            loop {
                let mails = self.mails();
                if mails.len() >= count {
                    return mails;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(IN_TIME, arrived)
            .await
            .unwrap_or_else(|_| panic!("{} of {count} mails", self.mails().len()))
    }

    /// What was said to it, line by line; passwords are starred out by the server.
    pub fn heard(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It ends with its standard input, and then leaves nothing behind.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

impl Delivered {
    /// As a mail program reads it.
    pub fn read(raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a message");
        let parts: Vec<String> = (0..message.parts.len())
            .filter_map(|part| message.part(u32::try_from(part).ok()?)?.content_type())
            .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()))
            .collect();
        assert_eq!(parts, ["multipart/alternative", "text/plain", "text/html"]);
        let envelope =
            |name: &str| message.header(name).and_then(|value| value.as_text()).unwrap_or_default().to_owned();
        Self {
            from: envelope("X-MailFrom"),
            to: envelope("X-RcptTo"),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).expect("text").replace("\r\n", "\n"),
            html: message.body_html(0).expect("HTML").replace("\r\n", "\n"),
            raw: String::from_utf8(raw.to_vec()).expect("UTF-8"),
        }
    }

    /// A header as it stands there.
    pub fn header(&self, name: &str) -> &str {
        let head = self.raw.split("\n\n").next().unwrap_or_default();
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name} in {head}"))
    }

    /// Where its link leads.
    pub fn link(&self) -> &str {
        self.text.lines().find(|line| line.starts_with("http")).unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    /// The token of its link.
    pub fn token(&self) -> &str {
        self.link().split_once("#token=").expect("a token").1
    }
}
