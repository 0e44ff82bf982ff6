//! Generators of random documents.

mod blocks;
mod choices;
mod document;
mod repetition;
mod types;

pub use self::{blocks::blocks, choices::Choices, document::document, repetition::repetition, types::Types};

/// The maximum size of a request, in bytes.
const REQUEST: usize = 64 * 1024;
