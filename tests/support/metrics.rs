//! Reading the metrics of a server.

/// The text of the metrics at this URL.
pub async fn read(url: &str) -> String {
    let answer = reqwest::get(url).await.expect("metrics are served");
    assert_eq!(answer.status(), 200);
    answer.text().await.expect("text")
}

/// The value of a series, which is named with its labels. It is 0 if there is no such series.
pub fn value(metrics: &str, series: &str) -> u64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().expect("a whole number"))
}
