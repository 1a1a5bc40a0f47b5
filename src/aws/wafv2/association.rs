//! The association of a web ACL with a REST API's stage, or with a resource that the manifest names by its ARN: a load
//! balancer, a GraphQL API, a user pool.
//!
//! It has no tags and does not exist by itself: it is the stage's web ACL, and absent if the stage has none. A resource
//! can have only one web ACL, and associating another one replaces it silently: one that is not ours is reported beside
//! the state, so that this never happens unseen.

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::unmodelled;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::{Aws, Observed, PlanReader, Reader, Resource, apigateway};
use crate::name::Ownership;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
pub use observe::{Arns, behind};
pub use required_actions::actions_to_find;
pub use state::*;

impl Resource for Association {
    type Call = Call;
    type Seed = Arns;
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_WITH_READS: bool = true;

    fn next_call(_: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(want, live)
    }

    fn effect(call: &Call, _: Option<Self>) -> Option<Self> {
        match call {
            Call::Associate(AssociateWebAcl { web_acl_arn, resource_arn }) => {
                Some(Self { resource_arn: resource_arn.clone(), web_acl_arn: web_acl_arn.clone() })
            }
            Call::Disassociate(_) => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        visit(&mut self.resource_arn);
        visit(&mut self.web_acl_arn);
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Arns>>, AwsError> {
        observe::list(reader, owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&Arns>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// The ARN of a stage of an API, which AWS makes up the id of.
pub fn stage_arn(site: &Site, api: &Address, stage: &str) -> Text {
    let start = stage_arn_start(&site.partition, site.region.as_str());
    Text::from(start).then(OutputRef::new(api, ID)).then(format!("/stages/{stage}"))
}

fn stage_arn_start(partition: &str, region: &str) -> String {
    format!("arn:{partition}:apigateway:{region}::/restapis/")
}

#[cfg(test)]
mod tests;
