//! A real mail server for a test: aiosmtpd.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use super::ReceivedMail;

/// How long the delivery of a mail may take.
const IN_TIME: Duration = Duration::from_secs(20);

/// A mail server that stops when it is dropped.
pub struct MailServer {
    child: Child,
    pub port: u16,
    /// The file with the certificate of the CA that signed the server's certificate.
    pub ca: PathBuf,
    folder: PathBuf,
    log: PathBuf,
}

impl MailServer {
    /// Starts a server with these options of `tests/support/smtp.py`.
    pub fn start(options: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/smtp");
        let mut server = Command::new(script);
        let mut child =
            server.args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("tests/support/smtp runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let started: Value = serde_json::from_str(&line).expect("the mail server starts; if not, the reason is above");
        let path = |name: &str| PathBuf::from(started[name].as_str().expect("a path"));
        let port = started["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        Self { child, port, ca: path("ca"), folder: path("folder"), log: path("log") }
    }

    /// The value of `SMTP_URL` for this server.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The mails that arrived, in the order of arrival.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        let Ok(entries) = fs::read_dir(self.folder.join("new")) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        files.sort_by_key(|file| fs::metadata(file).and_then(|file| file.modified()).expect("a time"));
        files.iter().map(|file| ReceivedMail::read(&fs::read(file).expect("readable"))).collect()
    }

    /// The mails that arrived, as soon as there are this many.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
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

    /// The commands that clients sent, line by line. The server replaces passwords with asterisks.
    pub fn commands(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // The server stops and removes its folder when its standard input is closed.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
