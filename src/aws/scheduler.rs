//! EventBridge Scheduler: the schedules of an app and stage, and their group.
//!
//! A schedule has no tags: it is ours if it is in our group, which has tags, and has our prefix. So what the app itself
//! schedules in that group, under other names, is never touched until the group is deleted.
//!
//! # Tokens
//!
//! Each call has a client token, by which AWS recognizes a repeated request. A token is made from the call and the run:
//! a call that is repeated because its answer was lost has the same token, and a later plan that asks for the same
//! thing again has another. A token is not in the plan, since then it would be the same for ever: nothing says for how
//! long AWS remembers a token, and creating a deleted schedule again, or disabling one a second time, could be regarded
//! as done.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use serde::Serialize;

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::tags::sdk_tag;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, RATE, ROLE},
    rule,
};
use crate::aws::{Aws, Reader, Tags, tags};
use crate::canonical::Sha;
use crate::name::{Name, Owner, Site};

pub mod group;
mod listing;
pub mod schedule;

pub use group::ScheduleGroup;
pub use listing::InGroup;
pub use schedule::Schedule;

sdk_tag!(aws_sdk_scheduler::types::Tag);

/// By its group, the tagging index says whether an app has schedules.
const INDEXED: (&str, &str) = ("scheduler", "schedule-group/");

/// What Scheduler says of what is not there.
const ABSENT: &[&str] = &["ResourceNotFoundException"];

const HEALS: &[Rule] = &[
    rule(
        "scheduler:",
        "ValidationException",
        "execution role you provide must allow AWS EventBridge Scheduler to assume the role",
        120,
        ROLE,
    ),
    rule("scheduler:", "ConflictException", "", 120, BUSY),
    // Also seen where nothing but the rate was too high; a quota that is really used up is reported a minute later.
    rule("scheduler:", "ServiceQuotaExceededException", "", 60, RATE),
    rule("scheduler:CreateScheduleGroup", "ConflictException", "", 300, "the old schedule group to be gone"),
    rule("scheduler:CreateSchedule", "ResourceNotFoundException", "", 120, GROUP),
    rule("scheduler:TagResource", "ResourceNotFoundException", "", 120, GROUP),
];
const GROUP: &str = "a new schedule group to be known everywhere";

/// Of regions that are not among the largest, where schedules have 5,000.
const LIMITS: &[Limit] = &[
    limit("Scheduler", Operations::Each(&["CreateScheduleGroup", "DeleteScheduleGroup"]), 10.0, 10.0),
    limit("Scheduler", Operations::Each(&["CreateSchedule", "UpdateSchedule", "DeleteSchedule"]), 250.0, 250.0),
    limit("Scheduler", Operations::Each(&["GetSchedule"]), 250.0, 250.0),
];

/// The manifest's name for the group: an app and stage has one.
pub fn the_group() -> Name {
    "schedules".parse().expect("the literal is a name")
}

/// The physical name of the group of an app and stage.
pub fn group_name(owner: &Owner) -> String {
    owner.physical(the_group().as_str(), 64)
}

/// The ARN of the group of an app and stage.
pub fn group_arn(site: &Site, owner: &Owner) -> String {
    site.arn("scheduler", &format!("schedule-group/{}", group_name(owner)))
}

/// The ARN of a schedule in that group.
pub fn schedule_arn(site: &Site, owner: &Owner, name: &str) -> String {
    site.arn("scheduler", &format!("schedule/{}/{name}", group_name(owner)))
}

/// What tells this run's calls from any other's.
static RUN: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("a run"));

/// The token of a call, the same however often this run sends it.
fn token(api: &'static str, call: &impl Serialize) -> Result<String, AwsError> {
    let said = serde_json::to_string(call).map_err(|error| AwsError::not_sent(api, error.to_string()))?;
    Ok(Sha::of(format!("{} {said}", *RUN).as_bytes()).hex())
}

/// The tags of the group with this ARN; none where there is no such group.
async fn group_tags(aws: &Aws, arn: &str) -> Result<Tags, AwsError> {
    let answer = aws.read.scheduler.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.found("scheduler:ListTagsForResource", ABSENT)?;
    Ok(tags::read(answer.and_then(|answer| answer.tags).unwrap_or_default()))
}

/// The same for whoever reads, once a plan.
async fn tags_of(reader: Reader<'_>, arn: &str) -> Result<Tags, AwsError> {
    let ask = reader.once(|cache| &cache.schedule_group_tags, arn, group_tags(reader.aws(), arn));
    reader.tags_or(arn, ask).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_call_that_is_sent_again_has_the_same_token_and_another_call_has_another() {
        let call = |state: &str| json!({"api": "scheduler:UpdateSchedule", "input": {"Name": "s", "State": state}});
        let token = |state| token("scheduler:UpdateSchedule", &call(state)).unwrap();
        let (one, other) = (token("ENABLED"), token("DISABLED"));
        assert_eq!(one, token("ENABLED"));
        assert_ne!(one, other);
        assert!(one.len() == 64 && one.bytes().all(|b| b.is_ascii_alphanumeric()), "{one}: AWS takes 64 of these");
    }

    #[test]
    fn the_longest_names_keep_their_prefix() {
        let owner = Owner { app: "a".repeat(32).parse().unwrap(), stage: "s".repeat(16).parse().unwrap() };
        let name = group_name(&owner);
        assert!(name.len() <= 64 && name.starts_with(&owner.prefix()), "{name}");
    }
}
