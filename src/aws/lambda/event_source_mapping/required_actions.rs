//! What IAM must allow for mappings.
//!
//! Their ARNs contain an id that AWS generates. Changing a mapping is restricted by its function, setting and removing
//! tags by tags.

use super::{Call, EventSourceMapping, function_name};
use crate::aws::lambda::LIVE;
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, claiming, claims, on, owned, unowned};
use crate::aws::{Id, required_actions};
use crate::name::{Owner, Site};

const CREATE: &[&str] = &["lambda:CreateEventSourceMapping"];
const TAG: &[&str] = &["lambda:TagResource"];
const UNTAG: &[&str] = &["lambda:UntagResource"];

impl RequiredActions for EventSourceMapping {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let mapping = |uuid, actions| of_function(id, on(arn(&id.site, &required_actions::pattern(uuid)), actions));
        match call {
            Call::Create(_) => [of_function(id, anywhere(CREATE)), adopting(id)].concat(),
            Call::Update(input) => mapping(&input.uuid, &["lambda:UpdateEventSourceMapping"]),
            Call::Tag(input) if claims(&input.tags) => adopting(id),
            Call::Tag(input) => owned(&id.owner, on(required_actions::pattern(&input.resource), TAG)),
            Call::Untag(input) => owned(&id.owner, on(required_actions::pattern(&input.resource), UNTAG)),
            Call::Delete(input) => mapping(&input.uuid, &["lambda:DeleteEventSourceMapping"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let changes = on(any(id), &["lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"]);
        let tags = owned(&id.owner, on(any(id), &["lambda:TagResource", "lambda:UntagResource"]));
        [of_function(id, anywhere(CREATE)), adopting(id), of_function(id, changes), tags].concat()
    }

    /// The listing tells all but the tags.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        [anywhere(&["lambda:ListEventSourceMappings"]), on(any(id), &["lambda:ListTags"])].concat()
    }

    fn actions_to_list(site: &Site, _: &Owner) -> Vec<RequiredAction> {
        // Of several mappings of one name, tags tell which is ours.
        [anywhere(&["lambda:ListEventSourceMappings"]), on(arn(site, "*"), &["lambda:ListTags"])].concat()
    }
}

/// Only on mappings to the function, or to its alias.
fn of_function(id: &Id, actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
    let function = id.site.arn("lambda", &format!("function:{}", function_name(id)));
    let alias = format!("{function}:{LIVE}");
    let of = |required: RequiredAction| {
        required.when("ArnLike", "lambda:FunctionArn", &function).when("ArnLike", "lambda:FunctionArn", &alias)
    };
    actions.into_iter().map(of).collect()
}

/// Tags of a mapping that is new, or nobody's.
fn adopting(id: &Id) -> Vec<RequiredAction> {
    unowned(claiming(&id.owner, on(any(id), TAG)))
}

fn any(id: &Id) -> String {
    arn(&id.site, "*")
}

fn arn(site: &Site, uuid: &str) -> String {
    site.arn("lambda", &format!("event-source-mapping:{uuid}"))
}
