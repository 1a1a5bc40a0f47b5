//! The calls on a certificate and its record.

use super::*;
use crate::aws::route53::Action;

calls! {
    /// The calls on a certificate and its record.
    pub enum Call {
        /// Asks for the certificate.
        "acm:RequestCertificate" => Request(RequestCertificate),
        /// Makes or deletes the record by which it is validated.
        "route53:ChangeResourceRecordSets" => Record(ChangeResourceRecordSets),
        /// Adds or changes tags.
        "acm:AddTagsToCertificate" => Tag(AddTagsToCertificate),
        /// Removes tags.
        "acm:RemoveTagsFromCertificate" => Untag(RemoveTagsFromCertificate),
        /// Deletes the certificate.
        "acm:DeleteCertificate" => Delete(DeleteCertificate),
    }
}

tag_calls!(Call: Tag(AddTagsToCertificate), Untag(RemoveTagsFromCertificate));

/// How AWS shall find out that the domain is ours: it would write mails else.
const DNS: &str = "DNS";

/// Input of `RequestCertificate`, without the token, which is generated when it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RequestCertificate {
    pub(super) domain_name: String,
    pub(super) validation_method: String,
    pub(super) key_algorithm: String,
    #[serde(with = "crate::aws::tags::listed")]
    pub(super) tags: Tags,
}

/// Input of `AddTagsToCertificate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AddTagsToCertificate {
    pub(in crate::aws) certificate_arn: Text,
    #[serde(with = "crate::aws::tags::listed")]
    pub(in crate::aws) tags: Tags,
}

/// Input of `RemoveTagsFromCertificate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemoveTagsFromCertificate {
    pub(super) certificate_arn: Text,
    pub(super) tags: Vec<TagKey>,
}

/// A tag that goes, whatever its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TagKey {
    pub(super) key: String,
}

/// Input of `DeleteCertificate`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteCertificate {
    pub(super) certificate_arn: Text,
}

/// Input of `ChangeResourceRecordSets`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChangeResourceRecordSets {
    /// The zone.
    pub(super) hosted_zone_id: String,
    pub(super) change_batch: ChangeBatch,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ChangeBatch {
    pub(super) changes: [Change; 1],
}

/// A change of the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Change {
    /// What becomes of it.
    pub(super) action: Action,
    pub(super) resource_record_set: ResourceRecordSet,
}

/// The record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResourceRecordSet {
    /// As AWS has made it up.
    pub(super) name: Text,
    #[serde(rename = "Type")]
    pub(super) kind: Cname,
    #[serde(rename = "TTL")]
    pub(super) ttl: i64,
    pub(super) resource_records: [ResourceRecord; 1],
}

/// The one type that such a record has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Cname {
    /// Another name for it.
    Cname,
}

/// What the record leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ResourceRecord {
    /// As AWS has made it up.
    pub(super) value: Text,
}

impl RequestCertificate {
    /// The call that asks for this certificate.
    pub(super) fn of(want: &Certificate) -> Self {
        let mut tags = want.tags.clone();
        tags.insert(tag::PARTS.into(), Validation::tag_value(&want.validation.hosted_zone_id, false));
        Self {
            domain_name: want.domain_name.clone(),
            validation_method: DNS.into(),
            key_algorithm: want.key_algorithm.clone(),
            tags,
        }
    }

    /// What it leads to, where there is no record yet.
    pub(super) fn certificate(&self) -> Certificate {
        let mut tags = self.tags.clone();
        let parts = tags.remove(tag::PARTS);
        Certificate {
            domain_name: self.domain_name.clone(),
            key_algorithm: self.key_algorithm.clone(),
            status: PENDING.into(),
            validation: Validation::from_tag(parts.as_deref()),
            tags,
        }
    }
}

impl AddTagsToCertificate {
    /// The effect: on the tags, on what one of them says of the record, and where nothing changes at all, that AWS has issued the
    /// certificate by then.
    pub(super) fn apply(&self, certificate: &mut Certificate) {
        let mut tags = self.tags.clone();
        match tags.remove(tag::PARTS) {
            Some(parts) => certificate.validation = Validation::from_tag(Some(&parts)),
            None if tags.iter().all(|(key, value)| certificate.tags.get(key) == Some(value)) => {
                certificate.status = ISSUED.into();
            }
            None => certificate.tags.extend(tags),
        }
    }
}

impl RemoveTagsFromCertificate {
    /// The effect on the tags.
    pub(super) fn apply(&self, certificate: &mut Certificate) {
        certificate.tags.retain(|key, _| !self.tags.iter().any(|gone| gone.key == *key));
    }
}

impl TagInput for AddTagsToCertificate {
    type Resource = Text;
    type Change = Tags;
    fn of(certificate_arn: Text, tags: Tags) -> Self {
        Self { certificate_arn, tags }
    }
}

impl TagInput for RemoveTagsFromCertificate {
    type Resource = Text;
    type Change = Vec<String>;
    fn of(certificate_arn: Text, keys: Vec<String>) -> Self {
        Self { certificate_arn, tags: keys.into_iter().map(|key| TagKey { key }).collect() }
    }
}

impl ChangeResourceRecordSets {
    /// The call that makes or deletes a certificate's record.
    pub(super) fn of(id: &Id, action: Action, validation: &Validation) -> Self {
        let resource_record_set = ResourceRecordSet {
            name: output(id, NAME),
            kind: Cname::Cname,
            ttl: validation.ttl,
            resource_records: [ResourceRecord { value: output(id, VALUE) }],
        };
        Self {
            hosted_zone_id: validation.hosted_zone_id.clone(),
            change_batch: ChangeBatch { changes: [Change { action, resource_record_set }] },
        }
    }

    /// The effect on the record.
    pub(super) fn apply(&self, certificate: &mut Certificate) {
        let [change] = &self.change_batch.changes;
        let is_there = change.action == Action::Create;
        let Validation { is_made, ttl, .. } = certificate.validation;
        certificate.validation = Validation { ttl, ..Validation::of(&self.hosted_zone_id, is_made, is_there) };
    }
}
