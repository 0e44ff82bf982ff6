//! The syntax tree of a document. It keeps everything that validation may reject, including duplicates.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos,
    parser::types::{OperationType, Type},
};

/// A document: its operations and fragment definitions, in source order.
#[derive(Debug, Default)]
pub(in crate::graphql) struct Document {
    pub(in crate::graphql) operations: Vec<Operation>,
    pub(in crate::graphql) fragments: Vec<Fragment>,
    /// The index of the first fragment of each name.
    by_name: HashMap<Name, usize>,
}

impl Document {
    pub(super) fn new(operations: Vec<Operation>, fragments: Vec<Fragment>) -> Self {
        // In reverse, so that the first of several fragments with the same name is kept.
        let by_name = fragments.iter().enumerate().rev().map(|(n, fragment)| (fragment.name.clone(), n)).collect();
        Self { operations, fragments, by_name }
    }

    /// The fragment with this name: in a document with duplicates, which is not valid, the first.
    pub(in crate::graphql) fn fragment(&self, name: &str) -> Option<&Fragment> {
        self.by_name.get(name).map(|n| &self.fragments[*n])
    }
}

/// A query, a mutation or a subscription.
#[derive(Debug)]
pub(in crate::graphql) struct Operation {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) kind: OperationType,
    pub(in crate::graphql) name: Option<Name>,
    pub(in crate::graphql) variables: Vec<VariableDefinition>,
    pub(in crate::graphql) directives: Vec<Directive>,
    pub(in crate::graphql) selections: Vec<Selection>,
    /// Whether its cost is within the limit for any variables. Set once the document is validated.
    pub(in crate::graphql) is_cheap: bool,
}

/// A variable definition: `$name: Type = default`.
#[derive(Debug)]
pub(in crate::graphql) struct VariableDefinition {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) name: Name,
    pub(in crate::graphql) of_type: Type,
    pub(in crate::graphql) default: Option<Literal>,
    pub(in crate::graphql) directives: Vec<Directive>,
}

/// A fragment definition: `fragment name on Type { selections }`.
#[derive(Debug)]
pub(in crate::graphql) struct Fragment {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) name: Name,
    pub(in crate::graphql) on: Name,
    pub(in crate::graphql) directives: Vec<Directive>,
    pub(in crate::graphql) selections: Vec<Selection>,
}

/// A member of a selection set.
#[derive(Debug)]
pub(in crate::graphql) enum Selection {
    Field(Field),
    Inline(InlineFragment),
    Spread(Spread),
}

/// A field: `alias: name(arguments) @directives { selections }`.
#[derive(Debug)]
pub(in crate::graphql) struct Field {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) alias: Option<Name>,
    pub(in crate::graphql) name: Name,
    pub(in crate::graphql) arguments: Vec<Argument>,
    pub(in crate::graphql) directives: Vec<Directive>,
    pub(in crate::graphql) selections: Vec<Selection>,
}

/// An inline fragment: `... on Type { selections }`, where the type condition is optional.
#[derive(Debug)]
pub(in crate::graphql) struct InlineFragment {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) on: Option<Name>,
    pub(in crate::graphql) directives: Vec<Directive>,
    pub(in crate::graphql) selections: Vec<Selection>,
}

/// A fragment spread: `...name`.
#[derive(Debug)]
pub(in crate::graphql) struct Spread {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) name: Name,
    pub(in crate::graphql) directives: Vec<Directive>,
}

/// A directive: `@name(arguments)`.
#[derive(Debug)]
pub(in crate::graphql) struct Directive {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) name: Name,
    pub(in crate::graphql) arguments: Vec<Argument>,
}

/// An argument of a field or a directive.
#[derive(Debug)]
pub(in crate::graphql) struct Argument {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) name: Name,
    pub(in crate::graphql) value: Literal,
}

/// A value as written in a document: a literal, or a variable.
#[derive(Debug)]
pub(in crate::graphql) struct Literal {
    pub(in crate::graphql) position: Pos,
    pub(in crate::graphql) kind: LiteralKind,
}

/// The kind of a literal. Numbers keep their digits, because their range depends on the expected type. A string and a
/// block string differ, even with the same value: graphql-js refuses to merge two fields with such arguments.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::graphql) enum LiteralKind {
    Variable(Name),
    Int(String),
    Float(String),
    String(String),
    BlockString(String),
    Boolean(bool),
    Null,
    Enum(Name),
    List(Vec<Literal>),
    Object(Vec<Argument>),
}

impl Field {
    /// The response name: the alias if there is one, otherwise the name.
    pub(in crate::graphql) fn response_name(&self) -> &Name {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

/// Compares values as arguments, so the order of input fields is ignored.
impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (LiteralKind::Object(one), LiteralKind::Object(two)) => same_arguments(one, two),
            (one, two) => one == two,
        }
    }
}

impl Eq for Literal {}

impl PartialEq for Argument {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value
    }
}

impl Eq for Argument {}

/// Whether two lists contain the same arguments, in any order.
pub(in crate::graphql) fn same_arguments(one: &[Argument], two: &[Argument]) -> bool {
    one.len() == two.len() && by_name(one).eq(by_name(two))
}

fn by_name(arguments: &[Argument]) -> impl Iterator<Item = &Argument> {
    let mut sorted: Vec<&Argument> = arguments.iter().collect();
    sorted.sort_by_key(|argument| &argument.name);
    sorted.into_iter()
}
