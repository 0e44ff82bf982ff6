//! Executing a request: limits, cost, persisted documents and input of every kind.

mod bad_input;
mod cost;
mod document_cache;
mod fuzz;
mod limits;
mod nesting;
mod trusted_documents;
