//! Decides whether the name that a user chose is safe in a mail.

/// Whether mail programs show the name as plain text. Anyone can register with the address of another person and choose
/// the name in the mail that this person gets, so the name must not contain a link.
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
    fn a_name_with_a_link_is_not_harmless() {
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
