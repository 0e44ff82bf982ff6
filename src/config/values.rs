//! The values of settings as texts: from flags, the environment, files and `.env`. The only reader of the environment.

use std::{collections::BTreeMap, fmt, fs};

use super::{problem::Problem, settings_macro::Setting};

type Variables = BTreeMap<String, String>;

/// The values of settings that were given, and the problems with those that cannot be read.
#[derive(Default)]
pub struct Values {
    given: BTreeMap<&'static str, Given>,
    pub(super) problems: Vec<Problem>,
}

/// The value of a setting, and its source.
#[derive(Clone)]
pub struct Given {
    /// The text as it was given.
    pub value: String,
    /// `flag`, `environment`, `file` or `.env`.
    pub source: &'static str,
}

impl Values {
    /// Collects the value of each setting: its flag, else its environment variable, else the file that `NAME_FILE` in
    /// the environment names, else the same two in `.env`.
    pub fn collect(settings: &[Setting], flag: impl Fn(&Setting) -> Option<String>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let variables = std::env::vars_os();
        let mut environment = Variables::new();
        let mut values = Self::default();
        for (name, value) in variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value))) {
            match value.into_string() {
                Ok(value) => drop(environment.insert(name, value)),
                Err(_) if settings.iter().any(|setting| setting.name == name) => {
                    values.problems.push(Problem::new(&name, "is not UTF-8"));
                }
                Err(_) => {}
            }
        }
        let (dot_env, unreadable) = dot_env();

        values.problems.extend(unreadable);
        values.problems.extend(environment.keys().chain(dot_env.keys()).filter_map(|name| misspelt(name, settings)));
        for setting in settings {
            let found = flag(setting)
                .map(|value| Given { value, source: "flag" })
                .or_else(|| values.look_up(setting, &environment, "environment"))
                .or_else(|| values.look_up(setting, &dot_env, ".env"));
            values.given.extend(found.map(|found| (setting.name, found)));
        }
        values
    }

    /// The value of a setting in these variables, or in the file that one of them names. If both are set, it is unclear
    /// which one is meant.
    fn look_up(&mut self, setting: &Setting, variables: &Variables, source: &'static str) -> Option<Given> {
        let value = variables.get(setting.name);
        let Some((name, path)) = setting.file_variable().and_then(|name| variables.get_key_value(&name)) else {
            return value.map(|value| Given { value: value.clone(), source });
        };
        if value.is_some_and(|value| !value.is_empty()) {
            self.problems.push(Problem::new(name, format_args!("is set, and so is {}; keep one", setting.name)));
            return None;
        }
        match fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => {
                self.problems.push(Problem::new(name, "names an empty file"));
                None
            }
            Ok(text) => Some(Given { value: text.trim_end_matches(['\r', '\n']).to_owned(), source: "file" }),
            Err(error) => {
                self.problems
                    .push(Problem::new(name, format_args!("names a file that cannot be read: {}", error.kind())));
                None
            }
        }
    }

    /// The value of the setting with this name, if it was given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }
}

/// Values as if they were given as flags, for tests and embedders.
impl<const N: usize> From<[(&'static str, &str); N]> for Values {
    fn from(values: [(&'static str, &str); N]) -> Self {
        let given = |value: &str| Given { value: value.to_owned(), source: "flag" };
        Self { given: values.into_iter().map(|(name, value)| (name, given(value))).collect(), problems: Vec::new() }
    }
}

/// Values may be secrets.
impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.given.keys()).finish()
    }
}

/// The variables in `.env` in the working directory, if there is one, and the problem with it.
fn dot_env() -> (Variables, Option<Problem>) {
    let unreadable = || (Variables::new(), Some(Problem::new(".env", "cannot be read as lines of NAME=value")));
    match dotenvy::from_path_iter(".env") {
        Ok(lines) => lines.collect::<Result<_, _>>().map_or_else(|_| unreadable(), |lines| (lines, None)),
        Err(error) if error.not_found() => (Variables::new(), None),
        Err(_) => unreadable(),
    }
}

/// The problem with a variable that begins with `LATCHKEY_`, as no setting does.
fn misspelt(name: &str, settings: &[Setting]) -> Option<Problem> {
    let rest = name.strip_prefix("LATCHKEY_")?;
    let is_setting =
        |setting: &Setting| setting.name == rest || setting.file_variable().is_some_and(|variable| variable == rest);
    if settings.iter().any(is_setting) {
        Some(Problem::new(name, format_args!("is called {rest}, without LATCHKEY_")))
    } else {
        Some(Problem::new(name, "is not a setting"))
    }
}
