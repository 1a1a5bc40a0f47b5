//! The documents of the plans of `fixtures/plan`, before the evaluator.
//!
//! `UPDATE_GOLDEN=1` writes the golden files; look at the difference before committing it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serverless_app::aws::document::Document;
use serverless_app::aws::{Id, Kind, RequiredAction, Wanted};
use serverless_app::name::{Address, Owner};
use serverless_app::plan::{Change, Plan};
use serverless_app::planning::Project;
use serverless_app::policy::document::{MANAGED, SESSION, length};
use serverless_app::policy::session::{Share, client, sessions, summary};
use serverless_app::policy::{Features, documents, of_plan, said_by_plan, to_apply, to_plan};

use super::evaluator::{Request, actions, allows, without};
use super::owners::READ_OF_OTHERS;
use super::{all_calls, owner, plans, wanted_of_every_kind};
use crate::planner::{cases, expect, lowered, make, site};

/// What the manifests of a case want, before and after.
fn wanted(case: &Path) -> BTreeMap<Address, Wanted> {
    let texts = ["before.toml", "after.toml"].map(|name| std::fs::read_to_string(case.join(name)).ok());
    texts.into_iter().flatten().flat_map(|text| lowered(case, &text).wanted).collect()
}

/// What has a name of its own in these manifests.
fn named(case: &Path, owner: &Owner) -> Vec<Id> {
    let paths = ["before.toml", "after.toml"].map(|name| case.join(name));
    let open = |path: &PathBuf| Project::open(path, &owner.stage).unwrap_or_else(|error| panic!("{error}"));
    let all = paths.iter().filter(|path| path.exists()).map(open);
    all.flat_map(|project| project.features(&site()).named).collect()
}

fn owner_of(plan: &Plan) -> Owner {
    Owner { app: plan.app.clone(), stage: plan.stage.clone() }
}

fn requests(actions: impl IntoIterator<Item = RequiredAction>) -> BTreeSet<Request> {
    actions.into_iter().map(|required| Request::of(&required)).collect()
}

/// The requests that applying a plan sends: its calls, and the reads around them.
fn sent_by(plan: &Plan) -> BTreeSet<Request> {
    requests(plan.changes.iter().flat_map(|change| asked(plan, change)).flat_map(|(_, actions)| actions))
}

/// The needs of each call of a change, and those of its reads, by what needs them.
fn asked(plan: &Plan, change: &Change) -> Vec<(String, Vec<RequiredAction>)> {
    let id = plan.id(change);
    let calls = change.steps.iter().map(|step| (step.call.api().to_owned(), step.call.required_actions(&id)));
    let reads = (format!("reading {}", change.address), change.address.kind.actions_to_read(&id));
    calls.chain([reads]).collect()
}

fn made(actions: Vec<RequiredAction>) -> Vec<Document> {
    documents(actions, MANAGED).unwrap()
}

#[test]
fn every_request_of_a_plan_is_allowed_by_its_policy_and_by_the_manifests() {
    for case in cases() {
        let Ok(plan) = make(&case) else { continue };
        let own = made(of_plan(&plan));
        let wanted = wanted(&case);
        let by_need = Kind::ALL.iter().copied().filter(|kind| wanted.keys().any(|one| kind.is_needed_with(one.kind)));
        let named = named(&case, &owner_of(&plan));
        let features = Features { by_need: by_need.collect(), named, ..Features::default() };
        let manifest = made(to_apply(&owner_of(&plan), &site(), &wanted, &features).unwrap());
        for request in sent_by(&plan) {
            assert!(allows(&own, &request), "{}: {request:?}", case.display());
            assert!(allows(&manifest, &request), "{}: {request:?}", case.display());
        }
    }
}

