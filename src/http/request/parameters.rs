//! The parameters of a GraphQL request, in a JSON body or in a query string (GraphQL over HTTP §5).

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::graphql::{DocumentSource, Request, Transport};

/// The parameters in a JSON body.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct Parameters {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    document_id: Option<String>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default)]
    extensions: Option<Map<String, Value>>,
}

/// The parameters in a query string, where objects are encoded as JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct QueryParameters {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    document_id: Option<String>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default, deserialize_with = "json_object")]
    variables: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "json_object")]
    extensions: Option<Map<String, Value>>,
}

impl Parameters {
    /// Converts the parameters to a request. Returns `None` if they contain no document and no id of one.
    pub(in crate::http) fn into_request(self, transport: Transport) -> Option<Request> {
        let Self { query, document_id, operation_name, variables, extensions } = self;
        let id = || document_id.or_else(|| persisted_query(&extensions.unwrap_or_default()));
        // Some clients send an empty name if the operation has none.
        let operation_name = operation_name.filter(|name| !name.is_empty());
        let document = query.map(DocumentSource::Text).or_else(|| id().map(DocumentSource::Id))?;
        Some(Request { document, operation_name, variables: variables.unwrap_or_default(), transport })
    }
}

/// The id of a document in the form that Apollo's clients send.
fn persisted_query(extensions: &Map<String, Value>) -> Option<String> {
    Some(extensions.get("persistedQuery")?.get("sha256Hash")?.as_str()?.to_owned())
}

impl From<QueryParameters> for Parameters {
    fn from(parameters: QueryParameters) -> Self {
        let QueryParameters { query, document_id, operation_name, variables, extensions } = parameters;
        Self { query, document_id, operation_name, variables, extensions }
    }
}

fn json_object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
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
