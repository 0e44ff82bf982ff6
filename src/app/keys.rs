//! Loads the keys and the secret that tokens are signed with, and generates those that are missing.

use std::path::Path;

use super::StartError;
use crate::{
    clock::Clock,
    config::{self, Config, SecretKey},
    database::Location,
    secrets::{KeyFolder, Keyring, LEEWAY, SigningSecret},
};

/// The signing keys, and their folder unless they are derived from the signing secret.
pub(super) fn signing_keys(
    config: &Config,
    secret: &SigningSecret,
    clock: &Clock,
) -> Result<(Keyring, Option<KeyFolder>), StartError> {
    if config.access_tokens.algorithm.is_symmetric() {
        let until = clock.now() + config.access_tokens.lifetime + LEEWAY;
        return Ok((Keyring::symmetric(secret, until)?, None));
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

/// The signing secret: from the settings, from its file, or a new one. Returns the file, too, if it was just created.
pub(super) fn signing_secret(key: &SecretKey) -> Result<(SigningSecret, Option<&Path>), StartError> {
    match key {
        SecretKey::Given(secret) => Ok((secret.clone(), None)),
        SecretKey::File(path) => {
            let (secret, is_new) = config::read_or_generate(path)
                .map_err(|unreadable| StartError::SecretFile(path.display().to_string(), unreadable))?;
            Ok((secret, is_new.then_some(path.as_path())))
        }
        SecretKey::Ephemeral => Ok((config::new_secret().map_err(StartError::Randomness)?, None)),
    }
}

/// Reports a secret that was just generated. Without the secret that a database with users was used with, all users are
/// logged out.
pub(super) fn report_new_secret(file: &Path, database_has_users: bool) {
    let file = file.display();
    if database_has_users {
        tracing::warn!(target: "latchkey::keys", %file,
            "signing secret generated, although the database has users: all of them are logged out, and all limits of \
             attempts begin anew. If you have a copy of the old secret, stop the server and restore it"
        );
    } else {
        tracing::info!(target: "latchkey::keys", %file, "signing secret generated");
    }
}
