//! Sessions: refreshing, listing, ending and watching them.

mod count;
mod ended_within_request;
mod list;
mod logout;
mod many;
mod refresh;
mod retries;
mod revocation;
mod theft;
mod watch;
