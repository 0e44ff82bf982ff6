//! Which password hashes of other systems can be imported.

use thiserror::Error;

use super::password_hash::{MAX_STORED_COST, PasswordHash, VERSIONS};

/// The lowest cost that bcrypt supports.
const MIN_COST: u32 = 4;

/// The prefixes of hashes that are not supported, and the names of their algorithms.
const UNSUPPORTED: [(&str, &str); 12] = [
    ("$2x$", "a broken version of bcrypt ($2x$)"),
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

/// Why a hash cannot be imported. The message does not contain the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ImportedHashError {
    /// The hash was made with another algorithm.
    #[error("the password hash was made with {0}; only bcrypt is supported")]
    UnsupportedAlgorithm(&'static str),
    /// The text is not a hash, or a part of it is missing.
    #[error("the password hash is not a complete bcrypt hash")]
    Malformed,
    /// Checking the hash would be too little or too much work.
    #[error("the password hash has cost {0}; costs from {MIN_COST} to {MAX_STORED_COST} are supported")]
    UnsupportedCost(u32),
}

impl PasswordHash {
    /// Parses a hash that another system made. Nearly all bcrypt implementations cut passwords off after 72 bytes, so the
    /// result does, too.
    ///
    /// # Errors
    ///
    /// [`ImportedHashError`].
    pub fn imported(text: &str) -> Result<Self, ImportedHashError> {
        let text = text.trim();
        if let Some((_, algorithm)) = UNSUPPORTED.iter().find(|(prefix, _)| text.starts_with(prefix)) {
            return Err(ImportedHashError::UnsupportedAlgorithm(algorithm));
        }
        let parts: bcrypt::HashParts = text.parse().map_err(|_| ImportedHashError::Malformed)?;
        let is_well_formed = VERSIONS.iter().any(|version| text.starts_with(version)) && !text.contains('+');
        match parts.get_cost() {
            _ if !is_well_formed => Err(ImportedHashError::Malformed),
            cost if !(MIN_COST..=MAX_STORED_COST).contains(&cost) => Err(ImportedHashError::UnsupportedCost(cost)),
            _ => Ok(Self { text: text.to_owned(), truncates: true }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_that_is_not_bcrypt_is_rejected_and_not_shown() {
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
        let with_cost = |cost: &str| PasswordHash::imported(&good.replace("$04$", cost));
        assert_eq!(with_cost("$03$"), Err(ImportedHashError::UnsupportedCost(3)));
        assert_eq!(with_cost("$17$"), Err(ImportedHashError::UnsupportedCost(17)));
        let argon = PasswordHash::imported("$argon2id$v=19$m=65536").unwrap_err();
        assert_eq!(argon.to_string(), "the password hash was made with Argon2; only bcrypt is supported");
    }
}
