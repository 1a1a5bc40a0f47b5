//! What roles may do, and who may assume them.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Access, Statement, having, statements, uncovered};
use super::exposure::{self, Whom};
use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::life::Life;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};
use crate::aws::iam::reference;
use crate::name::Site;
use crate::plan::Action;

const TRUST: &str = "AssumeRolePolicyDocument";
const BOUNDARY: &str = "PermissionsBoundary";
const ATTACHED: &str = "ManagedPolicyArns";

/// Actions that AWS allows on everything or not at all, by how they begin: a `*` says nothing there. Of most others its
/// reference tells that.
const ON_EVERYTHING_ONLY: [&str; 9] = [
    "logs:createlogdelivery",
    "logs:deletelogdelivery",
    "logs:describe",
    "logs:getlogdelivery",
    "logs:listlogdeliveries",
    "logs:putresourcepolicy",
    "logs:updatelogdelivery",
    "xray:get",
    "xray:put",
];

/// What is dangerous about a change of a customer-managed policy.
pub fn policy(sides: &Sides, life: &Life) -> Vec<Finding> {
    let path = "PolicyDocument.Statement";
    let (old, new) = (statements(sides.old.items(path)), statements(sides.new.items(path)));
    let widens = sides.stays() || life.is_attached_to_what_exists(sides.change);
    gained(sides, &old, &new, widens)
}

/// What is dangerous about a change of a role.
pub fn role(sides: &Sides, life: &Life) -> Vec<Finding> {
    if sides.change.action == Action::Delete {
        return Vec::new();
    }
    let mut found = gained(sides, &inline(&sides.old), &inline(&sides.new), sides.stays());
    found.extend(attached(sides, life));
    found.extend(boundary(sides));
    found.extend(exposure::findings(sides, TRUST));
    found.extend(exposure::denials(sides, TRUST));
    found.extend(trust(sides));
    found
}

fn inline(side: &Attributes) -> Vec<Statement> {
    let values = side.between("InlinePolicies.", ".Statement").filter_map(|(_, value)| value.as_array());
    values.flat_map(|values| statements(values)).collect()
}

/// What statements allow that others do not, and no longer deny.
fn gained(sides: &Sides, old: &[Statement], new: &[Statement], widens: bool) -> Vec<Finding> {
    let mut by_kind: BTreeMap<RiskKind, Vec<Access>> = BTreeMap::new();
    for access in uncovered(&having(new, true), &having(old, true)) {
        if let Some(kind) = kind(&access, sides.site, widens) {
            by_kind.entry(kind).or_default().push(access);
        }
    }
    let mut found: Vec<Finding> = Vec::new();
    for (kind, accesses) in by_kind {
        for (actions, resources) in together(&accesses) {
            let said = Sentence::default().words(if widens { ": also " } else { ": " }).values(actions, NAMED);
            let said = said.words(" on ").values(resources.iter().map(|text| shortened(text, sides.site)), NAMED);
            found.push(Finding::about(kind, sides.change, |_| said.clone()));
        }
    }
    let denied = uncovered(&having(old, false), &having(new, false));
    let denied: BTreeSet<&str> = denied.iter().map(|access| access.action.text.as_str()).collect();
    if widens && !denied.is_empty() {
        let said = Sentence::default().words(": no longer denied: ").values(denied, NAMED);
        found.push(Finding::about(RiskKind::MoreRights, sides.change, |_| said.clone()));
    }
    found
}

/// Which risk it is that something is allowed; none for narrow rights of what is new.
fn kind(access: &Access, site: &Site, widens: bool) -> Option<RiskKind> {
    let (action, resource) = (access.action, access.resource);
    let any_role = format!("arn:{}:iam::{}:role/\u{1}", site.partition, site.account);
    let on_all_roles = resource.has(&any_role);
    let all_of = |service: &str| action.text.to_ascii_lowercase().trim_end_matches('*') == format!("{service}:");
    let is_wide = match action.text.split_once(':') {
        Some((_, name)) => !name.is_empty() && name.bytes().all(|b| b == b'*'),
        None => false,
    };
    let name = action.text.to_ascii_lowercase();
    let needs_all = ON_EVERYTHING_ONLY.iter().any(|start| name.starts_with(start)) || is_never_narrower(&action.text);
    if action.is_everything() || all_of("iam") {
        return Some(RiskKind::Administrator);
    }
    if on_all_roles && action.has("sts:assumerole") {
        return Some(RiskKind::Administrator);
    }
    if on_all_roles && action.has("iam:passrole") {
        return Some(RiskKind::PassRole);
    }
    if is_wide || resource.is_all_of_a_service() || resource.is_everything() && !needs_all {
        return Some(RiskKind::Wildcard);
    }
    widens.then_some(RiskKind::MoreRights)
}

