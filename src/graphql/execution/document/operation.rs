//! Choosing the operation of a document (specification, section 6.1).

use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Document, Operation},
};

/// `GetOperation()`: the operation with this name; without a name, the only operation.
pub(in crate::graphql::execution) fn get_operation<'d>(
    document: &'d Document,
    name: Option<&str>,
) -> Result<&'d Operation, TopLevelError> {
    let found = match (name, document.operations.as_slice()) {
        (Some(name), operations) => {
            operations.iter().find(|operation| operation.name.as_ref().is_some_and(|of| of == name))
        }
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.ok_or_else(|| {
        let message = match name {
            Some(_) => "The document has no operation with the name in `operationName`.",
            None => "The document has several operations. Send the name of one in `operationName`.",
        };
        TopLevelError::new(Code::BadUserInput, message)
    })
}

#[cfg(test)]
mod tests {
    use super::get_operation;
    use crate::graphql::language::parse;

    #[test]
    fn an_operation_is_chosen_by_name_or_because_it_is_the_only_one() {
        for (text, name, chosen) in [
            ("{ a }", None, Some(0)),
            ("query A { a }", None, Some(0)),
            ("query A { a } query B { b }", Some("B"), Some(1)),
            ("query A { a } query B { b }", None, None),
            ("query A { a }", Some("B"), None),
            ("{ a }", Some(""), None),
            ("fragment A on Query { a }", None, None),
        ] {
            let document = parse(text).expect("a document");
            let operation = get_operation(&document, name).ok();
            let index = operation.and_then(|found| document.operations.iter().position(|one| std::ptr::eq(one, found)));
            assert_eq!(index, chosen, "{text} {name:?}");
        }
    }
}
