//! Why the server cannot start.

use std::{io, net::SocketAddr};

use sea_orm::DbErr;

use crate::{
    config::SecretFileError,
    graphql::TrustedDocumentsError,
    mail::{CertificateError, TemplateError},
    secrets::{KeyFolderError, SigningError, WeakSecretError},
};

/// Why the server, or its services, cannot start. The messages are for the operator and contain no secret.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or migrated.
    #[error("cannot open or migrate the database {0}: {1}")]
    Database(String, DbErr),
    /// The file with the signing secret cannot be used.
    #[error("the signing secret in {0} {1}")]
    SecretFile(String, SecretFileError),
    /// No signing secret can be generated.
    #[error("cannot generate a signing secret: {0}")]
    Randomness(WeakSecretError),
    /// The signing key cannot be made from the signing secret.
    #[error(transparent)]
    SigningKey(#[from] SigningError),
    /// The folder with the signing keys cannot be used.
    #[error("cannot use the signing keys: {0}")]
    Keys(#[from] KeyFolderError),
    /// The folder has no key that signs.
    #[error("{0} has no key that signs; generate one with `latchkey keys generate`")]
    NoKey(String),
    /// The manifest of trusted documents cannot be read.
    #[error("cannot read the manifest {0}: {1}")]
    Manifest(String, io::Error),
    /// The manifest of trusted documents is not valid.
    #[error("the manifest {0} {1}")]
    Documents(String, TrustedDocumentsError),
    /// A mail template is not valid.
    #[error("MAIL_TEMPLATES: {0}")]
    Template(#[from] TemplateError),
    /// The certificates for the connection to the mail server cannot be used.
    #[error("SMTP_CA_FILE: {0}")]
    Certificates(#[from] CertificateError),
    /// The threads for password hashing cannot be started.
    #[error("cannot start threads to hash passwords: {0}")]
    Threads(io::Error),
    /// The address is not available.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
}
