//! An apply ends once the tagging index has followed the tags that it has changed.
//!
//! A plan trusts the index if it shows what is wanted. Tags that were changed, and are changed back before the index
//! has followed, would look as if nobody had ever changed them. And a plan lists some kinds only where the index names
//! one ([`Resource::INDEXED`](crate::aws::Resource::INDEXED)): what was just created or taken over, and is removed from
//! the manifest before the index has followed, would not be found. AWS does not document how long that takes; an apply
//! waits for a minute, and says so if that was too short.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::apply::guard::Reading;
use crate::apply::{Event, Executor};
use crate::aws::indexed;
use crate::aws::observe::is_made_up;
use crate::aws::settle::{self, Verdict};
use crate::aws::tag_index::tags_in_index;
use crate::aws::{Call, Id, Kind, Tags, acm, apigateway_domain, apigateway_keys, logs, wafv2};
use crate::name::{Address, tag};
use crate::plan::Change;
use crate::text::Text;

/// Of what API Gateway's first API has, plans ask the index for these alone.
const IN_INDEX: [Kind; 3] = [Kind::ApiKey, Kind::DomainName, Kind::UsagePlan];

/// How long the index is waited for.
const AT_MOST: Duration = Duration::from_secs(60);

/// What an apply knows of a resource whose tags it has changed.
#[derive(Debug, Default)]
pub(super) struct Tagged {
    /// It may end in an id that is known once the change has settled.
    arn: Text,
    /// True if it was made or taken over, and plans find it by the index.
    is_new: bool,
    /// Of those tags that a plan compares; `None` until the change has settled.
    live: Option<Tags>,
}

/// A resource that the index may be behind of.
struct Behind<'a> {
    address: &'a Address,
    /// The tag keys that a plan compares.
    keys: &'a BTreeSet<String>,
    arn: String,
    is_new: bool,
    live: Tags,
}

impl Behind<'_> {
    /// True if what the index says of the resource is another value of a tag that a plan compares, or, of what is new,
    /// nothing.
    fn is_so(&self, index: Option<&Tags>) -> bool {
        let differs = |tags: &Tags| self.keys.iter().any(|key| tags.get(key) != self.live.get(key));
        index.map_or(self.is_new, differs)
    }
}

impl Executor<'_> {
    /// Notes that a call has changed the tags of something in the index, or has made or taken over what plans find by
    /// it.
    pub(super) fn note_tags(&self, address: &Address, id: &Id, call: &Call) {
        let new = made(id, call).or_else(|| taken_over(id, call));
        let is_new = new.is_some();
        if let Some(arn) = new.or_else(|| tagged(id, call)) {
            let mut all = self.tagged();
            let noted = all.entry(address.clone()).or_default();
            *noted = Tagged { arn, is_new: is_new || noted.is_new, live: None };
        }
    }

    /// Notes what the tags are by now, where they were changed.
    pub(super) fn note_settled(&self, change: &Change, reading: &Reading) {
        if let Some(tagged) = self.tagged().get_mut(&change.address) {
            tagged.live = reading.tags().cloned();
        }
    }

    /// Waits until the index says what this apply has set. Not once somebody has asked to stop.
    pub(super) async fn wait_for_index(&self) {
        let mut behind = self.all_tagged();
        let (start, mut attempt) = (Instant::now(), 0);
        let at_most = self.controls.factor.of(AT_MOST);
        while !behind.is_empty() {
            let arns: Vec<String> = behind.iter().map(|one| one.arn.clone()).collect();
            let (what, is_final) = match tags_in_index(self.aws, &arns).await {
                Ok(index) => {
                    behind.retain(|one| one.is_so(index.get(&one.arn)));
                    ("the tagging index to follow".to_owned(), false)
                }
                Err(error) => (format!("the tagging index: {error}"), settle::verdict(&error) == Verdict::Final),
            };
            let Some(first) = behind.first() else { return };
            let (address, waited, what) = (first.address, start.elapsed(), what.as_str());
            if waited > at_most || self.controls.stop.is_asked() {
                (self.controls.progress)(&Event::Behind { address, waited });
                return;
            }
            (self.controls.progress)(&Event::Waiting { address, api: None, what, waited, at_most });
            if is_final {
                return;
            }
            attempt += 1;
            self.controls.stop.sleep(settle::poll(attempt)).await;
        }
    }

    /// What was tagged and has settled.
    fn all_tagged(&self) -> Vec<Behind<'_>> {
        let (tagged, known) = (std::mem::take(&mut *self.tagged()), self.known());
        let all = self.plan.changes.iter().filter_map(|change| {
            let Tagged { arn, is_new, live } = tagged.get(&change.address)?;
            Some(Behind {
                address: &change.address,
                keys: &change.tags,
                arn: arn.resolve(&known).literal()?.to_owned(),
                is_new: *is_new,
                live: live.clone()?,
            })
        });
        all.collect()
    }
}

