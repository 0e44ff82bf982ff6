//! The settings of access tokens and of the keys that sign them.

use std::path::PathBuf;

use chrono::TimeDelta;

use super::database::DatabaseConfig;
use crate::{
    config::{
        kind::{Kind, NONE, choice, minutes, optional, path, text},
        settings_macro::{DefaultValue, settings},
    },
    database::Location,
    secrets::{Algorithm, KeyFolder, LEEWAY, SigningSecret, TokenProfile},
};

settings! {
    /// How access tokens are signed, what they say, and how long they are valid.
    #[group("Access tokens")]
    pub struct AccessTokenConfig(database: &DatabaseConfig) {
        /// The secret that signs access tokens and derives refresh tokens. Required with PostgreSQL. With SQLite it is
        /// generated once and kept in `FILE.secret`.
        #[setting(
            "SECRET_KEY",
            default = DefaultValue::Described("generated next to the SQLite file"),
            SecretKeyKind(database.url.location()),
            secret
        )]
        pub secret_key: SecretKey,

        /// The secret that `SECRET_KEY` replaced: what it signed is still accepted. To change the secret of several
        /// instances, first set the new one here, then exchange the two, then remove the old one after
        /// `SESSION_EXPIRE_DAYS`.
        #[setting("SECRET_KEY_PREVIOUS", default = "none", optional(NONE, PreviousSecretKind), secret)]
        pub previous_secret_key: Option<SigningSecret>,

        /// The algorithm that signs access tokens: `HS256` signs with `SECRET_KEY`, the others with keys that other
        /// services can verify.
        #[setting("ALGORITHM", default = "HS256", choice(&Algorithm::ALL))]
        pub algorithm: Algorithm,

        /// The folder with the signing keys, for every algorithm except `HS256`. `latchkey keys` generates and rotates
        /// them.
        #[setting("SIGNING_KEYS", default = "latchkey-keys", path())]
        pub signing_keys: PathBuf,

        /// The lifetime of an access token, in minutes.
        #[setting("ACCESS_TOKEN_EXPIRE_MINUTES", default = "15", minutes(1..=1440))]
        pub lifetime: TimeDelta,

        /// The `iss` claim of access tokens.
        #[setting("TOKEN_ISSUER", default = "latchkey", text())]
        pub issuer: String,

        /// The `aud` claim of access tokens.
        #[setting("TOKEN_AUDIENCE", default = "latchkey", text())]
        pub audience: String,

        /// The `client_id` claim of access tokens, which RFC 9068 requires.
        #[setting("TOKEN_CLIENT_ID", default = "latchkey", text())]
        pub client_id: String,
    }
}

impl AccessTokenConfig {
    /// What all access tokens have in common.
    #[must_use]
    pub fn profile(&self) -> TokenProfile {
        TokenProfile {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            client_id: self.client_id.clone(),
            lifetime: self.lifetime,
        }
    }

    /// The folder with the signing keys.
    #[must_use]
    pub fn key_folder(&self) -> KeyFolder {
        KeyFolder::new(self.signing_keys.clone(), self.lifetime + LEEWAY)
    }
}

/// The secret that signs access tokens, or where it is kept.
#[derive(Clone, Debug)]
pub enum SecretKey {
    /// The secret that the operator gave.
    Given(SigningSecret),
    /// The file that keeps the secret. It is generated if the file does not exist.
    File(PathBuf),
    /// A secret that is generated for the lifetime of the process, like its database in memory.
    Ephemeral,
}

struct PreviousSecretKind;

impl Kind for PreviousSecretKind {
    type Value = SigningSecret;

    fn expected(&self) -> String {
        "at least 32 bytes".to_owned()
    }

    fn parse(&self, text: &str) -> Result<SigningSecret, String> {
        SigningSecret::parse(text).map_err(|weak| weak.to_string())
    }

    fn show(&self, _: &SigningSecret) -> String {
        "********".to_owned()
    }
}

struct SecretKeyKind<'d>(&'d Location);

impl Kind for SecretKeyKind<'_> {
    type Value = SecretKey;

    fn expected(&self) -> String {
        "at least 32 bytes".to_owned()
    }

    fn parse(&self, text: &str) -> Result<SecretKey, String> {
        SigningSecret::parse(text).map(SecretKey::Given).map_err(|weak| weak.to_string())
    }

    fn show(&self, key: &SecretKey) -> String {
        match key {
            SecretKey::Given(_) => "********".to_owned(),
            SecretKey::File(path) => format!("in {}", path.display()),
            SecretKey::Ephemeral => "generated for this process".to_owned(),
        }
    }

    fn default(&self, _description: &str) -> SecretKey {
        match self.0 {
            Location::File(file) => {
                let mut name = file.clone().into_os_string();
                name.push(".secret");
                SecretKey::File(name.into())
            }
            Location::Memory | Location::Server { .. } => SecretKey::Ephemeral,
        }
    }

    fn required(&self) -> Option<String> {
        let is_server = matches!(self.0, Location::Server { .. });
        is_server.then(|| "is required with PostgreSQL; `openssl rand -hex 32` generates one".to_owned())
    }
}
