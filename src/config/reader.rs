//! Reads settings one after the other and collects the problems.

use super::{
    kind::Kind,
    problem::{Problem, Problems},
    settings_macro::{Group, Setting},
    values::Values,
};

/// Reads settings one after the other. A setting with a problem gets its default, so that reading goes on and all
/// problems are reported at once.
pub(super) struct Reader<'v> {
    values: &'v Values,
    group: Group,
    /// The settings whose problems are reported, if not all.
    reported: Option<&'static [&'static str]>,
    problems: Vec<Problem>,
    in_effect: Vec<InEffect>,
}

/// A setting and its value, as text for people.
#[derive(Clone, Debug)]
pub struct InEffect {
    /// The setting.
    pub setting: Setting,
    /// The value; of a secret, a mask or what is not secret of it.
    pub value: String,
    /// Where the value is from: `default`, `flag`, `environment`, `file` or `.env`.
    pub source: &'static str,
}

impl<'v> Reader<'v> {
    pub(super) fn new(values: &'v Values) -> Self {
        let (group, problems) = (Group::default(), values.problems.clone());
        Self { values, group, reported: None, problems, in_effect: Vec::new() }
    }

    /// From now on reports only problems with these settings: a command needs only those.
    pub(super) fn report_only(&mut self, names: &'static [&'static str]) {
        self.reported = Some(names);
    }

    /// From now on reports problems with all settings.
    pub(super) fn report_all(&mut self) {
        self.reported = None;
    }

    /// Begins a group of settings.
    pub(super) fn begin(&mut self, group: Group) {
        self.group = group;
    }

    /// Reads one setting.
    pub(super) fn read<K: Kind>(&mut self, mut setting: Setting, kind: &K) -> K::Value {
        let given = self.values.get(setting.name);
        let text = given.map(|given| given.value.trim()).filter(|text| !text.is_empty() || kind.accepts_empty());
        let parsed = match text {
            Some(text) => kind.parse(text).map(Some),
            None => kind.required().map_or(Ok(None), Err),
        };
        let value = parsed.unwrap_or_else(|message| {
            self.problem(setting.name, &message);
            None
        });
        let value = value.unwrap_or_else(|| kind.default(setting.default.text()));
        (setting.expected, setting.group) = (kind.expected(), self.group);
        let source = given.map_or("default", |given| given.source);
        self.in_effect.push(InEffect { setting, value: kind.show(&value), source });
        value
    }

    /// Adds a problem.
    pub(super) fn problem(&mut self, name: &str, message: &str) {
        if self.reported.is_none_or(|names| names.contains(&name)) {
            self.problems.push(Problem::new(name, message));
        }
    }

    /// What was read, or the problems.
    pub(super) fn finish<T>(self, read: T) -> Result<T, Problems> {
        if self.problems.is_empty() { Ok(read) } else { Err(Problems(self.problems)) }
    }

    /// Every setting that was read, in that order, or the problems.
    pub(super) fn in_effect(self) -> Result<Vec<InEffect>, Problems> {
        if self.problems.is_empty() { Ok(self.in_effect) } else { Err(Problems(self.problems)) }
    }

    /// The declaration of every setting that was read, in that order.
    pub(super) fn declarations(self) -> Vec<Setting> {
        self.in_effect.into_iter().map(|read| read.setting).collect()
    }
}
