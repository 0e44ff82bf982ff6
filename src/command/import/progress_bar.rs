//! The progress of an import, as a bar in the terminal.

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use latchkey::import::{Report, Source};

/// A progress bar on standard error. Draws nothing if that is not a terminal.
pub(super) struct ImportBar(ProgressBar);

impl ImportBar {
    pub(super) fn new(source: &Source) -> Self {
        let bar = source.total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let template = match source.total {
            Some(_) => "{bar:32} {percent:>3} %  {msg}, {eta} left",
            None => "{spinner} {msg}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the template is valid"));
        Self(bar)
    }

    pub(super) fn show(&self, report: &Report, source: &Source) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "the rate is approximate"
        )]
        let rate = (report.rows() as f64 / self.0.elapsed().as_secs_f64().max(0.001)) as u64;
        let refused = match report.refusals() {
            0 => String::new(),
            refused => format!(", {} refused", HumanCount(refused)),
        };
        self.0.set_message(format!("{} rows{refused}, {}/s", HumanCount(report.rows()), HumanCount(rate)));
        self.0.set_position(source.position());
    }

    /// Removes the bar, so that other lines can be written.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
