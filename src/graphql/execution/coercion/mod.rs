//! Coercing input values to their types: variables of a request, and arguments of fields (specification, sections 6.1.2
//! and 6.4.1).

pub(super) mod arguments;
pub(super) mod variables;
