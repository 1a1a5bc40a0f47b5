//! The most that a role of the app can be allowed.
//!
//! Whoever may make roles and policies and hand them to functions can do whatever a role can. So roles of a bounded app
//! can be given rights only under a boundary, and that boundary lists what the manifest's language can say about the
//! app's own resources, what this manifest says of others, and what AWS's own policies for functions allow. No role
//! gets more by it; it only limits.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::aws::document::Document;
use crate::aws::{State, Wanted};
use crate::bootstrap::made_up::literal;
use crate::bootstrap::{BootstrapError, fits};
use crate::manifest::role::access::target;
use crate::name::{Address, Owner, Site};
use crate::policy::OwnNames;
use crate::policy::document::MANAGED;

const LIMIT: &str = "name a policy of your own in [app] permissions_boundary";

/// What AWS's own policies for functions allow, by their path; on any resource.
const OF_AWS: &[(&str, &[&str])] = &[
    ("service-role/AWSLambdaBasicExecutionRole", &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
    (
        "AWSXRayDaemonWriteAccess",
        &[
            "xray:GetSamplingRules",
            "xray:GetSamplingStatisticSummaries",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ],
    ),
];

/// The permissions boundary of one stage's roles.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundary {
    /// By resources and condition, the actions.
    allowed: BTreeMap<(BTreeSet<String>, String), BTreeSet<String>>,
    /// What AWS Config's recorder delivers with, where the app has one.
    pub recorder: Option<Document>,
    /// Managed policies of the app's roles whose rights are not in it, by role.
    pub unknown: Vec<(Address, String)>,
}

impl Boundary {
    /// Of what a manifest asks for.
    pub fn new(owner: &Owner, site: &Site, wanted: &BTreeMap<Address, Wanted>, recorder: Option<Document>) -> Self {
        let scope = OwnNames::new(owner, site);
        let mut rights = Rights::default();
        for all in target::everything(site, owner) {
            all.actions.iter().for_each(|action| rights.add(action, &all.condition, all.resources.iter().cloned()));
        }
        for (_, actions) in OF_AWS {
            actions.iter().for_each(|action| rights.add(action, &Value::Null, ["*".to_owned()]));
        }
        let roles: Vec<_> = wanted.values().filter_map(|one| bounded(one)).collect();
        for document in documents(wanted, &roles) {
            let literal = document.statements().iter().map(|statement| literal(statement, site, wanted));
            literal.for_each(|statement| rights.add_statement(&statement, &scope));
        }
        let unknown = unknown(site, owner, &roles);
        Self { allowed: rights.grouped(), recorder, unknown }
    }

    /// The policy.
    pub fn document(&self) -> Result<Document, BootstrapError> {
        let statement = |((resources, condition), actions): (&(BTreeSet<String>, String), &BTreeSet<String>)| {
            let mut statement = json!({"Effect": "Allow", "Action": actions, "Resource": resources});
            if let Ok(condition @ Value::Object(_)) = serde_json::from_str(condition) {
                statement["Condition"] = condition;
            }
            statement
        };
        let document = Document::new(self.allowed.iter().map(statement).collect());
        fits("the permissions boundary", document, MANAGED, LIMIT)
    }
}

/// A role with a boundary.
fn bounded(wanted: &Wanted) -> Option<(&Address, &crate::aws::iam::Role)> {
    match &wanted.state {
        State::Role(role) if role.permissions_boundary.is_some() => Some((&wanted.id.address, role)),
        _ => None,
    }
}

/// Everything that these roles and the app's policies say.
fn documents<'a>(
    wanted: &'a BTreeMap<Address, Wanted>,
    roles: &[(&Address, &'a crate::aws::iam::Role)],
) -> Vec<&'a Document> {
    let policies = wanted.values().filter_map(|one| match &one.state {
        State::Policy(policy) => Some(&policy.policy_document),
        _ => None,
    });
    policies.chain(roles.iter().flat_map(|(_, role)| role.inline_policies.values())).collect()
}

/// Managed policies of roles that are neither the app's nor among those of AWS that are known here.
fn unknown(site: &Site, owner: &Owner, roles: &[(&Address, &crate::aws::iam::Role)]) -> Vec<(Address, String)> {
    let known: BTreeSet<String> = OF_AWS.iter().map(|(path, _)| site.managed_policy_arn(path)).collect();
    let own = crate::aws::iam::policy_arn(site, owner, "");
    let all = roles.iter().flat_map(|(address, role)| role.managed_policy_arns.iter().map(move |arn| (*address, arn)));
    let others = all.filter(|(_, arn)| !known.contains(*arn) && !arn.starts_with(&own));
    others.map(|(address, arn)| (address.clone(), arn.clone())).collect()
}

/// Resources by action and condition.
#[derive(Default)]
struct Rights(BTreeMap<(String, String), BTreeSet<String>>);

impl Rights {
    fn add(&mut self, action: &str, condition: &Value, resources: impl IntoIterator<Item = String>) {
        self.0.entry((action.to_owned(), condition.to_string())).or_default().extend(resources);
    }

    /// A statement of the app's, about everything that bears its names instead of one of its resources.
    /// What a role keeps from itself is no right.
    fn add_statement(&mut self, statement: &Value, scope: &OwnNames) {
        if statement["Effect"] != "Allow" {
            return;
        }
        let texts = |key: &str| statement[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        let resources: Vec<String> = texts("Resource").map(|arn| scope.arn(arn)).collect();
        for action in texts("Action") {
            self.add(action, &statement["Condition"], resources.iter().cloned());
        }
    }

    /// What holds for any resource needs no others beside it.
    fn grouped(self) -> BTreeMap<(BTreeSet<String>, String), BTreeSet<String>> {
        let mut grouped: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for ((action, condition), resources) in self.0 {
            let all = BTreeSet::from(["*".to_owned()]);
            let resources = if resources.contains("*") { all } else { resources };
            grouped.entry((resources, condition)).or_default().insert(action);
        }
        grouped
    }
}
