//! Event source mappings: what Lambda fetches from queues and streams for a function.
//!
//! AWS generates a mapping's id, and allows one mapping from a source to a function. So a mapping is named after its
//! source and function here ([`physical`]), and found by listing those of its function, even after a lost answer. An
//! update keeps what it leaves out. Another source or another starting position needs another mapping, which AWS
//! accepts once the old one has been deleted. A table's stream gets a new ARN each time it is switched on; the name of
//! a mapping leaves that out, so that the old mapping is found and replaced.
//!
//! A mapping may invoke the alias `live` of its function instead, and moves between the two in place. A mapping to
//! another alias or a version is not ours.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_lambda::types::EventSourceMappingConfiguration;
use serde::{Deserialize, Serialize};

use crate::aws::error::AwsError;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle::{
    Rule,
    reason::{BUSY, ROLE},
    rule,
};
use crate::aws::tags::Tags;
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod name;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use name::{function_name, physical};
pub use observe::names_of as mappings_of;
pub use state::*;

const SOURCE: &str = "the new source to be known everywhere";

const HEALS: &[Rule] = &[
    rule("lambda:CreateEventSourceMapping", "InvalidParameterValueException", "ensure the role can perform", 900, ROLE),
    rule("lambda:CreateEventSourceMapping", "InvalidParameterValueException", "NonExistentQueue", 120, SOURCE),
    rule("lambda:CreateEventSourceMapping", "InvalidParameterValueException", "Stream not found", 120, SOURCE),
    rule(
        "lambda:CreateEventSourceMapping",
        "InvalidParameterValueException",
        "Function does not exist",
        120,
        "a new function to be known everywhere",
    ),
    // Of a mapping that is being deleted, or of one that a lost answer was about: the listing may show it late.
    rule("lambda:CreateEventSourceMapping", "ResourceConflictException", "lready exists", 120, BUSY),
    rule("lambda:UpdateEventSourceMapping", "InvalidParameterValueException", "ensure the role can perform", 900, ROLE),
    rule("lambda:UpdateEventSourceMapping", "ResourceInUseException", "", 600, BUSY),
    rule("lambda:DeleteEventSourceMapping", "ResourceInUseException", "", 600, BUSY),
];

impl Resource for EventSourceMapping {
    type Call = Call;
    type Seed = Box<EventSourceMappingConfiguration>;
    const PATIENCE: Duration = Duration::from_secs(600);
    const SETTLES: &'static [(&'static str, &'static str)] = &[
        ("Creating", "State Enabled or Disabled"),
        ("Enabling", "State Enabled"),
        ("Disabling", "State Disabled"),
        ("Updating", "State Enabled or Disabled"),
        ("Deleting", "its deletion"),
    ];
    const FIXED: &'static [&'static str] = &["EventSourceArn", "StartingPosition", "StartingPositionTimestamp"];
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_ALL: bool = true;
    const INDEXED: Option<(&'static str, &'static str)> = Some(("lambda", "event-source-mapping:"));
    /// Nothing but a mapping's own calls names its id.
    const SYMBOLS: &'static [&'static str] = &[];

    /// A function's tags say that it has mappings: an apply waits for the index to know a tag that it has set, and not for
    /// the index to know what it has made.
    fn is_told_by(tags: &Tags) -> bool {
        super::function::has_mappings(tags)
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.mapping()),
            Call::Delete(_) => None,
            Call::Update(input) => changed(state, |mapping| {
                input.parts().apply(mapping);
                if let Some(name) = &input.function_name {
                    mapping.qualifier = call::alias(name);
                }
            }),
            Call::Tag(input) => changed(state, |mapping| input.apply(&mut mapping.tags)),
            Call::Untag(input) => changed(state, |mapping| input.apply(&mut mapping.tags)),
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.event_source_arn);
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(reader, owner).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed.map(Box::as_ref)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.lambda, call).await
    }
}

/// The id that AWS made up for the mapping.
fn uuid(id: &Id) -> Text {
    OutputRef::new(&id.address, "uuid").into()
}

/// The mapping's ARN.
fn arn(id: &Id) -> Text {
    Text::from(id.site.arn("lambda", "event-source-mapping:")).then(uuid(id))
}

#[cfg(test)]
mod tests;
