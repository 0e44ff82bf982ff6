//! Converts metrics from OpenMetrics to the classic text format of Prometheus (version 0.0.4).
//!
//! Samples are the same in both formats. In the classic format, the metadata of counters and infos have the name with
//! its suffix, an info is a gauge, and there are no units and no end marker.

use std::fmt::Write;

/// Converts metrics to the classic format.
pub(super) fn to_classic(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    let mut help = None;
    for line in open_metrics.lines() {
        if let Some(named) = line.strip_prefix("# HELP ") {
            // Written with the type, which is in the next line and decides the suffix.
            help = named.split_once(' ').map(|(_, help)| help);
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|named| named.split_once(' ')) {
            let (suffix, kind) = match kind {
                "counter" => ("_total", "counter"),
                "info" => ("_info", "gauge"),
                "unknown" => ("", "untyped"),
                kind => ("", kind),
            };
            // Writing to a `String` does not fail.
            if let Some(help) = help.take() {
                let _ = writeln!(text, "# HELP {name}{suffix} {help}");
            }
            let _ = writeln!(text, "# TYPE {name}{suffix} {kind}");
        } else if !line.starts_with('#') {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_has_the_names_of_the_samples() {
        let open = "# HELP hits Requests.\n# TYPE hits counter\nhits_total{route=\"/\"} 3\n\
                    # HELP took_seconds Times.\n# TYPE took_seconds histogram\n# UNIT took_seconds seconds\n\
                    took_seconds_sum 0.5\n# HELP build What runs.\n# TYPE build info\nbuild_info{version=\"1\"} 1\n# EOF\n";
        let expected = "# HELP hits_total Requests.\n# TYPE hits_total counter\nhits_total{route=\"/\"} 3\n\
                        # HELP took_seconds Times.\n# TYPE took_seconds histogram\ntook_seconds_sum 0.5\n\
                        # HELP build_info What runs.\n# TYPE build_info gauge\nbuild_info{version=\"1\"} 1\n";
        assert_eq!(to_classic(open), expected);
    }
}
