//! What an event looks like in its row, in the log and in the metrics.

use std::fmt;

use uuid::Uuid;

/// The description of one event.
#[derive(Debug)]
pub(in crate::accounts) struct Description {
    /// The name in OWASP's Logging Vocabulary, and the label of the metric.
    pub(in crate::accounts) name: &'static str,
    /// The user whom the event is about, if it is about one.
    pub(in crate::accounts) user: Option<Uuid>,
    pub(super) message: &'static str,
    pub(super) is_warning: bool,
    /// The details in their order, with commas between.
    details: String,
}

impl Description {
    /// An event of normal operation.
    pub(super) fn info(name: &'static str, message: &'static str) -> Self {
        Self { name, user: None, message, is_warning: false, details: String::new() }
    }

    /// An event that may be part of an attack.
    pub(super) fn warn(name: &'static str, message: &'static str) -> Self {
        Self { is_warning: true, ..Self::info(name, message) }
    }

    /// Names the user whom the event is about, and adds them as a detail.
    pub(super) fn of(self, user: impl Into<Option<Uuid>>) -> Self {
        match user.into() {
            Some(user) => self.about(user).detail(user),
            None => self,
        }
    }

    /// Names the user whom the event is about, without a detail.
    pub(super) fn about(self, user: Uuid) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Adds the admin who acted as a detail; an operator at the command line is `shell`.
    pub(super) fn by(self, admin: Option<Uuid>) -> Self {
        match admin {
            Some(id) => self.detail(id),
            None => self.detail("shell"),
        }
    }

    /// Adds a detail.
    pub(super) fn detail(mut self, detail: impl fmt::Display) -> Self {
        let separator = if self.details.is_empty() { "" } else { "," };
        self.details = format!("{}{separator}{detail}", self.details);
        self
    }

    /// Adds how many events of the same kind were left out since the last one, if there were any.
    pub(super) fn suppressed(self, events: u64) -> Self {
        if events > 0 { self.detail(format!("{events} others")) } else { self }
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.details.is_empty() { Ok(()) } else { write!(f, ":{}", self.details) }
    }
}