/// True for an action that AWS knows no resource for, unless it is about identities and accounts.
fn is_never_narrower(action: &str) -> bool {
    let about_people = ["account:", "iam:", "organizations:", "sts:"];
    !about_people.iter().any(|service| action.starts_with(service))
        && reference::action(action).is_some_and(|action| action.forms.is_empty())
}

/// Accesses by what is done, with everything that it is done to.
fn together(accesses: &[Access]) -> BTreeMap<BTreeSet<String>, BTreeSet<String>> {
    let named = |text: &str, but| if but { format!("* but {text}") } else { text.to_owned() };
    let mut actions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Access { action, resource, .. } in accesses {
        let resource = named(&resource.text, resource.but);
        actions.entry(resource).or_default().insert(named(&action.text, action.but));
    }
    let mut together: BTreeMap<BTreeSet<String>, BTreeSet<String>> = BTreeMap::new();
    for (resource, actions) in actions {
        together.entry(actions).or_default().insert(resource);
    }
    together
}

/// An ARN of the own account and region without what is the same everywhere; any other text as it is.
pub fn shortened(arn: &str, site: &Site) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, partition, service, region, account, rest] = parts[..] else { return arn.to_owned() };
    let is_own = partition == site.partition
        && account == site.account.as_str()
        && (region == site.region.as_str() || region.is_empty());
    if is_own { format!("{service}:{rest}") } else { arn.to_owned() }
}

/// Managed policies that were not attached before.
fn attached(sides: &Sides, life: &Life) -> Vec<Finding> {
    let gained = &sides.new.texts(ATTACHED) - &sides.old.texts(ATTACHED);
    let (admin, others): (Vec<&str>, Vec<&str>) = gained.into_iter().partition(|arn| administers(arn));
    let others: Vec<&str> = others.into_iter().filter(|arn| sides.stays() && !life.is_new_policy(arn)).collect();
    let mut found = Vec::new();
    for (kind, arns) in [(RiskKind::Administrator, admin), (RiskKind::MoreRights, others)] {
        let said =
            Sentence::default().words(": attached: ").values(arns.iter().map(|a| shortened(a, sides.site)), NAMED);
        found.extend((!arns.is_empty()).then(|| Finding::about(kind, sides.change, |_| said.clone())));
    }
    found
}

/// True for a managed policy of AWS's that administers, or gives full access to something.
fn administers(arn: &str) -> bool {
    let Some((start, path)) = arn.split_once(":policy/") else { return false };
    let name = path.rsplit('/').next().unwrap_or_default();
    let all = name.starts_with("AdministratorAccess") || name == "PowerUserAccess" || name.ends_with("Administrator");
    start.ends_with(":iam::aws") && (all || name.contains("FullAccess"))
}

fn boundary(sides: &Sides) -> Option<Finding> {
    let old = sides.old.text(BOUNDARY).filter(|_| sides.stays())?;
    let said = Sentence::default().words(": bounded by ").value(shortened(old, sides.site)).words(" → ");
    let (kind, said) = match sides.new.text(BOUNDARY) {
        None => (RiskKind::Boundary, said.words("nothing")),
        Some(new) if new != old => (RiskKind::MoreRights, said.value(shortened(new, sides.site))),
        Some(_) => return None,
    };
    Some(Finding::about(kind, sides.change, |_| said.clone()))
}

/// Who of the own account, and which services, may assume a role that exists and could not before, or not so.
fn trust(sides: &Sides) -> Option<Finding> {
    let path = format!("{TRUST}.Statement");
    let (old, new) = (statements(sides.old.items(&path)), statements(sides.new.items(&path)));
    let gained = uncovered(&having(&new, true), &having(&old, true));
    let own = gained.iter().filter(|access| exposure::whom(access, sides) == Whom::Own);
    let own: BTreeSet<String> = own.map(|access| access.principal.to_string()).collect();
    let said = Sentence::default().words(": may be assumed by ").values(&own, NAMED);
    let found = sides.stays() && !own.is_empty();
    found.then(|| Finding::about(RiskKind::Trust, sides.change, |_| said.clone()))
}

/// What is dangerous about a change of an identity provider: tokens for others are taken too.
pub fn provider(sides: &Sides) -> Vec<Finding> {
    let gained = &sides.new.texts("ClientIDList") - &sides.old.texts("ClientIDList");
    let said = Sentence::default().words(": also takes tokens for ").values(&gained, NAMED);
    let found = sides.stays() && !gained.is_empty();
    found.then(|| Finding::about(RiskKind::Trust, sides.change, |_| said.clone())).into_iter().collect()
}
