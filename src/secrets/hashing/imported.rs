//! Which hashes of other systems can be taken over.

use thiserror::Error;

use super::{MAX_STORED_COST, PasswordHash, VERSIONS};

/// The lowest cost that bcrypt has.
const MIN_COST: u32 = 4;

/// How hashes begin that are none of bcrypt's, and what their makers call them.
const OTHERS: [(&str, &str); 12] = [
    ("$2x$", "a bcrypt that was broken ($2x$)"),
    ("$argon2", "Argon2"),
    ("$bcrypt-sha256$", "bcrypt over SHA-256"),
    ("bcrypt_sha256$", "bcrypt over SHA-256"),
    ("$pbkdf2", "PBKDF2"),
    ("pbkdf2", "PBKDF2"),
    ("$scrypt$", "scrypt"),
    ("scrypt:", "scrypt"),
    ("$y$", "yescrypt"),
    ("$6$", "SHA-512 crypt"),
    ("$5$", "SHA-256 crypt"),
    ("$1$", "MD5 crypt"),
];

/// Why a hash cannot be taken over. Shows nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ImportedHashError {
    /// Another function made it.
    #[error("the password hash is of {0}, not of bcrypt")]
    OtherFunction(&'static str),
    /// It is no hash, or one that lost something on its way.
    #[error("the password hash is none of bcrypt, or not whole")]
    Malformed,
    /// Checking it would be too little or too much work.
    #[error("the password hash has cost {0}; costs from {MIN_COST} to {MAX_STORED_COST} are taken")]
    Cost(u32),
}

impl PasswordHash {
    /// A hash that another system made. All of bcrypt's makers but a few of today's cut passwords off after 72 bytes.
    ///
    /// # Errors
    ///
    /// [`ImportedHashError`].
    pub fn imported(text: &str) -> Result<Self, ImportedHashError> {
        let text = text.trim();
        if let Some((_, maker)) = OTHERS.iter().find(|(start, _)| text.starts_with(start)) {
            return Err(ImportedHashError::OtherFunction(maker));
        }
        let parts: bcrypt::HashParts = text.parse().map_err(|_| ImportedHashError::Malformed)?;
        let is_written_right = VERSIONS.iter().any(|version| text.starts_with(version)) && !text.contains('+');
        match parts.get_cost() {
            _ if !is_written_right => Err(ImportedHashError::Malformed),
            cost if !(MIN_COST..=MAX_STORED_COST).contains(&cost) => Err(ImportedHashError::Cost(cost)),
            _ => Ok(Self { text: text.to_owned(), truncates: true }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_bcrypts_is_refused_and_not_shown() {
        let good = "$2b$04$abcdefghijklmnopqrstuuOHKGtLJAVEc7H7MiSNSEsyyPPLdjkpW";
        assert!(PasswordHash::imported(&format!(" {good}\n")).is_ok_and(|hash| hash.text == good && hash.truncates));
        for bad in [
            "",
            "hunter2",
            &good[..59],
            &format!("{good}a"),
            &good.replace("$2b$", "$2c$"),
            &good.replace("$04$", "$+4$"),
            &good.replace('O', "!"),
            &good.replace('O', "é"),
        ] {
            assert_eq!(PasswordHash::imported(bad), Err(ImportedHashError::Malformed), "{bad}");
        }
        assert_eq!(PasswordHash::imported(&good.replace("$04$", "$03$")), Err(ImportedHashError::Cost(3)));
        assert_eq!(PasswordHash::imported(&good.replace("$04$", "$17$")), Err(ImportedHashError::Cost(17)));
        let argon = PasswordHash::imported("$argon2id$v=19$m=65536").unwrap_err();
        assert_eq!(argon.to_string(), "the password hash is of Argon2, not of bcrypt");
    }
}
