//! The settings of sessions and of the refresh tokens that prolong them.

use chrono::TimeDelta;

use crate::config::{
    kind::{days, seconds},
    settings_macro::settings,
};

settings! {
    /// How long users stay logged in.
    #[group("Sessions")]
    pub struct SessionConfig {
        /// The lifetime of a refresh token, in days. A session that is not refreshed for this long expires.
        #[setting("REFRESH_TOKEN_EXPIRE_DAYS", default = "30", days(1..=400))]
        pub refresh_token_lifetime: TimeDelta,

        /// The maximum lifetime of a session, in days, however often it is refreshed.
        #[setting("SESSION_EXPIRE_DAYS", default = "180", days(1..=3650))]
        pub lifetime: TimeDelta,

        /// For how many seconds a used refresh token still returns the newest pair of tokens, for browser tabs that
        /// refresh at the same time. 5 more seconds allow for clocks that differ. A refresh token whose response was lost
        /// returns the same pair at any time, until a token of that pair is used.
        #[setting("REFRESH_GRACE_SECONDS", default = "10", seconds(0..=60))]
        pub refresh_grace: TimeDelta,
    }
}