/// The ARN of what a call changes the tags of, where plans ask the index for them.
fn tagged(id: &Id, call: &Call) -> Option<Text> {
    let (service, operation) = call.api().split_once(':')?;
    let input = call.json();
    let of = |field: &str| input["input"][field].as_str().map(Text::from);
    match (service, operation) {
        ("apigateway", "TagResource" | "UntagResource") if IN_INDEX.contains(&id.address.kind) => of("resourceArn"),
        ("iam" | "apigateway" | "apigatewayv2", _) => None,
        ("acm", "AddTagsToCertificate" | "RemoveTagsFromCertificate") => of("CertificateArn"),
        ("s3", "PutBucketTagging" | "DeleteBucketTagging") => {
            Some(format!("arn:{}:s3:::{}", id.site.partition, id.name).into())
        }
        ("sqs", "TagQueue" | "UntagQueue") => Some(id.site.arn("sqs", &id.name).into()),
        (_, "TagResource" | "UntagResource") => {
            ["ResourceArn", "ResourceARN", "resourceArn", "Resource", "resource"].into_iter().find_map(of)
        }
        _ => None,
    }
}

/// The ARN of what a call makes the app's by its tags, where plans find that by the index; and of a web ACL whose tags
/// say from now on that it stands in front of something, which plans find by them.
fn taken_over(id: &Id, call: &Call) -> Option<Text> {
    let (service, operation) = call.api().split_once(':')?;
    let text = call.json()["input"].to_string();
    let claims = |key: &str| text.contains(&format!("\"{key}\""));
    let is_found = match id.address.kind {
        Kind::WebAcl => claims(tag::PARTS) || has_own_name(id) && claims(tag::APP),
        kind => (FOUND.contains(&kind) || has_own_name(id)) && claims(tag::APP),
    };
    let claim = operation.starts_with("Tag") || operation == "PutBucketTagging";
    if !is_found || !claim {
        return None;
    }
    match service {
        "apigatewayv2" => call.json()["input"]["resourceArn"].as_str().map(Text::from),
        _ => tagged(id, call),
    }
}

/// Kinds that plans find by the index. (Of mappings, schedules and archives that is a function, a group and a bus.)
const FOUND: [Kind; 8] = [
    Kind::ApiKey,
    Kind::DomainName,
    Kind::EventBus,
    Kind::EventRule,
    Kind::HttpApi,
    Kind::Queue,
    Kind::ScheduleGroup,
    Kind::UsagePlan,
];

/// True for what a plan that no longer asks for it finds by the index alone: its name is not made up. A log group that
/// is listed only where the index names one of its folder is the same.
fn has_own_name(id: &Id) -> bool {
    let is_late = || logs::LATE.iter().any(|folder| id.name.starts_with(folder));
    !is_made_up(id) || id.address.kind == Kind::LogGroup && is_late()
}

