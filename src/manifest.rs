//! The manifest, `serverless-app.toml`: what the user writes.
//!
//! 1. [`read`](read::read) turns text into a [`Manifest`], or reports every problem at once, each with its place.
//! 2. [`lower`](lower::lower) turns the manifest and a site into wanted resources: a function becomes role,
//!    policy, log group, function and permission.
//!
//! A section is a type in a file of its own that implements [`Section`], and a line in `sections!`.
//! Unknown fields are errors everywhere; a field left out gets the secure, cheap choice.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::Kind;
use crate::name::{Account, Address, AppName, Name, Region, Site};
use crate::package::StaticFolder;
use crate::plan::Action;
use crate::risk::Class;
use crate::text::Text;

mod circle;
mod cursor;
pub mod delivery;
mod json;
mod kms;
pub mod lower;
mod matching;
pub mod names;
pub mod openapi;
pub mod packages;
pub mod problem;
pub mod read;
mod resource_policy;
mod sources;

pub mod alarm;
pub mod api;
pub mod bucket;
pub mod bus;
pub mod compliance;
pub mod domain;
pub mod event;
pub mod firewall;
pub mod function;
pub mod http_api;
pub mod layer;
pub mod log_group;
pub mod queue;
pub mod role;
pub mod rule;
pub mod schedule;
pub mod schema;
pub mod secret;
mod service_role;
pub mod table;
mod tags;
#[cfg(test)]
mod tests;
pub mod topic;
pub mod usage_plan;
pub mod workflow;

use compliance::Compliance;
pub use cursor::Cursor;
pub use delivery::Delivery;
use names::{Names, OwnName};
pub use problem::{Problem, Problems};
pub use schema::schema;

/// `[app]`: what holds for everything.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// The app's name: the first part of the name of every resource in AWS.
    pub name: AppName,
    /// The AWS region, such as `us-west-2`.
    pub region: Region,
    /// The AWS account that the app may be deployed to. Default: any account that the credentials belong to.
    pub account: Option<Account>,
    /// Tags for every resource that can have tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The permissions boundary of every role that names none of its own: the ARN of a policy, or `bootstrap` for the
    /// one that `serverless-app bootstrap` creates for this stage.
    pub permissions_boundary: Option<String>,
    /// The bucket through which zips of more than 50 MB are uploaded to Lambda: the name of a bucket in the app's
    /// account and region, or `bootstrap` for the one that `serverless-app bootstrap` creates.
    pub packages: Option<String>,
}

/// What happens to a resource with data when it is no longer in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnDelete {
    /// It is kept, without its ownership tags, and can be adopted again.
    #[default]
    Retain,
    /// It is deleted with everything in it.
    Delete,
}

/// `[deny]`: changes that fail the plan's check on a pull request.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deny {
    /// Kinds that must not be deleted.
    #[serde(default)]
    pub delete: Vec<KindName>,
    /// Kinds that must not be recreated.
    #[serde(default)]
    pub replace: Vec<KindName>,
    /// True: nothing may be opened to the public or to other accounts.
    #[serde(default)]
    pub public: bool,
    /// True: nothing may be granted administrator rights.
    #[serde(default)]
    pub admin: bool,
}

impl Deny {
    /// True for a change that must not be, whatever it is about.
    pub fn forbids(&self, action: Action, kind: Kind) -> bool {
        let kinds = match action {
            Action::Delete | Action::Release => &self.delete,
            Action::Replace => &self.replace,
            Action::Create | Action::Update | Action::Adopt => return false,
        };
        kinds.contains(&KindName(kind))
    }

    /// True for a risk that must not be.
    pub fn forbids_risk(&self, class: Class) -> bool {
        match class {
            Class::Public => self.public,
            Class::Admin => self.admin,
            Class::Other => false,
        }
    }
}

/// A kind by its name, such as `dynamodb.table`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindName(pub Kind);

impl<'de> Deserialize<'de> for KindName {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let name = String::deserialize(input)?;
        let known = || Kind::ALL.iter().map(|kind| kind.name());
        let unknown = || serde::de::Error::custom(problem::unknown("kind", &name, known()));
        Kind::parse(&name).map(KindName).ok_or_else(unknown)
    }
}

