//! No policy of one app and stage allows anything of another's, however alike they are called.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serverless_app::aws::steps::walk;
use serverless_app::aws::{Kind, RequiredAction, Wanted};
use serverless_app::name::{Address, Owner};
use serverless_app::policy::{Features, documents, to_apply, to_plan};

use super::evaluator::{Request, allows};
use super::wanted_of_every_kind;
use crate::planner::site;

/// What IAM knows neither by name nor by tag.
const NAMELESS: [&str; 3] = ["config-rule/", "configuration-recorder/", ":key/"];

/// What a manifest names by its ARN, with the web ACL that somebody has put before it, and the role by which WAF writes logs.
const BY_ARN: [&str; 8] = [
    ":appsync:",
    ":layer:LambdaInsightsExtension:",
    ":s3:::trust/",
    ":userpool/",
    ":loadbalancer/",
    // Of a zone, whose records are; of a truststore above, in whose bucket it is.
    ":hostedzone/",
    ":regional/webacl/made-up/",
    ":role/aws-service-role/wafv2.amazonaws.com/",
];

/// What each owner's plan reads of others and changes nothing of: whose the account's one recorder is, its tags say, and whose a
/// certificate is; and which web ACL somebody has put before a resource that is named by its ARN.
pub const READ_OF_OTHERS: [&str; 3] = ["acm:ListTagsForCertificate", "config:ListTagsForResource", "wafv2:GetWebACL"];

/// The requests that make, read and remove everything of an app.
fn requests(owner: &Owner, wanted: &BTreeMap<Address, Wanted>) -> BTreeSet<Request> {
    let mut actions: Vec<RequiredAction> = to_plan(owner, &site(), &Features::default());
    for one in wanted.values() {
        actions.extend(one.id.address.kind.actions_of_all_calls(&one.id));
        actions.extend(one.id.address.kind.actions_to_read(&one.id));
        for (want, live) in [(Some(&one.state), None), (None, Some(&one.state))] {
            walk(&one.id, want, live, |call, _| {
                actions.extend(call.required_actions(&one.id));
                Ok::<(), serverless_app::aws::steps::NotConverging>(())
            })
            .expect("calls");
        }
    }
    actions.iter().map(Request::of).collect()
}

/// True for what tells whose it is: by a name, a path, a tag or the function that a mapping is of.
fn tells(owner: &Owner, request: &Request) -> bool {
    let archives = Kind::EventArchive.names(owner).replace('*', "");
    let names = [owner.prefix(), owner.path(), archives];
    let by_tag = request.values.iter().any(|(key, _)| key.contains("Tag/serverless-app:"));
    let by_function = request.values.iter().any(|(key, arn)| key == "lambda:FunctionArn" && arn.contains(&names[0]));
    by_tag || by_function || names.iter().any(|name| request.resource.contains(name))
}

/// Each policy of the one against all requests of the other.
fn check(one: &Owner, other: &Owner) {
    let own = wanted_of_every_kind(one);
    let features = Features::default();
    let actions = [to_plan(one, &site(), &features), to_apply(one, &site(), &own, &features).expect("needs")];
    let policies = actions.map(|actions| documents(actions, 6144).expect("documents"));
    let asked = requests(other, &wanted_of_every_kind(other));
    let asked: Vec<&Request> =
        asked.iter().filter(|request| !READ_OF_OTHERS.contains(&request.action.as_str())).collect();
    let (told, untold): (Vec<&Request>, Vec<&Request>) = asked.into_iter().partition(|request| tells(other, request));
    assert!(told.len() > 100, "{}", told.len());
    for request in told {
        let allowed = policies.iter().any(|policy| allows(policy, request));
        assert!(!allowed, "{}{} may {request:?}", one.prefix(), one.path());
    }
    let known = |request: &&Request| {
        request.resource == "*"
            || request.resource.contains("::/")
            || request.resource.contains(":aws:policy/")
            || request.resource.contains("managedruleset")
            || request.resource.ends_with("alarm:made-up")
            // Whose a mapping is, its tags say: they are read of any, and nothing else is allowed without them.
            || (request.action == "lambda:ListTags" && request.resource.contains(":event-source-mapping:"))
            || NAMELESS.iter().chain(&BY_ARN).any(|part| request.resource.contains(part))
    };
    let writes = untold.into_iter().filter(|request| !known(request)).collect::<Vec<_>>();
    assert!(writes.is_empty(), "whose is this? {writes:#?}");
}

fn owner(app: &str, stage: &str) -> Owner {
    Owner { app: app.parse().expect("an app"), stage: stage.parse().expect("a stage") }
}

#[test]
fn apps_whose_names_begin_alike_are_kept_apart() {
    for (one, other) in [
        (("shop", "production"), ("shop-production", "eu")),
        (("shop", "production"), ("shop-production-eu", "production")),
        (("shop", "prod"), ("shop", "production")),
        (("shop", "a"), ("shop-a", "a")),
        (("a", "a"), ("a", "aa")),
        (("a", "bootstrap1"), ("a-bootstrap", "a")),
    ] {
        check(&owner(one.0, one.1), &owner(other.0, other.1));
        check(&owner(other.0, other.1), &owner(one.0, one.1));
    }
}

fn near() -> impl Strategy<Value = (Owner, Owner)> {
    let app = "[ab](-?[ab]){0,4}";
    let stage = "[ab]{1,3}";
    let pair = (app, stage, app, stage, any::<bool>()).prop_map(|(app, stage, more, other, is_longer)| {
        let longer = format!("{app}-{stage}-{more}");
        (owner(&app, &stage), owner(if is_longer { &longer } else { &more }, &other))
    });
    pair.prop_filter("two owners", |(one, other)| one != other)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_policy_of_one_owner_allows_anything_of_another((one, other) in near()) {
        check(&one, &other);
        check(&other, &one);
    }
}
