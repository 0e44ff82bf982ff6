//! Parsing arguments and values (specification, sections 2.6 and 2.9).

use async_graphql::Name;

use super::{Parsed, Parser};
use crate::graphql::language::{
    lexer::Token,
    syntax::{Argument, Literal, LiteralKind},
};

/// Whether a value may contain variables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Variables {
    Allowed,
    Forbidden,
}

impl Parser<'_> {
    pub(super) fn arguments(&mut self, variables: Variables) -> Parsed<Vec<Argument>> {
        self.optional_many('(', ')', |parser| parser.argument(variables))
    }

    /// Parses an argument or a field of an input object, which have the same syntax.
    pub(super) fn argument(&mut self, variables: Variables) -> Parsed<Argument> {
        let position = self.position;
        let name = self.name()?;
        self.punctuator(':')?;
        let value = self.literal(variables)?;
        Ok(Argument { position, name, value })
    }

    pub(super) fn literal(&mut self, variables: Variables) -> Parsed<Literal> {
        let position = self.position;
        let kind = match &self.token {
            Token::Punctuator('$') if variables == Variables::Allowed => LiteralKind::Variable(self.variable()?),
            Token::Punctuator('[') => LiteralKind::List(self.many('[', ']', |parser| parser.literal(variables))?),
            Token::Punctuator('{') => LiteralKind::Object(self.many('{', '}', |parser| parser.argument(variables))?),
            _ => self.scalar()?,
        };
        Ok(Literal { position, kind })
    }

    pub(super) fn scalar(&mut self) -> Parsed<LiteralKind> {
        let kind = match &self.token {
            Token::Int(digits) => LiteralKind::Int((*digits).to_owned()),
            Token::Float(digits) => LiteralKind::Float((*digits).to_owned()),
            Token::String(value) => LiteralKind::String(value.clone()),
            Token::BlockString(value) => LiteralKind::BlockString(value.clone()),
            Token::Name("true") => LiteralKind::Boolean(true),
            Token::Name("false") => LiteralKind::Boolean(false),
            Token::Name("null") => LiteralKind::Null,
            Token::Name(name) => LiteralKind::Enum(Name::new(name)),
            Token::Punctuator(_) | Token::Spread | Token::End => return Err(self.unexpected()),
        };
        self.advance()?;
        Ok(kind)
    }
}
