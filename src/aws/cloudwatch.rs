//! CloudWatch: alarms on one metric each.
//!
//! `PutMetricAlarm` both creates and updates, and replaces everything but the tags. So one call turns any alarm into
//! any other, and settings of an alarm that are not modelled here (metric math, anomaly detection) would be lost.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::members::Described;
use crate::aws::kit::tags::{sdk_tag, tagged};
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Observed, PlanReader, Reader, Resource};
use crate::name::Owner;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use state::*;

sdk_tag!(aws_sdk_cloudwatch::types::Tag, optional);

const LIMITS: &[Limit] = &[
    limit("CloudWatch", Operations::These(&["PutMetricAlarm"]), 3.0, 3.0),
    limit("CloudWatch", Operations::These(&["DeleteAlarms"]), 3.0, 3.0),
    limit("CloudWatch", Operations::These(&["DescribeAlarms"]), 9.0, 9.0),
];

impl Resource for Alarm {
    type Call = Call;
    type Seed = Box<Described<aws_sdk_cloudwatch::types::MetricAlarm>>;
    const LIMITS: &'static [Limit] = LIMITS;
    const LISTS_ALL: bool = true;

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Put(input) => {
                let tags = state.map(|alarm| alarm.tags).or_else(|| input.tags.clone()).unwrap_or_default();
                Some(Self { tags, ..input.state() })
            }
            Call::Delete(_) => None,
            Call::Tag(input) => changed(state, |alarm| input.apply(&mut alarm.tags)),
            Call::Untag(input) => changed(state, |alarm| input.apply(&mut alarm.tags)),
        }
    }

    tagged!();

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Self::Seed>>, AwsError> {
        observe::list(&reader.aws().read.cloudwatch, &owner.prefix()).await
    }

    async fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> Result<Option<Observed<Self>>, AwsError> {
        observe::alarm(reader, &id.name, &arn(id), seed.map(Box::as_ref)).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.cloudwatch, call).await
    }
}

/// Those of these alarms that are raised, or do not exist.
pub async fn raised(aws: &Aws, names: &BTreeSet<String>) -> Result<BTreeSet<String>, AwsError> {
    observe::raised(&aws.read.cloudwatch, names).await
}

fn arn(id: &Id) -> String {
    id.site.arn("cloudwatch", &format!("alarm:{}", id.name))
}

#[cfg(test)]
mod tests;
