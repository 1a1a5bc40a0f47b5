//! The statements of a function's resource policy: who may invoke it.
//!
//! An alias has its own policy, which is a resource of its own here: `<function>:live`. Only that policy decides who
//! may invoke the alias.
//!
//! The policy belongs to its function entirely: a statement that the manifest does not ask for is drift. AWS adds
//! statements one by one, and a changed statement has to be removed before it is added again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::rate::Limit;
use crate::aws::settle::{Rule, rule};
use crate::aws::{Aws, Found, Id, Kind, Observed, PlanReader, Reader, Resource};
use crate::name::{Address, Owner};
use crate::text::Text;

mod call;
mod next_call;
mod observe;
mod required_actions;
mod send;
mod state;

pub use call::*;
use state::{INVOKE, INVOKE_URL, invoke};
pub use state::{POLICY_BYTES, Permission, Statement};

/// What the name of an alias's policy ends with in addresses.
const OF_ALIAS: &str = "-live";

/// A function's physical name, and its alias if it is named with one.
fn qualified(name: &str) -> (&str, Option<&str>) {
    name.split_once(':').map_or((name, None), |(function, alias)| (function, Some(alias)))
}

const HEALS: &[Rule] =
    &[rule("lambda:AddPermission", "ResourceNotFoundException", "", 120, "a new function to be known everywhere")];

impl Resource for Permission {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    /// Whoever calls a function lets go of it before it no longer lets them in.
    const HELD_BY: &'static [(&'static str, Kind)] = &[
        ("lambda:RemovePermission", Kind::Bucket),
        ("lambda:RemovePermission", Kind::EventRule),
        ("lambda:RemovePermission", Kind::HttpApi),
        ("lambda:RemovePermission", Kind::RestApi),
        ("lambda:RemovePermission", Kind::Topic),
    ];

    fn lane(id: &Id) -> String {
        let name = &id.address.name;
        let of_alias = name.as_str().strip_suffix(OF_ALIAS).filter(|_| qualified(&id.name).1.is_some());
        let function = of_alias.and_then(|name| name.parse().ok()).unwrap_or_else(|| name.clone());
        Address::new(Kind::Function, function).to_string()
    }

    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        next_call::next_call(id, want, live)
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        let mut statements = state.map(|state| state.statements).unwrap_or_default();
        match call {
            Call::Add(input) => {
                let statement = Statement {
                    principal: input.principal.clone(),
                    action: input.action.clone(),
                    source_arn: input.source_arn.clone(),
                    source_account: input.source_account.clone(),
                    function_url_auth_type: input.function_url_auth_type.clone(),
                    invoked_via_function_url: input.invoked_via_function_url,
                    foreign: None,
                };
                statements.insert(input.statement_id.clone(), statement);
            }
            Call::Remove(input) => drop(statements.remove(&input.statement_id)),
        }
        (!statements.is_empty()).then_some(Self { statements })
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.statements.values_mut().filter_map(|statement| statement.source_arn.as_mut()).for_each(visit);
    }

    async fn list(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        super::candidates(reader, owner).await
    }

    async fn observe(reader: Reader<'_>, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        observe::observe(reader, id, seed).await
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

#[cfg(test)]
mod tests;
