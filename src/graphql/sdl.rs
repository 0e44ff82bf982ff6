//! The schema as text: what clients are generated from.

use async_graphql::SDLExportOptions;

use super::{
    api::builder,
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
    builder(SubgraphQuery::default()).finish().sdl_with_options(options().federation())
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
