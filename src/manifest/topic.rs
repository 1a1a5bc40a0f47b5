//! `[topic.<name>]`: an SNS topic and who gets its messages.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::document::Document;
use crate::aws::sns::{self, policy};
use crate::aws::{Kind, Tags};
use crate::manifest::{Cursor, Delivery, OnDelete, Section, kms, names, resource_policy};
use crate::name::{Address, Name};
use crate::text::Text;

mod delivery_status;
mod filter;
mod subscription;
#[cfg(test)]
mod tests;

pub use delivery_status::{DeliveryLog, DeliveryStatus};
pub use subscription::{DeadLetter, Subscription};

/// An SNS topic. Buckets, rules and whatever else in this manifest publishes to it may publish: its policy admits them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The topic's name in AWS. Default: made of the app, the stage and the section's name. The name of a FIFO topic
    /// ends with `.fifo`.
    pub name: Option<String>,
    /// Delivers messages in order, each of them once, and only to queues. An existing topic cannot become a FIFO topic.
    #[serde(default)]
    pub fifo: bool,
    /// Treats two messages with the same body within five minutes as one, so that publishers need not give them ids.
    /// For a FIFO topic.
    #[serde(default)]
    pub content_based_deduplication: bool,
    /// Within what duplicates are detected and the limit of messages a second applies. For a FIFO topic.
    #[serde(default)]
    pub throughput_scope: ThroughputScope,
    /// The sender's name in messages to people, 100 characters at most.
    pub display_name: Option<String>,
    /// The KMS key that encrypts messages at rest: its id, its ARN, or `alias/<name>`. Default: no encryption. Whatever
    /// publishes to the topic needs the right to use the key.
    pub kms_key: Option<String>,
    /// Who gets its messages.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
    /// A file with a topic policy as JSON, in place of the account's own rights. `${topic.<name>.arn}` and the like are
    /// filled in; policy variables, which contain a colon, are left as they are. Statements for whatever in the app
    /// publishes to the topic are appended.
    pub policy: Option<String>,
    /// How deliveries are logged in CloudWatch Logs, by protocol. Default: they are not logged.
    #[serde(default)]
    pub delivery_status: DeliveryStatus,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// Takes over an existing topic of this name that does not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// A whole FIFO topic, or each of its message groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThroughputScope {
    /// The whole topic.
    #[default]
    Topic,
    /// Each message group.
    MessageGroup,
}

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html>; of actions it says
/// nothing.
const POLICY: resource_policy::Limits = resource_policy::Limits {
    noun: "topic policy",
    service: "sns:",
    bytes: 30 * 1024,
    statements: 100,
    actions: usize::MAX,
    principals: 200,
};

impl Section for Topic {
    const SECTION: &'static str = "topic";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::topic::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "arn" => self.arn(name, here).into(),
            _ => names::topic::physical(here.owner, name, self.fifo).into(),
        }
    }

    fn files(&self) -> Vec<String> {
        self.policy.iter().cloned().collect()
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        let receivers: BTreeSet<Address> = self.subscriptions.iter().flat_map(Subscription::receivers).collect();
        let delivery = |to| Delivery {
            to,
            sid: format!("topic-{name}"),
            service: "sns.amazonaws.com",
            source_arn: self.arn(name, here).into(),
            source_account: false,
        };
        receivers.into_iter().map(delivery).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check_order(here);
        let id = here.id(Kind::Topic, name, names::topic::physical(here.owner, name, self.fifo));
        let notified = here.manifest.alarm.values().any(|alarm| alarm.topics().contains(&name));
        let topic = sns::Topic {
            fifo_topic: self.fifo,
            content_based_deduplication: self.content_based_deduplication,
            fifo_throughput_scope: self.throughput_scope.lower(),
            display_name: self.lower_display_name(&here.at("display_name")),
            kms_master_key_id: self.lower_kms_key(&id.address, notified, &here.at("kms_key")),
            policy: self.lower_policy(name, notified, here),
            delivery_status: self.delivery_status.lower(&here.at("delivery_status")),
            subscriptions: self.lower_subscriptions(&here.at("subscriptions")),
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, topic, self.adopt);
    }
}

