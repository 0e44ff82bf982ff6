//! Reading tokens: names, punctuators, and items between brackets.

use async_graphql::Name;

use super::{Parsed, Parser};
use crate::graphql::language::{
    error::{MAX_NESTING, ParseError},
    lexer::Token,
};

impl<'t> Parser<'t> {
    pub(super) fn name(&mut self) -> Parsed<Name> {
        let Token::Name(name) = self.token else { return Err(self.unexpected()) };
        self.advance()?;
        Ok(Name::new(name))
    }

    /// Parses one or more items between these brackets; none if there is no opening bracket.
    pub(super) fn optional_many<T>(
        &mut self,
        open: char,
        close: char,
        item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        if self.token != Token::Punctuator(open) {
            return Ok(Vec::new());
        }
        let position = self.position;
        let items = self.many(open, close, item)?;
        if items.is_empty() { Err(ParseError::syntax(position)) } else { Ok(items) }
    }

    /// Parses zero or more items between these brackets.
    pub(super) fn many<T>(
        &mut self,
        open: char,
        close: char,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        debug_assert_eq!(self.token, Token::Punctuator(open), "the caller has checked the opening bracket");
        self.open()?;
        let mut items = Vec::new();
        while self.token != Token::Punctuator(close) {
            items.push(item(self)?);
        }
        self.close(close)?;
        Ok(items)
    }

    pub(super) fn open(&mut self) -> Parsed<()> {
        if self.depth == MAX_NESTING {
            return Err(ParseError::too_deep(self.position));
        }
        self.depth += 1;
        self.advance().map(drop)
    }

    pub(super) fn close(&mut self, bracket: char) -> Parsed<()> {
        self.depth = self.depth.saturating_sub(1);
        self.punctuator(bracket)
    }

    pub(super) fn punctuator(&mut self, expected: char) -> Parsed<()> {
        if self.skip(expected)? { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Skips this punctuator if it is the current token, and returns whether it was.
    pub(super) fn skip(&mut self, punctuator: char) -> Parsed<bool> {
        let found = self.token == Token::Punctuator(punctuator);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Moves to the next token and returns the current one.
    pub(super) fn advance(&mut self) -> Parsed<Token<'t>> {
        let (position, next) = self.lexer.next()?;
        self.position = position;
        Ok(std::mem::replace(&mut self.token, next))
    }

    pub(super) fn unexpected(&self) -> ParseError {
        ParseError::syntax(self.position)
    }
}
