//! The types of the schema, which the generators use.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::support::client::Client;

/// The types of the schema: the fields of each type, and the possible types of each interface and union.
pub struct Types {
    pub fields: HashMap<String, Vec<Field>>,
    pub possible: HashMap<String, Vec<String>>,
    pub names: Vec<String>,
    /// The id of a user.
    pub user: String,
}

/// A field: its name, the names and types of its arguments, and the name of its type.
#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub arguments: Vec<(String, String)>,
    pub of_type: String,
}

impl Types {
    /// Reads the types from a server; `user` is the id of one of its users.
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

    pub fn is_composite(&self, name: &str) -> bool {
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
