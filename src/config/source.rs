//! Where the values of settings come from: a flag, else the environment, else the file that `NAME_FILE` names, else
//! `.env`. The only place that reads the environment.

use std::{collections::BTreeMap, fmt, fs};

use super::{
    Problem,
    settings::{SETTINGS, Setting},
};

type Variables = BTreeMap<String, String>;

/// What was given for each setting, and where; and what was given that cannot be read.
#[derive(Default)]
pub struct Values {
    given: BTreeMap<&'static str, Given>,
    pub(super) problems: Vec<Problem>,
}

/// A value and where it was found.
#[derive(Clone)]
pub struct Given {
    /// The text as it was given.
    pub value: String,
    /// `--flag`, `environment`, `NAME_FILE` or `.env`.
    pub source: &'static str,
}

impl Values {
    /// Collects what the flags, the environment and `.env` say.
    pub fn collect(flag: impl Fn(&Setting) -> Option<String>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
        let variables = std::env::vars_os();
        let mut environment = Variables::new();
        let mut values = Self::default();
        for (name, value) in variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value))) {
            match value.into_string() {
                Ok(value) => drop(environment.insert(name, value)),
                Err(_) if SETTINGS.iter().any(|setting| setting.name == name) => {
                    values.problems.push(Problem::new(&name, "is not UTF-8"));
                }
                Err(_) => {}
            }
        }
        let (dot_env, unreadable) = dot_env();

        values.problems.extend(unreadable);
        values.problems.extend(environment.keys().chain(dot_env.keys()).filter_map(|name| misspelt(name)));
        for setting in &SETTINGS {
            let found = flag(setting)
                .map(|value| Given { value, source: "flag" })
                .or_else(|| values.look_up(setting, &environment, "environment"))
                .or_else(|| values.look_up(setting, &dot_env, ".env"));
            values.given.extend(found.map(|found| (setting.name, found)));
        }
        values
    }

    /// The setting among these variables, or in the file that one of them names. Of both, neither is meant for sure.
    fn look_up(&mut self, setting: &Setting, variables: &Variables, source: &'static str) -> Option<Given> {
        let value = variables.get(setting.name);
        let Some((name, path)) = setting.file().and_then(|name| variables.get_key_value(&name)) else {
            return value.map(|value| Given { value: value.clone(), source });
        };
        if value.is_some_and(|value| !value.is_empty()) {
            self.problems.push(Problem::new(name, &format!("is set, and so is {}; keep one", setting.name)));
            return None;
        }
        match fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => {
                self.problems.push(Problem::new(name, "names an empty file"));
                None
            }
            Ok(text) => Some(Given { value: text.trim_end_matches(['\r', '\n']).to_owned(), source: "file" }),
            Err(error) => {
                self.problems.push(Problem::new(name, &format!("names a file that cannot be read: {}", error.kind())));
                None
            }
        }
    }

    /// What was given for this setting.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }

    /// The same, where an empty text means that nothing was.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|given| given.value.trim()).filter(|text| !text.is_empty())
    }
}

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

/// What `.env` in the working directory says, if there is one, and what is wrong with it.
fn dot_env() -> (Variables, Option<Problem>) {
    let unreadable = || (Variables::new(), Some(Problem::new(".env", "cannot be read as lines of NAME=value")));
    match dotenvy::from_path_iter(".env") {
        Ok(lines) => lines.collect::<Result<_, _>>().map_or_else(|_| unreadable(), |lines| (lines, None)),
        Err(error) if error.not_found() => (Variables::new(), None),
        Err(_) => unreadable(),
    }
}

/// A variable that was meant for us, under a name that we do not have.
fn misspelt(name: &str) -> Option<Problem> {
    let rest = name.strip_prefix("LATCHKEY_")?;
    let known = SETTINGS.iter().any(|setting| setting.name == rest || setting.file().as_deref() == Some(rest));
    let hint = if known { format!("is called {rest}, without LATCHKEY_") } else { "is not a setting".to_owned() };
    Some(Problem::new(name, &hint))
}
