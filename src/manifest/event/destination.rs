//! `on_failure`, `on_success`: where the results of invocations are sent.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::allow;
use crate::manifest::role::access::target::camel;
use crate::manifest::{Cursor, kms, names};
use crate::name::{Address, Name};

/// Where the result of an invocation is sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// A `[queue.<name>]` that is not a FIFO queue.
    Queue(Name),
    /// A `[topic.<name>]`.
    Topic(Name),
    /// Another `[function.<name>]`.
    Function(Name),
    /// A `[bucket.<name>]`, for failures only.
    Bucket(Name),
    /// A `[bus.<name>]`.
    Bus(Name),
}

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
        match self {
            Self::Queue(name) | Self::Topic(name) | Self::Function(name) | Self::Bucket(name) | Self::Bus(name) => name,
        }
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
                let arn = here.invoked(name);
                ("Function", &["lambda:InvokeFunction"], arn, names::function::address(name))
            }
            Self::Bucket(name) => {
                manifest.bucket.get(name)?;
                let arn = names::bucket::arn(site, owner, name);
                ("Bucket", &["s3:ListBucket", "s3:PutObject"], arn, names::bucket::address(name))
            }
            Self::Bus(name) => {
                manifest.bus.get(name)?;
                ("Bus", &["events:PutEvents"], names::bus::arn(site, owner, name), names::bus::address(name))
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
        let sid = format!("To{}{}", target.kind, camel(self.name().as_str()));
        let service = target.action[0].split(':').next().unwrap_or_default();
        let key = self.key(here).and_then(|key| kms::use_of(&format!("KeyOf{sid}"), key, service, &kms::SEND, here));
        std::iter::once(allow(sid, target.action, &target.resources)).chain(key).collect()
    }

    /// The key that it is encrypted with.
    fn key<'m>(&self, here: &Cursor<'m>) -> Option<&'m str> {
        match self {
            Self::Queue(name) => here.manifest.queue.get(name)?.kms_key(),
            Self::Topic(name) => here.manifest.topic.get(name)?.kms_key.as_deref(),
            Self::Bucket(name) => here.manifest.bucket.get(name)?.kms_key(),
            Self::Function(_) | Self::Bus(_) => None,
        }
    }

    /// Its ARN; reports what AWS would refuse of it. It comes before what is lowered here, where that can be.
    pub fn lower(&self, function: &Name, here: &Cursor) -> Option<String> {
        match self {
            Self::Queue(name) => {
                let queue = here.at("queue").known("queue", name, &here.manifest.queue)?;
                if queue.fifo {
                    let help = Some("name a queue without fifo = true");
                    here.at("queue").problem(format!("{name} is a FIFO queue, which cannot receive results"), help);
                }
            }
            Self::Topic(name) => {
                let topic = here.at("topic").known("topic", name, &here.manifest.topic)?;
                if topic.fifo {
                    let help = Some("name a topic without fifo = true");
                    here.at("topic").problem(format!("{name} is a FIFO topic, which cannot receive results"), help);
                }
            }
            Self::Function(name) if name == function => {
                here.at("function").problem("the function would be its own destination", Some("name another function"));
            }
            Self::Function(name) => drop(here.at("function").known("function", name, &here.manifest.function)?),
            Self::Bucket(name) => drop(here.at("bucket").known("bucket", name, &here.manifest.bucket)?),
            Self::Bus(name) => drop(here.at("bus").known("bus", name, &here.manifest.bus)?),
        }
        let target = self.target(here)?;
        here.name(target.address);
        Some(target.arn)
    }
}
