//! An import that is killed leaves no incomplete user, and can be continued.

use serde_json::Value;

use super::{TYPED, lines, row};
use crate::support::{TestApp, on_both_databases};

on_both_databases![a_killed_import_can_be_continued, the_server_works_during_an_import];

const ROWS: i64 = 15_000;

fn many() -> String {
    lines(&(0..ROWS).map(|n| row(&format!("user-{n}"))).collect::<Vec<Value>>())
}

async fn a_killed_import_can_be_continued(app: &TestApp) {
    app.write("users.jsonl", &many());
    let mut before = 0;
    for _ in 0..3 {
        let mut child = app.import_command(&["users.jsonl"]).spawn().unwrap();
        while app.count("users").await <= before {
            assert_eq!(child.try_wait().unwrap(), None, "the import must still run");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let now = app.user_count().await;
        assert!(before < now && now < ROWS && now % 1000 == 0, "an interrupted import leaves whole batches: {now}");
        before = now;
    }
    let output = app.import(&["users.jsonl"]);
    let expected = format!("{ROWS} rows: {} imported, {before} already existed, 0 refused\n", ROWS - before);
    assert_eq!((output.code, output.out), (Some(0), expected));
    assert_eq!(app.user_count().await, ROWS);
    assert_eq!(app.login_as("user-14999", TYPED).await["username"], "user-14999");
}

async fn the_server_works_during_an_import(app: &TestApp) {
    app.write("users.jsonl", &many());
    let mut child = app.import_command(&["users.jsonl"]).spawn().unwrap();
    let mut registered = 0;
    while child.try_wait().unwrap().is_none() {
        app.registered(&format!("new-{registered}@example.com")).await;
        registered += 1;
    }
    assert!(child.wait().unwrap().success() && registered > 0);
    assert_eq!(app.user_count().await, ROWS + registered);
}
