//! `[compliance]`: AWS Config.
//!
//! The recorder needs more than itself: a role that may read everything, a private bucket whose policy lets AWS
//! Config deliver for this account alone, and a channel to it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::config::rule::DEFAULT_FREQUENCY;
use crate::aws::config::{self, RecordingGroup, channel_name, recorder_name};
use crate::aws::document::Document;
use crate::aws::{Kind, iam, s3};
use crate::manifest::lower::RecorderOwner;
use crate::manifest::{Lowering, OnDelete, bucket, role};
use crate::name::{Address, Name};

/// The characters that a rule's parameters can have, written as JSON.
const PARAMETERS: usize = 1024;

/// The types of resources that a rule's scope can have.
const RESOURCE_TYPES: usize = 100;

/// The managed rule that says which policies roles must have, and its parameter, without which AWS refuses it.
const ROLE_POLICY_CHECK: &str = "IAM_ROLE_MANAGED_POLICY_CHECK";
const ROLE_POLICIES: &str = "managedPolicyArns";

/// AWS Config's part of the app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compliance {
    /// Who looks after the recorder. An account has one recorder per region, so one stage at most manages it.
    #[serde(default)]
    pub recorder: RecorderMode,
    /// What becomes of the records when the section leaves the manifest.
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
    /// This app: recorder, channel, role and bucket are made.
    Managed,
    /// Somebody else: there is one already, and it is left alone.
    #[default]
    Existing,
}

/// One of AWS's managed rules.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Such as `IAM_ROLE_MANAGED_POLICY_CHECK`.
    pub managed_rule: String,
    /// Its parameters, as texts.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// What it looks at; everything that it can where it is left out.
    pub scope: Option<Scope>,
    /// How often a periodic rule runs.
    pub frequency: Option<Frequency>,
    /// What it is for.
    pub description: Option<String>,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Take over an existing rule of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// What a rule looks at: resources of some types, or with a tag.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Types such as `AWS::IAM::Role`.
    #[serde(default)]
    pub resource_types: BTreeSet<String>,
    /// One resource of the one type.
    pub resource_id: Option<String>,
    /// Resources with this tag.
    pub tag_key: Option<String>,
    /// And this value of it.
    pub tag_value: Option<String>,
}

/// How often a periodic rule runs.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[allow(missing_docs, reason = "each variant is the time of its name")]
pub enum Frequency {
    #[serde(rename = "1h")]
    OneHour,
    #[serde(rename = "3h")]
    ThreeHours,
    #[serde(rename = "6h")]
    SixHours,
    #[serde(rename = "12h")]
    TwelveHours,
    #[serde(rename = "24h")]
    TwentyFourHours,
}

impl Frequency {
    fn lower(self) -> &'static str {
        match self {
            Self::OneHour => "One_Hour",
            Self::ThreeHours => "Three_Hours",
            Self::SixHours => "Six_Hours",
            Self::TwelveHours => "Twelve_Hours",
            Self::TwentyFourHours => "TwentyFour_Hours",
        }
    }
}

impl Compliance {
    /// Adds the section's resources to what is wanted, and reports its problems.
    pub fn lower(&self, to: &mut Lowering) {
        let mut needs = BTreeSet::new();
        match (self.recorder, to.sources.recorder) {
            (RecorderMode::Managed, RecorderOwner::Others) => note_existing(to),
            (RecorderMode::Managed, _) => needs = self.lower_recorder(to),
            (RecorderMode::Existing, RecorderOwner::Nobody) => {
                let help = Some("set recorder = \"managed\", or have one made for the account first");
                let message = "this account and region have no AWS Config recorder";
                to.problem("compliance.recorder", message, help);
            }
            (RecorderMode::Existing, _) => {}
        }
        for (name, rule) in &self.rule {
            rule.lower(name, needs.clone(), to);
        }
    }

