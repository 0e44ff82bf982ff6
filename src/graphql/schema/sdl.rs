//! The schema as text: what clients are generated from.

use async_graphql::SDLExportOptions;

use super::{
    builder::builder,
    query::{Query, SubgraphQuery},
};

/// The schema in SDL, sorted, without the directives that every schema has.
#[must_use]
pub fn sdl() -> String {
    let sdl = builder(Query::default()).finish().sdl_with_options(options());
    let specified = sdl.find(SPECIFIED_DIRECTIVES).zip(sdl.find("\nschema {"));
    specified.map_or(sdl.clone(), |(from, to)| format!("{}{}", &sdl[..from], &sdl[to + 1..]))
}

/// How the first of them begins, and with it the end of what is ours.
const SPECIFIED_DIRECTIVES: &str = "\"\"\"\nDirects the executor to include";

/// The schema in SDL as a subgraph of a supergraph (Apollo Federation 2).
#[must_use]
pub fn subgraph_sdl() -> String {
    let sdl = builder(SubgraphQuery::default()).finish().sdl_with_options(options().federation());
    without_error_code(&sdl)
}

/// Other subgraphs may have an interface `UserError` whose types have a `message` and nothing else. An interface of a
/// supergraph has the fields of all of them, so ours has only that one there; our types keep their `code`.
fn without_error_code(sdl: &str) -> String {
    const INTERFACE: &str = "interface UserError {\n";
    const CODE: &str = "  code: ErrorCode!\n";
    let fields = sdl.find(INTERFACE).map(|start| start + INTERFACE.len());
    let rest = fields.and_then(|from| Some((from, from + sdl[from..].find(CODE)? + CODE.len())));
    rest.map_or_else(|| sdl.to_owned(), |(from, to)| format!("{}{}", &sdl[..from], &sdl[to..]))
}

fn options() -> SDLExportOptions {
    SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .use_space_ident()
        .indent_width(2)
}
