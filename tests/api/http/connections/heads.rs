//! Limits of the size and the number of headers.

use super::{answer, get, start, status};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_of_more_than_16_kb_or_64_headers_is_refused_with_431() {
    let app = start(|_| {}).await;
    let just_enough = get("/healthz", &format!("x: {}\r\n", "y".repeat(16 * 1024 - 70)));
    assert!((16_300..=16_384).contains(&just_enough.len()), "{}", just_enough.len());
    for (what, head) in [("16 kB", just_enough), ("64 headers", get("/healthz", &"x: y\r\n".repeat(62)))] {
        assert_eq!(status(&answer(&app, head).await), "HTTP/1.1 200 OK", "{what}");
    }

    let long = "y".repeat(390_000);
    for (what, head) in [
        ("65 headers", get("/healthz", &"x: y\r\n".repeat(63))),
        ("a whole head of 17 kB", get("/healthz", &format!("x: {}\r\n", "y".repeat(17 * 1024)))),
        ("a whole head of 17 kB in many lines", get("/healthz", &format!("x: {}\r\n", "y".repeat(600)).repeat(28))),
        ("a long path", get(&format!("/{}", "y".repeat(20_000)), "")),
        ("a path that never ends", format!("GET /{long}")),
        ("a method that never ends", long.clone()),
        ("a name that never ends", format!("GET /healthz HTTP/1.1\r\n{long}")),
        ("a value that never ends", format!("GET /healthz HTTP/1.1\r\nx: {long}")),
        (
            "lines that never end",
            format!("GET /healthz HTTP/1.1\r\n{}", format!("x: {}\r\n", &long[..8000]).repeat(48)),
        ),
        ("short lines that never end", format!("GET /healthz HTTP/1.1\r\n{}", "x: y\r\n".repeat(60_000))),
        ("empty lines", "\r\n".repeat(200_000)),
    ] {
        let answer = answer(&app, head).await;
        assert_eq!(status(&answer), "HTTP/1.1 431 Request Header Fields Too Large", "{what}");
    }
    let second = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nx: {long}");
    let both = answer(&app, second).await;
    assert!(both.starts_with("HTTP/1.1 200") && both.contains("HTTP/1.1 431"), "a second request: {both}");
    app.stop().await;
}
