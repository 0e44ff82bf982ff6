//! The canonical forms of identifiers: which spellings are one address, one username, and a visible name.

mod collisions;
mod display_names;
mod letter_case;
mod mailbox;
mod spellings;
mod usernames;

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at};

impl TestApp {
    /// Registers with a username, and returns the code of the refusal or the first broken rule; null for a success.
    async fn register_name(&self, username: &str) -> Value {
        let answer = self.anonymous().register_with(json!({ "username": username, "password": PASSWORD })).await;
        refusal(&answer)
    }

    /// Registers with an e-mail address, and returns the same.
    async fn register_address(&self, email: &str) -> Value {
        refusal(&self.anonymous().register(email).await)
    }

    /// The username of the user who logs in with this text, or the code of the refusal.
    async fn name_behind(&self, identifier: &str) -> Value {
        let answer = self.anonymous().login(identifier, PASSWORD).await;
        let login = at(&answer, "data.login");
        if login["user"].is_null() { login["code"].clone() } else { login["user"]["username"].clone() }
    }
}

fn refusal(answer: &Value) -> Value {
    let result = at(answer, "data.register");
    let rule = &result["violations"][0]["rule"];
    if rule.is_null() { result["code"].clone() } else { rule.clone() }
}

/// Spellings of `…@exämple.example` with this local part, each changed in another way. UTS 46 maps all of their domains
/// to the same one.
fn spellings(local: &str) -> Vec<String> {
    let domains = [
        "exämple.example",
        // The A-label, in every case.
        "xn--exmple-cua.example",
        "XN--EXMPLE-CUA.EXAMPLE",
        "Xn--Exmple-Cua.Example",
        // Upper case, decomposed, and both.
        "EXÄMPLE.EXAMPLE",
        "exÄmple.Example",
        "exa\u{308}mple.example",
        "EXA\u{308}MPLE.EXAMPLE",
        // Full-width letters.
        "\u{ff45}xämple.example",
        "e\u{ff58}ämple.example",
        "exä\u{ff4d}ple.example",
        "exäm\u{ff50}le.example",
        "exämp\u{ff4c}e.example",
        "exämpl\u{ff45}.example",
        "exämple.\u{ff45}xample",
        "exämple.e\u{ff58}ample",
        "exämple.ex\u{ff41}mple",
        "exämple.exa\u{ff4d}ple",
        "EXÄMPLE.EXAM\u{ff30}LE",
        "exämple.exampl\u{ff25}",
        // Mathematical letters: bold, italic, script, fraktur, double-struck, sans-serif, monospace.
        "\u{1d41e}xämple.example",
        "\u{1d452}xämple.example",
        "ex\u{e4}\u{1d4c2}ple.example",
        "\u{1d522}xämple.example",
        "\u{1d556}xämple.example",
        "\u{1d5be}xämple.example",
        "\u{1d68e}xämple.example",
        // Circled letters, superscripts, subscripts, ligatures of letters, other symbols.
        "\u{24d4}xämple.example",
        "\u{24ba}xämple.example",
        "\u{1d49}xämple.example",
        "e\u{2093}ämple.example",
        "\u{212f}xämple.example",
        "exämp\u{2113}e.example",
        "ex\u{e4}\u{217f}ple.example",
        "exämp\u{217c}e.example",
        // Other full stops.
        "exämple\u{3002}example",
        "exämple\u{ff0e}example",
        "exämple\u{ff61}example",
        // Characters that are ignored.
        "ex\u{ad}ämple.example",
        "exäm\u{200b}ple.example",
        "exäm\u{2060}ple.example",
        "exäm\u{feff}ple.example",
        "exäm\u{fe0f}ple.example",
        "exäm\u{34f}ple.example",
        "exäm\u{200d}ple.example",
        "exäm\u{180b}ple.example",
    ];
    domains.iter().map(|domain| format!("{local}@{domain}")).collect()
}
