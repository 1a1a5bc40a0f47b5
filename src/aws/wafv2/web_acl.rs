//! Web ACLs: rules by name, and what becomes of requests that none of them matches.
//!
//! An update replaces everything, so every rule that is live but not wanted goes with it. A live rule that cannot be
//! expressed here counts as drift and shows as `Unmodelled`; only the rules that AWS Shield itself puts in are left
//! out of the state, and named beside it, because an update would erase them.

use serde::Serialize;

use super::*;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle;
use crate::aws::{Aws, Kind, Observed, Resource};

mod call;
mod need;
mod observe;
mod rule;
mod send;

pub use call::*;
pub use rule::*;

/// A web ACL.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebAcl {
    /// What it is for.
    pub description: Option<String>,
    /// What becomes of requests that no rule decides on.
    pub default_action: Action,
    /// Rules by name.
    pub rules: BTreeMap<String, Rule>,
    /// What it shows of the requests that no rule matched.
    pub visibility_config: VisibilityConfig,
    /// Tags.
    pub tags: Tags,
}

impl Resource for WebAcl {
    type Call = Call;
    type Seed = Seed;
    const HEALS: &'static [settle::Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const LISTS_ALL: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Association];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(Locked::of(id))),
            (Some(want), None) => Some(Call::Create(Box::new(CreateWebAcl::of(id, want)))),
            // Who may change it is told by its tags.
            (Some(want), Some(live)) => {
                tags::next(arn(&id.site, "webacl", &id.address, &id.name), &want.tags, &live.tags)
                    .or_else(|| next_update(id, want, live))
            }
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.state()),
            Call::Delete(_) => None,
            other => changed(state, |acl| acl.apply(other)),
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.rules.values_mut().filter_map(Rule::ip_set_arn).for_each(visit);
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Seed>>, AwsError> {
        Ok(ours(observe::list(&aws.read.wafv2).await?, owner))
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Seed>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(aws, &id.name, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.wafv2, call).await
    }
}

impl WebAcl {
    /// The effect of a call on a web ACL that exists.
    fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::Update(input) => {
                self.description = input.description.clone();
                self.default_action = input.default_action.clone();
                self.rules = input.rules.clone();
                self.visibility_config = input.visibility_config.clone();
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }

    /// Equal in all that one update replaces.
    fn same_but_for_tags(&self, other: &Self) -> bool {
        self.description == other.description
            && self.default_action == other.default_action
            && self.rules == other.rules
            && self.visibility_config == other.visibility_config
    }
}

fn next_update(id: &Id, want: &WebAcl, live: &WebAcl) -> Option<Call> {
    (!want.same_but_for_tags(live)).then(|| Call::Update(Box::new(UpdateWebAcl::of(id, want))))
}

#[cfg(test)]
mod tests;
