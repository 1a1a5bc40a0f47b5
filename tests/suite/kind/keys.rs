//! Usage plans and API keys on both emulators.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use aws_sdk_apigateway::types::{IntegrationType, Op, PatchOperation};
use serverless_app::aws::apigateway_keys::{ApiKey, ApiStage, Limits, Method, Quota, UsagePlan};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::name::Owner;
use serverless_app::text::{OutputRef, Outputs, Text};

use crate::lifecycle::{emulators, id, lead, observe};
use crate::support::emulator::{MAKES, Make, REGION, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn short(sent: Vec<String>) -> Vec<String> {
    sent.into_iter().map(|api| api.replace("apigateway:", "")).collect()
}

/// An API with the stages `v1` and `v2`, made by hand; gives its id.
async fn api(aws: &Aws) -> String {
    let client = &aws.write.apigateway;
    let api = client.create_rest_api().name("by hand").send().await.expect("an API").id.expect("its id");
    let paths = client.get_resources().rest_api_id(&api).send().await.expect("paths");
    let root = paths.items()[0].id().expect("an id");
    let method = client.put_method().rest_api_id(&api).resource_id(root).http_method("GET");
    method.authorization_type("NONE").api_key_required(true).send().await.expect("a method");
    let mock = client.put_integration().rest_api_id(&api).resource_id(root).http_method("GET");
    mock.r#type(IntegrationType::Mock).send().await.expect("an integration");
    let deployment = client.create_deployment().rest_api_id(&api).send().await.expect("a deployment");
    for stage in ["v1", "v2"] {
        let made = client.create_stage().rest_api_id(&api).stage_name(stage).deployment_id(deployment.id().unwrap());
        made.send().await.expect("a stage");
    }
    api
}

fn stage(api: &str, stage: &str) -> ApiStage {
    ApiStage { api_id: api.into(), stage: stage.into() }
}

fn key_id(id: &Id) -> Text {
    OutputRef::new(&id.address, "id").into()
}

async fn key_of(aws: &Aws, name: &str) -> Id {
    id(aws, Kind::ApiKey, name, &format!("suite--test-{name}")).await
}

#[tokio::test]
async fn a_key_goes_through_its_whole_life_and_stays_the_same() {
    for (emulator, aws) in emulators().await {
        let id = key_of(&aws, "life").await;
        let mut known = Outputs::new();
        let first = ApiKey { description: "For tests".into(), enabled: false, tags: tags(&[("a", "1")]) };
        let sent = short(lead(&aws, &id, Some(&first.clone().into()), &mut known).await);
        assert_eq!(sent, ["CreateApiKey"], "{emulator}");
        let made_up = known[&OutputRef::new(&id.address, "id")].clone();
        let changes: [fn(&mut ApiKey); 3] =
            [|key| key.enabled = true, |key| key.description = "Changed".into(), |key| key.description.clear()];
        let mut want = first.clone();
        for change in changes {
            change(&mut want);
            let sent = short(lead(&aws, &id, Some(&want.clone().into()), &mut known).await);
            assert_eq!(sent, ["UpdateApiKey"], "{emulator} {want:?}");
        }
        want.tags = tags(&[("b", "2")]);
        let sent = short(lead(&aws, &id, Some(&want.into()), &mut known).await);
        assert_eq!(sent, ["TagResource", "UntagResource"], "{emulator}");
        let sent = short(lead(&aws, &id, Some(&first.into()), &mut known).await);
        assert_eq!(sent, ["TagResource", "UntagResource", "UpdateApiKey"], "{emulator}: all back at once");
        assert_eq!(known[&OutputRef::new(&id.address, "id")], made_up, "{emulator}");
        assert_eq!(short(lead(&aws, &id, None, &mut known).await), ["DeleteApiKey"], "{emulator}");
    }
}

#[tokio::test]
async fn a_plan_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let (api, mut known) = (api(&aws).await, Outputs::new());
        let (one, two) = (key_of(&aws, "one").await, key_of(&aws, "two").await);
        for key in [&one, &two] {
            lead(&aws, key, Some(&ApiKey { enabled: true, ..ApiKey::default() }.into()), &mut known).await;
        }
        let id = id(&aws, Kind::UsagePlan, "life", "suite--test-life").await;
        let plain =
            UsagePlan { api_stages: [stage(&api, "v1")].into(), tags: tags(&[("a", "1")]), ..UsagePlan::default() };
        let sent = short(lead(&aws, &id, Some(&plain.clone().into()), &mut known).await);
        assert_eq!(sent, ["CreateUsagePlan"], "{emulator}");
        let root = |of: &str| Method { of: stage(&api, of), path: "//GET".into() };
        let (first, other) = (root("v1"), root("v2"));
        let (v2, limits) = (stage(&api, "v2"), |rate_limit, burst_limit| Some(Limits { rate_limit, burst_limit }));
        let quota = |limit, offset, period: &str| Some(Quota { limit, offset, period: period.into() });
        type Change<'a> = (Box<dyn Fn(&mut UsagePlan) + 'a>, &'a [&'a str]);
        let update: &[&str] = &["UpdateUsagePlan"];
        let (key_one, key_two) = (key_id(&one), key_id(&two));
        let changes: [Change; 15] = [
            (Box::new(|plan| plan.description = "For tests".into()), update),
            (Box::new(|plan| plan.throttle = limits(2.5, 5)), update),
            (Box::new(|plan| plan.method_throttle.extend([(first.clone(), limits(0.5, 1).unwrap())])), update),
            (Box::new(|plan| plan.quota = quota(100, 0, "DAY")), update),
            (Box::new(|plan| plan.quota = quota(1000, 3, "MONTH")), update),
            (Box::new(|plan| plan.keys.extend([key_one.clone()])), &["CreateUsagePlanKey"]),
            (Box::new(|plan| plan.keys.extend([key_two.clone()])), &["CreateUsagePlanKey"]),
            (Box::new(|plan| plan.keys.retain(|key| *key != key_one)), &["DeleteUsagePlanKey"]),
            (
                Box::new(|plan| {
                    plan.api_stages.insert(v2.clone());
                    plan.method_throttle.insert(other.clone(), limits(1.5, 2).unwrap());
                }),
                update,
            ),
            (Box::new(|plan| plan.method_throttle.retain(|method, _| *method != first)), update),
            (Box::new(|plan| plan.description.clear()), update),
            // A stage that makes room for another of its API goes first.
            (Box::new(|plan| plan.api_stages.retain(|stage| stage.stage != "v1")), update),
            (
                Box::new(|plan| {
                    plan.api_stages = [stage(&api, "v1")].into();
                    plan.method_throttle.clear();
                }),
                &["UpdateUsagePlan", "UpdateUsagePlan"],
            ),
            (Box::new(|plan| (plan.throttle, plan.quota) = (None, None)), update),
            (Box::new(|plan| plan.tags = tags(&[("b", "2")])), &["TagResource", "UntagResource"]),
        ];
        let mut want = plain;
        for (index, (change, calls)) in changes.iter().enumerate() {
            change(&mut want);
            let sent = short(lead(&aws, &id, Some(&want.clone().into()), &mut known).await);
            assert_eq!(sent, *calls, "{emulator} {index}");
        }
        let sent = short(lead(&aws, &id, None, &mut known).await);
        assert_eq!(sent, ["UpdateUsagePlan", "DeleteUsagePlanKey", "DeleteUsagePlan"], "{emulator}");
        for key in [&one, &two] {
            lead(&aws, key, None, &mut known).await;
        }
    }
}

