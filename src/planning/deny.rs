//! What a plan must not do: a manifest's `[deny]`.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::manifest::Deny;
use crate::manifest::names::Called;
use crate::name::Address;
use crate::plan::{Action, Change, Plan};
use crate::planning::Project;
use crate::risk::{Class, risks};

/// A manifest's `[deny]`.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What is denied.
    pub deny: Deny,
    /// Which manifest says so, for people.
    pub of: String,
    /// What that manifest gives a `name`: where else to look for what was removed from it.
    pub called: Called,
}

impl Rules {
    /// The project's own.
    pub fn own(project: &Project) -> Self {
        Self {
            deny: project.source.manifest.deny.clone(),
            of: project.path.display().to_string(),
            called: Called::new(),
        }
    }

    /// Refuses a plan with a change that is denied, and names each and why.
    pub fn check(&self, plan: &Plan) -> Result<(), Error> {
        let reasons = reasons(&self.deny, plan);
        if reasons.is_empty() {
            return Ok(());
        }
        let denied = |(address, why): (&&Address, &BTreeSet<String>)| {
            let why: Vec<&str> = why.iter().map(String::as_str).collect();
            format!("{address} ({})", why.join("; "))
        };
        let denied: Vec<String> = reasons.iter().map(denied).collect();
        Err(Error::Denied(format!("{}, says {}", denied.join(", "), self.of)))
    }
}

/// True for a change that makes what takes the place of one whose `name` was another.
fn is_in_place_of(change: &Change, former: &Change) -> bool {
    let goes = matches!(former.action, Action::Delete | Action::Release);
    goes && change.address.kind == former.address.kind && change.address.formerly(&former.name) == former.address
}

/// The changes that rules forbid, in the plan's order.
pub fn denied(deny: &Deny, plan: &Plan) -> Vec<Address> {
    let reasons = reasons(deny, plan);
    let denied = plan.changes.iter().map(|change| &change.address).filter(|address| reasons.contains_key(address));
    denied.cloned().collect()
}

