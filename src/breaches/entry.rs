//! One line of a list of leaked passwords: a hash, or the end of one, and how often the password has leaked.

/// A line. The count may be missing.
pub(super) struct Entry<'l> {
    /// Hexadecimal digits, in upper or lower case.
    digits: &'l [u8],
    /// Whether the password has leaked. Services add lines with a count of 0, so that the length of an answer does not
    /// reveal the question.
    pub(super) has_leaked: bool,
}

impl<'l> Entry<'l> {
    /// Parses a line, with or without its line break, if its hash has this many digits.
    pub(super) fn parse(line: &'l [u8], digits: usize) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (digits, rest) = line.split_at_checked(digits)?;
        let count = if rest.is_empty() { b"1" } else { rest.strip_prefix(b":")? };

        let hash = digits.iter().all(u8::is_ascii_hexdigit);
        let number = !count.is_empty() && count.iter().all(u8::is_ascii_digit);
        let has_leaked = count.iter().any(|digit| *digit != b'0');
        (hash && number).then_some(Self { digits, has_leaked })
    }

    /// The digits in upper case.
    pub(super) fn digits(&self) -> String {
        self.digits.iter().map(|digit| char::from(digit.to_ascii_uppercase())).collect()
    }

    /// Whether the line has these digits.
    pub(super) fn has(&self, digits: &str) -> bool {
        self.digits.eq_ignore_ascii_case(digits.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_digits_and_an_optional_count() {
        for (line, has_leaked) in [
            ("0aF9", true),
            ("0aF9\n", true),
            ("0aF9\r\n", true),
            ("0aF9:1", true),
            ("0aF9:20\r\n", true),
            ("0aF9:0", false),
            ("0aF9:00\n", false),
        ] {
            let entry = Entry::parse(line.as_bytes(), 4).unwrap();
            assert_eq!((entry.digits().as_str(), entry.has_leaked), ("0AF9", has_leaked), "{line:?}");
            assert!(entry.has("0AF9") && !entry.has("0AF8"));
        }
        for line in ["", "\n", "0aF", "0aG9", "0aF99", "0aF9:", "0aF9:x", "0aF9:-1", "0aF9;1", "0aF9 ", "0aF9\n\n"] {
            assert!(Entry::parse(line.as_bytes(), 4).is_none(), "{line:?}");
        }
    }
}