fn patch(op: Op, path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(op).path(path).value(value).build()
}

#[tokio::test]
async fn what_others_do_to_plans_and_keys_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let (api, mut known, client) = (api(&aws).await, Outputs::new(), &aws.write.apigateway);
        let key = key_of(&aws, "edited").await;
        let want_key = State::from(ApiKey { enabled: true, tags: tags(&[("a", "1")]), ..ApiKey::default() });
        lead(&aws, &key, Some(&want_key), &mut known).await;
        let id = id(&aws, Kind::UsagePlan, "edited", "suite--test-edited").await;
        let want = UsagePlan {
            api_stages: [stage(&api, "v1")].into(),
            throttle: Some(Limits { rate_limit: 1.5, burst_limit: 2 }),
            quota: Some(Quota { limit: 10, offset: 0, period: "WEEK".into() }),
            keys: [key_id(&key)].into(),
            ..UsagePlan::default()
        };
        let want = State::from(want);
        lead(&aws, &id, Some(&want), &mut known).await;
        let made_up = |id: &Id| known[&OutputRef::new(&id.address, "id")].clone();
        let (plan_id, key_id) = (made_up(&id), made_up(&key));

        for (op, path, value) in [
            (Op::Add, "/apiStages", format!("{api}:v2")),
            (Op::Replace, "/throttle/rateLimit", "9".into()),
            (Op::Replace, "/quota/limit", "11".into()),
            (Op::Replace, "/quota/period", "DAY".into()),
            (Op::Replace, "/description", "theirs".into()),
            (Op::Replace, &format!("/apiStages/{api}:v1/throttle//GET/burstLimit"), "1".into()),
        ] {
            let edit = client.update_usage_plan().usage_plan_id(&plan_id).patch_operations(patch(op, path, &value));
            edit.send().await.expect("an edit");
            let sent = short(lead(&aws, &id, Some(&want), &mut known).await);
            assert_eq!(sent, ["UpdateUsagePlan"], "{emulator} {path}");
        }
        let foreign = client.create_api_key().name("foreign").send().await.expect("a key").id.expect("its id");
        let add = client.create_usage_plan_key().usage_plan_id(&plan_id).key_id(&foreign).key_type("API_KEY");
        add.send().await.expect("a member");
        let sent = short(lead(&aws, &id, Some(&want), &mut known).await);
        assert_eq!(sent, ["DeleteUsagePlanKey"], "{emulator}: a key that nobody asked for");
        client.delete_usage_plan_key().usage_plan_id(&plan_id).key_id(&key_id).send().await.expect("a removal");
        assert_eq!(short(lead(&aws, &id, Some(&want), &mut known).await), ["CreateUsagePlanKey"], "{emulator}");
        client.delete_stage().rest_api_id(&api).stage_name("v1").send().await.expect("a removal");
        let live = observe(&aws, &id, &mut known).await.expect("the plan").state;
        assert_ne!(live, want, "{emulator}: a stage that goes leaves its plans");

        for (path, value) in [("/enabled", "false"), ("/description", "theirs")] {
            let edit = client.update_api_key().api_key(&key_id).patch_operations(patch(Op::Replace, path, value));
            edit.send().await.expect("an edit");
            let sent = short(lead(&aws, &key, Some(&want_key), &mut known).await);
            assert_eq!(sent, ["UpdateApiKey"], "{emulator} {path}");
        }
        for arn in [format!("/usageplans/{plan_id}"), format!("/apikeys/{key_id}")] {
            let arn = format!("arn:aws:apigateway:{REGION}::{arn}");
            client.tag_resource().resource_arn(arn).tags("x", "theirs").send().await.expect("a tag");
        }
        assert_eq!(short(lead(&aws, &key, Some(&want_key), &mut known).await), ["UntagResource"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &key, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_key_or_a_plan_of_our_name_is_ours_only_by_its_tags() {
    for (emulator, aws) in emulators().await {
        let client = &aws.write.apigateway;
        let key = key_of(&aws, "same").await;
        let plan = id(&aws, Kind::UsagePlan, "same", "suite--test-same").await;
        for id in [&key, &plan] {
            let make = |tags: Tags| async move {
                match id.address.kind {
                    Kind::ApiKey => {
                        let made = client.create_api_key().name(&id.name).set_tags(Some(tags.into_iter().collect()));
                        made.send().await.expect("a key").id.expect("its id")
                    }
                    _ => {
                        let made = client.create_usage_plan().name(&id.name).set_tags(Some(tags.into_iter().collect()));
                        made.send().await.expect("a plan").id.expect("its id")
                    }
                }
            };
            make(tags(&[("team", "other")])).await;
            let foreign = observe(&aws, id, &mut Outputs::new()).await.expect("somebody else's").state;
            assert_eq!(foreign.tags(), Some(&tags(&[("team", "other")])), "{emulator}");
            let ours = make(id.owner.tags(&id.address)).await;
            let found = observe(&aws, id, &mut Outputs::new()).await.expect("ours");
            assert_eq!((found.identity, found.unmodelled), (Some(ours.clone()), vec![]), "{emulator}");
            let reader = PlanReader::new(&aws);
            let listed = id.address.kind.find(&reader, &id.owner).await.expect("a listing");
            let seeds: Vec<_> = listed.iter().filter(|found| found.name == id.name).collect();
            assert_eq!(seeds.len(), 1, "{emulator}");
            let seeded = id.address.kind.observe_for_plan(&reader, id, Some(&seeds[0].seed)).await.expect("a read");
            assert_eq!(seeded.expect("ours").identity, Some(ours.clone()), "{emulator}");
            let twin = make(id.owner.tags(&id.address)).await;
            let error = id.address.kind.find(&reader, &id.owner).await.expect_err("two of ours").to_string();
            assert!(error.contains(&ours) && error.contains(&twin), "{emulator} {error}");
        }
    }
}

#[tokio::test]
async fn a_usage_plan_is_refused_what_aws_refuses() {
    for (emulator, aws) in emulators().await {
        let (api, client) = (api(&aws).await, &aws.write.apigateway);
        let stage = |stage: &str| aws_sdk_apigateway::types::ApiStage::builder().api_id(&api).stage(stage);
        let create = |stage| client.create_usage_plan().name("refused").api_stages(stage).send();
        let said = format!("{:?}", create(stage("none").build()).await.expect_err("no such stage"));
        assert!(said.contains("NotFoundException") && said.contains("Invalid API Stage"), "{emulator}: {said}");
        let limit = aws_sdk_apigateway::types::ThrottleSettings::builder().rate_limit(1.0).burst_limit(1).build();
        let limited = stage("v1").throttle("//GET", limit).build();
        let said = format!("{:?}", create(limited).await.expect_err("no limits of its own"));
        assert!(said.contains("Can not define fine grain throttling"), "{emulator}: {said}");
        let plan = create(stage("v1").build()).await.expect("a plan").id.expect("its id");
        let update = |patch| client.update_usage_plan().usage_plan_id(&plan).patch_operations(patch).send();
        let fine = patch(Op::Replace, &format!("/apiStages/{api}:v1/throttle//GET/rateLimit"), "1");
        let said = format!("{:?}", update(fine).await.expect_err("no limits of its own"));
        assert!(said.contains("Can not define fine grain throttling"), "{emulator}: {said}");
        let nameless = PatchOperation::builder().op(Op::Remove).path("/apiStages").build();
        let said = format!("{:?}", update(nameless).await.expect_err("no stage is named"));
        assert!(said.contains("Invalid API Stage specified"), "{emulator}: {said}");
        let said = format!("{:?}", client.delete_usage_plan().usage_plan_id(&plan).send().await.expect_err("stages"));
        assert!(said.contains("because there are API Stages associated"), "{emulator}: {said}");
        update(patch(Op::Remove, "/apiStages", &format!("{api}:v1"))).await.expect("a removal");
        client.delete_usage_plan().usage_plan_id(&plan).send().await.expect("a removal");
        let none = aws.read.apigateway.get_usage_plan_keys().usage_plan_id("none").send().await.expect("an empty list");
        assert!(none.items().is_empty(), "{emulator}");
    }
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\
    [function.web]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";

/// The app with an API at this stage, and whatever else.
fn app(stage: &str, more: &str) -> String {
    let route = "{ method = \"GET\", path = \"/\", function = \"web\", api_key = true }";
    format!("{APP}[api.web]\nstage = \"{stage}\"\nroutes = [{route}]\n{more}")
}

/// An SDK that has not been taught to look away.
fn plain_client(endpoint: &str, account: &str) -> aws_sdk_apigateway::Client {
    let keys = aws_credential_types::Credentials::new(account, "test", None, None, "test");
    let config = aws_sdk_apigateway::config::Builder::new()
        .behavior_version(aws_sdk_apigateway::config::BehaviorVersion::v2026_01_12())
        .region(aws_sdk_apigateway::config::Region::new(REGION))
        .endpoint_url(endpoint)
        .credentials_provider(keys);
    aws_sdk_apigateway::Client::from_conf(config.build())
}

/// The values of all keys, by name.
async fn values(make: Make, project: &Project) -> BTreeMap<String, String> {
    let client = plain_client(&endpoint(make).await, project.account());
    let keys = client.get_api_keys().include_values(true).send().await.expect("keys");
    keys.items().iter().map(|key| (key.name().unwrap().to_owned(), key.value().expect("a value").to_owned())).collect()
}

/// Everything that stands in files below a folder.
fn written(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let text = |path: std::path::PathBuf| match path.is_dir() {
        true => written(&path),
        false => String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned(),
    };
    entries.map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_of_a_key_is_in_anything_that_is_written() {
    for make in MAKES {
        let plans = "[usage_plan.free]\napis = [\"web\"]\nkeys = [\"one\", \"two\"]\n[outputs]\nplan = \"${usage_plan.free.id}\"\n";
        let project = Project::new(make, &app("v1", plans)).await;
        let mut said = String::new();
        let mut run = |arguments: &[&str]| {
            let ran = project.cli(arguments).env("RUST_LOG", "trace").run();
            assert_eq!(ran.code, Some(0), "{make:?} {arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
            said += &format!("{}\n{}\n", ran.stdout, ran.stderr);
        };
        run(&["plan"]);
        let id = project.plan_id();
        let receipt = project.folder().join("receipt.json");
        run(&["apply", "serverless-app-plan", "--expect", &id, "--receipt", receipt.to_str().unwrap()]);
        run(&["plan", "--format", "markdown"]);
        run(&["outputs"]);
        run(&["plan", "--destroy", "--delete-data", "--format", "json"]);
        let values = values(make, &project).await;
        assert_eq!(values.keys().collect::<Vec<_>>(), ["shop--production-one", "shop--production-two"], "{make:?}");
        let all = said + &written(project.folder());
        assert!(all.contains("CreateUsagePlanKey"), "{make:?}: what was sent is in there");
        assert!(all.contains("--name-query shop--production-one --include-values"), "{make:?}: how to read one");
        for value in values.values() {
            assert!(value.len() >= 20 && !all.contains(value.as_str()), "{make:?}: a value is written down");
        }
        let aws = project.aws().await;
        let shown = aws.write.apigateway.create_api_key().name("x").send().await.expect("a key");
        assert!(shown.id().is_some() && shown.value().is_none(), "{make:?}: nothing to be seen from here");
        let asked = aws.read.apigateway.get_api_keys().include_values(true).send().await.expect("keys");
        assert!(asked.items().iter().all(|key| key.value().is_none()), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_changes_plans_stays_when_it_leaves_and_is_taken_back_with_its_value() {
    for make in MAKES {
        let two = |free: &str, paid: &str| {
            let plan = |name: &str, keys: &str| format!("[usage_plan.{name}]\napis = [\"web\"]\nkeys = [{keys}]\n");
            app("v1", &format!("{}{}", plan("free", free), plan("paid", paid)))
        };
        let project = Project::new(make, &two("\"one\", \"two\"", "")).await;
        project.deploy(&[]);
        project.plan(&[]);
        let before = values(make, &project).await;
        project.write(&two("\"two\"", "\"one\""));
        let moved = ["update apigateway.usage-plan/free keys", "update apigateway.usage-plan/paid keys"];
        assert_eq!(changes(&project.deploy(&[])), moved, "{make:?}");
        project.write(&two("\"one\"", "\"two\""));
        assert_eq!(changes(&project.deploy(&[])), moved, "{make:?}: they change places");
        project.write(&app("v1", ""));
        let gone = [
            "delete apigateway.usage-plan/free",
            "delete apigateway.usage-plan/paid",
            "release apigateway.api-key/one",
            "release apigateway.api-key/two",
        ];
        assert_eq!(changes(&project.deploy(&[])), gone, "{make:?}");
        project.plan(&[]);
        project
            .write(&two("\"one\"", "\"two\"").replace("keys = [\"two\"]", "keys = [\"two\"]\non_delete = \"delete\""));
        project.deploy(&[]);
        assert_eq!(values(make, &project).await, before, "{make:?}: the same keys, with the same values");
        project.plan(&[]);
        project.write(&two("\"one\"", ""));
        let plan = project.deploy(&[]);
        assert!(changes(&plan).contains(&"delete apigateway.api-key/two".to_owned()), "{make:?} {:?}", changes(&plan));
        assert_eq!(values(make, &project).await.len(), 1, "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_of_a_plan_gets_another_name_and_an_api_goes_after_its_plan_has_let_it_go() {
    for make in MAKES {
        let plan = "[usage_plan.free]\napis = [\"web\"]\nkeys = [\"one\"]\nthrottle = { rate = 1, burst = 1 }\n";
        let project = Project::new(make, &app("v1", plan)).await;
        project.deploy(&[]);
        project.write(&app("v2", plan));
        let renamed = changes(&project.deploy(&[]));
        assert!(renamed.contains(&"update apigateway.usage-plan/free apiStages".to_owned()), "{make:?} {renamed:?}");
        project.run(&["plan", "--destroy", "--delete-data"], 0);
        project.apply(0);
        assert!(values(make, &project).await.is_empty(), "{make:?}");
        assert!(changes(&project.plan(&["--destroy"])).is_empty(), "{make:?}");
    }
}

/// The stage goes with the API's change, before the plan's turn comes: the plan is then where its second call begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_stage_of_a_plan_gets_another_name_while_tags_change_and_a_key_leaves() {
    for make in MAKES {
        let plan = |team: &str, keys: &str| {
            format!("[usage_plan.free]\napis = [\"web\"]\nkeys = [{keys}]\ntags = {{ Team = \"{team}\" }}\n")
        };
        let project = Project::new(make, &app("v1", &plan("a", "\"one\", \"two\""))).await;
        project.deploy(&[]);
        project.write(&app("v2", &plan("b", "\"one\"")));
        let changed = changes(&project.deploy(&[]));
        let says = |path: &&str| changed.contains(&format!("update apigateway.usage-plan/free {path}"));
        assert!(["apiStages", "keys", "tags.Team"].iter().all(says), "{make:?} {changed:?}");
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
    }
}

/// What the index does not know yet, and no section names any more, goes with the app.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_nothing_names_yet_is_deleted_with_its_app() {
    for make in MAKES {
        let project = Project::new(make, &app("v1", "")).await;
        project.deploy(&[]);
        let address = "apigateway.api-key/one".parse().expect("an address");
        let owner = Owner { app: "shop".parse().expect("an app"), stage: "production".parse().expect("a stage") };
        let client = plain_client(&endpoint(make).await, project.account());
        let key = client.create_api_key().name("shop--production-one").enabled(true);
        let tags = Some(owner.tags(&address).into_iter().collect());
        key.set_tags(tags).send().await.expect("a key");
        let left = changes(&project.plan(&["--destroy"]));
        assert!(left.contains(&"release apigateway.api-key/one".to_owned()), "{make:?}: it is kept: {left:?}");
        let gone = changes(&project.plan(&["--destroy", "--delete-data"]));
        assert!(gone.contains(&"delete apigateway.api-key/one".to_owned()), "{make:?}: {gone:?}");
        project.apply(0);
        assert!(values(make, &project).await.is_empty(), "{make:?}");
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        let mut denied = Project::new(make, &app("v1", "")).await;
        denied.reach(&proxy.endpoint());
        proxy.arm_at("GetApiKeys", Fault::Denied("apigateway:GET", "arn:aws:apigateway:us-west-2::/apikeys"));
        assert_eq!(changes(&denied.plan(&["--destroy"])), [""; 0], "{make:?}: a role that may not list keys");
        assert!(proxy.fired(), "{make:?}");
    }
}

/// ministack answers callers.
#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_asks_for_a_key_is_opened_by_one_of_its_plan() {
    let plan = "[usage_plan.free]\napis = [\"web\"]\nkeys = [\"one\"]\n[usage_plan.free.key.off]\nenabled = false\n";
    let project = Project::new(Make::Ministack, &app("v1", plan)).await;
    project.deploy(&[]);
    let values = values(Make::Ministack, &project).await;
    let url = project.run(&["outputs", "--format", "json"], 0).stdout;
    let url: serde_json::Value = serde_json::from_str(&url).expect("outputs");
    let url = url["api_gateway_url"].as_str().expect("a URL").to_owned();
    let status = |key: Option<&str>| status(&url, key);
    assert_eq!(status(None), "403", "without a key");
    assert_eq!(status(Some("planted-value-0123456789")), "403");
    assert_eq!(status(Some(&values["shop--production-off"])), "403", "switched off");
    assert_ne!(status(Some(&values["shop--production-one"])), "403");
}

/// What a stage answers to a request with this key.
fn status(url: &str, key: Option<&str>) -> String {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a URL");
    let key = key.map(|key| format!("x-api-key: {key}\r\n")).unwrap_or_default();
    let mut stream = TcpStream::connect(host).expect("a connection");
    write!(stream, "GET /{path}/ HTTP/1.1\r\nhost: {host}\r\n{key}connection: close\r\n\r\n").expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).expect("a status").to_owned()
}
