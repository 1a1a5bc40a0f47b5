//! One request for each call on a group; before a call that would delete more than it names, a look at what is in the
//! group.

use super::*;
use crate::aws::error::Answer;
use crate::aws::kit::calls::Calls;
use crate::aws::scheduler::listing::{InGroup, read};
use crate::aws::scheduler::token;
use crate::aws::tags;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, id: &Id, call: &Call) -> Result<(), AwsError> {
    let (scheduler, api) = (&aws.write.scheduler, call.api());
    match call {
        Call::Create(input) => {
            let request = scheduler.create_schedule_group().name(&input.name).client_token(token(api, call)?);
            request.set_tags(Some(tags::sdk(api, &input.tags)?)).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = scheduler.tag_resource().resource_arn(&input.resource_arn);
            request.set_tags(Some(tags::sdk(api, &input.tags)?)).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = scheduler.untag_resource().resource_arn(&input.resource_arn);
            request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            refuse_more(api, &read(aws, &id.owner).await?, &input.schedules)?;
            let request = scheduler.delete_schedule_group().name(&input.name).client_token(token(api, call)?);
            request.send().await.answer(api).map(drop)
        }
    }
}

/// Refuses to take schedules that the plan does not name.
pub(super) fn refuse_more(api: &'static str, there: &InGroup, named: &BTreeSet<String>) -> Result<(), AwsError> {
    let more: Vec<&str> = there.others.difference(named).map(String::as_str).collect();
    let text = match (more.as_slice(), there.has_more) {
        ([], false) => return Ok(()),
        ([], true) => "more than are listed".to_owned(),
        ([few @ .., _], _) if few.len() >= 3 => format!("{} and {} more", more[..3].join(", "), more.len() - 3),
        _ => more.join(", "),
    };
    let why =
        "the group now contains schedules that were not in it when this was planned, and they would be deleted with it";
    Err(AwsError::not_sent(api, format!("{why} ({text}): delete them or plan again")))
}
