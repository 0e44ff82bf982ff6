//! New passwords that leaked elsewhere are refused: whoever has such a list tries them first.

use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        validation::form::{Field, Rule, Violations},
    },
    breaches::Lookup,
};

/// What to do about it, wherever else it is used.
const LEAKED: &str =
    "This password has leaked from another site. Choose another one here, and wherever else you use it.";

impl Accounts {
    /// Refuses a new password that is known to have leaked (NIST SP 800-63B-4 §3.1.1.2). Asked when nothing else is wrong
    /// with the form, and before anything is hashed; where nobody can tell, the password will do.
    pub(in crate::accounts) async fn refuse_breached(
        &self,
        field: Field,
        password: &SecretString,
    ) -> Result<(), Violations> {
        let finding = self.breaches.look_up(password).await;
        if let Some(outcome) = finding.name() {
            self.metrics.record_breach_check(outcome);
        }
        match finding {
            Lookup::Found => Err(Violations::one(field, Rule::Breached, LEAKED)),
            Lookup::NotFound | Lookup::Failed | Lookup::NotConfigured => Ok(()),
        }
    }
}
