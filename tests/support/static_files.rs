//! A web server that others wrote, which serves the files in a folder: Python's.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// The server and its folder, gone after the test.
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
        let mut said = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut said).expect("a line");
        let url = said.split(['(', ')']).nth(1).expect("it says where").to_owned();
        Self { child, folder, url }
    }

    pub fn put(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// Ends it, and tells what it was asked for.
    pub fn requests(mut self) -> Vec<String> {
        self.child.kill().expect("it runs until now");
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
