//! From tokens to a syntax tree (specification, sections 2.2 to 2.12), by recursive descent.

use async_graphql::{
    Name, Pos,
    parser::types::{BaseType, OperationType, Type},
};

use crate::graphql::language::{
    lexer::{Lexer, MAX_NAME, Token},
    syntax::{
        Argument, Directive, Document, Field, Fragment, InlineFragment, Literal, LiteralKind, Operation, Selection,
        Spread, VariableDefinition,
    },
};

/// How many brackets may be open at the same time: the parser calls itself for each. Introspection queries need 15.
const MAX_NESTING: usize = 64;

/// Why a text is not a document, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::graphql) struct ParseError {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) message: String,
    /// Whether the text may be GraphQL, but exceeds a limit of ours.
    pub(in crate::graphql) too_complex: bool,
}

impl ParseError {
    pub(super) fn syntax(position: Pos) -> Self {
        let message = format!("Syntax error in line {}, column {}.", position.line, position.column);
        Self { position, message, too_complex: false }
    }

    pub(super) fn long_name(position: Pos) -> Self {
        let message = format!("A name may have at most {MAX_NAME} characters.");
        Self { position, message, too_complex: true }
    }

    fn too_deep(position: Pos) -> Self {
        let message = format!("A request may have at most {MAX_NESTING} brackets open at once.");
        Self { position, message, too_complex: true }
    }
}

/// Parses a document of operations and fragments.
pub(in crate::graphql) fn parse(text: &str) -> Result<Document, ParseError> {
    let mut lexer = Lexer::new(text);
    let (position, token) = lexer.next()?;
    let mut parser = Parser { lexer, position, token, open: 0 };
    let (mut operations, mut fragments) = (Vec::new(), Vec::new());
    while parser.token != Token::End || (operations.is_empty() && fragments.is_empty()) {
        parser.definition(&mut operations, &mut fragments)?;
    }
    Ok(Document::new(operations, fragments))
}

/// Whether a value may hold variables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    Allowed,
    Forbidden,
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    position: Pos,
    token: Token<'t>,
    /// How many brackets are open.
    open: usize,
}

type Parsed<T> = Result<T, ParseError>;

impl<'t> Parser<'t> {
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

    /// A description is for the people who read the document (specification, section 2.2).
    fn skip_description(&mut self) -> Parsed<()> {
        if matches!(self.token, Token::String(_)) { self.advance().map(drop) } else { Ok(()) }
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

    fn selections(&mut self) -> Parsed<Vec<Selection>> {
        if self.token != Token::Punctuator('{') {
            return Err(self.unexpected());
        }
        self.optional_many('{', '}', Self::selection)
    }

    fn selection(&mut self) -> Parsed<Selection> {
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

    fn field(&mut self, position: Pos) -> Parsed<Field> {
        let first = self.name()?;
        let (alias, name) = if self.skip(':')? { (Some(first), self.name()?) } else { (None, first) };
        let arguments = self.arguments(Variables::Allowed)?;
        let directives = self.directives(Variables::Allowed)?;
        let selections = if self.token == Token::Punctuator('{') { self.selections()? } else { Vec::new() };
        Ok(Field { position, alias, name, arguments, directives, selections })
    }

    fn arguments(&mut self, variables: Variables) -> Parsed<Vec<Argument>> {
        self.optional_many('(', ')', |parser| parser.argument(variables))
    }

    /// An argument, or a field of an input object: they are written alike.
    fn argument(&mut self, variables: Variables) -> Parsed<Argument> {
        let position = self.position;
        let name = self.name()?;
        self.punctuator(':')?;
        let value = self.literal(variables)?;
        Ok(Argument { position, name, value })
    }

    fn directives(&mut self, variables: Variables) -> Parsed<Vec<Directive>> {
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

    fn literal(&mut self, variables: Variables) -> Parsed<Literal> {
        let position = self.position;
        let kind = match &self.token {
            Token::Punctuator('$') if variables == Variables::Allowed => LiteralKind::Variable(self.variable()?),
            Token::Punctuator('[') => LiteralKind::List(self.many('[', ']', |parser| parser.literal(variables))?),
            Token::Punctuator('{') => LiteralKind::Object(self.many('{', '}', |parser| parser.argument(variables))?),
            _ => self.scalar()?,
        };
        Ok(Literal { position, kind })
    }

    fn scalar(&mut self) -> Parsed<LiteralKind> {
        let kind = match &self.token {
            Token::Int(digits) => LiteralKind::Int((*digits).to_owned()),
            Token::Float(digits) => LiteralKind::Float((*digits).to_owned()),
            Token::String(value) => LiteralKind::String(value.clone()),
            Token::Name("true") => LiteralKind::Boolean(true),
            Token::Name("false") => LiteralKind::Boolean(false),
            Token::Name("null") => LiteralKind::Null,
            Token::Name(name) => LiteralKind::Enum(Name::new(name)),
            Token::Punctuator(_) | Token::Spread | Token::End => return Err(self.unexpected()),
        };
        self.advance()?;
        Ok(kind)
    }

    fn name(&mut self) -> Parsed<Name> {
        let Token::Name(name) = self.token else { return Err(self.unexpected()) };
        self.advance()?;
        Ok(Name::new(name))
    }

    /// Nothing, or at least one item between these brackets.
    fn optional_many<T>(
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

    /// Any number of items between these brackets.
    fn many<T>(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        debug_assert_eq!(self.token, Token::Punctuator(open), "the caller has looked");
        self.open()?;
        let mut items = Vec::new();
        while self.token != Token::Punctuator(close) {
            items.push(item(self)?);
        }
        self.close(close)?;
        Ok(items)
    }

    fn open(&mut self) -> Parsed<()> {
        if self.open == MAX_NESTING {
            return Err(ParseError::too_deep(self.position));
        }
        self.open += 1;
        self.advance().map(drop)
    }

    fn close(&mut self, bracket: char) -> Parsed<()> {
        self.open = self.open.saturating_sub(1);
        self.punctuator(bracket)
    }

    fn punctuator(&mut self, expected: char) -> Parsed<()> {
        if self.skip(expected)? { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Whether there is such a punctuator, which is passed then.
    fn skip(&mut self, punctuator: char) -> Parsed<bool> {
        let found = self.token == Token::Punctuator(punctuator);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Goes on to the next token, and gives the current one.
    fn advance(&mut self) -> Parsed<Token<'t>> {
        let (position, next) = self.lexer.next()?;
        self.position = position;
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn unexpected(&self) -> ParseError {
        ParseError::syntax(self.position)
    }
}
