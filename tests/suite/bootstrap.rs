//! `bootstrap`: roles made, bounded, used and removed on both emulators; what it prints for others.

use std::collections::BTreeSet;

use aws_sdk_iam::error::ProvideErrorMetadata;
use serde_json::{Value, json};
use serverless_app::aws::State;
use serverless_app::aws::document::Document;
use serverless_app::bootstrap::Boundary;
use serverless_app::render::what::rights;

use crate::planner::{cases, lowered, site};
use crate::policy::evaluator::{Request, actions, allows};
use crate::policy::owner;
use crate::support::command::{Cli, Ran};
use crate::support::emulator::Make;
use crate::support::files;
use crate::support::github::{Github, NAME, REPOSITORY, TOKEN};
use crate::support::project::{EXAMPLE, Project, changes};

const GIVEN: [&str; 6] = ["--repository", "octo-org/shop", "--repository-id", "89012345", "--owner-id", "1234567"];
const PROVIDER: &str = "token.actions.githubusercontent.com";

/// The example, its roles bounded.
fn bounded() -> String {
    EXAMPLE.replacen("[app]\n", "[app]\npermissions_boundary = \"bootstrap\"\n", 1)
}

fn bootstrap(project: &Project, more: &[&str]) -> Value {
    project.run(&[&["bootstrap"], &GIVEN[..], more].concat(), 0);
    files::plan(&project.folder().join("serverless-app-bootstrap"))
}

fn apply(project: &Project) -> Ran {
    let id = files::plan_id(&project.folder().join("serverless-app-bootstrap"));
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &id], 0)
}

fn calls(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().unwrap().iter();
    let steps = changes.flat_map(|change| change["steps"].as_array().unwrap());
    steps.map(|step| step["call"]["api"].as_str().unwrap().to_owned()).collect()
}

async fn audiences(project: &Project) -> Option<BTreeSet<String>> {
    let arn = format!("arn:aws:iam::{}:oidc-provider/{PROVIDER}", project.account());
    let iam = project.aws().await.read.iam;
    match iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn).send().await {
        Ok(answer) => Some(answer.client_id_list.unwrap_or_default().into_iter().collect()),
        Err(error) if error.as_service_error().and_then(|e| e.code()) == Some("NoSuchEntity") => None,
        Err(error) => panic!("{error:?}"),
    }
}