/// What only a manifest that names it needs: keys, layers, managed policies, boundaries, subscribers, access logs, truststores.
fn is_of_another_manifest(required: &RequiredAction) -> bool {
    let is_ours = |key: &str| key.starts_with("apigateway:") || key.contains("Tag/serverless-app:");
    let is_adoption =
        required.action == "apigateway:PATCH" && required.conditions.keys().any(|(operator, _)| *operator == "Null");
    let by_condition = is_adoption || !required.conditions.keys().all(|(_, key)| is_ours(key));
    by_condition
        || required.action == "lambda:GetLayerVersion"
        || ["appsync", "cognito-idp", "ec2", "ecr", "elasticfilesystem", "elasticloadbalancing"].iter().any(|service| {
            required.action.starts_with(&format!("{service}:")) || required.resource.contains(&format!(":{service}:"))
        })
        || required.action.starts_with("kms:")
        || required.action.starts_with("s3:GetObject")
        || (required.action.starts_with("logs:") && required.resource == "*")
}

#[test]
fn every_call_there_is_is_allowed_by_a_manifest_that_has_its_kind() {
    let wanted = wanted_of_every_kind(&owner());
    let manifest = made(to_apply(&owner(), &site(), &wanted, &Features::default()).unwrap());
    for (id, call) in all_calls().into_iter().filter(|(id, _)| id.owner == owner()) {
        for required in call.required_actions(&id).iter().filter(|required| !is_of_another_manifest(required)) {
            let request = Request::of(required);
            let is_ours = !id.address.kind.of_the_account();
            assert_eq!(allows(&manifest, &request), is_ours, "{}: {request:?}", call.api());
        }
    }
}

/// A new role gets its boundary by the call that makes it, one that is there by a call of its own.
#[test]
fn a_boundary_may_be_set_on_a_role_that_is_there_by_a_manifest_that_names_it() {
    let everything = cases().into_iter().find(|case| case.ends_with("everything")).unwrap();
    let boundary = "arn:aws:iam::123456789012:policy/bounds";
    let line = "[function.api-handler]\n";
    let text = std::fs::read_to_string(everything.join("after.toml")).unwrap();
    let text = text.replace(line, &format!("{line}permissions_boundary = \"{boundary}\"\n"));
    let actions = to_apply(&owner(), &site(), &lowered(&everything, &text).wanted, &Features::default()).unwrap();
    let set: Vec<&RequiredAction> =
        actions.iter().filter(|required| required.action == "iam:PutRolePermissionsBoundary").collect();
    let key = ("StringEquals", "iam:PermissionsBoundary");
    assert!(!set.is_empty() && set.iter().all(|required| required.conditions[&key].contains(boundary)), "{set:?}");
    let without = to_apply(&owner(), &site(), &wanted(&everything), &Features::default()).unwrap();
    assert!(without.iter().all(|required| required.action != "iam:PutRolePermissionsBoundary"));
}

/// WAF asks about sets and groups that rules refer to by the name of the call: one for a new web ACL, another for one that is
/// there.
#[test]
fn rules_that_refer_to_what_is_somebody_else_s_may_be_set_on_a_web_acl_that_is_there_and_on_a_new_one() {
    let case = cases().into_iter().find(|case| case.ends_with("firewall")).unwrap();
    let sets = ["ipset", "regexpatternset", "rulegroup"];
    let arn = |noun: &str| format!("arn:aws:wafv2:us-west-2:123456789012:regional/{noun}/theirs/0-1");
    let rules = sets.iter().zip(["IPSet", "RegexPatternSet", "RuleGroup"]).zip(1..);
    let rules = rules.map(|((noun, kind), at)| {
        let transformed = match kind {
            "RegexPatternSet" => ", FieldToMatch = { UriPath = {} }, TextTransformations = [{ Priority = 0, Type = \"NONE\" }]",
            _ => "",
        };
        let acts = if kind == "RuleGroup" { "OverrideAction = { None = {} }" } else { "Action = { Count = {} }" };
        format!(
            "{{ Name = \"{noun}\", Priority = {at}, {acts}, Statement = {{ {kind}ReferenceStatement = {{ ARN = \"{}\"{transformed} }} }} }}",
            arn(noun)
        )
    });
    let rules = rules.collect::<Vec<_>>().join(", ");
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[firewall.own]\nrules = [{rules}]\n");
    let actions = to_apply(&owner(), &site(), &lowered(&case, &text).wanted, &Features::default()).unwrap();
    for (action, noun) in ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"].iter().flat_map(|a| sets.map(|noun| (*a, noun)))
    {
        let is_there = actions.iter().any(|required| required.action == action && required.resource == arn(noun));
        assert!(is_there, "{action} on {}", arn(noun));
    }
}

