//! `[topic.<name>]`: an SNS topic and who gets its messages.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::aws::sns::{self, policy};
use crate::aws::{Kind, Tags};
use crate::manifest::{Cursor, Delivery, OnDelete, Section, names, problem};
use crate::name::{Address, Name, Site};
use crate::text::Text;

mod filter;

/// An SNS topic.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The sender's name in messages to people, 100 characters at most.
    pub display_name: Option<String>,
    /// The KMS key that encrypts messages at rest: its id, its ARN, or `alias/<name>`. Left out: no encryption. What
    /// publishes to the topic needs the right to use the key.
    pub kms_key: Option<String>,
    /// Who gets its messages.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
    /// Tags, beside the app's.
    #[serde(default)]
    pub tags: Tags,
    /// Takes over a live topic of the same name that is not this app's yet.
    #[serde(default)]
    pub adopt: bool,
}

/// Who gets the messages of a topic: one of `email`, `https`, `lambda` and `sqs`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// An e-mail address. Its owner gets a mail and has to confirm.
    pub email: Option<String>,
    /// A URL, which must confirm by itself.
    pub https: Option<String>,
    /// The name of a function of this manifest.
    pub lambda: Option<Name>,
    /// The ARN of a queue, whose policy must let the topic send.
    pub sqs: Option<String>,
    /// Sends the bare message, without SNS's envelope. For queues of this account.
    #[serde(default)]
    pub raw: bool,
    /// Sends only messages with these attributes: for each attribute a list of what it may be. For functions, and
    /// for queues of this account.
    pub filter: Option<BTreeMap<String, Value>>,
}

impl Section for Topic {
    const SECTION: &'static str = "topic";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::topic::address(name)
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "arn" => names::topic::arn(here.site, here.owner, name).into(),
            _ => names::topic::physical(here.owner, name).into(),
        }
    }

    fn deliveries(&self, name: &Name, here: &Cursor) -> Vec<Delivery> {
        let subscribers: BTreeSet<_> = self.subscriptions.iter().filter_map(|one| one.lambda.as_ref()).collect();
        let delivery = |subscriber| Delivery {
            to: names::function::address(subscriber),
            sid: format!("topic-{name}"),
            service: "sns.amazonaws.com",
            source_arn: names::topic::arn(here.site, here.owner, name).into(),
            source_account: false,
        };
        subscribers.into_iter().map(delivery).collect()
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        let id = here.id(Kind::Topic, name, names::topic::physical(here.owner, name));
        let notified = here.manifest.alarm.values().any(|alarm| alarm.topics().contains(&name));
        let topic = sns::Topic {
            display_name: self.lower_display_name(&here.at("display_name")),
            kms_master_key_id: self.lower_kms_key(notified, &here.at("kms_key")),
            policy: notified.then(|| policy::for_alarms(here.site, &names::topic::arn(here.site, here.owner, name))),
            subscriptions: self.lower_subscriptions(&here.at("subscriptions")),
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, topic, self.adopt);
    }
}

impl Topic {
    fn lower_display_name(&self, here: &Cursor) -> Option<String> {
        let text = here.literal(self.display_name.as_ref()?);
        if text.chars().count() > 100 || text.chars().any(char::is_control) {
            here.problem("a display name has 100 printable characters at most", Some("shorten it"));
        }
        (!text.is_empty()).then_some(text)
    }

    fn lower_kms_key(&self, notified: bool, here: &Cursor) -> Option<String> {
        let key = here.literal(self.kms_key.as_ref()?);
        if !is_kms_key(&key) {
            let help = "write the key's id, its ARN, or alias/<name>";
            here.problem(format!("{key:?} is not a KMS key"), Some(help));
        }
        if notified && key == "alias/aws/sns" {
            let message = "an alarm notifies this topic, and CloudWatch cannot use the key alias/aws/sns";
            let help = "use a key of your own whose policy lets cloudwatch.amazonaws.com use it, or leave kms_key out";
            here.problem(message, Some(help));
        }
        Some(key)
    }

    fn lower_subscriptions(&self, here: &Cursor) -> BTreeMap<String, sns::Subscription> {
        let mut lowered = BTreeMap::new();
        for (here, subscription) in here.each(&self.subscriptions) {
            let Some((protocol, endpoint)) = subscription.endpoint(&here) else { continue };
            let attributes = subscription.attributes(protocol, &endpoint, &here);
            if lowered.insert(sns::key(protocol, &endpoint), attributes).is_some() {
                here.problem(format!("{endpoint} subscribes twice"), Some("remove one of the subscriptions"));
            }
        }
        lowered
    }
}

