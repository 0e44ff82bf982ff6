//! Being allowed to try: what every verb that hashes asks for, once it has its turn.

use super::{Accounts, Failure, TooManyAttempts, event::Event};
use crate::throttle::{Attempt, NotAllowed};

impl Accounts {
    /// Counts an attempt, if it is allowed.
    pub(super) async fn count<R: From<TooManyAttempts>>(&self, attempt: &Attempt) -> Result<(), Failure<R>> {
        let counted = attempt.count(&self.db, self.clock.now()).await;
        if let Err(NotAllowed::TooMany(TooManyAttempts { limited, .. })) = &counted {
            Event::TooManyAttempts(*limited).record();
        }
        Ok(counted?)
    }
}
