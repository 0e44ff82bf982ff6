//! A document goes in, an answer comes out.

use std::{fmt, sync::Arc};

use async_graphql::{
    Executor, ObjectType, Response, Schema, SchemaBuilder, ServerError,
    futures_util::stream::BoxStream,
    parser::types::{ExecutableDocument, OperationType},
};
use futures_util::StreamExt;
use serde_json::{Map, Value as Json};

use super::response::{assemble, bounded_json, to_json};
use crate::{
    accounts::Accounts,
    graphql::{
        context::{Recognition, Sender},
        error::{Code, TopLevelError, UserError, make_presentable, named},
        execution::{
            coercion::variables,
            document::{
                self, Invalid, Requirements,
                cache::DocumentCache,
                trusted::{TrustedDocuments, TrustedDocumentsError, not_trusted},
            },
            limits,
            plan::{Plan, cost},
        },
        language::syntax::Document,
        schema::{Mutation, ServedQuery, sdl, subgraph_sdl},
        session::SessionEndedSubscription,
        type_system::TypeSystem,
    },
    metrics::Metrics,
};

/// The schema of the running server, and what answers it.
pub struct Api {
    schema: ServedSchema,
    requirements: Requirements,
    accounts: Arc<Accounts>,
    metrics: Arc<Metrics>,
    documents: Documents,
}

type ServedSchema = Schema<ServedQuery, Mutation, SessionEndedSubscription>;

/// What an operator may choose about documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentPolicy {
    /// Whether clients may ask for the schema.
    pub introspection: bool,
    /// Whether the gateway of a supergraph may ask for entities and for the SDL of the subgraph.
    pub federation: bool,
    /// A manifest of the only documents that are executed: a JSON object with a document for each id.
    pub trusted_documents: Option<String>,
}

/// The documents that may be executed.
enum Documents {
    /// Those that the operator trusts.
    Trusted(TrustedDocuments),
    /// Any that keeps to the limits and fits the schema.
    Any(DocumentCache),
}

/// One operation, as a client asks for it.
pub struct Request {
    /// The GraphQL document, or which of the trusted ones.
    pub document: DocumentSource,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Map<String, Json>,
    /// How it came.
    pub transport: Transport,
}

/// How a request came, and so what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// In a body: queries and mutations.
    Body,
    /// In a link, which changes nothing and carries no secret: queries.
    Link,
    /// Over a connection that stays open: subscriptions.
    Socket,
}

/// A document, or its name.
pub enum DocumentSource {
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
    pub status: ReplyStatus,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyStatus {
    /// The operation was carried out; single fields may have failed.
    Executed,
    /// It was not even begun: the document is wrong, or its variables are.
    RequestError,
    /// It was not begun, because it would change something or takes a secret, and came in a link.
    PostRequired,
}

/// Why a request is not executed.
type Refusal = (Vec<ServerError>, ReplyStatus);

impl Api {
    /// Answers for these accounts.
    ///
    /// # Errors
    ///
    /// [`TrustedDocumentsError`], when the manifest of trusted documents cannot be used.
    pub fn new(
        accounts: Arc<Accounts>,
        metrics: Arc<Metrics>,
        policy: &DocumentPolicy,
    ) -> Result<Self, TrustedDocumentsError> {
        let types = TypeSystem::read(&sdl(), policy.federation.then(subgraph_sdl));
        let requirements = Requirements { types, introspection: policy.introspection };
        let documents = match &policy.trusted_documents {
            Some(manifest) => Documents::Trusted(TrustedDocuments::read(manifest, &requirements)?),
            None => Documents::Any(DocumentCache::new()),
        };
        // Documents are validated before the library gets them, and introspection is answered here.
        let schema = builder(ServedQuery::default());
        let schema = schema.validation_mode(async_graphql::ValidationMode::Fast).disable_introspection().finish();
        Ok(Self { schema, requirements, accounts, metrics, documents })
    }

    /// Carries out one operation.
    pub async fn execute(&self, request: Request, sender: Sender) -> Reply {
        match self.prepare(request) {
            Ok(plan) => Reply { json: to_json(self.run(plan, sender).await), status: ReplyStatus::Executed },
            Err((errors, status)) => self.request_error(&errors, status),
        }
    }

    /// Begins one subscription, which has a response each time that something happens.
    ///
    /// # Errors
    ///
    /// Those of a request that is not executed.
    pub(in crate::graphql) fn subscribe(
        &self,
        request: Request,
        sender: Sender,
    ) -> Result<BoxStream<'static, Response>, Vec<ServerError>> {
        let plan = self.prepare(request).map_err(|(errors, _)| errors)?;
        let Some(document) = plan.document else { return Ok(futures_util::stream::empty().boxed()) };
        let request_id = sender.request_id.clone();
        let responses = Executor::execute_stream(&self.schema, self.executable(document, sender), None);
        Ok(responses.map(move |response| presentable(response, &request_id)).boxed())
    }

