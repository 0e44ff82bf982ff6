//! The grammar of GraphQL documents (specification of September 2025, section 2): from text to a syntax tree.
//!
//! async-graphql has a parser of its own, which reads a little less than the specification: no white space before `!`,
//! no escapes beyond the Basic Multilingual Plane, no descriptions on operations. It also keeps no duplicates, which
//! validation has to see. So documents are parsed here, validated by [`validation`](super::validation), and handed to
//! async-graphql as a finished [`plan`](super::execution::plan). Everything that repairs a difference between
//! async-graphql and the specification is in these three modules, and can go once the library needs it no longer.
//!
//! Type system definitions are not read: a service that only executes documents may leave them out (section 2.2).

mod error;
mod lexer;
mod parser;
mod strings;
pub(super) mod syntax;

pub(super) use parser::parse;
