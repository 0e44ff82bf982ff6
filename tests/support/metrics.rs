//! What a server says of itself to whoever watches over it.

/// The metrics that are shown at this address.
pub async fn read(url: &str) -> String {
    let answer = reqwest::get(url).await.expect("metrics are shown");
    assert_eq!(answer.status(), 200);
    answer.text().await.expect("text")
}

/// The value of a series, with its labels as they are written; nothing counted is 0.
pub fn value(metrics: &str, series: &str) -> u64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().expect("a whole number"))
}
