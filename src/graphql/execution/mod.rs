//! From a valid document to what async-graphql executes (specification, section 6).
//!
//! [`coercion`] coerces the variables of a request, [`plan::cost`] measures what it asks for, and [`plan`] turns the operation
//! into one without variables, fragments and directives, in which each field is selected once; [`response`] writes the
//! answer within its limits. Introspection is answered here
//! ([`introspection`]), because its work has to be bounded while it is done.

mod api;
mod coercion;
mod collect;
mod document;
pub(super) mod instrument;
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
