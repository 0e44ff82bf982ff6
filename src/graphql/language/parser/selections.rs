//! Parsing selection sets: fields, fragments and their directives (specification, sections 2.4 to 2.8 and 2.12).

use async_graphql::Pos;

use super::{Parsed, Parser, values::Variables};
use crate::graphql::language::{
    lexer::Token,
    syntax::{Directive, Field, InlineFragment, Selection, Spread},
};

impl Parser<'_> {
    pub(super) fn selections(&mut self) -> Parsed<Vec<Selection>> {
        if self.token != Token::Punctuator('{') {
            return Err(self.unexpected());
        }
        self.optional_many('{', '}', Self::selection)
    }

    pub(super) fn selection(&mut self) -> Parsed<Selection> {
        let position = self.position;
        if self.token != Token::Spread {
            return self.field(position).map(Selection::Field);
        }
        self.advance()?;
        if matches!(self.token, Token::Name(name) if name != "on") {
            let name = self.name()?;
            let directives = self.directives(Variables::Allowed)?;
            return Ok(Selection::Spread(Spread { position, name, directives }));
        }
        let on = if matches!(self.token, Token::Name(_)) {
            self.advance()?;
            Some(self.name()?)
        } else {
            None
        };
        let directives = self.directives(Variables::Allowed)?;
        let selections = self.selections()?;
        Ok(Selection::Inline(InlineFragment { position, on, directives, selections }))
    }

    pub(super) fn field(&mut self, position: Pos) -> Parsed<Field> {
        let first = self.name()?;
        let (alias, name) = if self.skip(':')? { (Some(first), self.name()?) } else { (None, first) };
        let arguments = self.arguments(Variables::Allowed)?;
        let directives = self.directives(Variables::Allowed)?;
        let selections = if self.token == Token::Punctuator('{') { self.selections()? } else { Vec::new() };
        Ok(Field { position, alias, name, arguments, directives, selections })
    }

    pub(super) fn directives(&mut self, variables: Variables) -> Parsed<Vec<Directive>> {
        let mut directives = Vec::new();
        while self.token == Token::Punctuator('@') {
            let position = self.position;
            self.advance()?;
            let name = self.name()?;
            let arguments = self.arguments(variables)?;
            directives.push(Directive { position, name, arguments });
        }
        Ok(directives)
    }
}
