//! The API: executes requests against the schema of the server.

use std::{fmt, sync::Arc};

use async_graphql::{Executor, Response, Schema, futures_util::stream::BoxStream, parser::types::ExecutableDocument};
use futures_util::StreamExt;

use super::{
    reply::{Reply, ReplyStatus, RequestError},
    request::Request,
    response::{assemble, bounded_json, to_json},
    transport,
};
use crate::{
    accounts::Accounts,
    graphql::{
        context::{Client, ResolverContext},
        error::{code_in, mask},
        execution::{
            coercion::variables,
            document::{Documents, Requirements, TrustedDocumentsError, operation::get_operation},
            plan::{Plan, cost},
        },
        schema::{Mutation, ServedQuery, Subscription, builder, entities, sdl, subgraph_sdl},
        type_system::{Subgraph, TypeSystem},
    },
    metrics::Metrics,
};

/// Executes GraphQL requests.
pub struct Api {
    schema: ServedSchema,
    requirements: Requirements,
    accounts: Arc<Accounts>,
    metrics: Arc<Metrics>,
    documents: Documents,
}

type ServedSchema = Schema<ServedQuery, Mutation, Subscription>;

/// The settings for documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentPolicy {
    /// Whether introspection is allowed.
    pub introspection: bool,
    /// Whether the fields for the gateway of a supergraph are served: `_entities` and `_service`.
    pub federation: bool,
    /// A manifest of trusted documents, as a JSON object from id to document. With one, no other document is executed.
    pub trusted_documents: Option<String>,
}

impl Api {
    /// Creates an API for these accounts.
    ///
    /// # Errors
    ///
    /// [`TrustedDocumentsError`] if the manifest of trusted documents is not valid.
    pub fn new(
        accounts: Arc<Accounts>,
        metrics: Arc<Metrics>,
        policy: &DocumentPolicy,
    ) -> Result<Self, TrustedDocumentsError> {
        let subgraph = || Subgraph { sdl: subgraph_sdl(), entities: entities().to_vec() };
        let types = TypeSystem::read(&sdl(), policy.federation.then(subgraph));
        let requirements = Requirements { types, introspection: policy.introspection };
        let documents = Documents::new(policy.trusted_documents.as_deref(), &requirements)?;
        // Plans are valid, and introspection is resolved while planning.
        let schema = builder(ServedQuery::default());
        let schema = schema.validation_mode(async_graphql::ValidationMode::Fast).disable_introspection().finish();
        Ok(Self { schema, requirements, accounts, metrics, documents })
    }

    /// Executes a query or a mutation.
    pub async fn execute(&self, request: Request, client: Client) -> Reply {
        match self.prepare(request) {
            Ok(plan) => Reply { json: to_json(self.run(plan, client).await), status: ReplyStatus::Executed },
            Err(error) => self.request_error(error),
        }
    }

    /// Starts a subscription: a stream with one response for each event.
    ///
    /// # Errors
    ///
    /// [`RequestError`] if the request is not executed.
    pub(super) fn subscribe(
        &self,
        request: Request,
        client: Client,
    ) -> Result<BoxStream<'static, Response>, RequestError> {
        let plan = self.prepare(request)?;
        let Some(document) = plan.document else { return Ok(futures_util::stream::empty().boxed()) };
        let request_id = client.request_id.clone();
        let responses = Executor::execute_stream(&self.schema, self.executable(document, client), None);
        Ok(responses.map(move |response| presentable(response, &request_id)).boxed())
    }

    /// The accounts that resolvers use.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The accounts, shared with tasks that outlive a request.
    pub(super) fn shared_accounts(&self) -> &Arc<Accounts> {
        &self.accounts
    }

    /// Plans a request. Checks all of it, so that either everything is executed or nothing.
    fn prepare(&self, request: Request) -> Result<Plan, RequestError> {
        let requirements = &self.requirements;
        let types = &requirements.types;
        let document = self
            .documents
            .find(&request.document, requirements)
            .map_err(|error| error.into_errors(requirements.introspection))?;
        let operation = get_operation(&document, request.operation_name.as_deref())?;
        transport::check(request.transport, &document, operation)?;
        let variables = variables::coerce(operation, types, request.variables)?;
        cost::check(&document, operation, types, &variables)?;
        Ok(Plan::new(&document, operation, types, &variables)?)
    }

    /// Executes a plan.
    async fn run(&self, plan: Plan, client: Client) -> Response {
        let request_id = client.request_id.clone();
        let mut response = match plan.document {
            Some(document) => self.schema.execute(self.executable(document, client)).await,
            None => Response::new(async_graphql::Value::Object(async_graphql::indexmap::IndexMap::new())),
        };
        assemble(&mut response, plan.root_fields);
        presentable(response, &request_id)
    }

    /// The reply to a request that is not executed. It has no entry `data` (specification, section 7.1).
    fn request_error(&self, RequestError { errors, status }: RequestError) -> Reply {
        let code = errors.first().and_then(|error| code_in(error.extensions.as_ref()));
        self.metrics.record_refused_document(code.unwrap_or_default().to_owned().into());
        let json = bounded_json(&serde_json::json!({ "errors": errors })).unwrap_or_default();
        Reply { json, status }
    }

    fn executable(&self, document: ExecutableDocument, client: Client) -> async_graphql::Request {
        let mut request = async_graphql::Request::new(String::new()).data(ResolverContext::new(
            Arc::clone(&self.accounts),
            Arc::clone(&self.metrics),
            client,
        ));
        request.set_parsed_query(document);
        request
    }
}

fn presentable(mut response: Response, request_id: &str) -> Response {
    response.errors.iter_mut().for_each(|error| mask(error, request_id));
    response
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}