impl JsonSchema for KindName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Kind".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        let description = "A kind of resource, such as `dynamodb.table`.";
        schemars::json_schema!({ "type": "string", "description": description, "enum": names })
    }
}

/// One section of the manifest, such as `[table.<name>]`.
pub trait Section {
    /// Its name in the manifest and in references: `table`.
    const SECTION: &'static str;
    /// What `${<section>.<name>.<attribute>}` can ask for.
    const ATTRIBUTES: &'static [&'static str];

    /// The resource that the section's references stand for.
    fn address(name: &Name) -> Address;

    /// The same, where it depends on what there is as well.
    fn stands_for(&self, name: &Name, _here: &Cursor) -> Address {
        Self::address(name)
    }

    /// What its `name` says that AWS calls that resource; see [`names`].
    fn own_name(&self) -> Option<String> {
        None
    }

    /// The value of one of [`Section::ATTRIBUTES`].
    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text;

    /// Why it has no value for one of [`Section::ATTRIBUTES`], if it has none.
    fn lacks(&self, _attribute: &str) -> Option<String> {
        None
    }

    /// The files that it names, relative to the manifest.
    fn files(&self) -> Vec<String> {
        Vec::new()
    }

    /// What it brings to other sections by services of AWS. Reports nothing: what it names may not be there.
    fn deliveries(&self, _name: &Name, _here: &Cursor) -> Vec<Delivery> {
        Vec::new()
    }

    /// Adds the section's resources to what is wanted, and reports its problems. `here` is the section's place.
    fn lower(&self, name: &Name, here: &Cursor);
}

