//! The language of GraphQL documents (specification of September 2025, section 2): parses text into a syntax tree.
//!
//! It knows the grammar only: no schema, no request, no user. A document that parses may still select fields that do
//! not exist; [`validation`](super::validation) finds those. Type system definitions are not parsed, as section 2.2
//! permits for a service that only executes documents.
//!
//! [`parse`] returns a [`syntax`] tree:
//!
//! ```text
//! let document = parse("query Me { profile { id } }")?;
//! assert_eq!(document.operations[0].name, Some(Name::new("Me")));
//! ```
//!
//! To support new syntax, add its node to [`syntax`], its tokens to `lexer`, and a method to the parser.
//!
//! async-graphql has its own parser, which accepts less than the specification: no white space before `!`, no escapes
//! beyond the Basic Multilingual Plane, no descriptions on operations. It also drops duplicates, which validation must
//! see. So this parser and [`validation`](super::validation) run first, and async-graphql receives a finished
//! [`plan`](super::execution). Every workaround for a difference between async-graphql and the specification is in
//! these modules, and can be removed once the library needs it no longer.

mod error;
mod lexer;
mod parser;
mod strings;
pub(super) mod syntax;

pub(super) use parser::parse;
