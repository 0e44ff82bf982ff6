//! The SDL of the schema, which clients are generated from.

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

/// The beginning of the directives that every schema has. They follow the types.
const SPECIFIED_DIRECTIVES: &str = "\"\"\"\nDirects the executor to include";

/// The schema in SDL as a subgraph of a supergraph (Apollo Federation 2).
#[must_use]
pub fn subgraph_sdl() -> String {
    let sdl = builder(SubgraphQuery::default()).finish().sdl_with_options(options().federation());
    without_error_code(&sdl)
}

/// Removes `code` from the interface `UserError`; the types that implement it keep their `code`.
///
/// Other subgraphs may have an interface `UserError` whose types only have a `message`. In a supergraph, an interface has
/// the fields that it has in any subgraph, and every type that implements it needs all of them.
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
