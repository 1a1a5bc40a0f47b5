//! IAM policies, made only from what kinds and calls declare ([`RequiredActions`](crate::aws::RequiredActions)).
//!
//! 1. [`to_plan`], [`to_apply`] and [`of_plan`] collect needs: for planning, for every apply that a manifest can ever
//!    ask for, and for one plan.
//! 2. [`scope`] drops what a wider need covers, and widens names to what the app and its stage own.
//! 3. [`statement`] merges needs: no statement allows a pair of action and resource that nobody asked for.
//! 4. [`document`] puts the statements into as few documents as their size allows.
//! 5. [`session`] makes the session policies of one plan, one for each service; [`refusal`] says what a denied request
//!    lacked.
//!
//! All of it is pure, and the same needs give the same bytes, in any order. No action ever has a wildcard.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::iam::{self, Role, role};
use crate::aws::steps::{NotConverging, walk};
use crate::aws::wafv2::{self, WebAcl};
use crate::aws::{Id, Kind, RequiredAction, State, Wanted, apigateway, events, lambda, stepfunctions, tag_index};
use crate::name::{Address, Owner, Site};
use crate::plan::{Action, Change, Plan};

pub mod document;
pub mod refusal;
pub mod scope;
pub mod session;
pub mod statement;

pub use document::{TooLong, documents};
pub use scope::OwnNames;

/// What a manifest asks for beside its resources.
#[derive(Debug, Clone, Default)]
pub struct Features {
    /// An API writes access logs.
    pub access_logs: bool,
    /// The ARN of the policy that bounds the app's roles.
    pub boundary: Option<String>,
    /// There are rules or archives, whose patterns are asked about.
    pub patterns: bool,
    /// The kinds that are listed only if needed ([`Kind::is_listed_by_need`]) and of which there are some. Whoever may
    /// list keys may read their values, so only a role that needs it may.
    pub by_need: BTreeSet<Kind>,
    /// The keys that functions' environments are encrypted with.
    pub function_keys: BTreeSet<String>,
    /// The bucket through which large zips are sent to Lambda.
    pub packages: Option<String>,
    /// There are workflows.
    pub workflows: bool,
    /// What is asked about firewalls beside reading them.
    pub firewalls: BTreeSet<RequiredAction>,
    /// There may be so many roles and policies that one listing of the account's reads them.
    pub many_roles: bool,
    /// What has a name of its own, and what belongs to that: no pattern of names matches it.
    pub named: Vec<Id>,
}

impl Features {
    /// The same with what a plan has changes of that its manifest may no longer have.
    pub fn with(mut self, plan: &Plan) -> Self {
        let kinds: BTreeSet<Kind> = plan.changes.iter().map(|change| change.address.kind).collect();
        let is_needed = |kind: &Kind| kinds.iter().any(|changed| kind.is_needed_with(*changed));
        self.by_need.extend(Kind::ALL.iter().copied().filter(is_needed));
        self
    }
}

/// What planning needs: listing and reading everything of the app and its stage, of whatever kind. Whether API Gateway
/// can write logs, what a boundary says, and what Step Functions says of a definition and EventBridge of a pattern, is
/// asked only where the manifest has them.
pub fn to_plan(owner: &Owner, site: &Site, features: &Features) -> Vec<RequiredAction> {
    let mut actions: BTreeSet<RequiredAction> = tag_index::required_actions().into_iter().collect();
    for kind in kinds_to_read(features) {
        actions.extend(kind.actions_to_list(site, owner));
        actions.extend(kind.actions_to_plan(&everything(*kind, owner, site)));
    }
    for id in &features.named {
        actions.extend(id.address.kind.actions_to_plan(id));
        if id.address.kind == Kind::WebAcl {
            actions.extend(wafv2::actions_to_find(site, &id.name));
        }
    }
    if features.access_logs {
        actions.extend(apigateway::actions_for_logging_role(site));
    }
    if features.patterns {
        actions.extend(events::actions_to_test_patterns());
    }
    if features.workflows {
        actions.extend(stepfunctions::needs_to_validate());
    }
    let functions = everything(Kind::Function, owner, site);
    actions.extend(features.function_keys.iter().map(|key| lambda::actions_to_read_with_key(&functions, key)));
    actions.extend(features.firewalls.iter().cloned());
    if features.many_roles {
        actions.extend(iam::account::required_actions());
    }
    let of_boundary =
        |arn: &String| ["iam:GetPolicy", "iam:GetPolicyVersion"].map(|action| RequiredAction::new(action, arn));
    actions.extend(features.boundary.iter().flat_map(of_boundary));
    OwnNames::new(owner, site).widen(actions)
}

/// What AWS is asked when the whole app is destroyed, by a role that may not be allowed to ask it: what it may not list
/// is left out then (`Listing::leave_out`), but AWS has to say so. Keys are API Gateway's, which may be asked something
/// anyway.
pub fn to_delete_everything(owner: &Owner, site: &Site) -> Vec<RequiredAction> {
    let kinds = Kind::ALL.iter().filter(|kind| kind.is_listed_by_need() && !kind.is_about_keys());
    kinds.flat_map(|kind| kind.actions_to_list(site, owner)).collect()
}