impl Subscription {
    /// Protocol and endpoint in AWS's terms, or a problem.
    ///
    /// A function need not exist before the topic: its ARN is known, and it may itself publish to the topic.
    fn endpoint(&self, here: &Cursor) -> Option<(&'static str, String)> {
        match (&self.email, &self.https, &self.lambda, &self.sqs) {
            (Some(email), None, None, None) => {
                let here = here.at("email");
                let email = here.literal(email);
                let help = "write an address such as ops@example.com";
                check(&here, is_email(&email), format!("{email:?} is not an e-mail address"), help);
                Some(("email", email))
            }
            (None, Some(url), None, None) => {
                let here = here.at("https");
                let url = here.literal(url);
                let help = "write https://<host>/<path>, without user and password: AWS would never show them again";
                check(&here, is_https(&url), format!("{url:?} is not a URL that SNS can post to"), help);
                Some(("https", url))
            }
            (None, None, Some(name), None) => {
                if !here.manifest.function.contains_key(name) && !here.may_exist("function", name.as_str()) {
                    let known = here.manifest.function.keys().map(Name::as_str);
                    let message = problem::unknown("function", name.as_str(), known);
                    here.at("lambda").problem(message, Some("name a [function.<name>] of this manifest"));
                }
                Some(("lambda", names::function::arn(here.site, here.owner, name)))
            }
            (None, None, None, Some(queue)) => {
                let here = here.at("sqs");
                let queue = here.literal(queue);
                let help = "write arn:aws:sqs:<region>:<account>:<name>";
                check(&here, is_queue(&queue, here.site), format!("{queue:?} is not the ARN of a queue"), help);
                Some(("sqs", queue))
            }
            _ => {
                let help = "write one of email, https, lambda and sqs";
                here.problem("a subscription has exactly one endpoint", Some(help));
                None
            }
        }
    }

