//! `[compliance]`: AWS Config.
//!
//! The recorder needs other resources: a role that may read everything, a private bucket whose policy allows AWS Config
//! to deliver for this account only, and a delivery channel to it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::config::{self, RecorderOwner, RecordingGroup, channel_name, recorder_name};
use crate::aws::document::Document;
use crate::aws::{Kind, iam, s3};
use crate::manifest::names::{self, Names, OwnName};
use crate::manifest::{Cursor, Manifest, OnDelete, role};
use crate::name::{Address, Name, Owner, Site};

mod rule;

/// The section's name in the manifest.
pub const SECTION: &str = "compliance";

/// The bucket that the recorder delivers into.
pub const RECORDS: &str = "compliance-records";
/// The name in the address of the role with which they are written.
pub const RECORDER: &str = "compliance-recorder";

pub use rule::{Frequency, Rule, RuleScope};

/// AWS Config's part of the app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compliance {
    /// Who manages the recorder. An account has one recorder per region, so at most one stage manages it.
    #[serde(default)]
    pub recorder: RecorderMode,
    /// What happens to the records when the section is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// The rules by name.
    #[serde(default)]
    pub rule: BTreeMap<Name, Rule>,
}

/// Who looks after the recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RecorderMode {
    /// This app: recorder, delivery channel, role and bucket are created.
    Managed,
    /// Somebody else: a recorder exists already, and is left as it is.
    #[default]
    Existing,
}

impl Compliance {
    /// The names that rules give.
    pub(super) fn own_names(&self) -> Vec<OwnName> {
        let of = |(name, rule): (&Name, &Rule)| {
            let (raw, address) = (rule.name.clone()?, names::compliance_rule::address(name));
            Some(OwnName { section: &[SECTION, "rule"], name: name.clone(), address, raw })
        };
        self.rule.iter().filter_map(of).collect()
    }

    /// Adds the section's resources to what is wanted, and reports its problems.
    pub fn lower(&self, here: &Cursor) {
        let recorder = here.at("recorder");
        let mut needs = BTreeSet::new();
        match (self.recorder, here.sources.recorder) {
            (RecorderMode::Managed, RecorderOwner::Others) => note_existing(here),
            (RecorderMode::Managed, RecorderOwner::OnlyChannel) => {
                let help =
                    Some("delete that channel, or have its owner create a recorder and write recorder = \"existing\"");
                let message =
                    "this account and region have a delivery channel that belongs to somebody else, and no recorder";
                recorder.problem(message, help);
            }
            (RecorderMode::Managed, _) => needs = self.lower_recorder(&recorder),
            (RecorderMode::Existing, RecorderOwner::Us) if !self.rule.is_empty() => {
                let help = Some("keep recorder = \"managed\"; to hand the recorder over, remove the rules first");
                let message =
                    "the recorder belongs to this stage: \"existing\" would delete it while its rules need it";
                recorder.problem(message, help);
            }
            (RecorderMode::Existing, RecorderOwner::Nobody | RecorderOwner::OnlyChannel) => {
                let help = Some("set recorder = \"managed\", or create a recorder for the account first");
                let message = "this account and region have no AWS Config recorder";
                recorder.problem(message, help);
            }
            (RecorderMode::Existing, _) => {}
        }
        for (name, rule) in &self.rule {
            let here = here.at("rule").at(name).apart();
            needs.iter().cloned().for_each(|need| here.need(need));
            rule.lower(name, &here);
        }
    }

    /// Role, bucket, recorder and channel; gives what rules wait for.
    fn lower_recorder(&self, here: &Cursor) -> BTreeSet<Address> {
        let (Ok(name), Ok(role), Ok(records)) = ("compliance".parse::<Name>(), RECORDER.parse(), RECORDS.parse())
        else {
            return BTreeSet::new();
        };
        let role_address = lower_role(&role, &records, here);
        let bucket_address = self.lower_bucket(&records, here);
        let id = here.id(Kind::Recorder, &name, recorder_name(here.owner));
        let recorder_address = id.address.clone();
        let recorder = config::Recorder {
            role_arn: names::role::arn(here.site, here.owner, &role),
            recording_group: RecordingGroup::everything(),
            tags: here.tags(&recorder_address, &BTreeMap::new(), OnDelete::Retain),
        };
        let of_recorder = here.apart();
        of_recorder.need(role_address);
        of_recorder.add(id, recorder, false);
        let id = here.id(Kind::DeliveryChannel, &name, channel_name(here.owner));
        let channel_address = id.address.clone();
        let s3_bucket_name = names::bucket::physical(here.owner, here.site, &records);
        let of_channel = here.apart();
        of_channel.need(recorder_address.clone());
        of_channel.need(bucket_address);
        of_channel.add(id, config::DeliveryChannel { s3_bucket_name, recording: true }, false);
        BTreeSet::from([recorder_address, channel_address])
    }

