//! A GraphQL request as it stands in a JSON body or in a query string (GraphQL over HTTP §5).

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::graphql::{Carrier, Document, Request};

/// The parameters of a request in JSON.
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

/// The parameters of a request in a query string, where objects are JSON inside text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct LinkParameters {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    document_id: Option<String>,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default, deserialize_with = "object_in_text")]
    variables: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "object_in_text")]
    extensions: Option<Map<String, Value>>,
}

impl Parameters {
    /// The request, if it says which document.
    pub(in crate::http) fn into_request(self, carrier: Carrier) -> Option<Request> {
        let Self { query, document_id, operation_name, variables, extensions } = self;
        let id = || document_id.or_else(|| persisted_query(&extensions.unwrap_or_default()));
        // Some clients send an empty name where there is none.
        let operation_name = operation_name.filter(|name| !name.is_empty());
        let document = query.map(Document::Text).or_else(|| id().map(Document::Id))?;
        Some(Request { document, operation_name, variables: variables.unwrap_or_default(), carrier })
    }
}

/// The id as Apollo's clients send it.
fn persisted_query(extensions: &Map<String, Value>) -> Option<String> {
    Some(extensions.get("persistedQuery")?.get("sha256Hash")?.as_str()?.to_owned())
}

impl From<LinkParameters> for Parameters {
    fn from(link: LinkParameters) -> Self {
        let LinkParameters { query, document_id, operation_name, variables, extensions } = link;
        Self { query, document_id, operation_name, variables, extensions }
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
