//! The templates that come along.

/// How every mail is laid out, by the names of the files.
pub(super) const LAYOUTS: [(&str, &str); 2] =
    [("mail.txt", include_str!("templates/mail.txt")), ("mail.html", include_str!("templates/mail.html"))];

/// The language of those whose own we do not have.
pub(super) const FALLBACK: &str = "en";

/// The texts of each language, by its tag.
pub(super) const LANGUAGES: [(&str, &str); 2] =
    [(FALLBACK, include_str!("templates/en.json")), ("de", include_str!("templates/de.json"))];