/// Why rules forbid changes: what is done, or which risk it is and what happens.
fn reasons<'a>(deny: &Deny, plan: &'a Plan) -> BTreeMap<&'a Address, BTreeSet<String>> {
    let mut reasons: BTreeMap<&Address, BTreeSet<String>> = BTreeMap::new();
    for change in plan.changes.iter().filter(|change| deny.forbids(change.action, change.address.kind)) {
        reasons.entry(&change.address).or_default().insert(change.action.to_string());
    }
    for change in plan.changes.iter().filter(|change| deny.forbids(Action::Replace, change.address.kind)) {
        if plan.changes.iter().any(|other| is_in_place_of(other, change)) {
            reasons.entry(&change.address).or_default().insert("is replaced by one with another name".into());
        }
    }
    if !deny.public && !deny.admin {
        return reasons;
    }
    let places: BTreeMap<&Address, &Address> =
        plan.changes.iter().map(|change| (&change.address, &change.address)).collect();
    for risk in risks(plan).iter().filter(|risk| deny.forbids_risk(risk.kind.class())) {
        let rule = if risk.kind.class() == Class::Admin { "admin" } else { "public" };
        let what = risk.sentence.render(|value| value.escape_debug().to_string());
        let why = format!("{rule}: {}: {what}", risk.kind.heading());
        for address in risk.addresses.iter().filter_map(|address| places.get(address)) {
            reasons.entry(address).or_default().insert(why.clone());
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::canonical;
    use crate::plan::file;

    /// A plan with one table that is deleted, one bucket that opens and one role that gets everything.
    fn plan() -> Plan {
        let digest = format!("sha256:{}", "a".repeat(64));
        let change = |address: &str, action: &str, diff: Value, call: Value| {
            json!({
                "address": address, "name": "n", "action": action, "lane": "l", "waits_for": [], "tags": [],
                "before": digest, "identity": null, "diff": diff,
                "steps": [{"call": call, "leads_to": if action == "delete" { "absent" } else { &digest }}],
            })
        };
        let off = json!([{"path": "PublicAccessBlockConfiguration.BlockPublicAcls", "old": {"value": true}, "new": {"value": false}}]);
        let admin =
            json!([{"path": "ManagedPolicyArns", "new": {"value": ["arn:aws:iam::aws:policy/AdministratorAccess"]}}]);
        let blocks = json!({"BlockPublicAcls": false, "IgnorePublicAcls": true, "BlockPublicPolicy": true,
            "RestrictPublicBuckets": true});
        let plan = json!({
            "format": 1, "app": "shop", "stage": "production", "unchanged": 0, "known": {}, "outputs": {}, "blobs": {},
            "site": {"account": "123456789012", "region": "us-west-2", "partition": "aws", "endpoint": "aws"}, "notes": [],
            "changes": [
                change("dynamodb.table/orders", "delete", json!([]),
                    json!({"api": "dynamodb:DeleteTable", "input": {"TableName": "n"}})),
                change("iam.role/app", "update", admin, json!({"api": "iam:AttachRolePolicy",
                    "input": {"RoleName": "n", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}})),
                change("s3.bucket/assets", "update", off, json!({"api": "s3:PutPublicAccessBlock",
                    "input": {"Bucket": "n", "ExpectedBucketOwner": "123456789012", "PublicAccessBlockConfiguration": blocks}})),
            ],
        });
        let mut bytes = canonical::bytes(&plan).unwrap();
        bytes.push(b'\n');
        file::read(&bytes).unwrap()
    }

    fn rules(text: &str) -> Rules {
        let deny = crate::manifest::read::deny("m.toml", text, &"production".parse().unwrap()).unwrap();
        Rules { deny, of: "m.toml".into(), called: Called::new() }
    }

    #[test]
    fn each_rule_forbids_what_it_is_about_and_says_what_and_where() {
        let plan = plan();
        let refusal = |text: &str| rules(text).check(&plan).err().map(|error| error.to_string());
        assert_eq!(refusal("[deny]\ndelete = [\"sns.topic\"]\npublic = false\n"), None);
        assert_eq!(
            refusal("[deny]\ndelete = [\"dynamodb.table\"]\n").unwrap(),
            "[deny] forbids: dynamodb.table/orders (delete), says m.toml"
        );
        assert_eq!(
            refusal("[deny]\npublic = true\n").unwrap(),
            "[deny] forbids: s3.bucket/assets (public: Public access block: bucket assets: off: BlockPublicAcls), says m.toml"
        );
        assert_eq!(
            refusal("[deny]\nadmin = true\n").unwrap(),
            "[deny] forbids: iam.role/app (admin: Administrator rights: role app: attached: \
             arn:aws:iam::aws:policy/AdministratorAccess), says m.toml"
        );
        let all = rules("[deny]\ndelete = [\"dynamodb.table\"]\npublic = true\nadmin = true\n");
        let denied: Vec<String> = denied(&all.deny, &plan).iter().map(ToString::to_string).collect();
        assert_eq!(denied, ["dynamodb.table/orders", "iam.role/app", "s3.bucket/assets"]);
    }

    #[test]
    fn what_gives_way_to_one_of_another_name_is_replaced() {
        let mut plan = plan();
        let orders: Address = "dynamodb.table/orders".parse().unwrap();
        plan.changes[0].address = orders.formerly("n");
        let rules = rules("[deny]\nreplace = [\"dynamodb.table\"]\n");
        assert_eq!(denied(&rules.deny, &plan), [], "a deletion alone");
        let made =
            Change { address: orders.clone(), name: "m".into(), action: Action::Create, ..plan.changes[0].clone() };
        plan.changes.push(made);
        assert_eq!(denied(&rules.deny, &plan), [orders.formerly("n")]);
        let told = rules.check(&plan).unwrap_err().to_string();
        assert!(told.contains(" (is replaced by one with another name), says m.toml"), "{told}");
    }

    #[test]
    fn a_stage_may_deny_more_or_less_than_the_app() {
        let text = "[deny]\npublic = true\n[stage.production.deny]\npublic = false\nadmin = true\n";
        let rules = rules(text);
        assert!(!rules.deny.public && rules.deny.admin);
        assert_eq!(denied(&rules.deny, &plan()), ["iam.role/app".parse().unwrap()]);
    }
}
