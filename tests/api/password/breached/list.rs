//! A sorted list: every hash in it is found, and no other.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{LEAKED, app_with, looked_up, refused, sha1};

/// The number of lines.
const LINES: usize = 100_000;

/// Replaces a list, as an operator would.
fn replace(path: &Path, text: &str) {
    let next = path.with_extension("next");
    fs::write(&next, text).unwrap();
    fs::rename(next, path).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hash_is_found_in_a_list_of_every_format_and_no_other() {
    let passwords = (0..LINES + 5).map(|n| format!("generated password {n}"));
    let sorted: BTreeMap<String, String> = passwords.map(|password| (sha1(&password), password)).collect();
    let (mut hashes, passwords): (Vec<String>, Vec<String>) = sorted.into_iter().unzip();
    // Missing hashes: before the first line, two in the middle, and after the last line.
    let middle = LINES / 2;
    let missing = [0, 1, middle, middle + 2, hashes.len() - 1];
    let there = [2, 3, middle - 1, middle + 1, middle + 3, hashes.len() - 3, hashes.len() - 2];
    for n in missing.into_iter().rev() {
        hashes.remove(n);
    }
    assert_eq!(hashes.len(), LINES);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    let line = |n: usize, end: &str| format!("{}:{}{end}", hashes[n], 1 + n * n % 5_000_000);
    let counted = |end: &str| (0..LINES).map(|n| line(n, end)).collect::<Vec<_>>().concat();
    fs::write(&path, counted("\r\n")).unwrap();
    let app = app_with(path.to_str().unwrap()).await;

    let lists = [counted("\r\n"), counted("\n"), hashes.join("\n"), hashes.join("\r\n").to_lowercase()];
    for (n, list) in lists.iter().enumerate() {
        replace(&path, list);
        for place in there {
            assert_eq!(refused(&app, "user", &passwords[place]).await, "BREACHED", "line {place} of list {n}");
        }
        for place in missing {
            let outcome = refused(&app, &format!("user-{n}-{place}"), &passwords[place]).await;
            assert_eq!(outcome, Value::Null, "line {place}, not in list {n}");
        }
    }
    let [times, found, not_found] = [lists.len(), there.len(), missing.len()].map(|count| count as u64);
    assert_eq!(looked_up(&app).await, [times * found, times * not_found, 0]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_with_one_line_works() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    let hash = sha1(LEAKED);
    fs::write(&path, &hash).unwrap();
    let app = app_with(path.to_str().unwrap()).await;
    for list in [hash.clone(), format!("{hash}\r\n"), format!("{hash}:1\n"), format!("{hash}:{}\r\n", u64::MAX)] {
        replace(&path, &list);
        assert_eq!(refused(&app, "user", LEAKED).await, "BREACHED", "{list:?}");
    }
    for (n, other) in ["0".repeat(40), "F".repeat(40)].into_iter().enumerate() {
        replace(&path, &other);
        assert_eq!(refused(&app, &format!("user{n}"), LEAKED).await, Value::Null, "{other}");
    }
    assert_eq!(looked_up(&app).await, [4, 2, 0]);
    app.stop().await;
}
