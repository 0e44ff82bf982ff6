//! The name that somebody chose, as far as it may stand in a mail.

/// Whether mail programs leave a name alone. Who registers somebody else's address chooses the name in the mail that
/// person gets: it must not be an advertisement with a link.
pub(super) fn is_harmless(name: &str) -> bool {
    let dotted = name.split('.').skip(1).any(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).count() > 1);
    !dotted
        && name.chars().count() <= 100
        && !name.contains(['/', '@', ':', '<', '>'])
        && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_place_for_links() {
        for name in ["Ada", "Ada Lovelace", "J. R. R. Tolkien", "J.R.R. Tolkien", "o'Hara-Söhne", "महादेवी"]
        {
            assert!(is_harmless(name), "{name}");
        }
        for name in ["https://evil.example", "evil.example", "win at evil.example now", "a@b", "ada\r\nBcc: x", "<b>"] {
            assert!(!is_harmless(name), "{name}");
        }
        assert!(!is_harmless(&"a".repeat(101)));
    }
}
