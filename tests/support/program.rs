//! The program itself, in a process of its own.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{client::Client, process::Process};

/// `latchkey` in this folder, without any setting of this machine.
pub fn latchkey(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("METRICS_BIND", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A server that is ended when the test is.
pub struct Running {
    child: Child,
    pub endpoint: String,
    log: BufReader<std::process::ChildStderr>,
    /// What it logged before it was ready.
    pub beginning: String,
}

impl Running {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.arg("--bind").arg("127.0.0.1:0").spawn().expect("it runs");
        let log = BufReader::new(child.stderr.take().expect("piped"));
        let mut server = Self { child, endpoint: String::new(), log, beginning: String::new() };
        while server.endpoint.is_empty() {
            let mut line = String::new();
            assert_ne!(server.log.read_line(&mut line).expect("a line"), 0, "it ended: {}", server.beginning);
            if let Some((_, rest)) = line.split_once("ready at ") {
                let origin = rest.split(' ').next().unwrap().trim_end_matches("graphql").trim_end_matches('/');
                server.endpoint = format!("{origin}/graphql");
            }
            server.beginning.push_str(&line);
        }
        server
    }

    pub fn client(&self, token: Option<String>) -> Client {
        Client::new(self.endpoint.clone(), token)
    }

    /// What the process has used.
    pub fn process(&self) -> Process {
        Process::of(self.child.id())
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Ends it as a supervisor does, and returns what else it logged.
    pub fn stop(self) -> String {
        self.signal("TERM");
        self.end()
    }

    /// Waits until it has ended as it should, and returns what else it logged.
    pub fn end(mut self) -> String {
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).expect("text");
        assert!(self.child.wait().expect("it ends").success(), "{rest}");
        rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