macro_rules! sections {
    ($($(#[$doc:meta])* $field:ident: $type:ty;)*) => {
        /// A whole manifest, with one stage's overrides merged in.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Manifest {
            /// Settings for the whole app.
            pub app: App,
            $($(#[$doc])* #[serde(default)] pub $field: BTreeMap<Name, $type>,)*
            /// The account's AWS Config recorder, and rules.
            pub compliance: Option<compliance::Compliance>,
            /// The values that an apply prints, by name.
            pub outputs: Option<BTreeMap<String, String>>,
            /// Changes for which the plan's check on a pull request fails.
            #[serde(default)]
            pub deny: Deny,
            /// Overrides of one stage: account, region, tags, and values of any section. They are merged before this
            /// type is read; it is here only for the schema.
            #[serde(default)]
            #[schemars(with = "BTreeMap<String, serde_json::Value>")]
            pub stage: BTreeMap<String, serde::de::IgnoredAny>,
        }

        impl Manifest {
            /// Names of the sections that hold named resources.
            pub const SECTIONS: &'static [&'static str] = &[$(<$type>::SECTION),*];

            /// The files that sections name, relative to the manifest.
            pub fn files(&self) -> BTreeSet<String> {
                let mut files = BTreeSet::new();
                $(files.extend(self.$field.values().flat_map(Section::files));)*
                files
            }

            /// The sections that contain named resources: each with its name and the address of its main resource.
            pub fn addresses(&self) -> Vec<(&'static str, Name, Address)> {
                let mut all = Vec::new();
                $(all.extend(self.$field.keys().map(|name| (<$type>::SECTION, name.clone(), <$type>::address(name))));)*
                all
            }

            /// The names that sections give, as they stand here.
            fn own_names(&self) -> Vec<OwnName> {
                let mut all = Vec::new();
                $(all.extend(self.$field.iter().filter_map(|(name, section)| {
                    let (raw, address) = (section.own_name()?, <$type>::address(name));
                    Some(OwnName { section: &[<$type>::SECTION], name: name.clone(), address, raw })
                }));)*
                all.extend(self.compliance.iter().flat_map(Compliance::own_names));
                all
            }

            /// What every section brings to others.
            fn deliveries(&self, top: &Cursor) -> Vec<Delivery> {
                let mut all = Vec::new();
                $(for (name, section) in &self.$field {
                    all.extend(section.deliveries(name, top));
                })*
                all
            }

            /// Lowers every section.
            fn lower_sections(&self, top: &Cursor) {
                $(for (name, section) in &self.$field {
                    section.lower(name, &top.at(<$type>::SECTION).at(name).apart());
                })*
                usage_plan::advise_of_apis(top);
                if let Some(compliance) = &self.compliance {
                    compliance.lower(&top.at(compliance::SECTION));
                }
            }

            /// The address and value behind `${section.name.attribute}`, or what is wrong with it.
            fn look_up(&self, here: &Cursor, section: &str, name: &str, attribute: &str) -> Result<(Address, Text), String> {
                $(if section == <$type>::SECTION {
                    let known = self.$field.get_key_value(name).ok_or_else(|| {
                        problem::unknown(&format!("{section} section"), name, self.$field.keys().map(Name::as_str))
                    })?;
                    if !<$type>::ATTRIBUTES.contains(&attribute) {
                        let attributes = <$type>::ATTRIBUTES.iter().copied();
                        return Err(problem::unknown(&format!("attribute of a {section}"), attribute, attributes));
                    }
                    if let Some(why) = known.1.lacks(attribute) {
                        return Err(why);
                    }
                    return Ok((known.1.stands_for(known.0, here), known.1.attribute(known.0, attribute, here)));
                })*
                Err(problem::unknown("section", section, Self::SECTIONS.iter().copied()))
            }
        }
    };
}

sections! {
    /// DynamoDB tables.
    table: table::Table;
    /// SNS topics.
    topic: topic::Topic;
    /// SQS queues.
    queue: queue::Queue;
    /// EventBridge buses.
    bus: bus::Bus;
    /// EventBridge rules.
    rule: rule::Rule;
    /// S3 buckets.
    bucket: bucket::Bucket;
    /// IAM roles that several functions share.
    role: role::Role;
    /// CloudWatch log groups that functions share.
    log_group: log_group::LogGroup;
    /// Lambda layers.
    layer: layer::Layer;
    /// Lambda functions.
    function: function::Function;
    /// API Gateway REST APIs.
    api: api::Api;
    /// API Gateway HTTP APIs.
    http_api: http_api::HttpApi;
    /// API Gateway usage plans and API keys.
    usage_plan: usage_plan::UsagePlan;
    /// CloudWatch alarms.
    alarm: alarm::Alarm;
    /// Step Functions state machines.
    workflow: workflow::Workflow;
    /// Schedules of EventBridge Scheduler.
    schedule: schedule::Schedule;
    /// WAF web ACLs.
    firewall: firewall::Firewall;
}

impl Manifest {
    /// True for the inside of `${...}` that a manifest fills in, where a text has a language with such words of its own.
    pub fn fills_in(inner: &str) -> bool {
        match inner.split('.').collect::<Vec<_>>().as_slice() {
            [one] => ["account", "app", "region", "stage"].contains(one),
            [section, _, _] => Self::SECTIONS.contains(section),
            _ => false,
        }
    }

    /// True if it asks for something of a kind that is listed only if needed, or if that is allowed.
    pub fn has_by_need(&self, kind: Kind) -> bool {
        match kind {
            Kind::Certificate => domain::requests_certificates(self),
            Kind::LayerVersion => !self.layer.is_empty(),
            Kind::Files => self.bucket.values().any(|bucket| bucket.files.is_some()),
            kind => kind.is_about_keys() && !self.usage_plan.is_empty(),
        }
    }

    /// The folders of buckets' files, each with the bucket's name.
    pub fn folders(&self) -> Vec<(Name, StaticFolder)> {
        let of = |(name, bucket): (&Name, &bucket::Bucket)| Some((name.clone(), bucket.files.as_ref()?.source()));
        self.bucket.iter().filter_map(of).collect()
    }

    /// Where buckets' files lie, as `<bucket>/<prefix>`.
    pub fn files_of_buckets(&self, names: &Names, site: &Site) -> Vec<String> {
        let of = |(name, bucket): (&Name, &bucket::Bucket)| {
            Some(names::files::physical(names, site, name, bucket.files.as_ref()?.prefix()))
        };
        self.bucket.iter().filter_map(of).collect()
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}
