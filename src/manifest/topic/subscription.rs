//! Who gets the messages of a topic, and which.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::filter;
use crate::aws::sns;
use crate::manifest::{Cursor, names, problem};
use crate::name::{Address, Name, Site};

/// Who gets the messages of a topic: one of `email`, `https`, `lambda`, `queue` and `sqs`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// An e-mail address. Its owner gets an e-mail and has to confirm the subscription.
    pub email: Option<String>,
    /// A URL, which has to confirm the subscription itself.
    pub https: Option<String>,
    /// The name of a function of this manifest.
    pub lambda: Option<Name>,
    /// The name of a queue in this manifest; its policy then allows the topic to send.
    pub queue: Option<Name>,
    /// The ARN of another queue, whose policy must allow the topic to send.
    pub sqs: Option<String>,
    /// Sends the bare message, without SNS's envelope. For queues of this account.
    #[serde(default)]
    pub raw: bool,
    /// Sends only messages with these attributes: for each attribute, a list of accepted values. For functions, and for
    /// queues of this account.
    pub filter: Option<BTreeMap<String, Value>>,
    /// Instead of `filter`: sends only messages whose body is JSON with these members, which may be nested. For
    /// functions, and for queues of this account.
    pub filter_body: Option<BTreeMap<String, Value>>,
    /// Where messages that could not be delivered are sent. For functions, and for queues of this account.
    pub dead_letter: Option<DeadLetter>,
}

/// Where messages that could not be delivered are sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SubscriptionDeadLetter")]
pub struct DeadLetter {
    /// The name of a queue in this manifest, with the same `fifo` as the topic; its policy then allows the topic to
    /// send.
    pub queue: Name,
}

impl Subscription {
    /// The functions and queues of this manifest to which SNS brings something.
    pub(super) fn receivers(&self) -> Vec<Address> {
        let queues = [self.queue.as_ref(), self.dead_letter.as_ref().map(|dead| &dead.queue)];
        let queues = queues.into_iter().flatten().map(names::queue::address);
        self.lambda.iter().map(names::function::address).chain(queues).collect()
    }

    /// Protocol and endpoint in AWS's terms, or a problem.
    ///
    /// A function need not exist before the topic: its ARN is known, and it may itself publish to the topic. A queue comes
    /// first, with the policy that lets the topic send.
    pub(super) fn endpoint(&self, fifo: bool, here: &Cursor) -> Option<(&'static str, String)> {
        let (protocol, endpoint) = self.given(here)?;
        match protocol {
            "sqs" if endpoint.ends_with(".fifo") && !fifo => {
                let message = "a standard topic keeps no order, and cannot deliver to a FIFO queue";
                here.problem(message, Some("give topic and queue the same fifo"));
            }
            "sqs" => {}
            _ if fifo => {
                let help = "subscribe a queue, from which other consumers can receive";
                here.problem("a FIFO topic can deliver only to queues", Some(help));
            }
            _ => {}
        }
        Some((protocol, endpoint))
    }

    fn given(&self, here: &Cursor) -> Option<(&'static str, String)> {
        match (&self.email, &self.https, &self.lambda, &self.queue, &self.sqs) {
            (Some(email), None, None, None, None) => {
                let here = here.at("email");
                let email = here.literal(email);
                let help = "write an address such as ops@example.com";
                check(&here, is_email(&email), format!("{email:?} is not an e-mail address"), help);
                Some(("email", email))
            }
            (None, Some(url), None, None, None) => {
                let here = here.at("https");
                let url = here.literal(url);
                let help = "write https://<host>/<path>, without user and password, since AWS never shows them again";
                check(&here, is_https(&url), format!("{url:?} is not a URL that SNS can post to"), help);
                Some(("https", url))
            }
            (None, None, Some(name), None, None) => {
                if !here.manifest.function.contains_key(name) && !here.may_exist("function", name.as_str()) {
                    let known = here.manifest.function.keys().map(Name::as_str);
                    let message = problem::unknown("function", name.as_str(), known);
                    here.at("lambda").problem(message, Some("name a [function.<name>] of this manifest"));
                }
                Some(("lambda", here.invoked(name)))
            }
            (None, None, None, Some(name), None) => {
                let queue = here.at("queue").known("queue", name, &here.manifest.queue)?;
                here.need(names::queue::address(name));
                Some(("sqs", queue.arn(name, here)))
            }
            (None, None, None, None, Some(queue)) => {
                let here = here.at("sqs");
                let queue = here.literal(queue);
                let help = "write arn:aws:sqs:<region>:<account>:<name>";
                check(&here, is_queue(&queue, here.site), format!("{queue:?} is not the ARN of a queue"), help);
                Some(("sqs", queue))
            }
            _ => {
                let help = "write one of email, https, lambda, queue and sqs";
                here.problem("a subscription has exactly one endpoint", Some(help));
                None
            }
        }
    }

