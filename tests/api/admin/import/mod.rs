//! `latchkey import`: the users of another system come along, and log in as before.

mod hashes;
mod interrupted;
mod refused;
mod sources;

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::support::{SECRET_KEY, TestApp, at, program::latchkey};

/// A hash of "not a real password", by passlib.
const HASH: &str = "$2b$04$Gkx7EUNHWoMjdGT9.LayQuWREL9nGvtK.nOlklr73WVTzvMbvC4i6";

/// Another one, by PHP.
const OTHER_HASH: &str = "$2y$04$14Sy3ij9HAyrwVyHv5o8zOJ/7siKCDSn7MWn.s.he./eckuFaqfjO";

/// What both are hashes of.
const TYPED: &str = "not a real password";

/// What an import said.
struct Said {
    code: Option<i32>,
    /// The summary.
    out: String,
    /// Refused rows, and the log.
    err: String,
}

impl TestApp {
    /// The program, which imports into this house.
    fn import_command(&self, arguments: &[&str]) -> Command {
        let mut command = latchkey(self.database.folder.path(), &["import"]);
        command.args(arguments).envs([
            ("DATABASE_URL", &*self.database.url),
            ("SECRET_KEY", SECRET_KEY),
            // Nothing is hashed.
            ("HASH_LANES", "1"),
        ]);
        command
    }

    fn import(&self, arguments: &[&str]) -> Said {
        let output = self.import_command(arguments).output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let said = Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!said.err.contains("$2") && !said.out.contains("$2"), "a hash: {}{}", said.out, said.err);
        said
    }

    /// Writes a file into the folder of the house.
    fn write(&self, name: &str, text: &str) {
        fs::write(self.database.folder.path().join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.database.folder.path().join(name)).expect("text")
    }

    /// Imports what is good as a whole.
    fn import_all(&self, arguments: &[&str]) {
        let said = self.import(arguments);
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    }

    /// Who logged in with this, or the code of the refusal.
    async fn who_is(&self, identifier: &str, password: &str) -> Value {
        let answer = self.anonymous().login(identifier, password).await;
        let login = at(&answer, "data.login");
        if login["user"].is_null() { login["code"].clone() } else { login["user"].clone() }
    }

    /// Those who are there, with passwords.
    async fn users(&self) -> i64 {
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
