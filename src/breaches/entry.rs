//! A line about a password that leaked: its hash, or the end of it, and how often it was seen.

/// Such a line. The count may be missing.
pub(super) struct Entry<'l> {
    /// Hexadecimal digits, in either case.
    digits: &'l [u8],
    /// Whether it counts: services add lines with a count of 0, so that nobody guesses from the length of an answer what
    /// was asked.
    pub(super) counts: bool,
}

impl<'l> Entry<'l> {
    /// What stands in this line, with or without its end, if it has so many digits.
    pub(super) fn parse(line: &'l [u8], digits: usize) -> Option<Self> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (digits, rest) = line.split_at_checked(digits)?;
        let count = if rest.is_empty() { b"1" } else { rest.strip_prefix(b":")? };

        let hash = digits.iter().all(u8::is_ascii_hexdigit);
        let number = !count.is_empty() && count.iter().all(u8::is_ascii_digit);
        let counts = count.iter().any(|digit| *digit != b'0');
        (hash && number).then_some(Self { digits, counts })
    }

    /// Its digits in upper case.
    pub(super) fn digits(&self) -> String {
        self.digits.iter().map(|digit| char::from(digit.to_ascii_uppercase())).collect()
    }

    /// Whether these, in upper case, are its digits.
    pub(super) fn has(&self, digits: &str) -> bool {
        self.digits.eq_ignore_ascii_case(digits.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_digits_and_perhaps_a_count() {
        for (line, counts) in [
            ("0aF9", true),
            ("0aF9\n", true),
            ("0aF9\r\n", true),
            ("0aF9:1", true),
            ("0aF9:20\r\n", true),
            ("0aF9:0", false),
            ("0aF9:00\n", false),
        ] {
            let entry = Entry::parse(line.as_bytes(), 4).unwrap();
            assert_eq!((entry.digits().as_str(), entry.counts), ("0AF9", counts), "{line:?}");
            assert!(entry.has("0AF9") && !entry.has("0AF8"));
        }
        for line in ["", "\n", "0aF", "0aG9", "0aF99", "0aF9:", "0aF9:x", "0aF9:-1", "0aF9;1", "0aF9 ", "0aF9\n\n"] {
            assert!(Entry::parse(line.as_bytes(), 4).is_none(), "{line:?}");
        }
    }
}
