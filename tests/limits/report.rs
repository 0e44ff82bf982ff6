//! The report: medians, their spread, and the required values, as a table.

use std::{fmt, fs, path::Path, process::Command};

use super::{Outcome, load::percentile};

/// The markers around the table, and the file of the chart.
const BEGIN: &str = "<!-- limits -->\n";
const END: &str = "<!-- /limits -->\n";
const CHART: &str = "docs/latency.svg";

/// All measurements.
#[derive(Default)]
pub struct Report {
    series: Vec<Series>,
    figures: Vec<Figure>,
    /// The chart, if latency was measured.
    pub chart: Option<String>,
}

/// The values of one measurement.
struct Series {
    name: String,
    unit: &'static str,
    values: Vec<f64>,
}

/// A figure, which may have a required value.
struct Figure {
    name: String,
    value: f64,
    spread: (f64, f64),
    required: Option<Required>,
}

enum Required {
    AtLeast(f64),
    AtMost(f64),
    Near(f64, f64),
}

impl Report {
    /// Adds a value.
    pub fn add(&mut self, name: &str, unit: &'static str, value: f64) {
        eprintln!("  {name}: {value:.2} {unit}");
        match self.series.iter_mut().find(|series| series.name == name) {
            Some(series) => series.values.push(value),
            None => self.series.push(Series { name: name.to_owned(), unit, values: vec![value] }),
        }
    }

    /// A ratio of two medians with a minimum.
    pub fn at_least(&mut self, name: &str, of: &str, to: &str, required: Option<f64>) {
        self.ratio(name, of, to, required.map(Required::AtLeast));
    }

    /// A ratio of two medians with a maximum.
    pub fn at_most(&mut self, name: &str, of: &str, to: &str, required: Option<f64>) {
        self.ratio(name, of, to, required.map(Required::AtMost));
    }

    /// A median with a maximum.
    pub fn limit(&mut self, name: &str, of: &str, most: f64) {
        let values = self.values(of);
        let (value, spread) = (percentile(values, 50.0), (percentile(values, 0.0), percentile(values, 100.0)));
        self.figures.push(Figure { name: name.to_owned(), value, spread, required: Some(Required::AtMost(most)) });
    }

    /// A mean that should be this close to a value.
    pub fn near(&mut self, name: &str, of: &str, middle: f64, within: Option<f64>) {
        let values = self.values(of);
        #[expect(clippy::cast_precision_loss, reason = "a few rounds")]
        let value = values.iter().sum::<f64>() / values.len() as f64;
        let spread = (percentile(values, 0.0), percentile(values, 100.0));
        let required = within.map(|within| Required::Near(middle, within));
        self.figures.push(Figure { name: name.to_owned(), value, spread, required });
    }

    /// The ratio of the medians. Its spread is that of the ratios of each round.
    fn ratio(&mut self, name: &str, of: &str, to: &str, required: Option<Required>) {
        let (of, to) = (self.values(of), self.values(to));
        let value = percentile(of, 50.0) / percentile(to, 50.0);
        let each: Vec<f64> = of.iter().zip(to).map(|(of, to)| of / to).collect();
        let spread = (percentile(&each, 0.0), percentile(&each, 100.0));
        self.figures.push(Figure { name: name.to_owned(), value, spread, required });
    }

    fn values(&self, name: &str) -> &[f64] {
        self.series.iter().find(|series| series.name == name).map_or(&[], |series| &series.values)
    }

    /// Writes the tables into a page, between the markers, and the chart.
    pub fn write(&self, page: &Path) -> Outcome<()> {
        let text = fs::read_to_string(page)?;
        let (before, rest) = text.split_once(BEGIN).ok_or("the page has no marker for the tables")?;
        let (_, after) = rest.split_once(END).ok_or("the page has no marker for the end of the tables")?;
        fs::write(page, format!("{before}{BEGIN}{self}{END}{after}"))?;
        if let Some(chart) = &self.chart {
            fs::write(CHART, chart)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", machine())?;
        writeln!(f, "| Figure | Measured | Range of rounds | Required |\n|---|---|---|---|")?;
        for Figure { name, value, spread, required } in &self.figures {
            let (least, most) = spread;
            let required = match required {
                Some(Required::AtLeast(least)) => format!("at least {least}{}", unless(value >= least)),
                Some(Required::AtMost(most)) => format!("at most {most}{}", unless(value <= most)),
                Some(Required::Near(middle, within)) => {
                    format!("{middle} ± {within}{}", unless((value - middle).abs() <= *within))
                }
                None => String::new(),
            };
            writeln!(f, "| {name} | {value:.2} | {least:.2} to {most:.2} | {required} |")?;
        }
        writeln!(f, "\n| Measurement | Median | Minimum | Maximum |\n|---|---|---|---|")?;
        for Series { name, unit, values } in &self.series {
            let [median, least, most] = [50.0, 0.0, 100.0].map(|percent| rounded(percentile(values, percent)));
            writeln!(f, "| {name} | {median} {unit} | {least} | {most} |")?;
        }
        Ok(())
    }
}

fn unless(kept: bool) -> &'static str {
    if kept { "" } else { ", **not reached**" }
}

/// Rounds to three significant digits.
fn rounded(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// A description of the machine.
fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1)).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        String::from_utf8(output.stdout).ok()?.lines().next().map(str::to_owned)
    };
    let versions: Vec<String> = ["rustc", "psql"].into_iter().filter_map(version).collect();
    format!(
        "Measured on {cores} cores of an {model}, with the load generator and PostgreSQL (without fsync) on the same machine, {}.",
        versions.join(", ")
    )
}
