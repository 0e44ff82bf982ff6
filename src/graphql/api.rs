//! A document goes in, an answer comes out.

use std::{fmt, sync::Arc};

use async_graphql::{
    Executor, ObjectType, Response, Schema, SchemaBuilder, ServerError, ValidationMode, Value, Variables,
    futures_util::stream::BoxStream, parser::types::OperationType,
};
use futures_util::{StreamExt, future, stream};
use serde_json::{Map, Value as Json};

use super::{
    caller::{Recognition, Sender},
    document,
    document_cache::DocumentCache,
    known_document::KnownDocument,
    mutation::Mutation,
    query::SubgraphQuery,
    session_ended::SessionEndedSubscription,
    top_level_error::{make_presentable, named},
    trusted_documents::{TrustedDocuments, not_trusted},
    user_error::UserError,
    validation_codes::ValidationCodes,
};
use crate::{accounts::Accounts, metrics::Metrics};

/// The schema of the running server, and what answers it.
pub struct Api {
    schema: ServedSchema,
    /// The same, for what is known to be valid: without validation, and without what watches every field for its sake.
    unchecked: ServedSchema,
    accounts: Arc<Accounts>,
    metrics: Arc<Metrics>,
    documents: Documents,
}

type ServedSchema = Schema<SubgraphQuery, Mutation, SessionEndedSubscription>;

/// The documents that may run.
enum Documents {
    /// Those that the operator trusts.
    Trusted(TrustedDocuments),
    /// Any that keeps to the limits.
    Any(DocumentCache),
}

/// One operation, as a client asks for it.
pub struct Request {
    /// The GraphQL document, or which of the trusted ones.
    pub document: Document,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Map<String, Json>,
    /// How it came.
    pub carrier: Carrier,
}

/// How a request came, and so what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// In a body: queries and mutations.
    Body,
    /// In a link, which changes nothing: queries.
    Link,
    /// Over a connection that stays open: subscriptions.
    Socket,
}

/// A document, or its name.
pub enum Document {
    /// Its text.
    Text(String),
    /// Its id in the manifest of trusted documents or, where there is none, the hash of a text that was sent before.
    Id(String),
}

/// The answer.
#[derive(Debug)]
pub struct Reply {
    /// The GraphQL response, as JSON.
    pub json: Vec<u8>,
    /// What became of the request, for whoever has to say so in another protocol.
    pub outcome: Outcome,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The operation was carried out; single fields may have failed.
    Executed,
    /// It was not even begun: the document is wrong, or its variables are.
    Refused,
    /// It was not begun, because it would change something.
    MutationNotAllowed,
}

impl Api {
    /// Answers for these accounts; with introspection, if clients may ask for the schema, and where there are trusted
    /// documents, nothing but those.
    #[must_use]
    pub fn new(
        accounts: Arc<Accounts>,
        metrics: Arc<Metrics>,
        introspection: bool,
        trusted: Option<TrustedDocuments>,
    ) -> Self {
        let schema = builder(SubgraphQuery::default()).extension(ValidationCodes { masked: !introspection }).finish();
        let unchecked = builder(SubgraphQuery::default()).validation_mode(ValidationMode::Fast).finish();
        let documents = match trusted {
            Some(trusted) => Documents::Trusted(trusted),
            None => Documents::Any(DocumentCache::new(introspection)),
        };
        Self { schema, unchecked, accounts, metrics, documents }
    }

    /// Carries out one operation.
    pub async fn answer(&self, request: Request, sender: Sender) -> Reply {
        match self.check(&request) {
            Ok(document) => self.execute(document, request, sender).await,
            Err((error, outcome)) => self.reply(&Response::from_errors(vec![error]), outcome),
        }
    }

