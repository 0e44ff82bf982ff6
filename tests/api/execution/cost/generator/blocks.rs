//! Fragments, operations and variables that multiply each other.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{REQUEST, choices::Choices, types::Types};

/// Fragments that spread other fragments, and operations that spread them, each many times; and large variables.
pub fn blocks(types: &Types, choices: &mut Choices<'_>) -> (String, Value) {
    const ON: [&str; 6] = ["Query", "User", "Session", "Subscription", "__EnumValue", "__Field"];
    const FIELDS: [&str; 8] = [
        "__typename",
        "id",
        "name",
        "profile{...G}",
        "a:profile{...G}",
        "sessionEnded{id}",
        "zz(a:[$a$a$a])",
        "x(a:$a b:{c:$a})",
    ];
    const OPERATIONS: [&str; 5] =
        ["{...F}", "query#{...F}", "subscription#{...F}", "query#($a:Int=1){...F}", "mutation#{...F}"];
    const PATHS: [&str; 5] = [
        "query{__schema{types{interfaces{possibleTypes{fields{type{ofType{enumValues{...F}}}}}}}}}",
        "query{__schema{types{fields{...F}}}}",
        "query($a:_Any!){_entities(representations:[@]){...F}}",
        "query{sessions(first:100){nodes{...F}edges{node{...F}}}}",
        "",
    ];
    let (inner, outer) = (*choices.one_of(&ON), *choices.one_of(&ON));
    let counts = [0, 1, 20, 480, 2_000];
    let mut document = choices.one_of(&PATHS).replace('@', &"$a ".repeat(*choices.one_of(&counts)));
    write!(document, " fragment F on {outer}{{__typename ").unwrap();
    let field = *choices.one_of(&FIELDS);
    document.push_str(&format!("{field} ").repeat(*choices.one_of(&counts)));
    let spreads = *choices.one_of(&counts);
    let distinct = 1 + choices.below(spreads + 1);
    (0..spreads).for_each(|n| write!(document, "...f{} ", n % distinct).unwrap());
    write!(document, "}} fragment G on {inner}{{__typename {}}}", "id ".repeat(*choices.one_of(&counts[..4]))).unwrap();
    for n in 0..*choices.one_of(&counts) {
        write!(document, " fragment f{n} on {inner}{{__typename}}").unwrap();
    }
    let operation = *choices.one_of(&OPERATIONS);
    for n in 0..*choices.one_of(&counts) {
        document.push_str(&operation.replace('#', &format!(" q{n}")));
    }
    document.truncate(REQUEST / 2 - 1_000);
    let numbers = vec![0; choices.below((REQUEST - document.len()) / 3)];
    (document, json!({ "a": { "__typename": "User", "id": types.user, "more": numbers } }))
}
