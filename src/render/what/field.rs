//! The manifest's field for each attribute of AWS, kind by kind.

use crate::aws::Kind;
use crate::name::{Address, tag};

use super::subject;

mod access;
mod data;
mod domain;
mod event;
mod events;
mod http_api;
mod keys;
mod network;
mod run;
mod schedule;

/// The manifest's field for an attribute.
#[derive(Debug)]
pub struct Field {
    /// Where it is in a state: `*` stands for the name of one of several parts, `**` at the end for everything below.
    pub path: &'static str,
    /// Where it is in the section, with `*` for the same name; or, where the manifest has no such field, what it is in a word
    /// ([`OWN`]). Empty for what is implied.
    pub field: &'static str,
    /// How a change of it is put into words.
    pub form: Form,
    /// Whether it is said of a new resource.
    pub born: Born,
}

/// What is called by words of our own: the manifest has no field for it, and AWS's name says less.
pub const OWN: [&str; 15] = [
    "code",
    "managed policies",
    "callers.*",
    "trusts",
    "rules' actions",
    "rule groups' actions",
    "other versions",
    "rights",
    "expression",
    "target",
    "routes' limits",
    "schemas.*",
    "validators.*",
    "headers",
    "version",
];

/// How a change is put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `256 → 512`; AWS's values, an absent one as empty text, and the manifest's for them.
    Value(&'static [(&'static str, &'static str)]),
    /// What a list gains and loses.
    List,
    /// Which keys of a map come, go and change, by the last `*` of the path.
    Names,
    /// The same of files, with their number and size.
    Files,
    /// Which parts come, go and change, by the first `*` of the path.
    Parts,
    /// That it changes.
    Changed,
    /// Of which keys it changes; that it comes and goes with something else follows.
    Altered,
    /// Whose key encrypts a table or a bucket, by all attributes that say so together.
    Encryption,
    /// A function's zip.
    Code,
    /// Hash key and range key.
    Keys,
    /// What is allowed.
    Rights,
    /// Who may assume a role: of a new one only if that is more than a service.
    Trust,
    /// The blocks against public access, of a new bucket those that are off.
    Blocks,
    /// A bucket's policy.
    BucketPolicy,
    /// The managed policies of a role.
    Managed,
    /// The addresses that an API's policy lets in.
    AllowIps,
    /// A state machine's states.
    Definition,
    /// The origins of a bucket's CORS rules.
    Origins,
    /// The names of rules that only count.
    Excluded,
    /// What a route of an HTTP API calls, by what differs of its integration.
    Called,
    /// The name of an API's stage.
    Stage,
    /// Nothing: it follows from something else.
    Implied,
}

/// Whether something is said of a new resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Born {
    /// It is.
    Main,
    /// Unless it is this, which it is where nobody asks for anything else.
    Unless(&'static str),
    /// It is not.
    Never,
}

const fn main(path: &'static str, field: &'static str, form: Form) -> Field {
    Field { path, field, form, born: Born::Main }
}

const fn unless(default: &'static str, path: &'static str, field: &'static str, form: Form) -> Field {
    Field { path, field, form, born: Born::Unless(default) }
}

const fn later(path: &'static str, field: &'static str, form: Form) -> Field {
    Field { path, field, form, born: Born::Never }
}

const fn implied(path: &'static str) -> Field {
    Field { path, field: "", form: Form::Implied, born: Born::Never }
}

/// Values as they are.
const PLAIN: Form = Form::Value(&[]);
/// What becomes of data, by our tag.
const ON_DELETE: Form = Form::Value(&[("", "retain")]);

/// The fields for the attributes of a resource.
pub fn fields(address: &Address) -> &'static [Field] {
    let section = subject::section(address).map_or("", |section| section.section);
    match address.kind {
        Kind::ApiAccount => &[],
        Kind::ApiKey => keys::API_KEY,
        Kind::Certificate => domain::CERTIFICATE,
        Kind::DomainName => domain::DOMAIN_NAME,
        Kind::Record => domain::RECORD,
        Kind::RestApi => network::API,
        Kind::HttpApi => http_api::HTTP_API,
        Kind::UsagePlan => keys::USAGE_PLAN,
        Kind::Alarm => run::ALARM,
        Kind::DeliveryChannel => &[],
        Kind::Recorder => run::RECORDER,
        Kind::Rule => run::RULE,
        Kind::Table => data::TABLE,
        Kind::EventArchive => events::ARCHIVE,
        Kind::EventBus => events::BUS,
        Kind::EventRule => events::RULE,
        Kind::OidcProvider => &[],
        Kind::EventSourceMapping => event::MAPPING,
        Kind::Policy => access::POLICY,
        Kind::Role if section == "role" => access::ROLE,
        Kind::Role => access::ROLE_OF,
        Kind::Function => run::FUNCTION,
        Kind::LayerVersion => run::LAYER_VERSION,
        Kind::Permission => access::PERMISSION,
        Kind::LogGroup if ["api", "http_api"].contains(&section) => run::API_LOGS,
        Kind::LogGroup if section == "firewall" => run::FIREWALL_LOGS,
        Kind::LogGroup if section == "workflow" => run::WORKFLOW_LOGS,
        Kind::LogGroup if section == "log_group" => run::LOG_GROUP,
        Kind::LogGroup => run::FUNCTION_LOGS,
        Kind::Bucket => data::BUCKET,
        Kind::Files => data::FILES,
        Kind::Topic => data::TOPIC,
        Kind::Queue => data::QUEUE,
        Kind::Schedule => schedule::SCHEDULE,
        Kind::ScheduleGroup => schedule::GROUP,
        Kind::StateMachine => run::STATE_MACHINE,
        Kind::Association => network::ASSOCIATION,
        Kind::IpSet if address.name.as_str().contains("-block-") => network::BLOCKED,
        Kind::IpSet => network::ALLOWED,
        Kind::WebAcl => network::WEB_ACL,
    }
}

/// True for the tags that say whose a resource is.
pub fn is_ours(path: &str) -> bool {
    let is_tag = |key: &&str| path.strip_suffix(*key).is_some_and(|rest| rest.ends_with("ags."));
    let ours = [tag::APP, tag::STAGE, tag::ADDRESS, tag::RELEASED, tag::PARTS];
    ours.iter().any(is_tag)
}

impl Field {
    /// The name that stands for the path's `*`, and what stands for `**`; empty where there is none. `None` for another attribute.
    pub fn keys<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let (pattern, open) = match self.path.strip_suffix("**") {
            Some(pattern) => (pattern, true),
            None => (self.path, false),
        };
        let Some((before, after)) = pattern.split_once('*') else {
            let rest = path.strip_prefix(pattern)?;
            return (rest.is_empty() != open).then_some(("", rest));
        };
        let rest = path.strip_prefix(before)?;
        let (key, tail) = match (open, after) {
            (false, _) => (rest.strip_suffix(after)?, ""),
            (true, _) => rest.split_once(after)?,
        };
        (!key.is_empty()).then_some((key, tail))
    }

    /// True if it belongs to one of several parts by name.
    pub fn is_of_entry(&self) -> bool {
        self.field.contains(".*")
    }
}
