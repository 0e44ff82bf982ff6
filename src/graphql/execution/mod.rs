//! From a valid document to what async-graphql executes (specification, section 6).
//!
//! [`variables`] coerces the variables of a request, [`cost`] measures what it asks for, and [`plan`] turns the operation
//! into one without variables, fragments and directives, in which each field is selected once; [`response`] writes the
//! answer within its limits. Introspection is answered here
//! ([`introspection`]), because its work has to be bounded while it is done.

mod arguments;
mod collect;
pub(super) mod cost;
mod entities;
mod introspection;
pub(super) mod plan;
pub(super) mod response;
pub(super) mod variables;