impl ThroughputScope {
    fn lower(self) -> String {
        match self {
            Self::Topic => "Topic".into(),
            Self::MessageGroup => "MessageGroup".into(),
        }
    }
}

impl Topic {
    /// Its ARN.
    pub fn arn(&self, name: &Name, here: &Cursor) -> String {
        names::topic::arn(here.site, here.owner, name, self.fifo)
    }

    fn check_order(&self, here: &Cursor) {
        let of_fifo = [
            ("content_based_deduplication", self.content_based_deduplication),
            ("throughput_scope", self.throughput_scope != ThroughputScope::Topic),
        ];
        for (field, _) in of_fifo.into_iter().filter(|(_, is_set)| *is_set && !self.fifo) {
            here.at(field).problem(format!("{field} is only for FIFO topics"), Some("remove it, or write fifo = true"));
        }
    }

    fn lower_display_name(&self, here: &Cursor) -> Option<String> {
        let text = here.literal(self.display_name.as_ref()?);
        if text.chars().count() > 100 || text.chars().any(char::is_control) {
            here.problem("a display name can have at most 100 printable characters", Some("shorten it"));
        }
        (!text.is_empty()).then_some(text)
    }

    fn lower_kms_key(&self, address: &Address, notified: bool, here: &Cursor) -> Option<String> {
        const MANAGED: &str = "alias/aws/sns";
        let key = here.literal(self.kms_key.as_ref()?);
        kms::check(&key, here);
        if notified && key == MANAGED {
            let message = "an alarm notifies this topic, and CloudWatch cannot use the key alias/aws/sns";
            let help =
                "use a key of your own whose policy allows cloudwatch.amazonaws.com to use it, or leave kms_key out";
            here.problem(message, Some(help));
        }
        kms::check_services(&key, MANAGED, &here.deliveries(address), address, here);
        Some(key)
    }

    /// The file's statements, or the account's own rights; one for alarms that notify it, and one for each thing that another
    /// service of AWS brings. `None` where AWS's default will do.
    fn lower_policy(&self, name: &Name, notified: bool, here: &Cursor) -> Option<Document> {
        let (address, arn) = (Self::address(name), self.arn(name, here));
        let own = resource_policy::own(self.policy.as_ref(), &address, here);
        let deliveries = here.deliveries(&address);
        let of_deliveries = resource_policy::statements(&deliveries, "sns:Publish", &arn, here);
        let alarms = notified.then(|| policy::alarms(here.site, &arn));
        let statements: Vec<_> = alarms.into_iter().chain(of_deliveries).collect();
        let policy = match own {
            None if statements.is_empty() => return None,
            None => policy::letting_in(here.site, &arn, statements),
            own => resource_policy::joined(own, statements)?,
        };
        resource_policy::check(&policy, &POLICY, &here.at("policy"));
        self.check_resources(&policy, &arn, &here.at("policy"));
        Some(policy)
    }

    /// SNS takes no statement on anything but the topic itself.
    fn check_resources(&self, policy: &Document, arn: &str, here: &Cursor) {
        let is_other = |resource: &&serde_json::Value| resource.as_str() != Some(arn);
        let all = policy.statements().iter().filter_map(|statement| statement["Resource"].as_array()).flatten();
        for other in all.filter(is_other) {
            let message = format!("the topic policy has the resource {other}");
            here.problem(message, Some("write the topic's own ARN, such as ${topic.<name>.arn}"));
        }
    }

    fn lower_subscriptions(&self, here: &Cursor) -> BTreeMap<String, sns::Subscription> {
        let mut lowered = BTreeMap::new();
        for (here, subscription) in here.each(&self.subscriptions) {
            let Some((protocol, endpoint)) = subscription.endpoint(self.fifo, &here) else { continue };
            let attributes = subscription.attributes(protocol, &endpoint, self.fifo, &here);
            if lowered.insert(sns::key(protocol, &endpoint), attributes).is_some() {
                here.problem(format!("{endpoint} is subscribed twice"), Some("remove one of the subscriptions"));
            }
        }
        lowered
    }
}
