//! Queries that select as much of the schema as the limits allow.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{
    REQUEST,
    choices::Choices,
    types::{Field, Types},
};

/// Slightly less than the limits of the server.
const MAX_FIELDS: usize = 470;
const MAX_ALIASES: usize = 28;
const MAX_LEVEL: usize = 17;

/// The introspection fields that may occur only once on a path.
const CIRCULAR: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// A query that is slightly within all limits, and its variables.
pub fn document(types: &Types, choices: &mut Choices<'_>) -> (String, Value) {
    let mut writer = Writer { types, choices, fragments: Vec::new(), fields: 2, aliases: 0, introspected: Vec::new() };
    let mut roots = "a0: _entities(representations: $r) { ... on User { id displayName } } ".to_owned();
    for _ in 0..=writer.choices.below(18) {
        if let Some(field) = writer.field("Query", 1, &[]) {
            roots.push_str(&field.text);
        }
    }
    let Writer { fragments, choices, .. } = writer;
    let mut document = format!("query($r: [_Any!]!) {{ {roots}}}");
    // A fragment is used by the operation and by fragments that were written later.
    for (n, fragment) in fragments.iter().enumerate().rev() {
        if document.contains(&format!("...F{n} ")) {
            write!(document, " fragment F{n} on {} {}", fragment.on, fragment.part.text).unwrap();
        }
    }
    let user = json!({ "__typename": "User", "id": types.user });
    let most = REQUEST.saturating_sub(document.len() + 500) / (user.to_string().len() + 1);
    (document, json!({ "r": vec![user; choices.below(most + 1)] }))
}

/// A part of a document, and its share of the limits.
#[derive(Clone, Default)]
struct Part {
    text: String,
    fields: usize,
    aliases: usize,
    depth: usize,
}

impl Part {
    fn add(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.fields += other.fields;
        self.aliases += other.aliases;
        self.depth = self.depth.max(other.depth);
    }
}

struct Fragment {
    on: String,
    circular: Vec<String>,
    part: Part,
}

struct Writer<'w, 'c> {
    types: &'w Types,
    choices: &'w mut Choices<'c>,
    fragments: Vec<Fragment>,
    /// The number of fields and aliases so far. Those of a fragment count each time that it is used.
    fields: usize,
    aliases: usize,
    introspected: Vec<String>,
}

impl Writer<'_, '_> {
    /// The selections of a type, on a path that already has these circular fields.
    fn selections(&mut self, of_type: &str, level: usize, circular: &[String]) -> Part {
        let mut inside = Part { text: "__typename ".to_owned(), fields: 1, ..Part::default() };
        self.fields += 1;
        for _ in 0..=self.choices.below(8) {
            if let Some(part) = self.selection(of_type, level, circular) {
                inside.add(&part);
            }
        }
        Part { text: format!("{{ {}}} ", inside.text), depth: inside.depth + 1, ..inside }
    }

    fn selection(&mut self, of_type: &str, level: usize, circular: &[String]) -> Option<Part> {
        if level >= MAX_LEVEL || self.fields >= MAX_FIELDS {
            return None;
        }
        let possible = &self.types.possible[of_type];
        if !possible.is_empty() && !self.choices.once_in(3) {
            let on = self.choices.one_of(possible).clone();
            let inner = self.selections(&on, level + 1, circular);
            return Some(Part { text: format!("... on {on} {}", inner.text), ..inner });
        }
        if self.choices.once_in(6) {
            return Some(self.spread(of_type, level, circular));
        }
        self.field(of_type, level, circular)
    }

    /// An existing fragment, or a new one.
    fn spread(&mut self, of_type: &str, level: usize, circular: &[String]) -> Part {
        let left =
            (MAX_LEVEL.saturating_sub(level), MAX_FIELDS.saturating_sub(self.fields), MAX_ALIASES - self.aliases);
        let fits = |fragment: &Fragment| {
            let Part { depth, fields, aliases, .. } = fragment.part;
            let circles = fragment.circular.iter().any(|name| circular.contains(name));
            fragment.on == of_type && !circles && depth < left.0 && fields < left.1 && aliases < left.2
        };
        let known = self.fragments.iter().position(fits);
        let n = if let Some(n) = known {
            let part = &self.fragments[n].part;
            (self.fields, self.aliases) = (self.fields + part.fields, self.aliases + part.aliases);
            n
        } else {
            let part = self.selections(of_type, level + 1, circular);
            let named = CIRCULAR.iter().filter(|name| part.text.contains(&format!("{name} ")));
            let circular = named.map(|name| (*name).to_owned()).collect();
            self.fragments.push(Fragment { on: of_type.to_owned(), circular, part });
            self.fragments.len() - 1
        };
        Part { text: format!("...F{n} "), ..self.fragments[n].part.clone() }
    }

    fn field(&mut self, of_type: &str, level: usize, circular: &[String]) -> Option<Part> {
        let fields: Vec<Field> = self.types.fields[of_type]
            .iter()
            .filter(|field| !circular.contains(&field.name) && !self.introspected.contains(&field.name))
            .filter(|field| !(self.types.is_composite(&field.of_type) && level + 1 >= MAX_LEVEL))
            .cloned()
            .collect();
        if fields.is_empty() || self.fields >= MAX_FIELDS {
            return None;
        }
        let field = self.choices.one_of(&fields).clone();
        self.fields += 1;
        let mut part = Part { fields: 1, depth: 1, ..Part::default() };
        if self.aliases < MAX_ALIASES - 1 && self.choices.once_in(3) {
            self.aliases += 1;
            part.aliases = 1;
            let name = format!("a{}", self.aliases);
            write!(part.text, "{name:x<length$}: ", length = 4 + self.choices.below(60)).unwrap();
        }
        write!(part.text, "{} ", field.name).unwrap();
        let arguments: Vec<String> = field.arguments.iter().filter_map(|argument| self.argument(argument)).collect();
        if !arguments.is_empty() {
            write!(part.text, "({}) ", arguments.join(" ")).unwrap();
        }
        if field.name.starts_with("__") && field.name != "__typename" {
            self.introspected.push(field.name.clone());
        }
        if self.types.is_composite(&field.of_type) {
            let mut inside = circular.to_vec();
            inside.extend(CIRCULAR.contains(&field.name.as_str()).then(|| field.name.clone()));
            part.add(&self.selections(&field.of_type, level + 1, &inside));
            part.depth += 1;
        }
        Some(part)
    }

    fn argument(&mut self, (name, of_type): &(String, String)) -> Option<String> {
        let value = match (name.as_str(), of_type.as_str()) {
            ("representations", _) => "$r".to_owned(),
            ("first", _) => "100".to_owned(),
            ("name", _) => format!("\"{}\"", self.choices.one_of(&self.types.names)),
            ("after" | "userId", _) => return None,
            (_, "ID") => format!("\"{}\"", self.types.user),
            (_, "Boolean") => "true".to_owned(),
            (_, "Int") => "1".to_owned(),
            _ => "\"x\"".to_owned(),
        };
        Some(format!("{name}: {value}"))
    }
}
