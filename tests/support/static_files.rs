//! A web server that serves the files of a folder: Python's `http.server`.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// The server and its folder, which are gone when it is dropped.
pub struct StaticFiles {
    child: Child,
    folder: TempDir,
    pub url: String,
}

impl StaticFiles {
    pub fn serve() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new("python3")
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let url = line.split(['(', ')']).nth(1).expect("its URL").to_owned();
        Self { child, folder, url }
    }

    pub fn put(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("created");
        fs::write(path, text).expect("written");
    }

    /// Stops the server, and returns the request lines that it received.
    pub fn requests(mut self) -> Vec<String> {
        self.child.kill().expect("it still runs");
        let mut log = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut log).expect("text");
        log.lines().filter(|line| !line.contains("] code ")).filter_map(quoted).collect()
    }
}

fn quoted(line: &str) -> Option<String> {
    line.split('"').nth(1).map(str::to_owned)
}

impl Drop for StaticFiles {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
