//! Splits the value of a header at separators outside quoted strings (RFC 9110 §5.6).

/// Splits a header value at a separator. A separator inside a quoted string does not split.
pub(super) fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut in_quotes, mut is_escaped) = (false, false);
    text.split(move |c| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = in_quotes,
            '"' => in_quotes = !in_quotes,
            _ => return c == separator && !in_quotes,
        }
        false
    })
}
