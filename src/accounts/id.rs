//! Ids: UUIDv7, made of the clock's time and of chance, so that they sort by age and nobody guesses the next.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::{Builder, NoContext, Timestamp, Uuid};

/// A new id for something that begins now.
pub(super) fn new(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// What comes before every id of something that began at this moment or later, and after all others.
pub(super) fn first_of(moment: DateTime<Utc>) -> Uuid {
    let milliseconds = u64::try_from(moment.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(milliseconds, &[0; 10]).into_uuid()
}

macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(pub(super) Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl $name {
            /// The id that is written like this, in lower case and with hyphens.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text)
            }

            /// The same, where what can be no id is nobody's: the nil id, which is never given to anything.
            #[must_use]
            pub fn named(text: &str) -> Self {
                Self::parse(text).unwrap_or(Self(Uuid::nil()))
            }
        }
    };
}

id!(UserId, "A user's id: the `sub` of their access tokens.");
id!(SessionId, "A session's id: the `sid` of its access tokens.");
