//! An apply ends once the tagging index has followed the tags that it has changed.
//!
//! A plan trusts the index where that says what is wanted. Tags that were changed, and are changed back before the index
//! has followed, would look as if nobody had ever changed them. How long AWS takes is nowhere written; an apply waits for
//! a minute, and says so where that was too short.

use std::time::Duration;

use tokio::time::Instant;

use crate::apply::guard::Reading;
use crate::apply::{Event, Executor};
use crate::aws::settle::{self, Verdict};
use crate::aws::tag_index::tags_in_index;
use crate::aws::{Call, Id, Tags};
use crate::name::Address;
use crate::plan::Change;

/// How long the index is waited for.
const AT_MOST: Duration = Duration::from_secs(60);

/// What an apply knows of a resource whose tags it has changed.
#[derive(Debug, Default)]
pub(super) struct Tagged {
    arn: String,
    /// Of those tags that a plan compares; `None` until the change has settled.
    live: Option<Tags>,
}

/// A resource that the index may be behind of.
struct Behind<'a> {
    change: &'a Change,
    arn: String,
    live: Tags,
}

impl Behind<'_> {
    /// True if the index says something else of a tag that a plan compares.
    fn differs(&self, index: &Tags) -> bool {
        self.change.tags.iter().any(|key| index.get(key) != self.live.get(key))
    }
}

impl Executor<'_> {
    /// Notes that a call has changed the tags of something in the index.
    pub(super) fn note_tags(&self, address: &Address, id: &Id, call: &Call) {
        if let Some(arn) = tagged(id, call) {
            self.tagged().entry(address.clone()).or_default().arn = arn;
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
                    behind.retain(|one| index.get(&one.arn).is_some_and(|tags| one.differs(tags)));
                    ("the tagging index to follow".to_owned(), false)
                }
                Err(error) => (format!("the tagging index: {error}"), settle::verdict(&error) == Verdict::Final),
            };
            let Some(first) = behind.first() else { return };
            let (address, waited, what) = (&first.change.address, start.elapsed(), what.as_str());
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
        let tagged = std::mem::take(&mut *self.tagged());
        let all = self.plan.changes.iter().filter_map(|change| {
            let Tagged { arn, live } = tagged.get(&change.address)?;
            Some(Behind { change, arn: arn.clone(), live: live.clone()? })
        });
        all.collect()
    }
}

/// The ARN of what a call changes the tags of, where plans ask the index for them.
fn tagged(id: &Id, call: &Call) -> Option<String> {
    let (service, operation) = call.api().split_once(':')?;
    let input = call.json();
    let of = |field: &str| input["input"][field].as_str().map(str::to_owned);
    match (service, operation) {
        ("iam" | "apigateway", _) => None,
        ("s3", "PutBucketTagging" | "DeleteBucketTagging") => {
            Some(format!("arn:{}:s3:::{}", id.site.partition, id.name))
        }
        ("sqs", "TagQueue" | "UntagQueue") => Some(id.site.arn("sqs", &id.name)),
        (_, "TagResource" | "UntagResource") => {
            ["ResourceArn", "ResourceARN", "resourceArn", "Resource", "resource"].into_iter().find_map(of)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    /// A call on tags whose field is not known here would be one that nobody waits for.
    #[test]
    fn every_call_on_tags_says_what_it_tags() {
        for kind in Kind::ALL {
            for api in kind.apis() {
                let (service, operation) = api.split_once(':').expect("service:Operation");
                let is_about_tags =
                    operation.to_lowercase().contains("tag") && !["iam", "apigateway"].contains(&service);
                let known = ["TagResource", "UntagResource", "TagQueue", "UntagQueue", "PutBucketTagging"];
                let is_known = known.contains(&operation) || operation == "DeleteBucketTagging";
                assert_eq!(is_about_tags, is_known && !["iam", "apigateway"].contains(&service), "{api}");
            }
        }
    }

    #[test]
    fn the_arn_is_that_of_the_input() {
        let of = |kind: Kind, text: &str| {
            let call = kind.parse_call(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            tagged(&test_id(kind, "shop--test-one"), &call)
        };
        let table = r#"{"api": "dynamodb:UntagResource", "input": {"ResourceArn": "arn:t", "TagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::Table, table).as_deref(), Some("arn:t"));
        let function = r#"{"api": "lambda:UntagResource", "input": {"Resource": "arn:f", "TagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::Function, function).as_deref(), Some("arn:f"));
        let role = r#"{"api": "iam:UntagRole", "input": {"RoleName": "r", "TagKeys": ["a"]}}"#;
        assert_eq!(of(Kind::Role, role), None);
    }
}
