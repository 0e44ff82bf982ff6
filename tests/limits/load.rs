//! Load from wrk, as much as there can be, and from hey, at a steady rate.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use serde_json::Value;

use super::{Outcome, place::Server};

/// Sends the requests of a file in turn, each a token and a body. A single one is made once, and costs the load no time.
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

/// A token, if it needs one, and a body.
pub type Request = (Option<String>, Value);

/// Requests that wrk sends in turn.
pub struct Script {
    lua: PathBuf,
    requests: PathBuf,
}

/// How long each request took that was sent at a steady rate, in milliseconds, and when it was sent, in seconds.
pub struct Timed {
    pub at: f64,
    pub took: f64,
}

pub fn tools_are_there() -> Outcome<()> {
    for tool in ["wrk", "hey"] {
        let found = Command::new(tool).arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if found.is_err() {
            return Err(
                format!("{tool} is missing: `apt install wrk hey postgresql` brings all that this needs").into()
            );
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

    /// How many of them are answered a second.
    pub fn per_second(&self, server: &Server, connections: usize, seconds: u64) -> Outcome<f64> {
        let output = self.wrk(server, connections, seconds).stdout(Stdio::piped()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        if text.contains("Non-2xx") || text.contains("Socket errors") {
            return Err(format!("not everything was answered: {text}").into());
        }
        let line = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
        Ok(line.ok_or_else(|| format!("wrk said {text}"))?.trim().parse()?)
    }

    /// Sends them for a while, beside other things.
    pub fn storm(&self, server: &Server, connections: usize, seconds: u64) -> Outcome<Child> {
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
        let [took, .., status, at] = fields[..] else { return Err(format!("hey said {line}").into()) };
        if status != "200" {
            return Err(format!("a request was answered with {status}").into());
        }
        Ok(Timed { at: at.parse()?, took: took.parse::<f64>()? * 1000.0 })
    };
    text.lines().skip(1).map(timed).collect()
}

/// The value below which so much of them lies, of a hundred.
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