    pub(super) fn attributes(&self, protocol: &str, endpoint: &str, fifo: bool, here: &Cursor) -> sns::Subscription {
        let is_ours = |account: &str| here.sources.without_account || account == here.site.account.as_str();
        let queue = protocol == "sqs" && endpoint.split(':').nth(4).is_some_and(is_ours);
        if self.raw && !queue {
            let help = "remove raw: SNS supports it for queues, and settings of a subscription that has to be \
                        confirmed first cannot be compared";
            here.at("raw").problem("raw is only for queues of this account", Some(help));
        }
        let given = [
            ("filter", self.filter.is_some()),
            ("filter_body", self.filter_body.is_some()),
            ("dead_letter", self.dead_letter.is_some()),
        ];
        for (field, _) in given.into_iter().filter(|(_, given)| *given && !queue && protocol != "lambda") {
            let help = "remove it: settings of a subscription that has to be confirmed first cannot be compared";
            let message = format!("{field} is only for functions, and for queues of this account");
            here.at(field).problem(message, Some(help));
        }
        let (filter_policy, scope) = self.lower_filter(here);
        sns::Subscription {
            raw_message_delivery: self.raw,
            filter_policy_scope: if filter_policy.is_some() { scope } else { sns::MESSAGE_ATTRIBUTES }.into(),
            filter_policy,
            redrive_policy: self.lower_dead_letter(fifo, &here.at("dead_letter")),
            unconfirmed: false,
        }
    }

    /// The filter, and what it is held against.
    fn lower_filter(&self, here: &Cursor) -> (Option<Value>, &'static str) {
        if self.filter.is_some() && self.filter_body.is_some() {
            let help = "keep one of them: SNS applies a subscription's filter either to attributes or to the body";
            here.at("filter_body").problem("the subscription already has a filter", Some(help));
        }
        let (filter, place, scope) = match (&self.filter, &self.filter_body) {
            (Some(filter), _) => (filter, "filter", sns::MESSAGE_ATTRIBUTES),
            (None, Some(filter)) => (filter, "filter_body", sns::MESSAGE_BODY),
            (None, None) => return (None, sns::MESSAGE_ATTRIBUTES),
        };
        filter::check(filter, scope == sns::MESSAGE_BODY, &here.at(place));
        let filter = Value::Object(filter.clone().into_iter().collect());
        (sns::filter(filter), scope)
    }

    fn lower_dead_letter(&self, fifo: bool, here: &Cursor) -> Option<sns::RedrivePolicy> {
        let name = &self.dead_letter.as_ref()?.queue;
        let here = here.at("queue");
        let queue = here.known("queue", name, &here.manifest.queue)?;
        if queue.fifo != fifo {
            let (topic, needed) = if fifo { ("FIFO", "FIFO") } else { ("standard", "standard") };
            let message = format!("a {topic} topic needs a {needed} queue for messages that cannot be delivered");
            here.problem(message, Some("give topic and queue the same fifo"));
        }
        here.need(names::queue::address(name));
        Some(sns::RedrivePolicy { dead_letter_target_arn: queue.arn(name, &here) })
    }
}

fn check(here: &Cursor, valid: bool, message: String, help: &str) {
    if !valid {
        here.problem(message, Some(help));
    }
}

fn is_email(text: &str) -> bool {
    let domain = text.split_once('@').filter(|(local, _)| !local.is_empty()).map(|(_, domain)| domain);
    let printable = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    printable && domain.is_some_and(|domain| domain.split('.').count() > 1 && domain.split('.').all(|l| !l.is_empty()))
}

fn is_https(text: &str) -> bool {
    let rest = text.strip_prefix("https://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !authority.is_empty() && !authority.contains('@') && text.chars().all(|c| c.is_ascii_graphic())
}

fn is_queue(text: &str, site: &Site) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    let [arn, partition, "sqs", region, account, name] = parts.as_slice() else { return false };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let account = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    *arn == "arn"
        && *partition == site.partition
        && !region.is_empty()
        && account
        && !name.is_empty()
        && name.chars().all(is_name)
}
