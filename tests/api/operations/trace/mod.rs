//! Traces, which only a build with the feature `otlp` can send.

#[cfg(feature = "otlp")]
mod collector;
#[cfg(feature = "otlp")]
mod sent;

use crate::support::program::latchkey;

/// A setting that the build does not support is reported, not ignored.
#[test]
fn a_trace_collector_requires_a_build_with_the_feature() {
    let folder = tempfile::tempdir().unwrap();
    let checked = |url: &str| {
        let mut command = latchkey(folder.path(), &["check-config"]);
        let output = command.env("OTEL_EXPORTER_OTLP_ENDPOINT", url).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        output.status.success().then_some(shown).ok_or_else(|| String::from_utf8(output.stderr).unwrap())
    };
    assert!(checked("none").unwrap().contains("OTEL_EXPORTER_OTLP_ENDPOINT"));
    assert!(checked("").is_ok(), "Compose files pass empty variables for settings that are not set");

    let local = checked("http://127.0.0.1:4318/");
    let invalid =
        ["hunter2", "https://hunter2", "http://", "http:///hunter2", "http://ada:hunter2@here", "http://a?hunter2"];
    if cfg!(feature = "otlp") {
        assert!(local.unwrap().contains("http://127.0.0.1:4318 "), "without the final slash");
        for url in invalid {
            let stderr = checked(url).unwrap_err();
            assert!(
                stderr.contains("OTEL_EXPORTER_OTLP_ENDPOINT must be a URL") && !stderr.contains("hunter2"),
                "{stderr}"
            );
        }
    } else {
        let stderr = local.unwrap_err();
        assert!(stderr.contains("OTEL_EXPORTER_OTLP_ENDPOINT needs a build with `--features otlp`"), "{stderr}");
    }
}
