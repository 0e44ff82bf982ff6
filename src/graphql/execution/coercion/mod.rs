//! The values of variables and of arguments, coerced to their types (specification, sections 6.1.2 and 6.4.1).

pub(super) mod arguments;
pub(super) mod variables;
