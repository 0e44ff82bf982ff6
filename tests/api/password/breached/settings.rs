//! `BREACHED_PASSWORDS` is checked at the start.

use std::{fs, path::Path};

use super::sha1;
use crate::support::program::latchkey;

/// The value that `check-config` shows, or its error.
fn checked(folder: &Path, source: &str) -> Result<String, String> {
    let output = latchkey(folder, &["check-config", "--breached-passwords", source]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if !output.status.success() {
        return Err(text(output.stderr));
    }
    let shown = text(output.stdout);
    let line = shown.lines().find_map(|line| line.strip_prefix("BREACHED_PASSWORDS")).expect("it is shown");
    Ok(line.trim().trim_end_matches("  (flag)").to_owned())
}

#[test]
fn check_config_shows_a_service_or_a_list() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.txt"), sha1("a")).unwrap();
    for source in ["none", "https://api.pwnedpasswords.com/range/", "http://127.0.0.1:1/range/", "list.txt"] {
        assert!(checked(folder.path(), source).unwrap().starts_with(source), "{source}");
    }
}

#[test]
fn an_invalid_setting_is_reported_without_its_value() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let mut hashes = ["a", "b", "c"].map(sha1);
    hashes.sort();
    hashes.reverse();
    put("hunter2-unsorted", &hashes.join("\n"));
    put("hunter2-ntlm", &"0".repeat(32));
    put("hunter2-empty", "");
    fs::create_dir(folder.path().join("hunter2-folder")).unwrap();
    for (source, why) in [
        ("http://hunter2.example.com/range/", "must be a URL"),
        ("https://hunter2.example.com/range", "must be a URL that ends with /"),
        ("https://ada:hunter2@example.com/range/", "must be a URL"),
        ("hunter2-missing", "names a file that cannot be read: No such file"),
        ("hunter2-folder", "names a file that is not a regular file"),
        ("hunter2-empty", "names a file that is empty"),
        ("hunter2-ntlm", "names a file that has a line that is not a SHA-1 hash"),
        ("hunter2-unsorted", "names a file that is not sorted by hash"),
    ] {
        let error = checked(folder.path(), source).unwrap_err();
        assert!(error.contains(&format!("BREACHED_PASSWORDS {why}")), "{source}: {error}");
        assert!(!error.contains("hunter2"), "{source}: {error}");
    }
}
