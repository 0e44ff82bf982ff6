//! Usernames that users cannot choose, because readers would take their owner for the operator.

use std::collections::HashSet;

use latchkey_names::{Username, skeleton};

/// Usernames that only operators give to users. A name that looks like one of them is reserved, too, also with `.`, `_`
/// and `-` in it.
///
/// ```
/// use latchkey::accounts::ReservedUsernames;
///
/// let reserved: ReservedUsernames = ["admin", "support"].into_iter().collect();
/// println!("{reserved:?}");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ReservedUsernames(HashSet<String>);

impl ReservedUsernames {
    pub(super) fn contains(&self, name: &Username) -> bool {
        // The canonical form, too: it is how the name looks in lower case.
        [&name.written, &name.canonical].into_iter().any(|name| self.0.contains(&appearance(name)))
    }
}

impl<'t> FromIterator<&'t str> for ReservedUsernames {
    fn from_iter<I: IntoIterator<Item = &'t str>>(names: I) -> Self {
        Self(names.into_iter().map(appearance).collect())
    }
}

fn appearance(name: &str) -> String {
    skeleton(&name.replace(['.', '_', '-'], ""))
}