#[test]
fn what_a_firewall_has_protected_may_be_listed_whatever_the_manifest_still_names() {
    let policy = made(to_plan(&owner(), &site(), &Features::default()));
    let acl = "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/serverless-app--test-waf/0-1";
    for (action, resource) in [
        ("wafv2:ListResourcesForWebACL", acl),
        ("cognito-idp:ListResourcesForWebACL", acl),
        ("appsync:ListResourcesForWebACL", "*"),
        ("elasticloadbalancing:DescribeWebACLAssociation", "*"),
    ] {
        assert!(allows(&policy, &Request::of(&RequiredAction::new(action, resource))), "{action}");
    }
    let other = acl.replace("serverless-app--test", "shop--test");
    let foreign = RequiredAction::new("wafv2:ListResourcesForWebACL", other);
    assert!(!allows(&policy, &Request::of(&foreign)), "of this app and stage alone");
}

/// The manifest of an apply may have no usage plan any more whose keys its plan removes, and no certificate.
#[test]
fn planning_again_may_list_the_keys_and_certificates_that_a_plan_has_changes_of() {
    for kind in [Kind::ApiKey, Kind::UsagePlan, Kind::Certificate] {
        let has_some = |plan: &Plan| plan.changes.iter().any(|change| kind.is_needed_with(change.address.kind));
        let (with, without): (Vec<Plan>, Vec<Plan>) = plans().into_iter().partition(has_some);
        assert!(!with.is_empty() && !without.is_empty());
        assert!(with.iter().all(|plan| Features::default().with(plan).by_need.contains(&kind)));
        assert!(without.iter().all(|plan| !Features::default().with(plan).by_need.contains(&kind)));
    }
}

#[test]
fn without_one_action_exactly_the_calls_that_need_it_are_denied() {
    let mut tried = 0;
    for plan in plans() {
        let own = made(of_plan(&plan));
        let asked: Vec<(String, Vec<RequiredAction>)> =
            plan.changes.iter().flat_map(|change| asked(&plan, change)).collect();
        for action in actions(&own) {
            let rest = without(&own, &action);
            for (by, actions) in &asked {
                let needed = actions.iter().any(|required| required.action == action);
                let denied = requests(actions.clone()).iter().any(|request| !allows(&rest, request));
                assert_eq!(denied, needed, "{by} without {action}");
                tried += 1;
            }
        }
    }
    assert!(tried > 5000, "{tried}");
}

#[test]
fn nothing_of_another_app_or_stage_is_allowed() {
    let everything = cases().into_iter().find(|case| case.ends_with("everything")).unwrap();
    let (plan, wanted) = (make(&everything).unwrap(), wanted_of_every_kind(&owner()));
    let policies = [
        made(of_plan(&plan)),
        made(to_apply(&owner(), &site(), &wanted, &logging()).unwrap()),
        made(to_plan(&owner(), &site(), &logging())),
    ];
    let mut denied = BTreeSet::new();
    for (app, stage) in [("other", "test"), ("serverless-app", "live"), ("serverless", "test")] {
        let foreign = Owner { app: app.parse().unwrap(), stage: stage.parse().unwrap() };
        for (id, call) in all_calls() {
            let renamed = call.json().to_string().replace("serverless-app--test-", &foreign.prefix());
            let renamed = renamed.replace("/serverless-app/test/", &foreign.path());
            let call = id.address.kind.parse_call(&renamed).unwrap();
            let name = id.name.replace("serverless-app--test-", &foreign.prefix());
            let id = Id { name, owner: foreign.clone(), ..id };
            for request in
                requests(call.required_actions(&id)).into_iter().filter(|r| r.resource.contains(&foreign.prefix()))
            {
                let is_read = READ_OF_OTHERS.contains(&request.action.as_str());
                assert!(is_read || !policies.iter().any(|policy| allows(policy, &request)), "{request:?}");
                denied.insert(request);
            }
        }
    }
    assert!(denied.len() > 200, "{}", denied.len());
}

