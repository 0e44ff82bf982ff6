//! Documents made by chance.

use std::{collections::HashMap, fmt::Write};

use serde_json::{Value, json};

use crate::support::client::Client;

/// Just within the limits of the server.
const MAX_FIELDS: usize = 470;
const MAX_ALIASES: usize = 28;
const MAX_LEVEL: usize = 17;

/// What may be on a path through the schema once.
const CIRCULAR: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// How long a request may be, in bytes.
const REQUEST: usize = 64 * 1024;

/// A list of decisions. When it is at its end, every further one is the first choice.
pub struct Choices<'c> {
    rest: std::slice::Iter<'c, u32>,
}

impl<'c> Choices<'c> {
    pub fn new(choices: &'c [u32]) -> Self {
        Self { rest: choices.iter() }
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.rest.next().map_or(0, |choice| *choice as usize) % most.max(1)
    }

    fn one_of<'t, T>(&mut self, choices: &'t [T]) -> &'t T {
        &choices[self.below(choices.len())]
    }

    /// Whether something happens that does so once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 1
    }
}

/// The types of the schema: their fields, each with its arguments and the name of its type; or what they may be.
pub struct Types {
    fields: HashMap<String, Vec<Field>>,
    possible: HashMap<String, Vec<String>>,
    names: Vec<String>,
    user: String,
}

#[derive(Clone)]
struct Field {
    name: String,
    arguments: Vec<(String, String)>,
    of_type: String,
}

impl Types {
    /// Asks a server for its types; `user` is the id of one of its users.
    pub async fn read(client: &Client, user: String) -> Self {
        let named = "name ofType { name ofType { name ofType { name } } }";
        let document = format!(
            "{{ __schema {{ types {{ name possibleTypes {{ name }} fields(includeDeprecated: true) {{
                name type {{ {named} }} args {{ name type {{ {named} }} }}
            }} }} }} }}"
        );
        let answer = client.execute(&document, json!({})).await;
        let mut types = Self { fields: HashMap::new(), possible: HashMap::new(), names: Vec::new(), user };
        for of_type in answer["data"]["__schema"]["types"].as_array().expect("types") {
            let name = text(&of_type["name"]);
            let fields = list(&of_type["fields"]).iter().map(Field::read).collect();
            let possible = list(&of_type["possibleTypes"]).iter().map(|possible| text(&possible["name"])).collect();
            types.fields.insert(name.clone(), fields);
            types.possible.insert(name.clone(), possible);
            types.names.push(name);
        }
        let root = types.fields.get_mut("Query").expect("queries");
        root.push(Field { name: "__schema".into(), arguments: vec![], of_type: "__Schema".into() });
        root.push(Field {
            name: "__type".into(),
            arguments: vec![("name".into(), "String".into())],
            of_type: "__Type".into(),
        });
        types
    }

    /// The id of a user.
    pub fn user(&self) -> &str {
        &self.user
    }

    fn is_composite(&self, name: &str) -> bool {
        !self.fields[name].is_empty() || !self.possible[name].is_empty()
    }
}

impl Field {
    fn read(field: &Value) -> Self {
        let arguments = list(&field["args"]).iter().map(|argument| (text(&argument["name"]), named(&argument["type"])));
        Self { name: text(&field["name"]), arguments: arguments.collect(), of_type: named(&field["type"]) }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn named(of_type: &Value) -> String {
    of_type["name"].as_str().map_or_else(|| named(&of_type["ofType"]), str::to_owned)
}

/// A query that asks for much of the schema within all limits, and its variables.
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
    // A fragment is used by the operation and by those that were written after it.
    for (n, fragment) in fragments.iter().enumerate().rev() {
        if document.contains(&format!("...F{n} ")) {
            write!(document, " fragment F{n} on {} {}", fragment.on, fragment.part.text).unwrap();
        }
    }
    let user = json!({ "__typename": "User", "id": types.user });
    let most = REQUEST.saturating_sub(document.len() + 500) / (user.to_string().len() + 1);
    (document, json!({ "r": vec![user; choices.below(most + 1)] }))
}

/// Part of a document, and what counts of it towards the limits.
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
    /// How many fields and aliases there are already, those of fragments each time that they are used.
    fields: usize,
    aliases: usize,
    introspected: Vec<String>,
}

impl Writer<'_, '_> {
    /// Selections of a type below a path that has these circular fields already.
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

    /// A fragment that is there already, or a new one.
    fn spread(&mut self, of_type: &str, level: usize, circular: &[String]) -> Part {
        let room =
            (MAX_LEVEL.saturating_sub(level), MAX_FIELDS.saturating_sub(self.fields), MAX_ALIASES - self.aliases);
        let fits = |fragment: &Fragment| {
            let Part { depth, fields, aliases, .. } = fragment.part;
            let circles = fragment.circular.iter().any(|name| circular.contains(name));
            fragment.on == of_type && !circles && depth < room.0 && fields < room.1 && aliases < room.2
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

/// A few pieces of a document, repeated as often as there is room for, between the beginning and the end of one.
pub fn repetition(types: &Types, choices: &mut Choices<'_>) -> (String, Value) {
    const PIECES: [&str; 42] = [
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "a",
        "b:a ",
        "__typename ",
        "a:__typename ",
        "...A ",
        "...{",
        "... on User{",
        "$a ",
        "$a:Int ",
        "$b:[Int!]=[1]",
        "@a ",
        "@skip(if:true)",
        "@include(if:$a)",
        ",",
        " ",
        "\n",
        "#",
        "\"",
        "\"\"\"",
        "\\u{41}",
        "1 ",
        "-0.0e1 ",
        "null ",
        ":",
        "!",
        "query Q{__typename}",
        "fragment A on Query{...A}",
        "fragment A on User{id}",
        "profile{id}",
        "sessions(first:100){nodes{id}}",
        "verifyToken(token:\"x\"){valid}",
        "x:{a:1 a:2}",
        "x:[[1][2]]",
        "user{id}",
        "\u{feff}",
        "mutation M{logout{__typename}}",
    ];
    const BEGINNINGS: [&str; 8] = [
        "",
        "{",
        "query(",
        "{a(b:",
        "{profile{",
        "query Q($a:Int){",
        "{verifyToken(token:",
        "{...A} fragment A on Query{",
    ];
    let unit = (0..=choices.below(5)).fold(String::new(), |unit, _| match choices.below(12) {
        0 => format!("{unit}{} ", choices.one_of(&types.names)),
        1 => format!("{unit}{}", "x".repeat(choices.below(70))),
        2 => format!("{unit}q{} ", choices.below(1000)),
        _ => format!("{unit}{}", choices.one_of(&PIECES)),
    });
    let beginning = choices.one_of(&BEGINNINGS);
    let room = [100, 1_000, 10_000, 32_000, 60_000][choices.below(5)];
    let times = room / unit.len().max(1);
    let numbered = choices.once_in(3);
    let mut document = (*beginning).to_owned();
    for n in 0..times {
        if document.len() + unit.len() + 8 > room {
            break;
        }
        document.push_str(&unit);
        if numbered {
            write!(document, "{n} ").unwrap();
        }
    }
    document.push_str(["", "}", ")}", "){valid}}", "}}"][choices.below(5)]);
    (document, json!({ "a": true }))
}

/// Fragments that are used by fragments, and operations that use those, each many times; and large variables.
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
