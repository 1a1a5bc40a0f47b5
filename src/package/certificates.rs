//! The certificates that pip is configured to trust, besides the system's.
//!
//! The HTTP client panics at a certificate that it cannot read, so it gets only those that it can.

#![expect(clippy::disallowed_methods, reason = "they are files of the user's")]

use super::PackageError;
use aws_smithy_http_client::tls::TrustStore;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::fs;
use std::path::{Path, PathBuf};

/// The system's certificates and those of these files.
pub(super) fn trusted(files: &[PathBuf]) -> Result<TrustStore, PackageError> {
    let mut store = TrustStore::default();
    for path in files {
        let bytes = fs::read(path).map_err(PackageError::io("read", path))?;
        for pem in readable(path, &bytes)? {
            store = store.with_pem_certificate(pem);
        }
    }
    Ok(store)
}

/// Each certificate that can be trusted, by itself; an error where there is none.
fn readable(path: &Path, bytes: &[u8]) -> Result<Vec<String>, PackageError> {
    let all: Result<Vec<CertificateDer<'_>>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    let all = all.unwrap_or_default().into_iter();
    let pems: Vec<String> =
        all.filter(|der| RootCertStore::empty().add(der.clone()).is_ok()).map(|der| pem(&der)).collect();
    if pems.is_empty() {
        let (origin, reason) = (path.display().to_string(), "it contains no certificate in PEM format".to_owned());
        return Err(PackageError::IndexSetting { origin, reason });
    }
    Ok(pems)
}

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        for text in [
            "",
            "no certificate",
            &pem(b"no certificate"),
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ] {
            fs::write(&path, text).unwrap();
            let error = trusted(std::slice::from_ref(&path)).unwrap_err().to_string();
            assert!(error.contains("ca.pem") && error.contains("no certificate in PEM form"), "{error}");
        }
        assert!(trusted(&[folder.path().join("absent.pem")]).is_err());
        assert!(trusted(&[]).is_ok());
    }
}
