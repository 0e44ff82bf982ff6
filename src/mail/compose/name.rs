//! Makes the names that a user chose safe in a mail.

/// Whether mail programs show the name as plain text. Anyone can register with the address of another person and choose
/// the name in the mail that this person gets, so the name must not contain a link.
pub(super) fn is_harmless(name: &str) -> bool {
    !looks_like_a_domain(name)
        && name.chars().count() <= 100
        && !name.contains(['/', '@', ':', '<', '>'])
        && !name.chars().any(char::is_control)
}

/// A username as mail programs show it without a link: one that looks like a domain gets an invisible break after each
/// dot. Usernames contain nothing else that links need.
pub(super) fn without_links(username: &str) -> String {
    if looks_like_a_domain(username) { username.replace('.', ".\u{200b}") } else { username.to_owned() }
}

fn looks_like_a_domain(name: &str) -> bool {
    name.split('.').skip(1).any(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).count() > 1)
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
