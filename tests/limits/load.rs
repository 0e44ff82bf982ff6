//! Load by wrk, at the maximum rate, and by hey, at a steady rate.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use serde_json::Value;

use super::{Outcome, environment::Server};

/// A script for wrk that sends the requests of a file in turn, each with a token and a body. A single request is created only
/// once.
const REQUESTS: &str = r#"
init = function(arguments)
  local requests, n = {}, 0
  for line in io.lines(arguments[1]) do
    local token, body = line:match("^(.-)\t(.*)$")
    local headers = { ["content-type"] = "application/json" }
    if token ~= "" then headers["authorization"] = "Bearer " .. token end
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
  if #requests > 1 then
    request = function()
      n = n % #requests + 1
      return requests[n]
    end
  else
    local only = requests[1]
    wrk.format = function() return only end
  end
end
"#;

/// An optional token and a body.
pub type Request = (Option<String>, Value);

/// Requests that wrk sends in turn.
pub struct Script {
    lua: PathBuf,
    requests: PathBuf,
}

/// When a request was sent, in seconds, and how long it took, in milliseconds.
pub struct Timed {
    pub at: f64,
    pub took: f64,
}

pub fn check_tools() -> Outcome<()> {
    for tool in ["wrk", "hey"] {
        let found = Command::new(tool).arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if found.is_err() {
            return Err(format!("{tool} is missing: run `apt install wrk hey postgresql`").into());
        }
    }
    Ok(())
}

impl Script {
    pub fn write(folder: &Path, requests: &[Request]) -> Outcome<Self> {
        static WRITTEN: AtomicUsize = AtomicUsize::new(0);
        let n = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let (lua, lines) = (folder.join("requests.lua"), folder.join(format!("requests-{n}")));
        let text: Vec<String> = requests
            .iter()
            .map(|(token, body)| format!("{}\t{body}\n", token.as_deref().unwrap_or_default()))
            .collect();
        fs::write(&lua, REQUESTS)?;
        fs::write(&lines, text.concat())?;
        Ok(Self { lua, requests: lines })
    }

    /// Sends the requests, and returns the number of responses per second.
    pub fn per_second(&self, server: &Server, connections: usize, seconds: u64) -> Outcome<f64> {
        let output = self.wrk(server, connections, seconds).stdout(Stdio::piped()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        if text.contains("Non-2xx") || text.contains("Socket errors") {
            return Err(format!("some requests failed: {text}").into());
        }
        let line = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
        Ok(line.ok_or_else(|| format!("the output of wrk was {text}"))?.trim().parse()?)
    }

    /// Sends the requests in the background.
    pub fn run_in_background(&self, server: &Server, connections: usize, seconds: u64) -> Outcome<Child> {
        Ok(self.wrk(server, connections, seconds).stdout(Stdio::null()).spawn()?)
    }

    fn wrk(&self, server: &Server, connections: usize, seconds: u64) -> Command {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s"), "--timeout", "10s", "-s"]);
        wrk.arg(&self.lua).arg(format!("{}/graphql", server.url)).arg("--").arg(&self.requests);
        wrk
    }
}

/// Sends one request 200 times a second, from four clients.
pub fn at_a_steady_rate(server: &Server, (token, body): &Request, seconds: u64) -> Outcome<Vec<Timed>> {
    let mut hey = Command::new("hey");
    hey.args(["-c", "4", "-q", "50", "-z", &format!("{seconds}s"), "-o", "csv", "-t", "10"]);
    hey.args(["-m", "POST", "-T", "application/json", "-d", &body.to_string()]);
    if let Some(token) = token {
        hey.arg("-H").arg(format!("Authorization: Bearer {token}"));
    }
    let output = hey.arg(format!("{}/graphql", server.url)).output()?;
    let text = String::from_utf8(output.stdout)?;
    let timed = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [took, .., status, at] = fields[..] else { return Err(format!("the output of hey was {line}").into()) };
        if status != "200" {
            return Err(format!("a request had the status {status}").into());
        }
        Ok(Timed { at: at.parse()?, took: took.parse::<f64>()? * 1000.0 })
    };
    text.lines().skip(1).map(timed).collect()
}

/// The value below which this percentage of the values lies.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index"
    )]
    let index = ((sorted.len() as f64 * percent / 100.0).ceil() as usize).saturating_sub(1);
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
