//! What a plan's apply will be allowed to do: found out before anybody approves it, by `plan` and again by `verify`.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use crate::aws::observe::ReadErrors;
use crate::aws::required_actions::Conditions;
use crate::aws::{Aws, AwsError, RequiredAction, iam};
use crate::error::Error;
use crate::plan::Plan;
use crate::policy;
use crate::policy::session;
use crate::render::{Extra, NotAllowed};

/// How many questions are asked at once.
const AT_ONCE: usize = 8;

/// What is found out about an apply.
#[derive(Debug, Clone, Copy)]
pub struct Preflight<'a> {
    /// What do credentials allow that are limited to the plan?
    pub session_policy: bool,
    /// May this role make every call of the plan?
    pub apply_role: Option<&'a str>,
}

impl Preflight<'_> {
    /// Finds it out, and puts it beside the plan.
    pub async fn run(self, aws: &Aws, plan: &Plan, extra: &mut Extra) -> Result<(), Error> {
        if self.session_policy && !plan.is_empty() {
            extra.credentials = Some(session::summary(&session::sessions(plan)?));
        }
        if let Some(role) = self.apply_role.filter(|role| !role.is_empty()) {
            extra.not_allowed = not_allowed(aws, role, plan).await.map_err(|error| ReadErrors(vec![error]))?;
        }
        Ok(())
    }
}

/// Asks IAM whether the role may do all that the plan needs.
async fn not_allowed(aws: &Aws, role: &str, plan: &Plan) -> Result<Vec<NotAllowed>, AwsError> {
    let questions = questions(policy::said_by_plan(plan));
    let asked = questions.iter().map(async |((resource, conditions), actions)| {
        let actions: Vec<&str> = actions.iter().copied().collect();
        iam::simulate::denials(aws, role, &actions, resource, conditions).await
    });
    let answers: Vec<Result<BTreeSet<_>, AwsError>> = stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    let mut all = BTreeSet::new();
    for answer in answers {
        all.extend(answer?);
    }
    let told =
        |one: iam::simulate::Denial| NotAllowed { action: one.action, resource: one.resource, by: one.by.into() };
    Ok(all.into_iter().map(told).collect())
}

/// The actions by resource and condition; each value of a condition is a question of its own.
fn questions(needs: Vec<RequiredAction>) -> BTreeMap<(String, Conditions), BTreeSet<&'static str>> {
    let mut questions: BTreeMap<(String, Conditions), BTreeSet<&'static str>> = BTreeMap::new();
    for need in needs {
        for conditions in single(&need.conditions) {
            questions.entry((need.resource.clone(), conditions)).or_default().insert(need.action);
        }
    }
    questions
}

/// Every combination of one value for each key.
fn single(conditions: &Conditions) -> Vec<Conditions> {
    conditions.iter().fold(vec![Conditions::new()], |all, (key, values)| {
        let with = |value: &String| {
            let value = BTreeSet::from([value.clone()]);
            all.iter()
                .map(|one| one.iter().map(|(k, v)| (*k, v.clone())).chain([(*key, value.clone())]).collect())
                .collect::<Vec<_>>()
        };
        values.iter().flat_map(with).collect()
    })
}
