//! How far an import is: a bar, for whoever sits at a terminal.

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use latchkey::import::{Report, Source};

/// Nothing is drawn where standard error is no terminal.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn of(source: &Source) -> Self {
        let bar = source.total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let template = match source.total {
            Some(_) => "{bar:32} {percent:>3} %  {msg}, {eta} left",
            None => "{spinner} {msg}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("is written right"));
        Self(bar)
    }

    pub(super) fn show(&self, report: &Report, source: &Source) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rate for people"
        )]
        let rate = (report.rows() as f64 / self.0.elapsed().as_secs_f64().max(0.001)) as u64;
        let refused = match report.refusals() {
            0 => String::new(),
            refused => format!(", {} refused", HumanCount(refused)),
        };
        self.0.set_message(format!("{} rows{refused}, {}/s", HumanCount(report.rows()), HumanCount(rate)));
        self.0.set_position(source.position());
    }

    /// Leaves the line to others.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
