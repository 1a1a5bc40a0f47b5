//! What a certificate is.

use super::*;

/// The key of a certificate that asks for none.
pub const RSA_2048: &str = "RSA_2048";
/// Once it can be used.
pub const ISSUED: &str = "ISSUED";
/// While AWS looks for the record.
pub const PENDING: &str = "PENDING_VALIDATION";
/// Of these nothing comes any more: another one is requested.
const DEAD: [&str; 2] = ["FAILED", "VALIDATION_TIMED_OUT"];

/// A public certificate that is validated by DNS.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Certificate {
    /// The domain name, or `*.` and one.
    pub domain_name: String,
    /// Of its key, as a request spells it.
    pub key_algorithm: String,
    /// Whether AWS has issued it.
    pub status: String,
    /// The record by which it is validated.
    #[serde(flatten)]
    pub validation: Validation,
    /// All but the one that [`Validation`] is read from.
    #[serde(rename = "tags")]
    pub tags: Tags,
}

impl Certificate {
    /// One that is wanted: issued, by a record in this hosted zone.
    pub fn wanted(domain_name: &str, hosted_zone_id: &str, tags: Tags) -> Self {
        Self {
            domain_name: domain_name.to_owned(),
            key_algorithm: RSA_2048.into(),
            status: ISSUED.into(),
            validation: Validation::there(hosted_zone_id),
            tags,
        }
    }

    /// True if it will never be issued.
    pub(super) fn is_dead(&self) -> bool {
        is_dead(&self.status)
    }
}

/// True for a status of a certificate that will never be issued.
pub(super) fn is_dead(status: &str) -> bool {
    DEAD.contains(&status)
}
