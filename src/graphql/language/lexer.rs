//! The lexer: turns text into tokens (specification, section 2.1).

use async_graphql::Pos;

use super::{
    error::ParseError,
    strings::{read_block_string, read_string},
};

/// The maximum length of a name, in bytes. A response repeats names, so their length adds to the cost of a request.
pub(super) const MAX_NAME: usize = 64;

/// A lexical token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// One of `! $ & ( ) : = @ [ ] { | }`.
    Punctuator(char),
    /// `...`
    Spread,
    Name(&'t str),
    Int(&'t str),
    Float(&'t str),
    String(String),
    BlockString(String),
    End,
}

/// Reads the tokens of a text in order.
pub(super) struct Lexer<'t> {
    rest: &'t str,
    /// The line and column where `positioned` begins.
    position: Pos,
    /// The rest of the text when `position` was last updated.
    positioned: &'t str,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text, position: Pos { line: 1, column: 1 }, positioned: text }
    }

    /// Returns the next token and its position.
    pub(super) fn next(&mut self) -> Result<(Pos, Token<'t>), ParseError> {
        self.skip_ignored();
        let position = self.position();
        let Some(first) = self.rest.chars().next() else { return Ok((position, Token::End)) };
        let token = match first {
            '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
                self.advance(1);
                Token::Punctuator(first)
            }
            '.' if self.rest.starts_with("...") => {
                self.advance(3);
                Token::Spread
            }
            'A'..='Z' | 'a'..='z' | '_' => self.name(position)?,
            '0'..='9' | '-' => self.number(position)?,
            '"' => self.string(position)?,
            _ => return Err(ParseError::syntax(position)),
        };
        Ok((position, token))
    }

    /// The current position. Columns count characters, as in the errors of other GraphQL servers.
    fn position(&mut self) -> Pos {
        self.position.column += self.positioned[..self.positioned.len() - self.rest.len()].chars().count();
        self.positioned = self.rest;
        self.position
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Skips ignored tokens: white space, line terminators, commas, comments and byte order marks.
    fn skip_ignored(&mut self) {
        loop {
            match self.rest.as_bytes() {
                [b' ' | b'\t' | b',', ..] => self.advance(1),
                [0xEF, 0xBB, 0xBF, ..] => self.advance(3),
                [b'\r', b'\n', ..] => self.end_line(2),
                [b'\n' | b'\r', ..] => self.end_line(1),
                [b'#', ..] => self.advance(self.rest.find(['\n', '\r']).unwrap_or(self.rest.len())),
                _ => return,
            }
        }
    }

    fn end_line(&mut self, bytes: usize) {
        self.advance(bytes);
        self.begin_line(1, self.rest);
    }

    /// Moves the position to `start`, the beginning of the line that is `lines` further down.
    fn begin_line(&mut self, lines: usize, start: &'t str) {
        self.position = Pos { line: self.position.line + lines, column: 1 };
        self.positioned = start;
    }

    fn name(&mut self, position: Pos) -> Result<Token<'t>, ParseError> {
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.len() > MAX_NAME { Err(ParseError::long_name(position)) } else { Ok(Token::Name(name)) }
    }

    /// Takes the longest prefix whose bytes all match.
    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'t str {
        let length = self.rest.bytes().position(|byte| !is_part(byte)).unwrap_or(self.rest.len());
        let (part, rest) = self.rest.split_at(length);
        self.rest = rest;
        part
    }

    fn number(&mut self, position: Pos) -> Result<Token<'t>, ParseError> {
        let start = self.rest;
        let syntax = || ParseError::syntax(position);
        self.skip_one(&['-']);
        let whole = self.take_while(|byte| byte.is_ascii_digit());
        if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(syntax());
        }
        let mut float = false;
        if self.skip_one(&['.']) {
            float = true;
            self.digits().ok_or_else(syntax)?;
        }
        if self.skip_one(&['e', 'E']) {
            float = true;
            self.skip_one(&['+', '-']);
            self.digits().ok_or_else(syntax)?;
        }
        // A number must not be followed by a digit, `.` or a name (section 2.9.1).
        if self.rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '.') {
            return Err(syntax());
        }
        let text = &start[..start.len() - self.rest.len()];
        Ok(if float { Token::Float(text) } else { Token::Int(text) })
    }

    fn skip_one(&mut self, any_of: &[char]) -> bool {
        let found = self.rest.starts_with(any_of);
        if found {
            self.advance(1);
        }
        found
    }

    fn digits(&mut self) -> Option<()> {
        (!self.take_while(|byte| byte.is_ascii_digit()).is_empty()).then_some(())
    }

    fn string(&mut self, position: Pos) -> Result<Token<'t>, ParseError> {
        let found = match self.rest.strip_prefix("\"\"\"") {
            Some(after) => read_block_string(after).map(|(value, after)| (Token::BlockString(value), after)),
            None => read_string(&self.rest[1..]).map(|(value, after)| (Token::String(value), after)),
        };
        let (token, after) = found.ok_or_else(|| ParseError::syntax(position))?;
        let inside = &self.rest[..self.rest.len() - after.len()];
        if let Some(last) = inside.rfind(['\n', '\r']) {
            self.begin_line(count_line_terminators(inside), &self.rest[last + 1..]);
        }
        self.rest = after;
        Ok(token)
    }
}

/// The number of line terminators in a text. A carriage return and a line feed are one.
fn count_line_terminators(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}
