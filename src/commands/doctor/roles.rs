//! A plan of roles as people know them: the identity provider, each role with its policies, each boundary, the bucket for packages.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::bootstrap::Setup;
use crate::kind::Kind;
use crate::name::Address;
use crate::plan::{Action, Change, Plan};

/// What the bucket is called by way of which large zips go to Lambda.
const BUCKET: &str = "bucket for packages";
/// What makes it.
const MAKE: &str = "serverless-app bootstrap";

/// A line for each. Where nobody knows the repository's ids, whom a role trusts is not compared.
pub fn report(setup: &Setup, plan: &Plan, is_known: bool, found: &mut Findings) {
    let mut parts: Vec<String> = vec!["identity provider".into(), "role plan".into()];
    for (stage, one) in &setup.stages {
        parts.push(format!("role apply-{stage}"));
        parts.extend(one.boundary.iter().map(|_| format!("boundary {stage}")));
    }
    if setup.packages {
        parts.push(BUCKET.into());
    }
    let mut changes: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    for change in &plan.changes {
        changes.entry(part(&change.address)).or_default().push(change);
    }
    for part in parts {
        of_part(&part, &changes.remove(&part).unwrap_or_default(), is_known, found);
    }
    for part in changes.into_keys() {
        let says = "it exists, but belongs to none of the stages that were checked";
        found.wrong(part, says, format!("{MAKE}, with every --stage of the account"));
    }
}

fn of_part(part: &str, changes: &[&Change], is_known: bool, found: &mut Findings) {
    let counts = |change: &&&Change| is_known || !is_of_trust_alone(change);
    let real: Vec<&&Change> = changes.iter().filter(counts).collect();
    if !real.is_empty() && real.iter().all(|change| change.action == Action::Create) && real.len() == changes.len() {
        // One policy more of a role that is there is a change of the role too.
        found.missing(part, "it does not exist, or lacks policies", MAKE);
    } else if !real.is_empty() {
        let paths = real.iter().flat_map(|change| &change.diff).map(|diff| diff.path.as_str());
        let paths: BTreeSet<&str> = paths.map(|path| path.split('.').next().unwrap_or(path)).collect();
        let paths: Vec<&str> = paths.into_iter().collect();
        found.wrong(
            part,
            format!("it differs from what the manifest and the repository need ({})", paths.join(", ")),
            MAKE,
        );
    } else if !is_known && part.starts_with("role ") {
        let says = "it exists; whom it trusts cannot be checked without the repository's ids";
        found.not_seen(part, says, "give --repository-id and --owner-id, or a token for GitHub");
    } else {
        found.ok(part, "as it should be");
    }
}

/// True if nothing differs but whom a role trusts, and for which repository it says it is.
fn is_of_trust_alone(change: &Change) -> bool {
    let is_of_trust =
        |path: &str| ["AssumeRolePolicyDocument", "Description"].iter().any(|name| path.starts_with(name));
    change.action == Action::Update && change.diff.iter().all(|diff| is_of_trust(&diff.path))
}

/// Which thing an address belongs to.
fn part(address: &Address) -> String {
    let name = address.name.as_str();
    match address.kind {
        Kind::Role => format!("role {name}"),
        // A policy is called after its role, and has a number; a recorder's belongs to what bounds it.
        Kind::Policy => match name.split_once('-') {
            Some(("boundary" | "recorder", stage)) => format!("boundary {stage}"),
            _ => format!("role {}", name.rsplit_once('-').map_or(name, |(role, _)| role)),
        },
        Kind::OidcProvider => "identity provider".into(),
        Kind::Bucket => BUCKET.into(),
        _ => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_belongs_to_its_role_and_a_recorder_s_to_the_boundary() {
        let of = |address: &str| part(&address.parse().unwrap());
        assert_eq!(of("iam.role/apply-production"), "role apply-production");
        assert_eq!(of("iam.policy/apply-production-2"), "role apply-production");
        assert_eq!(of("iam.policy/plan-1"), "role plan");
        assert_eq!(of("iam.policy/recorder-staging"), "boundary staging");
        assert_eq!(of("iam.policy/boundary-staging"), "boundary staging");
        assert_eq!(of("iam.oidc-provider/github"), "identity provider");
        assert_eq!(of("s3.bucket/packages"), "bucket for packages");
        assert_eq!(
            of("apigateway.account/logging"),
            "apigateway.account/logging",
            "nothing else is taken for one of these"
        );
    }
}
