//! The program `latchkey`, in a process of its own.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{client::Client, process::Process};

/// A `latchkey` command that runs in this folder, without the environment of the tests.
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

/// A server process, which is killed when it is dropped.
pub struct Server {
    child: Child,
    pub endpoint: String,
    log: BufReader<std::process::ChildStderr>,
    /// The log up to the line that says that the server is ready.
    pub startup_log: String,
}

impl Server {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.arg("--bind").arg("127.0.0.1:0").spawn().expect("it runs");
        let log = BufReader::new(child.stderr.take().expect("piped"));
        let mut server = Self { child, endpoint: String::new(), log, startup_log: String::new() };
        while server.endpoint.is_empty() {
            let mut line = String::new();
            assert_ne!(server.log.read_line(&mut line).expect("a line"), 0, "it exited: {}", server.startup_log);
            // A field of a line for people, or of a JSON object.
            if line.contains("Latchkey is ready")
                && let Some((_, rest)) = line.split_once("http://")
            {
                let authority = rest.split('/').next().unwrap();
                server.endpoint = format!("http://{authority}/graphql");
            }
            server.startup_log.push_str(&line);
        }
        server
    }

    pub fn client(&self, token: Option<String>) -> Client {
        Client::new(self.endpoint.clone(), token)
    }

    /// The process, to measure it.
    pub fn process(&self) -> Process {
        Process::of(self.child.id())
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Stops the server with SIGTERM, as a supervisor does, and returns its log after the start.
    pub fn stop(self) -> String {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until the server has exited successfully, and returns its log after the start.
    pub fn wait(mut self) -> String {
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).expect("text");
        assert!(self.child.wait().expect("it exits").success(), "{rest}");
        rest
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
