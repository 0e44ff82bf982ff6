//! An e-mail address of a user, and its forms.

use latchkey_names::{Address, former};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::{
    accounts::validation::{
        form::{Broken, Rule},
        text,
    },
    entity,
};

/// The longest address that mail can be sent to, in bytes (RFC 5321 §4.5.3.1.3, less its brackets).
const MAX_BYTES: usize = 254;

/// An e-mail address that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct Email {
    /// As the user wrote it.
    pub(in crate::accounts) written: String,
    /// The same for every spelling of an address that receives the same mail; unique, and used for lookups and limits.
    pub(in crate::accounts) canonical: String,
    /// What earlier releases stored for this spelling.
    former: String,
}

impl Email {
    pub(in crate::accounts) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let written = text::tidy(input);
        if written.len() > MAX_BYTES {
            return Err(vec![(Rule::TooLong, format!("Use an e-mail address of at most {MAX_BYTES} bytes."))]);
        }
        // The mail module sends to the same addresses, and to those in the local network.
        let address = Address::parse(&written).filter(|address| address.domain.contains('.'));
        let format = || vec![(Rule::Format, "Write an e-mail address, such as ada@example.com.".to_owned())];
        let canonical = address.ok_or_else(format)?.canonical();
        Ok(Self { former: former(&written), written, canonical })
    }

    /// Whether both addresses receive the same mail.
    pub(in crate::accounts) fn is_same_as(&self, other: Option<&str>) -> bool {
        other.and_then(|other| Self::parse(other).ok()).is_some_and(|other| other.canonical == self.canonical)
    }

    /// What the row of a user with this address contains, in the order of preference.
    pub(in crate::accounts) fn forms(&self) -> [&str; 2] {
        [&self.former, &self.canonical]
    }

    /// Whether the row of another user, which could not be converted, has this address. For the canonical form, the
    /// unique index decides.
    pub(in crate::accounts) async fn is_taken_formerly(
        &self,
        db: &impl ConnectionTrait,
        by_other_than: Uuid,
    ) -> Result<bool, DbErr> {
        if self.former == self.canonical {
            return Ok(false);
        }
        entity::user::is_taken(db, entity::user::Column::EmailCanonical, &self.former, by_other_than).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_user_is_reached_through_the_internet() {
        for (text, rule) in [("ada@localhost", Rule::Format), ("a@b.123", Rule::Format), ("", Rule::Format)] {
            assert_eq!(Email::parse(text).unwrap_err()[0].0, rule, "{text:?}");
        }
        let long = format!("{}@example.com", "a".repeat(250));
        assert_eq!(Email::parse(&long).unwrap_err()[0].0, Rule::TooLong);
        assert_eq!(Email::parse(" Ada@Example.com ").unwrap().written, "Ada@Example.com");
    }
}