    /// Carries out one subscription: an answer each time that something happens.
    pub(super) fn subscribe(&self, request: Request, sender: Sender) -> BoxStream<'static, Response> {
        let document = match self.check(&request) {
            Ok(document) => document,
            Err((error, _)) => return stream::once(future::ready(Response::from_errors(vec![error]))).boxed(),
        };
        let request_id = sender.request_id.clone();
        let answers = Executor::execute_stream(&self.schema, self.prepare(&document, request, sender), None);
        answers.map(move |response| presentable(response, &request_id)).boxed()
    }

    /// Whose accounts they are.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The same, for what outlives a request.
    pub(super) fn shared_accounts(&self) -> &Arc<Accounts> {
        &self.accounts
    }

    /// The document of a request that may be carried out.
    #[expect(clippy::result_large_err, reason = "looked at where it is made, once a request")]
    fn check(&self, request: &Request) -> Result<Arc<KnownDocument>, (ServerError, Outcome)> {
        let refused = |error| (error, Outcome::Refused);
        let document = self.document(&request.document).map_err(refused)?;
        let kind = document::operation_type(&document.parsed, request.operation_name.as_deref()).map_err(refused)?;
        match (kind, request.carrier) {
            (OperationType::Query, Carrier::Body | Carrier::Link)
            | (OperationType::Mutation, Carrier::Body)
            | (OperationType::Subscription, Carrier::Socket) => Ok(document),
            (OperationType::Mutation, Carrier::Link) => {
                Err((document::other_carrier("Send mutations with POST."), Outcome::MutationNotAllowed))
            }
            (OperationType::Query | OperationType::Mutation, Carrier::Socket) => {
                Err(refused(document::other_carrier("Send queries and mutations with POST.")))
            }
            (OperationType::Subscription, Carrier::Body | Carrier::Link) => {
                Err(refused(document::other_carrier("Subscribe over a WebSocket, by graphql-transport-ws.")))
            }
        }
    }

    fn document(&self, document: &Document) -> Result<Arc<KnownDocument>, ServerError> {
        match (&self.documents, document) {
            (Documents::Any(cache), Document::Text(text)) => cache.by_text(text),
            (Documents::Any(cache), Document::Id(hash)) => cache.by_hash(hash),
            (Documents::Trusted(trusted), Document::Text(text)) => trusted.by_text(text).ok_or_else(not_trusted),
            (Documents::Trusted(trusted), Document::Id(id)) => trusted.by_id(id).ok_or_else(not_trusted),
        }
    }

    async fn execute(&self, document: Arc<KnownDocument>, request: Request, sender: Sender) -> Reply {
        let request_id = sender.request_id.clone();
        let plain = document.takes_plain(&request.variables);
        let schema = if plain && document.is_valid() { &self.unchecked } else { &self.schema };
        let response = schema.execute(self.prepare(&document, request, sender)).await;
        let response = presentable(response, &request_id);
        let begun = response.data != Value::Null || response.errors.iter().any(|error| !error.path.is_empty());
        if begun && plain {
            document.passed_validation();
        }
        self.reply(&response, if begun { Outcome::Executed } else { Outcome::Refused })
    }

    fn reply(&self, response: &Response, outcome: Outcome) -> Reply {
        let json = match outcome {
            Outcome::Executed => serde_json::to_vec(response),
            // What was not begun has no data, not even null (GraphQL §7.1).
            Outcome::Refused | Outcome::MutationNotAllowed => {
                let code = response.errors.first().and_then(|error| named(error.extensions.as_ref()));
                self.metrics.refused_document(code.unwrap_or_default().to_owned().into());
                serde_json::to_vec(&serde_json::json!({ "errors": response.errors }))
            }
        };
        Reply { json: json.unwrap_or_default(), outcome }
    }

    fn prepare(&self, document: &KnownDocument, request: Request, sender: Sender) -> async_graphql::Request {
        let mut prepared = async_graphql::Request::new(String::new())
            .variables(Variables::from_json(Json::Object(request.variables)))
            .data(Recognition::new(Arc::clone(&self.accounts), Arc::clone(&self.metrics), sender));
        prepared.operation_name = request.operation_name;
        prepared.set_parsed_query(document.parsed.clone());
        prepared
    }
}

fn presentable(mut response: Response, request_id: &str) -> Response {
    response.errors.iter_mut().for_each(|error| make_presentable(error, request_id));
    response
}

/// The schema, with this query.
pub(super) fn builder<Q: ObjectType + 'static>(query: Q) -> SchemaBuilder<Q, Mutation, SessionEndedSubscription> {
    Schema::build(query, Mutation::default(), SessionEndedSubscription).register_output_type::<UserError>()
}

/// Variables may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request")
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}