/// The kinds that a plan and an apply may read, whatever the manifest has of them, except for those that are listed
/// only if needed.
fn kinds_to_read(features: &Features) -> impl Iterator<Item = &'static Kind> {
    let is_read = |kind: &Kind| !kind.is_listed_by_need() || features.by_need.contains(kind);
    Kind::ALL.iter().filter(move |kind| !kind.of_the_account() && is_read(kind))
}

/// What any apply of this can need: to create, change and delete everything that is wanted, and everything else of
/// these kinds that belongs to the app and the stage; and to plan, because an apply plans again. A role that is named
/// without its path stays exactly that one: `*` would match paths as well. If roles have a boundary, rights can only be
/// given to roles that have it.
pub fn to_apply(
    owner: &Owner,
    site: &Site,
    wanted: &BTreeMap<Address, Wanted>,
    features: &Features,
) -> Result<Vec<RequiredAction>, NotConverging> {
    let mut actions: BTreeSet<RequiredAction> = to_plan(owner, site, features).into_iter().collect();
    for kind in kinds_to_read(features) {
        actions.extend(kind.actions_to_read(&everything(*kind, owner, site)));
    }
    actions.extend(features.named.iter().flat_map(|id| id.address.kind.actions_to_read(id)));
    let by_way_of = |bucket: &String| lambda::actions_by_way_of(site, owner, bucket);
    actions.extend(features.packages.iter().flat_map(by_way_of));
    for Wanted { id, state, adopt, .. } in wanted.values() {
        let mut all = id.address.kind.actions_of_all_calls(id);
        // What bears no name of ours is read by its ARN.
        if id.name.starts_with("arn:") {
            all.extend(id.address.kind.actions_to_read(id));
        }
        if *adopt {
            all.extend(id.address.kind.actions_to_adopt(id));
        }
        for live in [None, before(state)] {
            walk(id, Some(state), live.as_ref(), |call, _| {
                all.extend(call.required_actions(id));
                Ok::<(), NotConverging>(())
            })?;
        }
        actions.extend(match state {
            State::Role(role) if features.boundary.is_some() => role.bounded(all),
            _ => all,
        });
    }
    // A role at the top of IAM's tree is called so for good.
    let roles = wanted.values().map(|wanted| &wanted.id).filter(|id| id.address.kind == Kind::Role);
    let of_top: BTreeSet<String> = roles.map(|id| role::arn(site, owner, &id.name)).collect();
    let (bare, named): (BTreeSet<RequiredAction>, BTreeSet<RequiredAction>) =
        actions.into_iter().partition(|required| role::is_bare(required) && !of_top.contains(&required.resource));
    let scope = OwnNames::new(owner, site);
    Ok(match features.many_roles {
        // There is no room for all their names; an apply that meets a role which IAM does not know yet is run again.
        true => scope.widen(named),
        false => scope::without_covered(scope.widen(named).into_iter().chain(bare).collect()),
    })
}

/// What a change of this may begin with whose call asks for what the one that makes it does not: a role without its
/// boundary, since making one sets that in the same call; and a web ACL without its rules, since WAF asks about the
/// sets and groups that they refer to by the name of the call.
fn before(state: &State) -> Option<State> {
    match state {
        State::Role(role) if role.permissions_boundary.is_some() => {
            Some(State::Role(Role { permissions_boundary: None, ..role.clone() }))
        }
        State::WebAcl(acl) if !acl.rules.is_empty() => {
            Some(State::WebAcl(WebAcl { rules: BTreeMap::new(), ..acl.clone() }))
        }
        _ => None,
    }
}

/// What one plan needs: what it says itself ([`said_by_plan`]), and the keys of functions that are there.
pub fn of_plan(plan: &Plan) -> Vec<RequiredAction> {
    let keys = plan.changes.iter().filter_map(|change| key_of_function(change, &plan.id(change)));
    scope::without_covered(said_by_plan(plan).into_iter().chain(keys).collect())
}

/// What a plan says that it needs: its calls, the reads that guard and settle them, and the tagging index, which its
/// apply waits for. A role that lacks one of these cannot apply it; one that may not use any key may still use the key
/// of a function.
pub fn said_by_plan(plan: &Plan) -> Vec<RequiredAction> {
    let mut actions: BTreeSet<RequiredAction> = tag_index::required_actions().into_iter().collect();
    for change in &plan.changes {
        let id = plan.id(change);
        actions.extend(change.address.kind.actions_to_read(&id));
        actions.extend(change.steps.iter().flat_map(|step| step.call.required_actions(&id)));
    }
    scope::without_covered(actions)
}

/// A plan does not say which key encrypts a function that stays encrypted: its apply reads the function with any key of
/// the account that the role may use. A new function's key is named by the call that makes it.
fn key_of_function(change: &Change, id: &Id) -> Option<RequiredAction> {
    let is_there = id.address.kind == Kind::Function && change.action != Action::Create;
    is_there.then(|| lambda::actions_to_read_with_key(id, &id.site.arn("kms", "key/*")))
}

/// Stands for every resource of a kind.
fn everything(kind: Kind, owner: &Owner, site: &Site) -> Id {
    let address = Address::new(kind, owner.stage.as_str().parse().expect("a stage is a name of its own form"));
    Id { address, name: kind.names(owner), site: site.clone(), owner: owner.clone() }
}
