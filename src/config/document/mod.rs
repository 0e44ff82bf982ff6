//! Prints the declarations of settings: `docs/configuration.md` and `.env.example`.

mod env_file;
mod markdown;

pub use self::{env_file::env_file, markdown::markdown};

use super::settings_macro::{Group, Setting};

/// The settings of each group, in the order of their declaration.
fn groups(settings: &[Setting]) -> impl Iterator<Item = (Group, &[Setting])> {
    settings.chunk_by(|one, next| one.group == next.group).map(|settings| (settings[0].group, settings))
}

#[cfg(test)]
mod tests {
    use crate::config::{env_file, markdown, settings};

    #[test]
    fn the_page_in_docs_is_the_printed_one() {
        assert_eq!(
            include_str!("../../../docs/configuration.md"),
            markdown(settings()),
            "`latchkey settings --markdown` prints it"
        );
    }

    #[test]
    fn the_example_of_an_env_file_is_the_printed_one() {
        assert_eq!(include_str!("../../../.env.example"), env_file(settings()), "`latchkey settings --env` prints it");
    }
}
