//! The built-in templates, which are part of the program.

/// The layouts of all mails, by file name.
pub(super) const LAYOUTS: [(&str, &str); 2] =
    [("mail.txt", include_str!("templates/mail.txt")), ("mail.html", include_str!("templates/mail.html"))];

/// The tag of the language that replaces a language without texts.
pub(super) const FALLBACK: &str = "en";

/// The texts of each language, by tag.
pub(super) const LANGUAGES: [(&str, &str); 2] =
    [(FALLBACK, include_str!("templates/en.json")), ("de", include_str!("templates/de.json"))];
