//! `on_failure`, `on_success`: where what comes of an invocation goes.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{allow, use_key};
use crate::manifest::queue::Encryption;
use crate::manifest::role::access::camel;
use crate::manifest::{Cursor, names};
use crate::name::{Address, Name};

/// Where what comes of an invocation goes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// A `[queue.<name>]` that is no FIFO queue.
    Queue(Name),
    /// A `[topic.<name>]`.
    Topic(Name),
    /// Another `[function.<name>]`.
    Function(Name),
    /// A `[bucket.<name>]`, for failures alone.
    Bucket(Name),
}

/// What sending to something that is encrypted takes of its key.
const SEND: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// What is granted on a destination.
struct Target {
    kind: &'static str,
    action: &'static [&'static str],
    arn: String,
    resources: Vec<String>,
    address: Address,
}

impl Destination {
    fn name(&self) -> &Name {
        let (Self::Queue(name) | Self::Topic(name) | Self::Function(name) | Self::Bucket(name)) = self;
        name
    }

    /// What it is; `None` for what is not there.
    fn target(&self, here: &Cursor) -> Option<Target> {
        let (site, owner, manifest) = (here.site, here.owner, here.manifest);
        let (kind, action, arn, address): (_, &'static [&'static str], _, _) = match self {
            Self::Queue(name) => {
                let arn = manifest.queue.get(name)?.arn(name, here);
                ("Queue", &["sqs:SendMessage"], arn, names::queue::address(name))
            }
            Self::Topic(name) => {
                let arn = manifest.topic.get(name)?.arn(name, here);
                ("Topic", &["sns:Publish"], arn, names::topic::address(name))
            }
            Self::Function(name) => {
                manifest.function.get(name)?;
                let arn = names::function::arn(site, owner, name);
                ("Function", &["lambda:InvokeFunction"], arn, names::function::address(name))
            }
            Self::Bucket(name) => {
                manifest.bucket.get(name)?;
                let arn = names::bucket::arn(site, owner, name);
                ("Bucket", &["s3:ListBucket", "s3:PutObject"], arn, names::bucket::address(name))
            }
        };
        let mut resources = vec![arn.clone()];
        if kind == "Bucket" {
            resources.push(format!("{arn}/*"));
        }
        Some(Target { kind, action, arn, resources, address })
    }

    /// What a function's role must be allowed for it. Reports nothing.
    pub(super) fn grants(&self, here: &Cursor) -> Vec<Value> {
        let Some(target) = self.target(here) else { return Vec::new() };
        let sid = format!("To{}{}", target.kind, camel(self.name()));
        let key = self.key(here).map(|key| use_key(format!("KeyOf{sid}"), key, &SEND, here));
        std::iter::once(allow(sid, target.action, &target.resources)).chain(key).collect()
    }

    /// The user's key that it is encrypted with.
    fn key<'m>(&self, here: &Cursor<'m>) -> Option<&'m str> {
        let key = match self {
            Self::Queue(name) => match &here.manifest.queue.get(name)?.encryption {
                Encryption::KmsKey(key) => key,
                _ => return None,
            },
            Self::Topic(name) => here.manifest.topic.get(name)?.kms_key.as_ref()?,
            Self::Function(_) | Self::Bucket(_) => return None,
        };
        (!key.starts_with("alias/aws/")).then_some(key.as_str())
    }

    /// Its ARN; reports what AWS would refuse of it. It comes before what is lowered here, where that can be.
    pub fn lower(&self, function: &Name, here: &Cursor) -> Option<String> {
        match self {
            Self::Queue(name) => {
                let queue = here.at("queue").known("queue", name, &here.manifest.queue)?;
                if queue.fifo {
                    let help = Some("name a queue without fifo = true");
                    here.at("queue").problem(format!("{name} is a FIFO queue, which takes no results"), help);
                }
            }
            Self::Topic(name) => {
                let topic = here.at("topic").known("topic", name, &here.manifest.topic)?;
                if topic.fifo {
                    let help = Some("name a topic without fifo = true");
                    here.at("topic").problem(format!("{name} is a FIFO topic, which takes no results"), help);
                }
            }
            Self::Function(name) if name == function => {
                here.at("function").problem("its results would go to itself", Some("name another function"));
            }
            Self::Function(name) => drop(here.at("function").known("function", name, &here.manifest.function)?),
            Self::Bucket(name) => drop(here.at("bucket").known("bucket", name, &here.manifest.bucket)?),
        }
        let target = self.target(here)?;
        here.name(target.address);
        Some(target.arn)
    }
}