async fn life(make: Make) {
    let project = Project::new(make, &bounded()).await;
    let plan = bootstrap(&project, &[]);
    let made: Vec<String> = changes(&plan);
    let expected = [
        "create iam.oidc-provider/github",
        "create iam.policy/apply-production-1",
        "create iam.policy/apply-production-2",
        "create iam.policy/apply-production-3",
        "create iam.policy/boundary-production",
        "create iam.policy/plan-1",
        "create iam.policy/plan-2",
        "create iam.policy/recorder-production",
        "create iam.role/apply-production",
        "create iam.role/plan",
    ];
    assert_eq!(made, expected);
    let outputs = apply(&project).stdout;
    let role = format!("arn:aws:iam::{}:role/serverless-app/bootstrap/serverless-app--bootstrap", project.account());
    assert_eq!(outputs, format!("apply_role_production = {role}-apply-production\nplan_role = {role}-plan\n"));
    assert_eq!(changes(&bootstrap(&project, &[])), Vec::<String>::new());
    project.deploy(&[]);
    let iam = project.aws().await.read.iam;
    let boundary = |name: &'static str| {
        let request = iam.get_role().role_name(format!("serverless-app--production-{name}"));
        async move {
            let role = request.send().await.unwrap().role.unwrap();
            role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn)
        }
    };
    let policy =
        format!("arn:aws:iam::{}:policy/serverless-app/bootstrap/serverless-app--bootstrap", project.account());
    for bounded in ["api-handler-function", "workflow-workflow"] {
        assert_eq!(boundary(bounded).await, Some(format!("{policy}-boundary-production")));
    }
    assert_eq!(boundary("compliance-recorder").await, None);
    project.plan(&["--destroy", "--delete-data"]);
    project.apply(0);
    // Nobody needs to know any more whose jobs they were for.
    project.run(&["bootstrap", "--destroy"], 0);
    let gone = bootstrap(&project, &["--destroy"]);
    assert_eq!(changes(&gone).len(), expected.len() - 1, "{gone}");
    apply(&project);
    assert_eq!(changes(&bootstrap(&project, &["--destroy"])), Vec::<String>::new());
    assert_eq!(audiences(&project).await, Some(["sts.amazonaws.com".to_owned()].into()), "the provider is shared");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_made_used_and_removed_on_ministack() {
    life(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_made_used_and_removed_on_moto() {
    life(Make::Moto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_others_have_made_gets_an_audience_and_keeps_its_own() {
    for make in [Make::Ministack, Make::Moto] {
        let project = Project::new(make, &bounded()).await;
        let iam = project.aws().await.write.iam;
        let url = format!("https://{PROVIDER}");
        let thumbprint = "1".repeat(40);
        let request = iam.create_open_id_connect_provider().url(url).thumbprint_list(thumbprint);
        request.client_id_list("others").send().await.unwrap();
        let plan = bootstrap(&project, &[]);
        assert_eq!(calls(&plan)[0], "iam:AddClientIDToOpenIDConnectProvider", "{make:?}");
        apply(&project);
        assert_eq!(audiences(&project).await, Some(["others".to_owned(), "sts.amazonaws.com".to_owned()].into()));
        assert_eq!(changes(&bootstrap(&project, &[])), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_for_large_zips_is_made_and_goes_with_all_that_is_in_it() {
    for make in [Make::Ministack, Make::Moto] {
        let project = Project::new(make, &bounded()).await;
        bootstrap(&project, &[]);
        apply(&project);
        project.write(&bounded().replacen("[app]\n", "[app]\npackages = \"bootstrap\"\n", 1));
        let made = changes(&bootstrap(&project, &[]));
        assert!(made.contains(&"create s3.bucket/packages".to_owned()), "{make:?}: {made:?}");
        apply(&project);
        assert_eq!(changes(&bootstrap(&project, &[])), [""; 0], "{make:?}");
        let bucket = format!("serverless-app--bootstrap-packages-{}-us-west-2", project.account());
        let s3 = project.aws().await.write.s3;
        s3.put_object().bucket(&bucket).key("a").body(b"a".to_vec().into()).send().await.expect("an object");
        let rules = s3.get_bucket_lifecycle_configuration().bucket(&bucket).send().await.expect("rules");
        let days = rules.rules().iter().map(|rule| rule.expiration().and_then(|expiration| expiration.days()));
        assert_eq!(days.collect::<Vec<_>>(), [Some(30)], "{make:?}");
        project.write(&bounded());
        let gone = bootstrap(&project, &[]);
        assert!(changes(&gone).contains(&"delete s3.bucket/packages".to_owned()), "{make:?}: {gone}");
        apply(&project);
        assert_eq!(changes(&bootstrap(&project, &[])), [""; 0], "{make:?}");
    }
}

#[test]
fn a_template_has_the_bucket_for_large_zips_with_its_policy_and_it_is_of_one_region() {
    let packages = "[app]\npackages = \"bootstrap\"\n";
    let manifest = bounded().replacen("[app]\n", packages, 1);
    let account = ["--account", "123456789012", "--format", "cloudformation"];
    let template: Value =
        serde_json::from_str(&offline(&manifest, &[&GIVEN[..], &account].concat(), 0).stdout).unwrap();
    let (bucket, policy) = (&template["Resources"]["BucketPackages"], &template["Resources"]["BucketPackagesPolicy"]);
    assert_eq!(bucket["Properties"]["BucketName"], "serverless-app--bootstrap-packages-123456789012-us-west-2");
    assert_eq!(bucket["Properties"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"], 30);
    assert_eq!(policy["Properties"]["Bucket"], json!({"Ref": "BucketPackages"}));
    assert_eq!(policy["Properties"]["PolicyDocument"]["Statement"][0]["Effect"], "Deny");
    let regions = "[stage.other.app]\nregion = \"eu-west-1\"\n[stage.production.app]\nregion = \"us-west-2\"\n";
    let elsewhere = format!("{manifest}\n{regions}");
    let stages = ["--stage", "production", "--stage", "other"];
    let told = offline(&elsewhere, &[&GIVEN[..], &account, &stages].concat(), 64).stderr;
    assert!(told.contains("makes a bucket in") && told.contains("[stage.<name>.app] packages"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_stage_is_one_more_role_and_leaves_again() {
    let project = Project::new(Make::Ministack, &bounded()).await;
    bootstrap(&project, &[]);
    apply(&project);
    let more = bootstrap(&project, &["--stage", "staging", "--stage", "production"]);
    let lines = changes(&more);
    let made: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("create")).collect();
    assert_eq!(
        made,
        [
            "create iam.policy/apply-staging-1",
            "create iam.policy/apply-staging-2",
            "create iam.policy/apply-staging-3",
            "create iam.policy/boundary-staging",
            "create iam.policy/recorder-staging",
            "create iam.role/apply-staging",
        ]
    );
    apply(&project);
    let fewer = bootstrap(&project, &[]);
    let lines = changes(&fewer);
    let gone: Vec<&str> = lines.iter().map(String::as_str).filter(|line| line.starts_with("delete")).collect();
    assert_eq!(gone.len(), 6, "{lines:?}");
}

/// A run without AWS.
fn offline(manifest: &str, arguments: &[&str], code: i32) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lambda")).unwrap();
    std::fs::write(folder.path().join("serverless-app.toml"), manifest).unwrap();
    let workflow = concat!(env!("CARGO_MANIFEST_DIR"), "/lambda/workflow.asl.json");
    std::fs::copy(workflow, folder.path().join("lambda/workflow.asl.json")).unwrap();
    let ran = Cli::new(&[&["bootstrap"], arguments].concat()).folder(folder.path()).run();
    assert_eq!(ran.code, Some(code), "{}\n{}", ran.stdout, ran.stderr);
    ran
}

fn printed(format: &str, more: &[&str]) -> String {
    let account = ["--account", "123456789012", "--format", format];
    offline(&bounded(), &[&GIVEN[..], &account, more].concat(), 0).stdout
}

#[test]
fn the_same_is_printed_for_cloudformation_and_as_calls() {
    let template: Value = serde_json::from_str(&printed("cloudformation", &[])).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let types: Vec<&str> = resources.values().map(|resource| resource["Type"].as_str().unwrap()).collect();
    let count = |name: &str| types.iter().filter(|found| **found == name).count();
    let kinds = ["AWS::IAM::OIDCProvider", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"];
    assert_eq!(kinds.map(count), [1, 7, 2], "{types:?}");
    assert_eq!(resources["OidcProviderGithub"]["Condition"], "MakeProvider");
    assert_eq!(
        resources["RoleApplyProduction"]["DependsOn"],
        json!(["PolicyApplyProduction1", "PolicyApplyProduction2", "PolicyApplyProduction3"])
    );
    let calls: Vec<Value> = serde_json::from_str(&printed("json", &[])).unwrap();
    let role = calls.iter().find(|call| call["input"]["RoleName"] == "serverless-app--bootstrap-apply-production");
    let properties = &resources["RoleApplyProduction"]["Properties"];
    assert_eq!(role.unwrap()["input"]["AssumeRolePolicyDocument"], properties["AssumeRolePolicyDocument"]);
    for document in calls.iter().filter(|call| call["api"] == "iam:CreatePolicy") {
        let text = document["input"]["PolicyDocument"].to_string();
        assert!(text.len() <= 6144, "{} characters", text.len());
        let actions = document["input"]["PolicyDocument"]["Statement"].as_array().unwrap().iter();
        let actions: Vec<&Value> = actions.flat_map(|statement| statement["Action"].as_array().unwrap()).collect();
        assert!(actions.iter().all(|action| !action.as_str().unwrap().contains('*')), "{actions:?}");
    }
}

#[test]
fn rights_are_given_to_bounded_roles_alone_and_no_boundary_is_taken_away() {
    let calls: Vec<Value> = serde_json::from_str(&printed("json", &[])).unwrap();
    let documents = calls.iter().filter(|call| {
        call["input"]["PolicyName"].as_str().is_some_and(|name| name.starts_with("serverless-app--bootstrap-apply"))
    });
    let statements: Vec<&Value> =
        documents.flat_map(|call| call["input"]["PolicyDocument"]["Statement"].as_array().unwrap()).collect();
    let with = |action: &str| {
        let has = |statement: &&&Value| statement["Action"].as_array().unwrap().iter().any(|one| one == action);
        statements.iter().filter(has).map(|statement| statement["Condition"].clone()).collect::<Vec<_>>()
    };
    let boundary =
        "arn:aws:iam::123456789012:policy/serverless-app/bootstrap/serverless-app--bootstrap-boundary-production";
    let only = json!({"StringEquals": {"iam:PermissionsBoundary": [boundary]}});
    assert_eq!(with("iam:PutRolePolicy"), vec![only.clone()]);
    assert_eq!(with("iam:PutRolePermissionsBoundary"), [only]);
    assert_eq!(with("iam:DeleteRolePermissionsBoundary"), Vec::<Value>::new());
    for condition in with("iam:AttachRolePolicy") {
        let policies = condition["ArnLike"]["iam:PolicyARN"].as_array().unwrap();
        let fixed = ["service-role/AWS_ConfigRole", "serverless-app--bootstrap-recorder-production"];
        let is_fixed = policies.iter().all(|arn| fixed.iter().any(|end| arn.as_str().unwrap().ends_with(end)));
        let bound = &condition["StringEquals"]["iam:PermissionsBoundary"];
        assert!(is_fixed || *bound == json!([boundary]), "{condition}");
    }
}

/// The workflows that an apply role trusts.
fn trusted(more: &[&str]) -> Value {
    let calls: Vec<Value> = serde_json::from_str(&printed("json", more)).unwrap();
    let role = calls.iter().find(|call| call["input"]["RoleName"] == "serverless-app--bootstrap-apply-production");
    let equals = &role.unwrap()["input"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"];
    equals["token.actions.githubusercontent.com:job_workflow_ref"].clone()
}

#[test]
fn an_apply_role_trusts_the_workflows_that_init_writes_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(Cli::new(&["init", "--region", "us-west-2"]).folder(folder.path()).run().code, Some(0));
    let at = |file: &str, branch: &str| format!("octo-org/shop/.github/workflows/{file}@refs/heads/{branch}");
    let applying = ["serverless-app-apply.yml", "serverless-app-manual-apply.yml"];
    for file in applying {
        let text = std::fs::read_to_string(folder.path().join(".github/workflows").join(file)).unwrap();
        assert!(text.contains("SERVERLESS_APP_APPLY_ROLE"), "{text}");
    }
    assert_eq!(trusted(&[]), json!(applying.map(|file| at(file, "main"))));
    assert_eq!(trusted(&["--default-branch", "trunk"]), json!(applying.map(|file| at(file, "trunk"))));
    let own = at("deploy.yml", "main");
    assert_eq!(trusted(&["--job-workflow-ref", &own]), json!([own]));
    assert_eq!(trusted(&["--any-workflow"]), Value::Null);
    assert_eq!(trusted(&["--subject-only"]), Value::Null);
}

#[test]
fn workflows_are_printed_with_the_roles_in_them() {
    let role = "arn:aws:iam::123456789012:role/serverless-app/bootstrap/serverless-app--bootstrap";
    let one = printed("workflows", &[]);
    assert!(!one.contains("vars."), "{one}");
    assert!(one.contains(&format!("role-to-assume: {role}-plan\n")));
    assert!(one.contains(&format!("role-to-assume: {role}-apply-production\n")));
    let two = printed("workflows", &["--stage", "staging", "--stage", "production"]);
    assert!(!two.contains("vars."), "{two}");
    let apply = two.split("serverless-app-manual-apply.yml").next().unwrap();
    let staging = apply.find("environment: staging").unwrap();
    let at = |stage: &str| apply.find(&format!("role-to-assume: {role}-apply-{stage}\n")).unwrap();
    assert!(staging < at("staging") && at("staging") < apply.find("environment: production").unwrap());
    let door = format!("{{{{ inputs.stage == 'staging' && '{role}-apply-staging' || '{role}-apply-production' }}}}");
    assert!(two.contains(&door), "{two}");
    let test = printed("workflows", &["--stage", "test"]);
    assert!(test.contains(&format!("role-to-assume: {role}-apply-test\n")) && !test.contains("production"), "{test}");
    let stages = ["--stage", "a", "--stage", "b", "--stage", "c"];
    let other = ["--account", "123456789012", "--format", "workflows"];
    let ran = offline(&bounded(), &[&GIVEN[..], &other, &stages].concat(), 64);
    assert!(ran.stderr.contains("but none for a, b, c"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_is_told_before_anything_is_asked() {
    let offline = |manifest: &str, more: &[&str]| {
        offline(manifest, &[&GIVEN[..], &["--format", "json", "--account", "123456789012"], more].concat(), 64).stderr
    };
    let bare = offline(EXAMPLE, &[]);
    assert!(bare.contains("add `permissions_boundary = \"bootstrap\"` to [app]"), "{bare}");
    let reserved = offline(&bounded(), &["--stage", "bootstrap"]);
    assert!(reserved.contains("bootstrap cannot be a stage"), "{reserved}");
    let stranger = offline(&bounded(), &["--environment", "staging=live"]);
    assert!(stranger.contains("--environment staging=live: there is no --stage staging"), "{stranger}");
    let broken = offline(&bounded().replace("\"bootstrap\"", "\"boundary\""), &[]);
    assert!(broken.contains("serverless-app.toml:") && broken.contains("is not the ARN of a policy"), "{broken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boundary_that_does_not_exist_is_told_before_anything_is_planned() {
    let project = Project::new(Make::Moto, &bounded()).await;
    let ran = project.run(&["plan"], 1);
    let boundary = "policy/serverless-app/bootstrap/serverless-app--bootstrap-boundary-production";
    assert!(ran.stderr.contains(boundary) && ran.stderr.contains("serverless-app bootstrap"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn github_tells_the_ids_and_the_default_branch() {
    let github = Github::start();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("serverless-app.toml"), TABLE).unwrap();
    let arguments = ["bootstrap", "--repository", NAME, "--account", "123456789012", "--format", "json"];
    let cli = || Cli::new(&arguments).folder(folder.path()).env("GITHUB_API_URL", github.url());
    let ran = cli().env("GITHUB_TOKEN", TOKEN).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains(&format!("\"{REPOSITORY}\"")) && ran.stdout.contains("refs/heads/main"),
        "{}",
        ran.stdout
    );
    let ran = cli().run();
    assert_eq!(ran.code, Some(64));
    assert!(ran.stderr.contains("GITHUB_TOKEN is not set; give --repository-id and --owner-id"), "{}", ran.stderr);
}

const TABLE: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\npermissions_boundary = \"bootstrap\"\n\
    [table.items]\nhash_key = { name = \"id\", type = \"S\" }\n";

#[test]
fn a_boundary_lets_through_whatever_the_manifest_gives_to_roles_and_nothing_of_other_apps() {
    let everything = cases().into_iter().find(|case| case.ends_with("everything")).unwrap();
    let text = std::fs::read_to_string(everything.join("after.toml")).unwrap();
    let text = text.replacen("[app]\n", "[app]\npermissions_boundary = \"bootstrap\"\n", 1);
    let text = text + "\n[role.stranger]\nmanaged = [\"arn:aws:iam::aws:policy/AmazonSQSFullAccess\"]\n";
    let lowered = lowered(&everything, &text);
    let boundary = Boundary::new(&owner(), &site(), &lowered.wanted, None);
    let document = boundary.document().unwrap();
    let mut given = 0;
    for wanted in lowered.wanted.values() {
        let documents: Vec<&Document> = match &wanted.state {
            State::Policy(policy) => vec![&policy.policy_document],
            State::Role(role) if role.permissions_boundary.is_some() => role.inline_policies.values().collect(),
            _ => continue,
        };
        for statement in documents.into_iter().flat_map(Document::statements) {
            for (action, resource) in pairs(statement) {
                let request = Request { action, resource, values: Vec::new() };
                assert!(allows(std::slice::from_ref(&document), &request), "{request:?}");
                let other = request.resource.replace("serverless-app--test-", "other-app--test-");
                let foreign = Request { resource: other.clone(), ..request.clone() };
                let is_named = other != request.resource;
                assert!(!is_named || !allows(std::slice::from_ref(&document), &foreign), "{foreign:?}");
                given += 1;
            }
        }
    }
    assert!(given > 10, "{given}");
    let all = actions(&[document]);
    let of_iam: Vec<&String> = all.iter().filter(|action| action.starts_with("iam:")).collect();
    assert_eq!(of_iam, ["iam:PassRole"], "whoever makes schedules hands over theirs");
    assert!(all.iter().all(|action| !action.contains('*')));
    assert_eq!(boundary.unknown.len(), 1, "{:?}", boundary.unknown);
}

/// What a manifest may come to say by a verb needs no other boundary.
#[test]
fn a_boundary_has_every_verb_on_all_that_bears_the_apps_names_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let lowered = lowered(folder.path(), TABLE);
    let document = Boundary::new(&owner(), &site(), &lowered.wanted, None).document().unwrap();
    let mut kinds = BTreeSet::new();
    for action in rights::NAMED.iter().flat_map(|(_, actions)| actions.iter()) {
        let (service, name) = action.split_once(':').unwrap();
        kinds.insert(service);
        let on = |owner: &str| {
            let named = |rest: &str| format!("arn:aws:{service}:us-west-2:123456789012:{rest}{owner}x");
            let resource = match (service, name) {
                ("dynamodb", _) => named("table/"),
                ("s3", "ListBucket") => format!("arn:aws:s3:::{owner}x"),
                ("s3", _) => format!("arn:aws:s3:::{owner}x/key"),
                ("lambda", _) => named("function:"),
                ("states", _) => named("stateMachine:"),
                ("events", _) => named("event-bus/"),
                ("scheduler", _) => format!("{}/x.1", named("schedule/")),
                _ => named(""),
            };
            let request = Request { action: (*action).to_owned(), resource, values: Vec::new() };
            allows(std::slice::from_ref(&document), &request)
        };
        assert!(on("serverless-app--test-"), "{action}");
        assert!(!on("serverless-app--testing-") && !on("other--test-") && !on(""), "{action}");
    }
    let passed = |owner: &str, service: &str| {
        let resource = format!("arn:aws:iam::123456789012:role/{owner}x-schedule");
        let values = vec![("iam:PassedToService".to_owned(), format!("{service}.amazonaws.com"))];
        allows(std::slice::from_ref(&document), &Request { action: "iam:PassRole".into(), resource, values })
    };
    assert!(passed("serverless-app/test/", "scheduler"));
    assert!(!passed("serverless-app/test/", "lambda") && !passed("serverless-app/testing/", "scheduler"));
    assert_eq!(kinds, BTreeSet::from(["dynamodb", "events", "lambda", "s3", "scheduler", "sns", "sqs", "states"]));
    let others = actions(&[document]).into_iter().filter(|action| !kinds.contains(action.split(':').next().unwrap()));
    let others: BTreeSet<String> = others.map(|action| action.split(':').next().unwrap().to_owned()).collect();
    let expected = ["iam".to_owned(), "logs".to_owned(), "xray".to_owned()];
    assert_eq!(others, BTreeSet::from(expected), "roles of schedules, and AWS's own policies for functions");
}

fn pairs(statement: &Value) -> Vec<(String, String)> {
    let texts = |key: &str| -> Vec<String> {
        statement[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let resources = texts("Resource");
    texts("Action").iter().flat_map(|action| resources.iter().map(move |one| (action.clone(), one.clone()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_tells_what_its_apply_role_may_not_do_before_the_merge() {
    let project = Project::new(Make::Ministack, TABLE).await;
    bootstrap(&project, &[]);
    apply(&project);
    let role = format!("arn:aws:iam::{}:role/shop/bootstrap/shop--bootstrap-apply-production", project.account());
    let ran = project.run(&["plan", "--apply-role", &role], 0);
    assert!(!ran.stdout.contains("may not"), "{}", ran.stdout);
    project.write(&format!("{TABLE}[topic.alerts]\n"));
    let ran = project.run(&["plan", "--apply-role", &role, "--format", "markdown"], 0);
    let topic = format!("arn:aws:sns:us-west-2:{}:shop--production-alerts", project.account());
    let told = format!("The apply role may not `sns:CreateTopic` on `{topic}` (`none of its policies allows it`)");
    assert!(ran.stdout.contains(&told), "{}", ran.stdout);
    assert!(!ran.stdout.contains("dynamodb:CreateTable` on"), "{}", ran.stdout);
    bootstrap(&project, &[]);
    apply(&project);
    let ran = project.run(&["plan", "--apply-role", &role], 0);
    assert!(!ran.stdout.contains("may not"), "{}", ran.stdout);
}

#[test]
fn what_would_let_others_in_is_refused_where_it_is_given() {
    for (flag, value, told) in [
        ("--default-branch", "*", "give a branch by its name"),
        ("--default-branch", "", "give a branch by its name"),
        ("--job-workflow-ref", "nonsense", "write OWNER/NAME/.github/workflows/FILE@refs/heads/BRANCH"),
        ("--environment", "production=", "write STAGE=NAME"),
    ] {
        let ran = offline(&bounded(), &[&GIVEN[..], &["--format", "json", flag, value]].concat(), 64);
        assert!(ran.stderr.contains(told), "{flag} {value:?}: {}", ran.stderr);
    }
    for (given, told) in [
        (&["--repository", "shop"][..], "write OWNER/NAME"),
        (&["--repository", "octo-org/*"], "write OWNER/NAME"),
        (&["--repository", "octo-org/shop", "--repository-id", "0", "--owner-id", "1"], "0"),
        (&[], "give --repository OWNER/NAME"),
    ] {
        let ran = offline(&bounded(), &[given, &["--format", "json"]].concat(), 64);
        assert!(ran.stderr.contains(told), "{given:?}: {}", ran.stderr);
    }
}