#[test]
fn a_plan_role_cannot_write() {
    let policy = made(to_plan(&owner(), &site(), &logging()));
    let calls = all_calls().into_iter().map(|(id, call)| (call.api(), requests(call.required_actions(&id))));
    for (api, requests) in calls {
        assert!(requests.iter().any(|request| !allows(&policy, request)), "{api}");
    }
    // Validating a definition and testing a pattern change nothing, and IAM's reference calls both reads.
    let words = ["Get", "List", "Describe", "GET", "TestEventPattern", "ValidateStateMachineDefinition"];
    for action in actions(&policy) {
        let name = action.split_once(':').unwrap().1;
        assert!(words.iter().any(|word| name.starts_with(word)), "{action}");
    }
}

#[test]
fn all_that_planning_reads_of_every_kind_is_allowed() {
    let policy = made(to_plan(&owner(), &site(), &logging()));
    for plan in plans().iter().filter(|plan| plan.app == owner().app) {
        for change in &plan.changes {
            for request in requests(change.address.kind.actions_to_plan(&plan.id(change))) {
                assert!(allows(&policy, &request), "{request:?}");
            }
        }
    }
    for kind in Kind::ALL.iter().filter(|kind| !kind.of_the_account()) {
        for request in requests(kind.actions_to_list(&site(), &owner())) {
            assert!(allows(&policy, &request), "{request:?}");
        }
    }
}

#[test]
fn the_documents_of_the_example_are_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/iam");
    let everything = cases().into_iter().find(|case| case.ends_with("everything")).unwrap();
    let manifest = to_apply(&owner(), &site(), &wanted(&everything), &Features::default()).unwrap();
    let all = [
        ("plan.json", to_plan(&owner(), &site(), &Features::default())),
        ("apply.json", manifest),
        ("apply-plan.json", of_plan(&make(&everything).unwrap())),
    ];
    for (name, required) in all {
        let made = made(required);
        assert!(made.iter().all(|document| length(document) <= MANAGED));
        assert!(actions(&made).iter().all(|action| !action.contains(['*', '?'])), "{name}");
        let text = serde_json::to_string_pretty(&made).unwrap();
        expect(&folder.join(name), &format!("{text}\n"));
    }
}

#[test]
fn each_service_has_a_session_policy_that_fits_and_allows_what_its_client_sends() {
    for (case, plan) in cases().iter().filter_map(|case| Some((case, make(case).ok()?))) {
        let shares = sessions(&plan).unwrap();
        let all = actions(&made(of_plan(&plan)));
        for share in &shares {
            let changes = plan.changes.iter().filter(|change| share.changes.contains(&change.address));
            changes.for_each(|change| is_allowed(share, &plan, change, &case.display().to_string()));
            for session in &share.sessions {
                let own = [session.document.clone()];
                let what = format!("{}: {}", case.display(), session.service);
                assert!(length(&session.document) <= SESSION, "{what}");
                assert!(actions(&own).is_subset(&all), "{what}");
            }
        }
        let line = summary(&shares);
        let mut named = shares.iter().flat_map(|share| &share.sessions);
        assert!(!line.contains('\n') && named.all(|session| line.contains(&session.service)), "{line}");
    }
}

/// A zip is put into its bucket by S3's client, and fetched by Lambda with the rights of its own.
#[test]
fn a_large_zip_is_put_by_the_session_of_s3_below_the_folder_of_its_stage_alone() {
    let plan = make(&cases().into_iter().find(|case| case.ends_with("packages")).unwrap()).unwrap();
    let bucket = "arn:aws:s3:::shop--bootstrap-packages-123456789012-us-west-2";
    let asks = |documents: &[Document], action, resource: &str| {
        allows(documents, &Request::of(&RequiredAction::new(action, resource)))
    };
    let hex = plan.blobs.iter().find(|(_, blob)| blob.whose.name().as_str() == "new").unwrap().0;
    let zip = format!("{bucket}/shop/test/{hex}.zip");
    let shares = sessions(&plan).unwrap();
    let of = |service: &str| {
        let all = shares.iter().flat_map(|share| &share.sessions).filter(|session| session.service == service);
        all.map(|session| session.document.clone()).collect::<Vec<_>>()
    };
    assert!(asks(&of("s3"), "s3:PutObject", &zip) && asks(&of("s3"), "s3:ListBucket", bucket));
    assert!(asks(&of("lambda"), "s3:GetObject", &zip));
    let features = Features { packages: Some(bucket.rsplit(':').next().unwrap().to_owned()), ..Features::default() };
    let role = made(to_apply(&owner_of(&plan), &site(), &BTreeMap::new(), &features).unwrap());
    let without = made(to_apply(&owner_of(&plan), &site(), &BTreeMap::new(), &Features::default()).unwrap());
    for action in ["s3:GetObject", "s3:PutObject"] {
        assert!(asks(&role, action, &zip) && !asks(&without, action, &zip), "{action}");
        assert!(!asks(&role, action, &format!("{bucket}/shop/production/{hex}.zip")), "{action}");
    }
}

