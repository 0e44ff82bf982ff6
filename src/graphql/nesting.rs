//! How deeply a document nests, found out before it is parsed.
//!
//! The parser calls itself for each bracket, and a few thousand of them are the end of its stack and with it of the
//! whole process. So brackets are counted first, by a scan that needs no stack.

/// How many brackets may be open at the same time. The introspection query of GraphiQL needs 15.
pub(super) const MAX_NESTING: usize = 64;

/// Whether more than [`MAX_NESTING`] brackets are ever open at once, outside strings and comments.
pub(super) fn nests_too_deeply(document: &str) -> bool {
    let mut rest = document.as_bytes();
    let mut open: usize = 0;
    // A string that is never closed is none. No such document is right, but the parser takes it for another one before
    // it finds out, so from there on every bracket counts.
    let mut strings_hide = true;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' | b'(' | b'[' => open += 1,
            b'}' | b')' | b']' => open = open.saturating_sub(1),
            b'#' if strings_hide => rest = after_comment(after),
            b'"' if strings_hide => match after_string(after) {
                Some(after) => rest = after,
                None => strings_hide = false,
            },
            _ => {}
        }
        if open > MAX_NESTING {
            return true;
        }
    }
    false
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
        assert!(!nests_too_deeply(&nested(64)));
        assert!(nests_too_deeply(&nested(65)));
        assert!(!nests_too_deeply(&nested(64).repeat(100)));
        assert!(nests_too_deeply(&"{([".repeat(22)));
    }

    #[test]
    fn strings_and_comments_hide_brackets_and_nothing_else_does() {
        let deep = nested(100);
        for hidden in [format!("\"{deep}\""), format!("\"\"\"{deep}\n\\\"\"\"{deep}\"\"\""), format!("# {deep}\n")] {
            assert!(!nests_too_deeply(&hidden), "{hidden}");
            assert!(nests_too_deeply(&format!("{hidden}{deep}")), "{hidden}");
        }
        let ends = [r#""\\""#, "\"\"", "\"\"\"\"\"\"", "#\r", "# \"\n"];
        let never_closed = ["\"[\n", r#""\""#, "\"\\\n", "\"\"\"", "\"\"\"\"", r#""""\""""#, r#"["""a""#];
        for before in ends.iter().chain(&never_closed) {
            assert!(nests_too_deeply(&format!("{before}{deep}")), "{before}");
        }
    }
}
