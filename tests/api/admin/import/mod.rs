//! `latchkey import`: users of another system are imported, and log in with their passwords.

mod hashes;
mod interrupted;
mod refused;
mod slow;
mod sources;

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::support::{SECRET_KEY, TestApp, at, program::latchkey};

/// A hash of "not a real password", by passlib.
const HASH: &str = "$2b$04$Gkx7EUNHWoMjdGT9.LayQuWREL9nGvtK.nOlklr73WVTzvMbvC4i6";

/// Another hash of the same password, by PHP.
const OTHER_HASH: &str = "$2y$04$14Sy3ij9HAyrwVyHv5o8zOJ/7siKCDSn7MWn.s.he./eckuFaqfjO";

/// The password of both hashes.
const TYPED: &str = "not a real password";

/// The exit code and the output of an import.
struct Output {
    code: Option<i32>,
    /// The summary.
    out: String,
    /// The refused rows and the log.
    err: String,
}

impl TestApp {
    /// The command, which imports into the database of this app.
    fn import_command(&self, arguments: &[&str]) -> Command {
        let mut command = latchkey(self.database.folder.path(), &["import"]);
        command.args(arguments).envs([
            ("DATABASE_URL", &*self.database.url),
            ("SECRET_KEY", SECRET_KEY),
            // No hash is computed, so the lanes need not be measured.
            ("HASH_LANES", "1"),
        ]);
        command
    }

    fn import(&self, arguments: &[&str]) -> Output {
        let output = self.import_command(arguments).output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let output = Output { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(
            !output.err.contains("$2") && !output.out.contains("$2"),
            "the output contains a hash: {}{}",
            output.out,
            output.err
        );
        output
    }

    /// Writes a file into the folder of the app.
    fn write(&self, name: &str, text: &str) {
        fs::write(self.database.folder.path().join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.database.folder.path().join(name)).expect("text")
    }

    /// Runs an import without refusals.
    fn import_all(&self, arguments: &[&str]) {
        let output = self.import(arguments);
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    }

    /// Logs in, and returns the user or the code of the refusal.
    async fn login_as(&self, identifier: &str, password: &str) -> Value {
        let answer = self.anonymous().login(identifier, password).await;
        let login = at(&answer, "data.login");
        if login["user"].is_null() { login["code"].clone() } else { login["user"].clone() }
    }

    /// The number of users, each of whom must have a password.
    async fn user_count(&self) -> i64 {
        let users = self.count("users").await;
        assert_eq!(self.count("passwords, users WHERE user_id = id").await, users, "a user without a password");
        users
    }
}

/// Rows as JSON Lines.
fn lines(rows: &[Value]) -> String {
    rows.iter().fold(String::new(), |lines, row| lines + &row.to_string() + "\n")
}

fn row(username: &str) -> Value {
    json!({ "username": username, "hashed_password": HASH })
}