/// Each read and call of a change is allowed to the client that sends it.
fn is_allowed(share: &Share, plan: &Plan, change: &Change, case: &str) {
    let of = |service: &str| {
        let session = share.sessions.iter().find(|session| session.service == service);
        [session.unwrap_or_else(|| panic!("{case}: no session of {service}")).document.clone()]
    };
    let id = plan.id(change);
    for required in change.address.kind.actions_to_read(&id) {
        assert!(allows(&of(&client(&required)), &Request::of(&required)), "{case}: {required:?}");
    }
    for call in change.steps.iter().map(|step| &step.call) {
        let policies = of(call.api().split(':').next().unwrap());
        let denied = requests(call.required_actions(&id)).into_iter().find(|request| !allows(&policies, request));
        assert_eq!(denied, None, "{case}: {}", call.api());
    }
    // The alarms that a canary is ended by are asked by a client of their own.
    if change.steps.iter().any(|step| step.watch.is_some()) {
        let asked =
            RequiredAction::new("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:us-west-2:123456789012:alarm:*");
        assert!(allows(&of("cloudwatch"), &Request::of(&asked)), "{case}: {asked:?}");
    }
}

/// Lambda decrypts an environment in its reader's name, and says of which function it is.
#[test]
fn a_plan_role_uses_the_keys_of_the_manifests_functions_and_an_apply_those_that_its_role_may_use_for_these_functions() {
    let key = "arn:aws:kms:us-west-2:123456789012:key/k";
    let decrypts = |actions: Vec<RequiredAction>| -> Vec<RequiredAction> {
        actions.into_iter().filter(|required| required.action == "kms:Decrypt").collect()
    };
    assert_eq!(decrypts(to_plan(&owner(), &site(), &Features::default())), []);
    let with_key = Features { function_keys: [key.to_owned()].into(), ..Features::default() };
    let of_app = decrypts(to_plan(&owner(), &site(), &with_key));
    let [of_app] = of_app.as_slice() else { panic!("{of_app:?}") };
    let context = ("ArnLike", "kms:EncryptionContext:aws:lambda:FunctionArn");
    let function = |name: &str| BTreeSet::from([site().arn("lambda", &format!("function:{name}"))]);
    assert_eq!((of_app.resource.as_str(), client(of_app).as_str()), (key, "lambda"));
    assert_eq!(of_app.conditions[&context], function("serverless-app--test-*"));
    let settings = cases().into_iter().find(|case| case.ends_with("functions-settings")).unwrap();
    let plan = make(&settings).unwrap();
    assert_eq!(decrypts(said_by_plan(&plan)), [], "a role is asked about nothing that a plan does not say");
    let of_plan = decrypts(of_plan(&plan));
    let mut named: Vec<_> = of_plan.iter().map(|required| required.conditions[&context].clone()).collect();
    named.sort();
    assert_eq!(named, ["connected", "leaving", "quiet"].map(|name| function(&format!("shop--test-{name}"))));
}

/// An app that writes access logs and has a workflow, a usage plan and a certificate.
fn logging() -> Features {
    let by_need = Kind::ALL.iter().copied().filter(|kind| kind.is_listed_by_need()).collect();
    Features { access_logs: true, patterns: true, by_need, workflows: true, ..Features::default() }
}
