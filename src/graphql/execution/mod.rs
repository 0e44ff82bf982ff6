//! Execution: from a request to its response (specification, sections 6 and 7).
//!
//! [`Api`] executes queries and mutations, and a [`Subscriber`] receives the responses of its subscriptions. They know
//! documents, variables and responses. They do not know HTTP, and not what a field does: resolvers are in the folders
//! of the topics. A request passes these steps, and nothing is executed unless all of them succeed:
//!
//! 1. `document` finds the document: it parses, limits ([`limits`]) and validates the text, or takes it from the cache.
//! 2. `transport` checks that the operation may be sent in this way.
//! 3. `coercion` coerces the variable values (section 6.1.2).
//! 4. `plan::cost` checks the number of values that the operation selects.
//! 5. [`plan`] turns the operation into one without variables, fragments and directives, in which each field is
//!    selected once (sections 6.3.2 and 6.4.1). It resolves introspection fields itself, because `introspection` bounds
//!    their work.
//! 6. async-graphql executes the plan, and each root field reports its outcome to [`instrument`](super::instrument).
//! 7. `response` merges the results and limits the size of the response.
//!
//! ```text
//! let request = Request { document: DocumentSource::Text("{ profile { id } }".into()), .. };
//! let reply = api.execute(request, client).await;
//! assert_eq!(reply.status, ReplyStatus::Executed);
//! ```
//!
//! To add a limit for documents, add it to [`limits`]. A limit that depends on variables belongs in `plan::cost`.

mod api;
mod coercion;
mod collect;
mod document;
mod introspection;
mod limits;
mod plan;
mod reply;
mod request;
mod response;
mod subscription;
mod transport;

pub use api::{Api, DocumentPolicy};
pub use document::TrustedDocumentsError;
pub use reply::{Reply, ReplyStatus};
pub use request::{DocumentSource, Request};
pub use subscription::{AuthenticatedSubscriber, Payload, Subscriber, SubscriberRejected};
pub use transport::Transport;
