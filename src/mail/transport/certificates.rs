//! Loads the certificates that connections to a mail server trust.

use std::{fs, io, path::Path};

use lettre::transport::smtp::client::{Certificate, TlsParameters};

/// Why a file with certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, io::ErrorKind),
    /// The file contains no certificate.
    #[error("{0} contains no PEM certificate")]
    Empty(String),
}

/// The TLS parameters for this host. Trusts the certificates in `ca` in addition to the public ones.
pub(super) fn tls_parameters(host: String, ca: Option<&Path>) -> Result<TlsParameters, CertificateError> {
    let name = || ca.map(|path| path.display().to_string()).unwrap_or_default();
    let mut tls = TlsParameters::builder(host);
    if let Some(path) = ca {
        let pem = fs::read_to_string(path).map_err(|error| CertificateError::Unreadable(name(), error.kind()))?;
        if !pem.contains("-----BEGIN CERTIFICATE-----") {
            return Err(CertificateError::Empty(name()));
        }
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|_| CertificateError::Empty(name()))?;
        tls = tls.add_root_certificate(certificate);
    }
    tls.build().map_err(|_| CertificateError::Empty(name()))
}
