//! The values of strings and block strings (specification, section 2.9.4).

/// Reads a string whose opening quotation mark precedes `text`. Returns its value and the text after it.
pub(super) fn read_string(text: &str) -> Option<(String, &str)> {
    let (mut value, mut rest) = (String::new(), text);
    loop {
        let special = rest.find(['"', '\\', '\n', '\r'])?;
        value.push_str(&rest[..special]);
        rest = &rest[special..];
        if let Some(after) = rest.strip_prefix('"') {
            return Some((value, after));
        }
        // What is left is an escape or a line terminator, which a string must not contain.
        let (character, after) = escape(rest.strip_prefix('\\')?)?;
        value.push(character);
        rest = after;
    }
}

/// Reads an escape sequence whose backslash precedes `text`. Returns its character and the text after it.
fn escape(text: &str) -> Option<(char, &str)> {
    let after = text.get(1..)?;
    let character = match text.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(after),
        _ => return None,
    };
    Some((character, after))
}

/// Reads `\uXXXX`, a surrogate pair of two of them, or `\u{X…}`.
fn unicode(text: &str) -> Option<(char, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        let (digits, after) = braced.split_once('}')?;
        // More digits could overflow 32 bits.
        let digits = Some(digits).filter(|digits| digits.len() <= 8)?;
        return Some((char::from_u32(hexadecimal(digits)?)?, after));
    }
    let (first, after) = four_digits(text)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, after));
    }
    let (second, after) = four_digits(after.strip_prefix("\\u")?)?;
    let is_pair = (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second);
    let scalar = is_pair.then(|| 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?;
    Some((char::from_u32(scalar)?, after))
}

fn four_digits(text: &str) -> Option<(u32, &str)> {
    Some((hexadecimal(text.get(..4)?)?, &text[4..]))
}

fn hexadecimal(digits: &str) -> Option<u32> {
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// Reads a block string whose opening quotation marks precede `text`. Returns its value and the text after it.
pub(super) fn read_block_string(text: &str) -> Option<(String, &str)> {
    let (mut raw, mut rest) = (String::new(), text);
    loop {
        let quotes = rest.find("\"\"\"")?;
        if let Some(before) = rest[..quotes].strip_suffix('\\') {
            raw.push_str(before);
            raw.push_str("\"\"\"");
            rest = &rest[quotes + 3..];
        } else {
            raw.push_str(&rest[..quotes]);
            return Some((block_string_value(&raw), &rest[quotes + 3..]));
        }
    }
}

/// `BlockStringValue()`: removes the indentation that all lines but the first have in common, and the blank lines at
/// both ends.
fn block_string_value(raw: &str) -> String {
    let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = raw.split('\n').collect();
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_blank = |line: &&str| indentation(line) == line.len();

    let common = lines.iter().skip(1).filter(|line| !is_blank(line)).map(|line| indentation(line)).min().unwrap_or(0);
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !is_blank(line)).unwrap_or(first);
    let dedent = |(number, line): (usize, &&str)| match number {
        0 => (*line).to_owned(),
        _ => line.get(common..).unwrap_or_default().to_owned(),
    };
    let kept: Vec<String> = lines.iter().enumerate().map(dedent).skip(first).take(last + 1 - first).collect();
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_have_the_values_of_the_specification() {
        for (source, expected) in [
            (r#"a\n\t\"\\\/b""#, Some("a\n\t\"\\/b")),
            (r#"\u00e9""#, Some("é")),
            (r#"\ud83d\ude00\u{1F600}\u{00001F600}""#, None),
            (r#"\ud83d\ude00\u{1F600}\u{0001F600}""#, Some("😀😀😀")),
            (r#"\ud83d""#, None),
            (r#"\ude00\ud83d""#, None),
            (r#"\u{110000}""#, None),
            (r#"\u{d800}""#, None),
            (r#"\u{}""#, None),
            (r#"\u{+41}""#, None),
            (r#"\u+041""#, None),
            (r#"\x41""#, None),
            ("line\nend\"", None),
            ("unterminated", None),
        ] {
            assert_eq!(read_string(source).map(|(value, _)| value).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn a_block_string_loses_its_common_indentation_and_outer_blank_lines() {
        for (source, expected) in [
            (
                "\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"",
                "Hello,\n  World!\n\nYours,\n  GraphQL.",
            ),
            ("  first\n  second\"\"\"", "  first\nsecond"),
            ("a \\\"\"\" b\"\"\"", "a \"\"\" b"),
            ("\n \t\n\"\"\"", ""),
            ("a\r\n  b\rc\"\"\"", "a\n  b\nc"),
        ] {
            assert_eq!(read_block_string(source).map(|(value, _)| value).as_deref(), Some(expected), "{source:?}");
        }
    }
}
