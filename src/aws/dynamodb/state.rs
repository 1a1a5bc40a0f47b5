//! What a table is.

use super::*;

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    /// Hash key, then the range key if there is one.
    pub key_schema: Vec<Key>,
    /// How it is paid for.
    #[serde(flatten)]
    pub billing: Billing,
    /// Global secondary indexes by name.
    pub global_secondary_indexes: BTreeMap<String, Index>,
    /// Local secondary indexes by name.
    pub local_secondary_indexes: BTreeMap<String, Index>,
    /// Encryption at rest.
    #[serde(rename = "SSESpecification")]
    pub sse: SseSpecification,
    /// What its stream carries; `None`: it has no stream.
    pub stream_view_type: Option<String>,
    /// The attribute that says when an item expires; `None`: items do not.
    pub time_to_live_attribute: Option<String>,
    /// True if it can be restored to any second of the last 35 days.
    pub point_in_time_recovery_enabled: bool,
    /// True if it cannot be deleted.
    pub deletion_protection_enabled: bool,
    pub tags: Tags,
}

/// One attribute of a key schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    /// The attribute.
    pub attribute_name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
    /// `HASH` or `RANGE`.
    pub key_type: String,
}

/// How reads and writes are paid for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "BillingMode")]
pub enum Billing {
    /// By use.
    #[serde(rename = "PAY_PER_REQUEST")]
    OnDemand,
    /// By what is reserved.
    #[serde(rename = "PROVISIONED")]
    Provisioned {
        /// Of the table; each global index has its own.
        #[serde(rename = "ProvisionedThroughput")]
        throughput: Throughput,
    },
}

/// Reserved capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Throughput {
    /// Strongly consistent reads of 4 KB per second.
    pub read_capacity_units: i64,
    /// Writes of 1 KB per second.
    pub write_capacity_units: i64,
}

/// A secondary index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Index {
    /// Hash key, then the range key if there is one.
    pub key_schema: Vec<Key>,
    /// Which attributes it contains besides the keys.
    pub projection: Projection,
    /// Reserved capacity of a global index of a provisioned table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_throughput: Option<Throughput>,
}

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Projection {
    /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
    pub projection_type: String,
    /// The attributes of `INCLUDE`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub non_key_attributes: BTreeSet<String>,
}

/// Encryption at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SseSpecification {
    /// False: a key that AWS owns, which costs nothing and leaves no trace in the account.
    #[serde(rename = "Enabled")]
    pub enabled: bool,
    /// `KMS` where it is enabled.
    #[serde(rename = "SSEType", default, skip_serializing_if = "Option::is_none")]
    pub sse_type: Option<String>,
    /// The user's own key; without it, the AWS-managed one.
    #[serde(rename = "KMSMasterKeyId", default, skip_serializing_if = "Option::is_none")]
    pub kms_master_key_id: Option<String>,
}

impl SseSpecification {
    /// A key that AWS owns.
    pub fn aws_owned() -> Self {
        Self { enabled: false, sse_type: None, kms_master_key_id: None }
    }

    /// The account's AWS-managed key for DynamoDB.
    pub fn aws_managed() -> Self {
        Self { enabled: true, sse_type: Some("KMS".into()), kms_master_key_id: None }
    }

    /// A key of the user's, by its ARN.
    pub fn key(arn: impl Into<String>) -> Self {
        Self { kms_master_key_id: Some(arn.into()), ..Self::aws_managed() }
    }
}

impl Table {
    /// True if no call leads from `live` to this: keys and local indexes are fixed at birth.
    pub(super) fn must_replace(&self, live: &Self) -> bool {
        self.key_schema != live.key_schema || self.local_secondary_indexes != live.local_secondary_indexes
    }

    /// The effect of `UpdateTable`.
    pub(super) fn updated(mut self, input: &UpdateTable) -> Self {
        match (input.billing_mode.as_deref(), input.provisioned_throughput) {
            (Some("PAY_PER_REQUEST"), _) => {
                self.billing = Billing::OnDemand;
                self.global_secondary_indexes.values_mut().for_each(|index| index.provisioned_throughput = None);
            }
            (_, Some(throughput)) => self.billing = Billing::Provisioned { throughput },
            _ => {}
        }
        for change in input.global_secondary_index_updates.iter().flatten() {
            self.index_updated(change, input);
        }
        if let Some(stream) = &input.stream_specification {
            self.stream_view_type = stream.view_type().map(str::to_owned);
        }
        self.sse = input.sse_specification.clone().unwrap_or(self.sse);
        self.deletion_protection_enabled =
            input.deletion_protection_enabled.unwrap_or(self.deletion_protection_enabled);
        self
    }

    pub(super) fn index_updated(&mut self, change: &GlobalIndexUpdate, input: &UpdateTable) {
        match change {
            GlobalIndexUpdate::Create(index) => {
                let types = input.attribute_definitions.as_deref().unwrap_or_default();
                self.global_secondary_indexes.insert(index.index_name.clone(), index.index(types));
            }
            GlobalIndexUpdate::Update(update) => {
                if let Some(index) = self.global_secondary_indexes.get_mut(&update.index_name) {
                    index.provisioned_throughput = Some(update.provisioned_throughput);
                }
            }
            GlobalIndexUpdate::Delete(index) => drop(self.global_secondary_indexes.remove(&index.index_name)),
        }
    }
}
