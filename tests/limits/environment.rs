//! The environment of the benchmarks: a temporary PostgreSQL, the server, and the baseline servers.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::{Value, json};

use super::Outcome;

/// The cost of the hashes, which is the default of the server.
pub const COST: u32 = 12;

/// The password of all users.
pub const PASSWORD: &str = "correct horse battery";

const SECRET_KEY: &str = "for benchmarks alone, and long enough for HS256";

/// A temporary PostgreSQL and a temporary folder.
pub struct Environment {
    pub folder: tempfile::TempDir,
    pub http: reqwest::Client,
    /// The URL of PostgreSQL without the name of a database.
    server: String,
    postgres: Child,
}

/// A server on loopback, which is killed when it is dropped.
pub struct Server {
    pub url: String,
    process: Child,
}

impl Environment {
    pub fn start() -> Outcome<Self> {
        eprintln!("Starting PostgreSQL");
        let mut postgres = Command::new("tests/support/postgres");
        let mut postgres = postgres.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        BufReader::new(postgres.stdout.take().ok_or("no output")?).read_line(&mut url)?;
        let server = url.trim().rsplit_once('/').ok_or("PostgreSQL did not start")?.0.to_owned();
        let folder = tempfile::tempdir()?;
        Ok(Self { folder, http: reqwest::Client::new(), server, postgres })
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.server)
    }

    /// Creates a database, after dropping an old one of the same name.
    pub async fn create(&self, database: &str) -> Outcome<()> {
        let postgres = Database::connect(self.url("postgres")).await?;
        postgres.execute_unprepared(&format!("DROP DATABASE IF EXISTS {database}")).await?;
        postgres.execute_unprepared(&format!("CREATE DATABASE {database}")).await?;
        Ok(())
    }

    pub async fn connect(&self, database: &str) -> Outcome<DatabaseConnection> {
        Ok(Database::connect(self.url(database)).await?)
    }

    /// Starts Latchkey on this database, with these settings in addition to the defaults.
    pub fn latchkey(&self, database: &str, settings: &[(&str, &str)]) -> Outcome<Server> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.env_clear().current_dir(self.folder.path());
        command.env("DATABASE_URL", self.url(database)).env("SECRET_KEY", SECRET_KEY);
        // The load represents many clients, and one address may have only a sixteenth of the connections.
        command.env("TRUSTED_PROXIES", "127.0.0.1");
        command.env("BIND", "127.0.0.1:0").envs(settings.iter().copied());
        Server::start(command)
    }

    /// Starts a baseline server on this database.
    pub fn baseline(&self, which: &str, database: &str) -> Outcome<Server> {
        let mut command = Command::new(env::current_exe()?);
        command.args(["baseline", which, &self.url(database)]);
        Server::start(command)
    }

    /// Executes a document, and returns the response. An error in it is an error.
    pub async fn execute(&self, server: &Server, token: Option<&str>, body: &Value) -> Outcome<Value> {
        let mut request = self.http.post(format!("{}/graphql", server.url)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer: Value = request.send().await?.json().await?;
        match answer.get("errors") {
            Some(errors) => Err(format!("{body} returned {errors}").into()),
            None => Ok(answer),
        }
    }

    /// Logs in, and returns the access token.
    pub async fn log_in(&self, server: &Server, identifier: &str) -> Outcome<String> {
        let answer = self.execute(server, None, &login(identifier)).await?;
        let token = answer["data"]["login"]["tokens"]["accessToken"].as_str();
        Ok(token.ok_or_else(|| format!("{identifier} cannot log in: {answer}"))?.to_owned())
    }
}

/// A request to log in.
pub fn login(identifier: &str) -> Value {
    json!({
        "query": "mutation($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { tokens { accessToken } } } }",
        "variables": { "input": { "identifier": identifier, "password": PASSWORD } },
    })
}

impl Server {
    /// Starts a program that prints its address to standard error when it is ready.
    fn start(mut command: Command) -> Outcome<Self> {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut log = BufReader::new(process.stderr.take().ok_or("no log")?);
        let mut output = String::new();
        let url = loop {
            let mut line = String::new();
            if log.read_line(&mut line)? == 0 {
                return Err(format!("{command:?} did not start: {output}").into());
            }
            if line.contains("ready")
                && let Some((_, url)) = line.split_once("url=")
            {
                break url.split_whitespace().next().ok_or("no address")?.trim_end_matches("/graphql").to_owned();
            }
            output += &line;
        };
        // The rest of the log is read and discarded, so that the pipe does not fill.
        thread::spawn(move || log.read_to_end(&mut Vec::new()));
        Ok(Self { url, process })
    }

    /// The memory in megabytes: `VmRSS` for the current value, `VmHWM` for the peak.
    pub fn memory(&self, figure: &str) -> Outcome<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find(|line| line.starts_with(figure)).ok_or("no such figure")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// The number of open files and connections.
    pub fn open_files(&self) -> Outcome<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.process.id()))?.count())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        // PostgreSQL stops when its standard input is closed.
        drop(self.postgres.stdin.take());
        let begun = Instant::now();
        while matches!(self.postgres.try_wait(), Ok(None)) && begun.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The path of pgbench, PostgreSQL's benchmark.
pub fn pgbench() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin/pgbench")).filter(|path| path.exists()).max();
    newest.unwrap_or_else(|| "pgbench".into())
}
