//! Ids: UUIDv7 from the clock and random bits, so that they sort by age and cannot be guessed.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::{Builder, NoContext, Timestamp, Uuid};

/// Creates an id.
pub(super) fn new(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// The lower bound of all ids that are created at this moment or later.
pub(super) fn first_of(moment: DateTime<Utc>) -> Uuid {
    let milliseconds = u64::try_from(moment.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid()
}

/// When an id was created.
pub(super) fn began(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanoseconds)
}

/// Parses an id in a request: a UUID with hyphens in either case (RFC 9562 §4); `None` for any other text, which no id
/// has.
pub(super) fn parse(text: &str) -> Option<Uuid> {
    // The length excludes the forms without hyphens, in braces, and as a URN.
    (text.len() == uuid::fmt::Hyphenated::LENGTH).then(|| Uuid::try_parse(text).ok())?
}

macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub(super) Uuid);

        /// Lower case with hyphens.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl $name {
            /// Parses an id: a UUID with hyphens, in upper or lower case (RFC 9562 §4).
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                parse(text).map(Self)
            }

            /// Parses an id; text that is not an id becomes the nil id, which nothing has.
            #[must_use]
            pub fn named(text: &str) -> Self {
                Self::parse(text).unwrap_or(Self(Uuid::nil()))
            }
        }
    };
}

id!(UserId, "A user's id: the `sub` of their access tokens.");
id!(SessionId, "A session's id: the `sid` of its access tokens.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_with_hyphens_in_either_case() {
        let id = "01a21c78-c0bc-7b72-8c94-579e61b3219e";
        for text in [id, &id.to_uppercase(), "01A21c78-c0bc-7B72-8c94-579E61b3219e"] {
            assert_eq!(UserId::parse(text).unwrap().to_string(), id, "{text}");
        }
        let simple = id.replace('-', "");
        for text in [&*simple, &format!("{{{id}}}"), &format!("urn:uuid:{id}"), &format!(" {id}"), "", "x"] {
            assert_eq!(UserId::parse(text), None, "{text}");
        }
        for text in ["01a21c78c0bc-7b72-8c94-579e61b3219e-", "01a21c78-c0bc-7b72-8c94-579e61b321\u{e9}"] {
            assert_eq!((text.len(), UserId::parse(text)), (36, None), "{text}");
        }
    }
}
