//! The parser: turns tokens into a syntax tree by recursive descent (specification, sections 2.2 to 2.12).

mod selections;
mod tokens;
mod values;

use async_graphql::{
    Name, Pos,
    parser::types::{BaseType, OperationType, Type},
};

use crate::graphql::language::{
    error::ParseError,
    lexer::{Lexer, Token},
    syntax::{Document, Fragment, Operation, VariableDefinition},
};
use values::Variables;

/// Parses an executable document: one or more operations and fragments.
pub(in crate::graphql) fn parse(text: &str) -> Result<Document, ParseError> {
    let mut lexer = Lexer::new(text);
    let (position, token) = lexer.next()?;
    let mut parser = Parser { lexer, position, token, depth: 0 };
    let (mut operations, mut fragments) = (Vec::new(), Vec::new());
    while parser.token != Token::End || (operations.is_empty() && fragments.is_empty()) {
        parser.definition(&mut operations, &mut fragments)?;
    }
    Ok(Document::new(operations, fragments))
}

/// The state of parsing: the lexer, and the token that comes next.
struct Parser<'t> {
    lexer: Lexer<'t>,
    position: Pos,
    token: Token<'t>,
    /// The number of open brackets.
    depth: usize,
}

type Parsed<T> = Result<T, ParseError>;

impl Parser<'_> {
    fn definition(&mut self, operations: &mut Vec<Operation>, fragments: &mut Vec<Fragment>) -> Parsed<()> {
        if self.token == Token::Punctuator('{') {
            let (position, kind) = (self.position, OperationType::Query);
            let selections = self.selections()?;
            let (variables, directives) = (Vec::new(), Vec::new());
            operations.push(Operation {
                position,
                kind,
                name: None,
                variables,
                directives,
                selections,
                is_cheap: false,
            });
            return Ok(());
        }
        self.skip_description()?;
        let position = self.position;
        let kind = match self.token {
            Token::Name("query") => OperationType::Query,
            Token::Name("mutation") => OperationType::Mutation,
            Token::Name("subscription") => OperationType::Subscription,
            Token::Name("fragment") => {
                let fragment = self.fragment(position)?;
                fragments.push(fragment);
                return Ok(());
            }
            _ => return Err(self.unexpected()),
        };
        let operation = self.operation(position, kind)?;
        operations.push(operation);
        Ok(())
    }

    /// Skips a description, which has no effect on execution (specification, section 2.2).
    fn skip_description(&mut self) -> Parsed<()> {
        if matches!(self.token, Token::String(_) | Token::BlockString(_)) { self.advance().map(drop) } else { Ok(()) }
    }

    fn operation(&mut self, position: Pos, kind: OperationType) -> Parsed<Operation> {
        self.advance()?;
        let name = if matches!(self.token, Token::Name(_)) { Some(self.name()?) } else { None };
        let variables = self.optional_many('(', ')', Self::variable_definition)?;
        let directives = self.directives(Variables::Allowed)?;
        let selections = self.selections()?;
        Ok(Operation { position, kind, name, variables, directives, selections, is_cheap: false })
    }

    fn fragment(&mut self, position: Pos) -> Parsed<Fragment> {
        self.advance()?;
        let name = self.fragment_name()?;
        if self.token != Token::Name("on") {
            return Err(self.unexpected());
        }
        self.advance()?;
        let on = self.name()?;
        let directives = self.directives(Variables::Allowed)?;
        let selections = self.selections()?;
        Ok(Fragment { position, name, on, directives, selections })
    }

    fn fragment_name(&mut self) -> Parsed<Name> {
        if self.token == Token::Name("on") { Err(self.unexpected()) } else { self.name() }
    }

    fn variable_definition(&mut self) -> Parsed<VariableDefinition> {
        self.skip_description()?;
        let position = self.position;
        let name = self.variable()?;
        self.punctuator(':')?;
        let of_type = self.of_type()?;
        let default = if self.skip('=')? { Some(self.literal(Variables::Forbidden)?) } else { None };
        let directives = self.directives(Variables::Forbidden)?;
        Ok(VariableDefinition { position, name, of_type, default, directives })
    }

    fn variable(&mut self) -> Parsed<Name> {
        self.punctuator('$')?;
        self.name()
    }

    fn of_type(&mut self) -> Parsed<Type> {
        let base = if self.token == Token::Punctuator('[') {
            self.open()?;
            let inner = self.of_type()?;
            self.close(']')?;
            BaseType::List(Box::new(inner))
        } else {
            BaseType::Named(self.name()?)
        };
        Ok(Type { base, nullable: !self.skip('!')? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_its_operations_and_fragments_in_source_order() {
        let text = "query Me($id: ID = 1) { profile(userId: $id) { ...Names } } fragment Names on User { username }";
        let document = parse(text).expect("a document");
        let [operation] = document.operations.as_slice() else { panic!("one operation") };
        assert_eq!((operation.kind, operation.name.as_deref()), (OperationType::Query, Some("Me")));
        assert_eq!(operation.variables[0].name, "id");
        assert_eq!((operation.selections.len(), document.fragments.len()), (1, 1));
        assert_eq!(document.fragment("Names").expect("a fragment").on, "User");
    }

    #[test]
    fn a_syntax_error_has_the_position_of_the_unexpected_token() {
        for (text, line, column) in [
            ("", 1, 1),
            ("{", 1, 2),
            ("{ a(", 1, 5),
            ("{\n  a(\n}", 3, 1),
            ("{ a(b: 01) }", 1, 8),
            ("query ($a: Int = $b) { a }", 1, 18),
            ("fragment on on User { id }", 1, 10),
            ("{ \"\"\"é\n\"\"\" a }", 1, 3),
            ("type User { id: ID }", 1, 1),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!((error.position, error.too_complex), (Pos { line, column }, false), "{text}");
        }
    }

    #[test]
    fn nested_brackets_and_long_names_are_limited() {
        let nested = |depth: usize| format!("{{ a(b: {}1{}) }}", "[".repeat(depth - 2), "]".repeat(depth - 2));
        let named = |length: usize| format!("{{ {} }}", "a".repeat(length));
        for (within, beyond) in [(nested(64), nested(65)), (named(64), named(65))] {
            assert!(parse(&within).is_ok(), "{within}");
            assert!(parse(&beyond).expect_err("beyond the limit").too_complex, "{beyond}");
        }
    }
}