    /// Whose accounts they are.
    pub(in crate::graphql) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The same, for what outlives a request.
    pub(in crate::graphql) fn shared_accounts(&self) -> &Arc<Accounts> {
        &self.accounts
    }

    /// What a request asks for, if all of it may be executed: otherwise, nothing is.
    fn prepare(&self, request: Request) -> Result<Plan, Refusal> {
        let refused = |error: TopLevelError| (vec![error.about_document()], ReplyStatus::RequestError);
        let types = &self.requirements.types;
        let document = self
            .document(&request.document)
            .map_err(|invalid| (invalid.errors(self.requirements.introspection), ReplyStatus::RequestError))?;
        let operation = document::operation(&document, request.operation_name.as_deref()).map_err(refused)?;
        match (operation.kind, request.transport) {
            (OperationType::Query, Transport::Get) if limits::takes_secret(&document) => {
                return Err(not_by_link("Send passwords and tokens with POST: links are written to logs."));
            }
            (OperationType::Query, Transport::Post | Transport::Get)
            | (OperationType::Mutation, Transport::Post)
            | (OperationType::Subscription, Transport::WebSocket) => {}
            (OperationType::Mutation, Transport::Get) => return Err(not_by_link("Send mutations with POST.")),
            (OperationType::Query | OperationType::Mutation, Transport::WebSocket) => {
                return Err(refused(other_carrier("Send queries and mutations with POST.")));
            }
            (OperationType::Subscription, Transport::Post | Transport::Get) => {
                return Err(refused(other_carrier("Subscribe over a WebSocket, by graphql-transport-ws.")));
            }
        }
        let variables = variables::coerce(operation, types, request.variables).map_err(refused)?;
        cost::check(&document, operation, types, &variables).map_err(refused)?;
        Plan::new(&document, operation, types, &variables).map_err(refused)
    }

    fn document(&self, source: &DocumentSource) -> Result<Arc<Document>, Invalid> {
        let unknown = || Invalid::Unreadable(not_trusted());
        match (&self.documents, source) {
            (Documents::Any(cache), DocumentSource::Text(text)) => cache.by_text(text, &self.requirements),
            (Documents::Any(cache), DocumentSource::Id(hash)) => cache.by_hash(hash).map_err(Invalid::Unreadable),
            (Documents::Trusted(trusted), DocumentSource::Text(text)) => trusted.by_text(text).ok_or_else(unknown),
            (Documents::Trusted(trusted), DocumentSource::Id(id)) => trusted.by_id(id).ok_or_else(unknown),
        }
    }

    async fn run(&self, plan: Plan, sender: Sender) -> Response {
        let request_id = sender.request_id.clone();
        let mut response = match plan.document {
            Some(document) => self.schema.execute(self.executable(document, sender)).await,
            None => Response::new(async_graphql::Value::Object(async_graphql::indexmap::IndexMap::new())),
        };
        assemble(&mut response, plan.roots);
        presentable(response, &request_id)
    }

    /// The answer to what was not begun has no data, not even null (GraphQL §7.1).
    fn request_error(&self, errors: &[ServerError], status: ReplyStatus) -> Reply {
        let code = errors.first().and_then(|error| named(error.extensions.as_ref()));
        self.metrics.record_refused_document(code.unwrap_or_default().to_owned().into());
        let json = bounded_json(&serde_json::json!({ "errors": errors })).unwrap_or_default();
        Reply { json, status }
    }

    fn executable(&self, document: ExecutableDocument, sender: Sender) -> async_graphql::Request {
        let mut request = async_graphql::Request::new(String::new()).data(Recognition::new(
            Arc::clone(&self.accounts),
            Arc::clone(&self.metrics),
            sender,
        ));
        request.set_parsed_query(document);
        request
    }
}

/// The operation has to be sent in another way.
fn other_carrier(message: &str) -> TopLevelError {
    TopLevelError::new(Code::BadUserInput, message)
}

fn not_by_link(message: &str) -> Refusal {
    (vec![other_carrier(message).about_document()], ReplyStatus::PostRequired)
}

fn presentable(mut response: Response, request_id: &str) -> Response {
    response.errors.iter_mut().for_each(|error| make_presentable(error, request_id));
    response
}

/// The schema, with this query.
pub(in crate::graphql) fn builder<Q: ObjectType + 'static>(
    query: Q,
) -> SchemaBuilder<Q, Mutation, SessionEndedSubscription> {
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