/// Calls that make what plans find by the index where it has a name of its own.
const MAKE_BY_NAME: [&str; 7] = [
    "cloudwatch:PutMetricAlarm",
    "dynamodb:CreateTable",
    "lambda:CreateFunction",
    "logs:CreateLogGroup",
    "s3:CreateBucket",
    "sns:CreateTopic",
    "states:CreateStateMachine",
];

/// The ARN of what a call makes, where plans find it by the index. (A function's tags say that it has mappings, and
/// schedules and archives are found by their group and their bus.)
fn made(id: &Id, call: &Call) -> Option<Text> {
    let named = |service: &str, resource: String| Some(id.site.arn(service, &resource).into());
    match call.api() {
        "acm:RequestCertificate" => Some(acm::arn(&id.address)),
        "apigateway:CreateApiKey" => Some(apigateway_keys::key_arn(id)),
        "apigateway:CreateDomainName" => Some(apigateway_domain::arn(id).into()),
        "apigateway:CreateUsagePlan" => Some(apigateway_keys::plan_arn(id)),
        // Its id is known by then.
        "apigatewayv2:CreateStage" => {
            let input = call.json();
            let api = input["input"]["apiId"].as_str()?;
            Some(format!("arn:{}:apigateway:{}::/apis/{api}", id.site.partition, id.site.region).into())
        }
        // What it stands in front of is found by its tags.
        "wafv2:CreateWebACL" if has_own_name(id) || call.json()["input"]["Tags"].to_string().contains(tag::PARTS) => {
            Some(wafv2::arn(&id.site, "webacl", &id.address, &id.name))
        }
        "events:CreateEventBus" => named("events", format!("event-bus/{}", id.name)),
        "events:PutRule" => named("events", format!("rule/{}", id.name)),
        "scheduler:CreateScheduleGroup" => named("scheduler", format!("schedule-group/{}", id.name)),
        "sqs:CreateQueue" => named("sqs", id.name.clone()),
        api if MAKE_BY_NAME.contains(&api) && has_own_name(id) => indexed::arn(id).map(Text::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::test_support::test_id;

    /// A call on tags whose field is not known here would be one that nobody waits for.
    #[test]
    fn every_call_on_tags_says_what_it_tags() {
        let without = ["iam", "apigateway", "apigatewayv2"];
        for kind in Kind::ALL {
            for api in kind.apis() {
                let (service, operation) = api.split_once(':').expect("service:Operation");
                let is_about_tags = operation.to_lowercase().contains("tag") && !without.contains(&service);
                let known = [
                    "AddTagsToCertificate",
                    "DeleteBucketTagging",
                    "PutBucketTagging",
                    "RemoveTagsFromCertificate",
                    "TagQueue",
                    "TagResource",
                    "UntagQueue",
                    "UntagResource",
                ];
                let is_known = known.contains(&operation);
                assert_eq!(is_about_tags, is_known && !without.contains(&service), "{api}");
            }
        }
    }

    /// What the index finds for plans is waited for once it is made, and nothing else: its tags say so.
    #[test]
    fn what_plans_find_by_the_index_is_noted_when_it_is_made() {
        let noted = |kind: Kind, text: &str| {
            let call = kind.parse_call(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            made(&test_id(kind, "shop--test-one"), &call)
        };
        let queue =
            r#"{"api": "sqs:CreateQueue", "input": {"QueueName": "shop--test-one", "Attributes": {}, "tags": {}}}"#;
        let arn = "arn:aws:sqs:us-west-2:123456789012:shop--test-one";
        assert_eq!(noted(Kind::Queue, queue), Some(arn.into()));
        let request = r#"{"api": "acm:RequestCertificate", "input": {"DomainName": "a.b", "ValidationMethod": "DNS", "KeyAlgorithm": "RSA_2048", "Tags": []}}"#;
        let arn = noted(Kind::Certificate, request).expect("an ARN").to_string();
        assert_eq!(arn, "${acm.certificate/thing.arn}");
        let key = r#"{"api": "apigateway:CreateApiKey", "input": {"name": "n", "enabled": true, "tags": {}}}"#;
        let noted_key = noted(Kind::ApiKey, key).expect("an ARN").to_string();
        assert_eq!(noted_key, "arn:aws:apigateway:us-west-2::/apikeys/${apigateway.api-key/thing.id}");
        let group = |name: &str| {
            let call =
                format!(r#"{{"api": "logs:CreateLogGroup", "input": {{"logGroupName": "{name}", "tags": {{}}}}}}"#);
            made(&test_id(Kind::LogGroup, name), &Kind::LogGroup.parse_call(&call).expect("a call"))
        };
        let arn = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/apigateway/shop--test-one";
        assert_eq!(group("/aws/apigateway/shop--test-one"), Some(arn.into()));
        assert_eq!(group("/aws/lambda/shop--test-one"), None, "always listed");
        let tag = r#"{"api": "sqs:UntagQueue", "input": {"QueueUrl": "u", "TagKeys": ["a"]}}"#;
        assert_eq!(noted(Kind::Queue, tag), None);
        let is_made = |api: &&&str| ["Create", "PutRule", ":Request"].iter().any(|verb| api.contains(verb));
        let by_index = Kind::ALL.iter().filter(|kind| kind.indexed().is_some());
        let makes: Vec<&str> = by_index.flat_map(|kind| kind.apis().iter().filter(is_made)).copied().collect();
        let known = [
            "acm:RequestCertificate",
            "apigateway:CreateApiKey",
            // Below its domain name.
            "apigateway:CreateBasePathMapping",
            "apigateway:CreateDomainName",
            "apigateway:CreateUsagePlan",
            // Beside its plan.
            "apigateway:CreateUsagePlanKey",
            // API Gateway's by their stage; those of events by their bus, by a tag of their function, and by their group.
            "apigatewayv2:CreateApi",
            "apigatewayv2:CreateApiMapping",
            "apigatewayv2:CreateAuthorizer",
            "apigatewayv2:CreateDeployment",
            "apigatewayv2:CreateIntegration",
            "apigatewayv2:CreateRoute",
            "apigatewayv2:CreateStage",
            "events:CreateArchive",
            "events:CreateEventBus",
            "events:PutRule",
            "lambda:CreateEventSourceMapping",
            "scheduler:CreateSchedule",
            "scheduler:CreateScheduleGroup",
            "sqs:CreateQueue",
        ];
        let makes: BTreeSet<&str> = makes.into_iter().collect();
        assert_eq!(makes, known.into());
    }

    /// What is taken over was in nobody's index, like what is made: a plan that has it no longer would not find it.
    #[test]
    fn what_plans_find_by_the_index_is_noted_when_it_is_taken_over() {
        let of = |kind: Kind, name: &str, text: &str| {
            let call = kind.parse_call(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            taken_over(&test_id(kind, name), &call).map(|arn| arn.to_string())
        };
        let queue = |tags: &str| {
            let text = format!(r#"{{"api": "sqs:TagQueue", "input": {{"QueueUrl": "u", "Tags": {tags}}}}}"#);
            of(Kind::Queue, "shop--test-one", &text)
        };
        let arn = "arn:aws:sqs:us-west-2:123456789012:shop--test-one";
        let ours = r#"{"serverless-app:app": "shop", "serverless-app:stage": "test"}"#;
        assert_eq!(queue(ours).as_deref(), Some(arn));
        assert_eq!(queue(r#"{"Team": "a"}"#), None, "another tag of what is ours");
        let untag = r#"{"api": "sqs:UntagQueue", "input": {"QueueUrl": "u", "TagKeys": ["serverless-app:app"]}}"#;
        assert_eq!(of(Kind::Queue, "shop--test-one", untag), None, "let go");
        let by_arn = |kind: Kind, api: &str, name: &str| {
            let text =
                format!(r#"{{"api": "{api}:TagResource", "input": {{"resourceArn": "arn:x", "tags": {ours}}}}}"#);
            of(kind, name, &text)
        };
        assert_eq!(by_arn(Kind::HttpApi, "apigatewayv2", "shop--test-one").as_deref(), Some("arn:x"));
        assert_eq!(by_arn(Kind::UsagePlan, "apigateway", "shop--test-one").as_deref(), Some("arn:x"));
        assert_eq!(by_arn(Kind::LogGroup, "logs", "/aws/apigateway/shop--test-one").as_deref(), Some("arn:x"));
        assert_eq!(by_arn(Kind::LogGroup, "logs", "/aws/lambda/shop--test-one"), None, "always listed");
        assert_eq!(by_arn(Kind::RestApi, "apigateway", "shop--test-one"), None, "always listed");
        let acl = |key: &str| {
            let tags = format!(r#"[{{"Key": "{key}", "Value": "cognito"}}]"#);
            let text =
                format!(r#"{{"api": "wafv2:TagResource", "input": {{"ResourceARN": "arn:x", "Tags": {tags}}}}}"#);
            of(Kind::WebAcl, "shop--test-one", &text)
        };
        assert_eq!((acl(tag::PARTS).as_deref(), acl(tag::APP)), (Some("arn:x"), None), "what it stands in front of");
    }

    #[test]
    fn every_kind_that_plans_find_by_the_index_and_that_has_tags_is_noted_when_it_is_taken_over() {
        let has_tags = |kind: &&Kind| kind.apis().iter().any(|api| api.contains(":Tag"));
        let by_index = Kind::ALL.iter().filter(|kind| kind.indexed().is_some()).filter(has_tags);
        let others: Vec<Kind> = by_index.copied().filter(|kind| !FOUND.contains(kind)).collect();
        assert_eq!(others, [Kind::EventSourceMapping], "which the tags of its function name");
    }

    #[test]
    fn what_is_new_is_waited_for_until_the_index_has_it_and_what_was_tagged_until_it_agrees() {
        let tags = |value: &str| Tags::from([("Team".to_owned(), value.to_owned())]);
        let (address, keys) = (test_id(Kind::Queue, "shop--test-one").address, BTreeSet::from(["Team".to_owned()]));
        let behind = |is_new| Behind { address: &address, keys: &keys, arn: "arn".into(), is_new, live: tags("b") };
        assert!(behind(true).is_so(None) && !behind(false).is_so(None));
        assert!(behind(true).is_so(Some(&tags("a"))) && behind(false).is_so(Some(&tags("a"))));
        assert!(!behind(true).is_so(Some(&tags("b"))) && !behind(false).is_so(Some(&tags("b"))));
    }

    #[test]
    fn the_arn_is_that_of_the_input() {
        let of = |kind: Kind, text: &str| {
            let call = kind.parse_call(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            tagged(&test_id(kind, "shop--test-one"), &call)
        };
        let table = r#"{"api": "dynamodb:UntagResource", "input": {"ResourceArn": "arn:t", "TagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::Table, table), Some("arn:t".into()));
        let function = r#"{"api": "lambda:UntagResource", "input": {"Resource": "arn:f", "TagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::Function, function), Some("arn:f".into()));
        let key = r#"{"api": "apigateway:UntagResource", "input": {"resourceArn": "arn:k", "tagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::ApiKey, key), Some("arn:k".into()));
        let certificate = r#"{"api": "acm:AddTagsToCertificate", "input": {"CertificateArn": "arn:c", "Tags": []}}"#;
        assert_eq!(of(Kind::Certificate, certificate), Some("arn:c".into()));
        let role = r#"{"api": "iam:UntagRole", "input": {"RoleName": "r", "TagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::Role, role), None);
    }
}
