//! A GraphQL request as it stands in a JSON body or in a query string (GraphQL over HTTP §5).

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::graphql;

/// The parameters of a request in JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    query: String,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    /// Checked for its type and for nothing else.
    #[serde(default, rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

/// The parameters of a request in a query string, where objects are JSON inside text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LinkParameters {
    query: String,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default, deserialize_with = "object_in_text")]
    variables: Option<Map<String, Value>>,
    #[serde(default, rename = "extensions", deserialize_with = "object_in_text")]
    _extensions: Option<Map<String, Value>>,
}

impl From<Parameters> for graphql::Request {
    fn from(parameters: Parameters) -> Self {
        let Parameters { query, operation_name, variables, _extensions } = parameters;
        Self { document: query, operation_name, variables: variables.unwrap_or_default(), may_mutate: true }
    }
}

impl From<LinkParameters> for graphql::Request {
    fn from(parameters: LinkParameters) -> Self {
        let LinkParameters { query, operation_name, variables, _extensions } = parameters;
        let operation_name = operation_name.filter(|name| !name.is_empty());
        Self { document: query, operation_name, variables: variables.unwrap_or_default(), may_mutate: false }
    }
}

fn object_in_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => serde_json::from_str(text).map_err(|_| serde::de::Error::custom(NotAnObject)),
    }
}

struct NotAnObject;

impl fmt::Display for NotAnObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a JSON object")
    }
}