    fn attributes(&self, protocol: &str, endpoint: &str, here: &Cursor) -> sns::Subscription {
        let is_ours = |account: &str| here.sources.without_account || account == here.site.account.as_str();
        let queue = protocol == "sqs" && endpoint.split(':').nth(4).is_some_and(is_ours);
        if self.raw && !queue {
            let help = "remove raw: SNS knows it for queues, and what must be confirmed first could not be compared";
            here.at("raw").problem("raw is for queues of this account", Some(help));
        }
        if let Some(filter) = &self.filter {
            let here = here.at("filter");
            if !queue && protocol != "lambda" {
                let help = "remove it: what must be confirmed first could not be compared";
                here.problem("filter is for functions, and for queues of this account", Some(help));
            }
            filter::check(filter, &here);
        }
        let filter = self.filter.clone().map(|filter| Value::Object(filter.into_iter().collect()));
        let filter_policy = filter.and_then(sns::filter);
        sns::Subscription { raw_message_delivery: self.raw, filter_policy, unconfirmed: false }
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

pub(in crate::manifest) fn is_kms_key(text: &str) -> bool {
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'))
    };
    match text.strip_prefix("arn:") {
        Some(arn) => matches!(arn.split(':').collect::<Vec<_>>().as_slice(), [_, "kms", _, _, key] if is_word(key)),
        None => text.strip_prefix("alias/").map_or(!text.contains('/') && is_word(text), is_word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::test_support::test_id;
    use crate::manifest::lower::{Lowered, Sources, lower};
    use crate::manifest::problem::Problems;
    use crate::manifest::read::read;
    use serde_json::json;

    fn lowered(text: &str) -> Result<Lowered, Problems> {
        let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
        let id = test_id(Kind::Topic, "any");
        let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
        let package =
            crate::package::Package { zip: Vec::new().into(), sha256: "0".repeat(64), requirements: Vec::new() };
        let packages = BTreeMap::from([("api".parse().unwrap(), package)]);
        lower(&source, &id.owner, &id.site, &Sources { packages, ..Sources::default() })
    }

    fn state(text: &str) -> Value {
        let lowered = lowered(text).expect("no problems");
        let wanted = &lowered.wanted[&"sns.topic/alerts".parse().unwrap()];
        assert_eq!(wanted.id.name, "shop--test-alerts");
        serde_json::to_value(&wanted.state).unwrap()
    }

    /// The problems as `line:column message`.
    fn problems(text: &str) -> Vec<String> {
        let problems = lowered(text).expect_err("problems").0;
        problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
    }

    #[test]
    fn an_empty_section_is_a_topic_with_our_tags_alone() {
        let tags = json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
            "serverless-app:address": "sns.topic/alerts"});
        let expected =
            json!({"DisplayName": null, "KmsMasterKeyId": null, "Policy": null, "Subscriptions": {}, "Tags": tags});
        assert_eq!(state("[topic.alerts]"), expected);
    }

    #[test]
    fn subscriptions_are_known_by_protocol_and_endpoint() {
        let topic = state(
            r#"[topic.alerts]
            display_name = "${app} alerts"
            kms_key = "alias/own"
            subscriptions = [
              { email = "ops@example.com" },
              { https = "https://example.com/hook" },
              { lambda = "api" },
              { sqs = "arn:aws:sqs:us-west-2:123456789012:q", raw = true, filter = { level = ["error", 1.0], n = [{ numeric = [">", 1] }] } },
            ]
            [function.api]
            source = "api"
            runtime = "python3.11"
            handler = "main.handler"
"#,
        );
        assert_eq!(topic["DisplayName"], "shop alerts");
        assert_eq!(topic["KmsMasterKeyId"], "alias/own");
        let plain = json!({"RawMessageDelivery": false, "FilterPolicy": null});
        let filter = json!({"level": ["error", 1], "n": [{"numeric": [">", 1]}]});
        let expected = json!({
            "email:ops@example.com": plain,
            "https:https://example.com/hook": plain,
            "lambda:arn:aws:lambda:us-west-2:123456789012:function:shop--test-api": plain,
            "sqs:arn:aws:sqs:us-west-2:123456789012:q": {"RawMessageDelivery": true, "FilterPolicy": filter},
        });
        assert_eq!(topic["Subscriptions"], expected);
    }

    #[test]
    fn without_an_account_no_queue_is_taken_for_another_account_s() {
        let queue = "arn:aws:sqs:us-west-2:210987654321:q";
        let text = format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[topic.alerts]\n\
             subscriptions = [{{ sqs = \"{queue}\", raw = true, filter = {{ kind = [\"a\"] }} }}]\n"
        );
        let id = test_id(Kind::Topic, "any");
        let source = read("m.toml", &text, &id.owner.stage).expect("a manifest");
        let lowered = |without_account| {
            let sources = Sources { without_account, ..Sources::default() };
            lower(&source, &id.owner, &id.site, &sources)
        };
        assert!(lowered(true).is_ok());
        assert_eq!(lowered(false).expect_err("problems").0.len(), 2, "another account's");
    }

    #[test]
    fn every_problem_is_told_with_its_place() {
        let found = problems(
            r#"[topic.alerts]
display_name = "a\tb"
kms_key = "no key"
subscriptions = [
  { email = "nobody" },
  { https = "https://user:password@example.com" },
  { https = "http://example.com" },
  { lambda = "apo" },
  { sqs = "q" },
  { email = "a@example.com", sqs = "q" },
  { email = "a@example.com", raw = true, filter = { a = ["b"] } },
  { email = "a@example.com" },
  { sqs = "arn:aws:sqs:us-west-2:123456789012:q", filter = { a = "b", c = [["d"]], e = [{ prefx = "f" }] } },
]
[function.api]
source = "api"
runtime = "python3.11"
handler = "main.handler"
"#,
        );
        let expected = [
            "5:16 a display name has 100 printable characters at most",
            "6:11 \"no key\" is not a KMS key",
            "8:13 \"nobody\" is not an e-mail address",
            "9:13 \"https://user:password@example.com\" is not a URL that SNS can post to",
            "10:13 \"http://example.com\" is not a URL that SNS can post to",
            "11:14 there is no function \"apo\"; did you mean \"api\"?",
            "12:11 \"q\" is not the ARN of a queue",
            "13:3 a subscription has exactly one endpoint",
            "14:36 raw is for queues of this account",
            "14:42 filter is for functions, and for queues of this account",
            "15:3 a@example.com subscribes twice",
            "16:66 a has no list of values",
            "16:76 a list stands inside a list",
            "16:89 there is no filter operator \"prefx\"; did you mean \"prefix\"?",
        ];
        assert_eq!(found, expected);
    }
}
