//! A document goes in, an answer comes out.

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
        context::{Recognition, Sender},
        error::{make_presentable, named},
        execution::{
            coercion::variables,
            document::{Documents, Requirements, TrustedDocumentsError, operation::get_operation},
            plan::{Plan, cost},
        },
        schema::{Mutation, ServedQuery, builder, sdl, subgraph_sdl},
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
        let documents = Documents::new(policy.trusted_documents.as_deref(), &requirements)?;
        // Documents are validated before the library gets them, and introspection is answered here.
        let schema = builder(ServedQuery::default());
        let schema = schema.validation_mode(async_graphql::ValidationMode::Fast).disable_introspection().finish();
        Ok(Self { schema, requirements, accounts, metrics, documents })
    }

    /// Carries out one operation.
    pub async fn execute(&self, request: Request, sender: Sender) -> Reply {
        match self.prepare(request) {
            Ok(plan) => Reply { json: to_json(self.run(plan, sender).await), status: ReplyStatus::Executed },
            Err(error) => self.request_error(error),
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
    ) -> Result<BoxStream<'static, Response>, RequestError> {
        let plan = self.prepare(request)?;
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
    fn prepare(&self, request: Request) -> Result<Plan, RequestError> {
        let requirements = &self.requirements;
        let types = &requirements.types;
        let document = self
            .documents
            .find(&request.document, requirements)
            .map_err(|error| error.errors(requirements.introspection))?;
        let operation = get_operation(&document, request.operation_name.as_deref())?;
        transport::check(request.transport, &document, operation)?;
        let variables = variables::coerce(operation, types, request.variables)?;
        cost::check(&document, operation, types, &variables)?;
        Ok(Plan::new(&document, operation, types, &variables)?)
    }

    async fn run(&self, plan: Plan, sender: Sender) -> Response {
        let request_id = sender.request_id.clone();
        let mut response = match plan.document {
            Some(document) => self.schema.execute(self.executable(document, sender)).await,
            None => Response::new(async_graphql::Value::Object(async_graphql::indexmap::IndexMap::new())),
        };
        assemble(&mut response, plan.root_fields);
        presentable(response, &request_id)
    }

    /// The answer to what was not begun has no data, not even null (GraphQL §7.1).
    fn request_error(&self, RequestError { errors, status }: RequestError) -> Reply {
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

fn presentable(mut response: Response, request_id: &str) -> Response {
    response.errors.iter_mut().for_each(|error| make_presentable(error, request_id));
    response
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Api")
    }
}
