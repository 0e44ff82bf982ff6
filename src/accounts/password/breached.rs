//! Refusing passwords that have leaked elsewhere, because attackers try them first.

use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        validation::form::{Field, Rule, Violations},
    },
    breaches::Lookup,
};

const LEAKED: &str =
    "This password has leaked from another site. Choose another one here, and wherever else you use it.";

impl Accounts {
    /// Refuses a new password that is known to have leaked (NIST SP 800-63B-4 §3.1.1.2). Called after the form was
    /// validated, and before anything is hashed. If the lookup fails, the password is accepted.
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