    /// Role, bucket, recorder and channel; gives what rules wait for.
    fn lower_recorder(&self, to: &mut Lowering) -> BTreeSet<Address> {
        let (Ok(name), Ok(role), Ok(records)) =
            ("compliance".parse::<Name>(), "compliance-recorder".parse(), "compliance-records".parse())
        else {
            return BTreeSet::new();
        };
        let role_address = lower_role(&role, &records, to);
        let bucket_address = self.lower_bucket(&records, to);
        let id = to.id(Kind::Recorder, &name, recorder_name(to.owner));
        let recorder_address = id.address.clone();
        let recorder = config::Recorder {
            role_arn: role::arn(to.site, to.owner, &role),
            recording_group: RecordingGroup::everything(),
            tags: to.tags(&recorder_address, &BTreeMap::new(), OnDelete::Retain),
        };
        to.add("compliance.recorder", id, recorder, BTreeSet::from([role_address]), false);
        let id = to.id(Kind::DeliveryChannel, &name, channel_name(to.owner));
        let channel_address = id.address.clone();
        let s3_bucket_name = bucket::physical(to.owner, to.site, &records);
        let needs = BTreeSet::from([recorder_address.clone(), bucket_address]);
        to.add("compliance.recorder", id, config::DeliveryChannel { s3_bucket_name, recording: true }, needs, false);
        BTreeSet::from([recorder_address, channel_address])
    }

    fn lower_bucket(&self, records: &Name, to: &mut Lowering) -> Address {
        let id = to.id(Kind::Bucket, records, bucket::physical(to.owner, to.site, records));
        let address = id.address.clone();
        let mut state = s3::Bucket::private(to.tags(&address, &BTreeMap::new(), self.on_delete));
        state.policy = Some(Document::new(delivery(records, to)));
        to.add("compliance.recorder", id, state, BTreeSet::new(), false);
        address
    }
}

fn lower_role(role: &Name, records: &Name, to: &mut Lowering) -> Address {
    let bucket = bucket::arn(to.site, to.owner, records);
    let objects = format!("{bucket}/AWSLogs/{}/Config/*", to.site.account);
    let owned = json!({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}});
    let deliver = Document::new(vec![
        json!({"Sid": "Deliver", "Effect": "Allow", "Action": "s3:PutObject", "Resource": objects, "Condition": owned}),
        json!({"Sid": "Check", "Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": bucket}),
    ]);
    let managed = BTreeSet::from([to.site.managed_policy_arn("service-role/AWS_ConfigRole")]);
    let id = to.id(Kind::Role, role, role::physical(to.owner, role));
    let address = id.address.clone();
    let tags = to.tags(&address, &BTreeMap::new(), OnDelete::Retain);
    let inline = BTreeMap::from([("deliver".to_owned(), deliver)]);
    let state = iam::Role::for_service("config.amazonaws.com", managed, inline, tags);
    to.add("compliance.recorder", id, state, BTreeSet::new(), false);
    address
}

/// What AWS Config may do with the bucket, for this account alone.
fn delivery(records: &Name, to: &Lowering) -> Vec<Value> {
    let bucket = bucket::arn(to.site, to.owner, records);
    let objects = format!("{bucket}/AWSLogs/{}/Config/*", to.site.account);
    let allow = |sid: &str, action: &str, resource: &str, condition: Value| {
        json!({"Sid": sid, "Effect": "Allow", "Principal": {"Service": "config.amazonaws.com"},
            "Action": action, "Resource": resource, "Condition": {"StringEquals": condition}})
    };
    let account = json!({"AWS:SourceAccount": to.site.account});
    let owned = json!({"AWS:SourceAccount": to.site.account, "s3:x-amz-acl": "bucket-owner-full-control"});
    vec![
        allow("ConfigChecksPermissions", "s3:GetBucketAcl", &bucket, account.clone()),
        allow("ConfigChecksExistence", "s3:ListBucket", &bucket, account),
        allow("ConfigDelivers", "s3:PutObject", &objects, owned),
    ]
}

fn note_existing(to: &mut Lowering) {
    if let Ok(name) = "compliance".parse() {
        let address = Address::new(Kind::Recorder, name);
        let message =
            "this account and region have a recorder that is not this stage's: planned as recorder = \"existing\"";
        to.note(&address, message);
    }
}

