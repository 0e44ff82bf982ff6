//! Loads the keys and the secret that tokens are signed with, and generates those that are missing.

use super::StartError;
use crate::{
    clock::Clock,
    config::{self, Config, SecretKey},
    database::Location,
    secrets::{KeyFolder, Keyring, SigningKey, SigningSecret},
};

/// The signing keys, and their folder unless they are derived from the signing secret.
pub(super) fn signing_keys(
    config: &Config,
    secret: &SigningSecret,
    clock: &Clock,
) -> Result<(Keyring, Option<KeyFolder>), StartError> {
    if config.access_tokens.algorithm.is_symmetric() {
        return Ok((Keyring::single(SigningKey::hs256(secret)?), None));
    }
    let (folder, now) = (config.access_tokens.key_folder(), clock.now());
    let (mut keys, bad) = folder.read()?;
    if let Some(bad) = bad.into_iter().next() {
        return Err(bad.into());
    }
    if !keys.can_sign(now) {
        // With a SQLite file there is only one instance. Several instances would each generate a key that the others do
        // not have.
        if matches!(config.database.url.location(), Location::Server { .. }) {
            return Err(StartError::NoKey(config.access_tokens.signing_keys.display().to_string()));
        }
        let kid = folder.generate(config.access_tokens.algorithm, now)?;
        tracing::info!(target: "latchkey::keys", %kid, folder = %config.access_tokens.signing_keys.display(), "signing key generated");
        (keys, _) = folder.read()?;
    }
    if keys.algorithm(now) != Some(config.access_tokens.algorithm) {
        tracing::warn!(target: "latchkey::keys", algorithm = %config.access_tokens.algorithm,
            "the current signing key is for another algorithm; replace it with `latchkey keys rotate`"
        );
    }
    Ok((keys, Some(folder)))
}

/// The signing secret: from the settings, from its file, or a new one.
pub(super) fn signing_secret(key: &SecretKey) -> Result<SigningSecret, StartError> {
    match key {
        SecretKey::Given(secret) => Ok(secret.clone()),
        SecretKey::File(path) => {
            let (secret, is_new) = config::read_or_generate(path)
                .map_err(|unreadable| StartError::SecretFile(path.display().to_string(), unreadable))?;
            if is_new {
                tracing::info!(target: "latchkey::keys", file = %path.display(), "signing secret generated; tokens of an earlier one are not valid");
            }
            Ok(secret)
        }
        SecretKey::Ephemeral => config::new_secret().map_err(StartError::Randomness),
    }
}
