//! How deeply a document nests, found out before it is parsed.
//!
//! The parser calls itself for each bracket, and a few thousand of them are the end of its stack and with it of the
//! whole process. So brackets are counted first, by a scan that needs no stack.

/// How many brackets may be open at the same time. The introspection query of GraphiQL needs 15.
pub(super) const MAX_NESTING: usize = 64;

/// Why a document is not parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unparsable {
    /// More than [`MAX_NESTING`] brackets are open at once.
    TooDeep,
    /// A string is never closed. The parser would take it for another one before it found out, and see brackets where
    /// this scan sees text; so it does not get to see it.
    UnclosedString,
}

/// Counts the brackets that are open at once, outside strings and comments.
pub(super) fn check_nesting(document: &str) -> Result<(), Unparsable> {
    let mut rest = document.as_bytes();
    let mut open: usize = 0;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'#' => after_comment(after),
            b'"' => after_string(after).ok_or(Unparsable::UnclosedString)?,
            _ => after,
        };
        match byte {
            b'{' | b'(' | b'[' => open += 1,
            b'}' | b')' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_NESTING {
            return Err(Unparsable::TooDeep);
        }
    }
    Ok(())
}

/// A comment ends with its line.
fn after_comment(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(text.len());
    &text[end..]
}

/// What follows a string, from behind its first quotation mark: three of them begin a block string.
fn after_string(text: &[u8]) -> Option<&[u8]> {
    match text.strip_prefix(b"\"\"") {
        Some(block) => after_block(block),
        None => after_line(text),
    }
}

/// A string ends with a quotation mark on the same line that no backslash stands before.
fn after_line(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        text = match text {
            [] | [b'\n' | b'\r', ..] => return None,
            [b'"', after @ ..] => return Some(after),
            [b'\\', b'"' | b'\\', after @ ..] | [_, after @ ..] => after,
        };
    }
}

/// A block string ends with three quotation marks that no backslash stands before.
fn after_block(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        text = match text {
            [] => return None,
            [b'"', b'"', b'"', after @ ..] => return Some(after),
            [b'\\', b'"', b'"', b'"', after @ ..] | [_, after @ ..] => after,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        format!("{}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn only_brackets_that_are_open_at_the_same_time_count() {
        assert_eq!(check_nesting(&nested(64)), Ok(()));
        assert_eq!(check_nesting(&nested(65)), Err(Unparsable::TooDeep));
        assert_eq!(check_nesting(&nested(64).repeat(100)), Ok(()));
        assert_eq!(check_nesting(&"{([".repeat(22)), Err(Unparsable::TooDeep));
    }

    #[test]
    fn strings_and_comments_hide_brackets_and_nothing_else_does() {
        let deep = nested(100);
        for hidden in [format!("\"{deep}\""), format!("\"\"\"{deep}\n\\\"\"\"{deep}\"\"\""), format!("# {deep}\n")] {
            assert_eq!(check_nesting(&hidden), Ok(()), "{hidden}");
            assert_eq!(check_nesting(&format!("{hidden}{deep}")), Err(Unparsable::TooDeep), "{hidden}");
        }
        for before in [r#""\\""#, "\"\"", "\"\"\"\"\"\"", "#\r", "# \"\n"] {
            assert_eq!(check_nesting(&format!("{before}{deep}")), Err(Unparsable::TooDeep), "{before}");
        }
    }

    #[test]
    fn a_string_that_is_never_closed_is_the_end() {
        for before in ["\"[\n", r#""\""#, "\"\\\n", "\"\"\"", "\"\"\"\"", r#""""\""""#, r#"["""a""#, r#"["""]"#] {
            assert_eq!(check_nesting(&format!("{before}]]]\n[")), Err(Unparsable::UnclosedString), "{before}");
        }
    }
}