    fn lower_bucket(&self, records: &Name, here: &Cursor) -> Address {
        let id = here.id(Kind::Bucket, records, names::bucket::physical(here.owner, here.site, records));
        let address = id.address.clone();
        let mut state = s3::Bucket::private(here.tags(&address, &BTreeMap::new(), self.on_delete));
        state.policy = Some(Document::new(delivery(records, here)));
        here.apart().add(id, state, false);
        address
    }
}

/// The resources with which the recorder of a manifest delivers, if the manifest manages one.
pub fn delivery_of(manifest: &Manifest, site: &Site, owner: &Owner) -> Option<Document> {
    let managed = manifest.compliance.as_ref().filter(|compliance| compliance.recorder == RecorderMode::Managed);
    let records: Name = managed.and_then(|_| RECORDS.parse().ok())?;
    Some(deliver(site, &names::bucket::arn(site, &Names::of(manifest, owner), &records)))
}

fn deliver(site: &Site, bucket: &str) -> Document {
    let objects = format!("{bucket}/AWSLogs/{}/Config/*", site.account);
    let owned = json!({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}});
    Document::new(vec![
        json!({"Sid": "Deliver", "Effect": "Allow", "Action": "s3:PutObject", "Resource": objects, "Condition": owned}),
        json!({"Sid": "Check", "Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": bucket}),
    ])
}

fn lower_role(role: &Name, records: &Name, here: &Cursor) -> Address {
    let bucket = names::bucket::arn(here.site, here.owner, records);
    let mut managed = BTreeSet::from([here.site.managed_policy_arn("service-role/AWS_ConfigRole")]);
    let id = here.id(Kind::Role, role, names::role::physical(here.owner, role));
    let address = id.address.clone();
    let tags = here.tags(&address, &BTreeMap::new(), OnDelete::Retain);
    // What AWS_ConfigRole allows is more than a boundary can list. So this role has none where `bootstrap` bounds the
    // others, and nothing can be put into it: what it delivers with is a policy that an apply cannot change.
    let inline = if role::is_bounded_by_bootstrap(here) {
        managed.insert(iam::recorder_policy_arn(here.site, here.owner));
        BTreeMap::new()
    } else {
        BTreeMap::from([("deliver".to_owned(), deliver(here.site, &bucket))])
    };
    let mut state = iam::Role::for_service("config.amazonaws.com", managed, inline, tags);
    if !role::is_bounded_by_bootstrap(here) {
        state.permissions_boundary = role::boundary(None, here);
    }
    here.apart().add(id, state, false);
    address
}

/// What AWS Config may do with the bucket, for this account alone.
fn delivery(records: &Name, here: &Cursor) -> Vec<Value> {
    let bucket = names::bucket::arn(here.site, here.owner, records);
    let objects = format!("{bucket}/AWSLogs/{}/Config/*", here.site.account);
    let allow = |sid: &str, action: &str, resource: &str, condition: Value| {
        json!({"Sid": sid, "Effect": "Allow", "Principal": {"Service": "config.amazonaws.com"},
            "Action": action, "Resource": resource, "Condition": {"StringEquals": condition}})
    };
    let account = json!({"AWS:SourceAccount": here.site.account});
    let owned = json!({"AWS:SourceAccount": here.site.account, "s3:x-amz-acl": "bucket-owner-full-control"});
    vec![
        allow("ConfigChecksPermissions", "s3:GetBucketAcl", &bucket, account.clone()),
        allow("ConfigChecksExistence", "s3:ListBucket", &bucket, account),
        allow("ConfigDelivers", "s3:PutObject", &objects, owned),
    ]
}

fn note_existing(here: &Cursor) {
    if let Ok(name) = "compliance".parse() {
        let address = Address::new(Kind::Recorder, name);
        let message =
            "this account and region have a recorder that is not this stage's: planned as recorder = \"existing\"";
        here.note(&address, message);
    }
}

#[cfg(test)]
mod tests;
