//! Sessions: refreshing, listing, ending and watching them.

mod count;
mod ended_within_request;
mod list;
mod refresh;
mod revocation;
mod watch;