impl Rule {
    fn lower(&self, name: &Name, mut needs: BTreeSet<Address>, to: &mut Lowering) {
        let path = format!("compliance.rule.{name}");
        self.check(&path, to);
        let input_parameters = self.lower_parameters(&path, &mut needs, to);
        let often = self.frequency.map(Frequency::lower).filter(|often| *often != DEFAULT_FREQUENCY);
        let id = to.id(Kind::Rule, name, to.owner.physical(name.as_str(), 128));
        let state = config::Rule {
            source_identifier: self.managed_rule.clone(),
            description: self.description.clone(),
            input_parameters,
            scope: self.scope.as_ref().map(Scope::lower).unwrap_or_default(),
            maximum_execution_frequency: often.map(str::to_owned),
            tags: to.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        to.add(&path, id, state, needs, self.adopt);
    }

    fn check(&self, path: &str, to: &mut Lowering) {
        let word =
            |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_-".contains(&b));
        if self.managed_rule.is_empty() || !word(&self.managed_rule) {
            let help = Some("write its identifier in capitals, such as IAM_ROLE_MANAGED_POLICY_CHECK");
            to.problem(&format!("{path}.managed_rule"), format!("{:?} is not a managed rule", self.managed_rule), help);
        }
        if self.description.as_ref().is_some_and(|text| text.is_empty() || text.chars().count() > 256) {
            let help = Some("use 1 to 256 characters, or leave it out");
            to.problem(&format!("{path}.description"), "AWS Config takes no such description", help);
        }
        if let Some(scope) = &self.scope {
            scope.check(&format!("{path}.scope"), to);
        }
    }

    fn lower_parameters(
        &self,
        path: &str,
        needs: &mut BTreeSet<Address>,
        to: &mut Lowering,
    ) -> BTreeMap<String, String> {
        let path = format!("{path}.parameters");
        let filled = self.parameters.iter().map(|(name, value)| {
            let value = to.literal(&format!("{path}.{name}"), value, needs);
            (name.clone(), value)
        });
        let filled: BTreeMap<_, _> = filled.collect();
        if json!(filled).to_string().chars().count() > PARAMETERS {
            let message = format!("AWS Config takes parameters of at most {PARAMETERS} characters, written as JSON");
            to.problem(&path, message, Some("split them over two rules"));
        }
        if self.managed_rule == ROLE_POLICY_CHECK && !self.parameters.contains_key(ROLE_POLICIES) {
            let message = format!("{ROLE_POLICY_CHECK} needs the parameter {ROLE_POLICIES}");
            to.problem(&path, message, Some("list the ARNs of the managed policies, separated by commas"));
        }
        filled
    }
}

impl Scope {
    fn lower(&self) -> config::Scope {
        config::Scope {
            compliance_resource_types: self.resource_types.clone(),
            tag_key: self.tag_key.clone(),
            tag_value: self.tag_value.clone(),
            compliance_resource_id: self.resource_id.clone(),
        }
    }

    fn check(&self, path: &str, to: &mut Lowering) {
        let (by_type, by_tag) = (!self.resource_types.is_empty(), self.tag_key.is_some());
        let fits = by_type != by_tag
            && (self.tag_value.is_none() || by_tag)
            && (self.resource_id.is_none() || self.resource_types.len() == 1);
        if !fits {
            let help = Some("give resource_types (with resource_id if there is one), or tag_key (with tag_value)");
            to.problem(path, "a scope is either types or a tag", help);
        }
        let wrong = self.resource_types.iter().find(|of| !is_type(of));
        if let Some(of) = wrong {
            let help = Some("write it as AWS does, such as AWS::IAM::Role");
            to.problem(&format!("{path}.resource_types"), format!("{of:?} is not a type of resource"), help);
        }
        if self.resource_types.len() > RESOURCE_TYPES {
            let message = format!("a scope takes at most {RESOURCE_TYPES} types");
            to.problem(&format!("{path}.resource_types"), message, Some("leave the scope out, or split the rule"));
        }
        let too_long = |text: &Option<String>, limit| {
            text.as_ref().is_some_and(|text: &String| text.is_empty() || text.chars().count() > limit)
        };
        if too_long(&self.tag_key, 128) || too_long(&self.tag_value, 256) || too_long(&self.resource_id, 768) {
            let help = Some("a key has 1 to 128 characters, a value 1 to 256, a resource's id 1 to 768");
            to.problem(path, "AWS Config takes no such text in a scope", help);
        }
    }
}

/// True for the form `AWS::Service::Type`.
fn is_type(text: &str) -> bool {
    let parts: Vec<&str> = text.split("::").collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    parts.len() == 3 && parts.iter().all(word)
}

#[cfg(test)]
mod tests;
