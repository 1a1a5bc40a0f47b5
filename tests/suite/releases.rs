//! Releases of functions, by the program itself: on, moved, put back, and off again.

use std::time::{Duration, Instant};

use aws_sdk_lambda::types::AliasRoutingConfiguration;
use serde_json::{Value, json};
use serverless_app::aws::Aws;

use crate::support::emulator::{MAKES, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;

const FUNCTION: &str = "app--production-orders";
/// How AWS says whether environments are kept ready, and the call that asks for them.
const STATUS: &str = "GetProvisionedConcurrencyConfig";
const PUT: &str = "PutProvisionedConcurrencyConfig";
const RELEASE: &str = "release = { canary = 10, minutes = 1, alarms = [\"errors\"] }";

fn manifest(memory: u32, release: &str) -> String {
    format!(
        "[app]\nname = \"app\"\nregion = \"us-west-2\"\n\
         [function.orders]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nmemory = {memory}\n\
         environment = {{ STAGE = \"one\" }}\nmax_retries = 1\nurl = {{ auth = \"none\" }}\non_queue = [{{ queue = \"jobs\" }}]\n{release}\n\
         [queue.jobs]\n[http_api.web]\nroutes = [{{ route = \"GET /orders\", function = \"orders\", auth = \"none\" }}]\n\
         [rule.each]\npattern = {{ source = [\"shop\"] }}\ntargets = [{{ function = \"orders\" }}]\n\
         [schedule.nightly]\nrate = \"1 day\"\nfunction = \"orders\"\n\
         [alarm.errors]\nmetric = {{ namespace = \"AWS/Lambda\", function = \"orders\", name = \"Errors\" }}\n\
         statistic = \"Sum\"\ncomparison = \">\"\n\
         threshold = 0\nperiod = 60\n"
    )
}

/// The calls of a plan on the function, without the service.
fn calls(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().expect("changes").iter();
    let of_function = changes.filter(|change| change["address"] == "lambda.function/orders");
    let steps = of_function.flat_map(|change| change["steps"].as_array().expect("steps"));
    steps.map(|step| step["call"]["api"].as_str().expect("a name").trim_start_matches("lambda:").to_owned()).collect()
}

/// The version that the alias points to, and how much of the traffic goes elsewhere.
async fn alias(aws: &Aws) -> (String, Vec<f64>) {
    let alias = aws.read.lambda.get_alias().function_name(FUNCTION).name("live").send().await.expect("the alias");
    let weights = alias.routing_config.and_then(|routing| routing.additional_version_weights).unwrap_or_default();
    (alias.function_version.expect("a version"), weights.into_values().collect())
}

async fn versions(aws: &Aws) -> Vec<String> {
    let listed = aws.read.lambda.list_versions_by_function().function_name(FUNCTION).send().await.expect("versions");
    let versions = listed.versions.unwrap_or_default().into_iter().filter_map(|version| version.version);
    versions.filter(|version| version != "$LATEST").collect()
}

async fn raise(aws: &Aws, state: aws_sdk_cloudwatch::types::StateValue) {
    let alarm = aws.write.cloudwatch.set_alarm_state().alarm_name("app--production-errors");
    alarm.state_value(state).state_reason("test").send().await.expect("the alarm's state");
}

/// Applies the plan of a rollback.
fn apply_back(project: &Project, back: &str) {
    let (id, mode) = (project.plan_id(), ["--source", ".", "--mode", "rollback", "--rollback", back]);
    project.run(&[&["apply", "serverless-app-plan", "--expect", &id][..], &mode].concat(), 0);
}

/// Moves the alias back by a plan of that alone.
fn go_back(project: &Project, back: &str) {
    assert_eq!(calls(&project.plan(&["--rollback", back])), ["UpdateAlias"], "{back}");
    project.run(&["check", "--bundle", "serverless-app-plan"], 0);
    apply_back(project, back);
    // As after an apply that was killed when its call had been sent: by now another version is the one before.
    apply_back(project, back);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_runs_is_released_and_taken_back_without_a_gap_for_its_callers() {
    for make in MAKES {
        let project = Project::new(make, &manifest(128, "")).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        project.write(&manifest(128, "release = { keep = 1 }"));
        let plan = project.deploy(&[]);
        assert!(
            calls(&plan).ends_with(
                &["CreateAlias", "CreateFunctionUrlConfig", "PutFunctionEventInvokeConfig"].map(String::from)
            ),
            "{make:?}: {:?}",
            calls(&plan)
        );
        let waits = |address: &str| {
            let changes = plan["changes"].as_array().expect("changes").iter();
            changes
                .filter(|change| change["address"] == address)
                .flat_map(|change| change["waits_for"].as_array().unwrap().clone())
                .collect::<Vec<_>>()
        };
        assert!(
            waits("apigatewayv2.api/web").contains(&"lambda.permission/orders-live".into()),
            "{make:?}: it is let in first"
        );
        assert!(
            waits("lambda.permission/orders").contains(&"apigatewayv2.api/web".into()),
            "{make:?}: and let go of last"
        );
        assert_eq!(alias(&aws).await, ("1".to_owned(), vec![]), "{make:?}");
        for memory in [256, 512] {
            project.write(&manifest(memory, "release = { keep = 1 }"));
            let plan = project.deploy(&[]);
            assert_eq!(calls(&plan)[..3], ["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"], "{make:?}");
        }
        assert_eq!(
            (alias(&aws).await.0.as_str(), versions(&aws).await),
            ("3", vec!["2".into(), "3".into()]),
            "{make:?}"
        );
        // Back, by a plan of its own; until the source follows, a plan of it goes forward again.
        let back = project.plan(&["--rollback", "orders"]);
        assert_eq!(
            (calls(&back), back["changes"].as_array().map(Vec::len)),
            (vec!["UpdateAlias".into()], Some(1)),
            "{make:?}"
        );
        apply_back(&project, "orders");
        assert_eq!(alias(&aws).await.0, "2", "{make:?}");
        project.run(&["check"], 3);
        assert_eq!(calls(&project.deploy(&[])), ["UpdateAlias"], "{make:?}");
        assert_eq!(alias(&aws).await.0, "3", "{make:?}");
        // Off: everything lets go of the alias first, and the next plan deletes it.
        project.write(&manifest(512, ""));
        project.plan(&[]);
        project.apply(0);
        assert_eq!(alias(&aws).await.0, "3", "{make:?}");
        let plan = project.deploy(&[]);
        assert_eq!(calls(&plan), ["DeleteAlias", "DeleteFunction", "DeleteFunction", "TagResource"], "{make:?}");
        assert_eq!(versions(&aws).await, Vec::<String>::new(), "{make:?}");
        project.plan(&["--destroy"]);
        project.apply(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_goes_back_where_its_environment_differs_and_where_a_canary_is_not_over() {
    let stage = |value: &str| manifest(128, "release = {}").replace("\"one\"", &format!("{value:?}"));
    for make in MAKES {
        let project = Project::new(make, &stage("one")).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        for value in ["two", "three"] {
            project.write(&stage(value));
            project.deploy(&[]);
        }
        // What the two older ones differ in is hidden, and they are told apart all the same.
        for (back, number) in [("orders", "2"), ("orders=1", "1"), ("orders=2", "2")] {
            go_back(&project, back);
            assert_eq!(alias(&aws).await, (number.to_owned(), vec![]), "{make:?}: {back}");
        }
        // All of the traffic at the version that the alias points to.
        let weigh = async |number: &str| {
            let weights = AliasRoutingConfiguration::builder().additional_version_weights(number, 0.1).build();
            let alias = aws.write.lambda.update_alias().function_name(FUNCTION).name("live");
            alias.routing_config(weights).send().await.expect("a part of the traffic");
        };
        for back in ["orders", "orders=2"] {
            weigh("3").await;
            go_back(&project, back);
            assert_eq!(alias(&aws).await, ("2".to_owned(), vec![]), "{make:?}: {back}");
        }
        // Weights of an old version are drift as well.
        assert_eq!(calls(&project.deploy(&[])), ["UpdateAlias"], "{make:?}");
        weigh("1").await;
        assert_eq!(calls(&project.deploy(&[])), ["UpdateAlias"], "{make:?}");
        assert_eq!((alias(&aws).await, versions(&aws).await.len()), (("3".to_owned(), vec![]), 3), "{make:?}");
        // Where something has moved since, the same version is planned again.
        project.plan(&["--rollback", "orders=1"]);
        weigh("2").await;
        let drifted = project.run(&["apply", "serverless-app-plan", "--expect", &project.plan_id()], 3);
        assert!(drifted.stderr.contains(" plan --rollback orders=1\n"), "{make:?}: {}", drifted.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_are_kept_ready_as_long_as_they_are_asked_for() {
    const READY: &str = "release = { provisioned = 1 }";
    for make in MAKES {
        let project = Project::new(make, &manifest(128, READY)).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let kept = async || {
            let ask = aws.read.lambda.get_provisioned_concurrency_config().function_name(FUNCTION).qualifier("live");
            ask.send().await.ok().and_then(|kept| kept.requested_provisioned_concurrent_executions)
        };
        assert_eq!(kept().await, Some(1), "{make:?}");
        // With a change of the code in the same plan.
        project.write(&manifest(256, "release = {}"));
        let expected = [
            "DeleteProvisionedConcurrencyConfig",
            "UpdateFunctionConfiguration",
            "TagResource",
            "PublishVersion",
            "UpdateAlias",
        ];
        assert_eq!(calls(&project.deploy(&[])), expected, "{make:?}");
        assert_eq!(kept().await, None, "{make:?}");
        project.write(&manifest(256, READY));
        project.deploy(&[]);
        assert_eq!(kept().await, Some(1), "{make:?}");
        // With the release itself.
        project.write(&manifest(256, ""));
        project.plan(&[]);
        project.apply(0);
        assert_eq!((kept().await, alias(&aws).await.0.as_str()), (None, "2"), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_is_put_back_by_an_alarm_and_by_nothing_else() {
    for make in MAKES {
        let project = Project::new(make, &manifest(128, RELEASE)).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        assert_eq!(alias(&aws).await, ("1".to_owned(), vec![]), "{make:?}: the first has no canary");
        raise(&aws, aws_sdk_cloudwatch::types::StateValue::Alarm).await;
        project.write(&manifest(256, RELEASE));
        let plan = project.plan(&[]);
        let steps = plan["changes"][0]["steps"].as_array().expect("steps");
        assert_eq!(steps.last().expect("a step")["watch"]["otherwise"]["api"], "lambda:UpdateAlias", "{make:?}");
        let ran = project.apply(6);
        assert!(ran.stderr.contains("app--production-errors is raised"), "{make:?}: {}", ran.stderr);
        assert_eq!(alias(&aws).await, ("1".to_owned(), vec![]), "{make:?}");
        let shown = project.run(&["show", "serverless-app-plan", "--receipt", "serverless-app-plan/receipt.json"], 0);
        assert!(shown.stdout.contains("put back"), "{make:?}: {}", shown.stdout);
        // Drift until the source follows; then what was put back is deleted.
        assert!(!changes(&project.plan(&[])).is_empty(), "{make:?}");
        project.write(&manifest(128, RELEASE));
        let plan = project.deploy(&[]);
        assert_eq!(calls(&plan), ["UpdateFunctionConfiguration", "DeleteFunction"], "{make:?}");
        assert_eq!(versions(&aws).await, ["1"], "{make:?}");
        // What was put back is deleted as well where something else follows at once.
        raise(&aws, aws_sdk_cloudwatch::types::StateValue::Alarm).await;
        project.write(&manifest(256, RELEASE));
        project.plan(&[]);
        project.apply(6);
        project.write(&manifest(384, "release = {}"));
        let past = ["UpdateFunctionConfiguration", "DeleteFunction", "PublishVersion", "UpdateAlias"];
        assert_eq!(calls(&project.deploy(&[])), past, "{make:?}");
        assert_eq!((alias(&aws).await, versions(&aws).await), (("4".into(), vec![]), vec!["1".into(), "4".into()]));
        // The same after a rollback.
        go_back(&project, "orders");
        assert_eq!(alias(&aws).await.0, "1", "{make:?}");
        project.write(&manifest(448, "release = {}"));
        assert_eq!(calls(&project.deploy(&[])), past, "{make:?}");
        assert_eq!((alias(&aws).await.0.as_str(), versions(&aws).await), ("5", vec!["1".into(), "5".into()]));
        // Too little data is no alarm.
        raise(&aws, aws_sdk_cloudwatch::types::StateValue::InsufficientData).await;
        project.write(&manifest(512, RELEASE));
        project.deploy(&[]);
        assert_eq!(alias(&aws).await, ("6".to_owned(), vec![]), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_is_stopped_again_before_anything_is_sent_has_a_receipt_that_fits() {
    for make in MAKES {
        let project = Project::new(make, &manifest(128, RELEASE)).await;
        project.deploy(&[]);
        project.write(&manifest(256, RELEASE));
        project.plan(&[]);
        let (id, bundle) = (project.plan_id(), project.folder().join("serverless-app-plan"));
        let is_weighed = || {
            let journal = std::fs::read_to_string(bundle.join("journal.jsonl")).unwrap_or_default();
            journal.lines().any(|line| line.contains("\"answered\"") && line.contains("\"lambda:UpdateAlias\""))
        };
        let apply = || project.cli(&["apply", "serverless-app-plan", "--expect", &id]);
        let begun = apply().run_and_terminate(|times| times == 0 && is_weighed());
        assert_eq!(begun.code, Some(143), "{make:?}: {}", begun.stderr);
        let start = Instant::now();
        let waited = apply().run_and_terminate(|times| times == 0 && start.elapsed() > Duration::from_secs(8));
        assert_eq!(waited.code, Some(143), "{make:?}: {}", waited.stderr);
        project.run(&["show", "serverless-app-plan", "--receipt", "serverless-app-plan/receipt.json"], 0);
        let receipt = std::fs::read(bundle.join("receipt.json")).expect("a receipt");
        let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
        assert_eq!((&receipt["calls"], &receipt["results"][0]["outcome"]), (&json!([]), &json!("not-started")));
        assert_eq!(alias(&project.aws().await).await, ("1".to_owned(), vec![0.1]), "{make:?}: the part is left");
    }
}

/// How many calls of an operation have been answered.
fn sent(proxy: &Proxy, operation: &str) -> usize {
    proxy.log().iter().filter(|exchange| exchange.operation == operation).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_apply_that_was_killed_has_begun_is_waited_for_and_not_sent_again() {
    for make in MAKES {
        let mut project = Project::new(make, &manifest(128, "release = {}")).await;
        project.deploy(&[]);
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        project.write(&manifest(128, "release = { provisioned = 1 }"));
        project.plan(&[]);
        let id = project.plan_id();
        let apply = || project.cli(&["apply", "serverless-app-plan", "--expect", &id]);
        proxy.edit(STATUS, "READY", "IN_PROGRESS");
        let killed = apply().run_until(|| sent(&proxy, PUT) > 0);
        assert_eq!(killed.code, None, "{make:?}: {}", killed.stderr);
        // AWS takes longer than what has drifted is looked at.
        let resumed = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_secs(8));
                proxy.edit_nothing();
            });
            apply().run()
        });
        assert_eq!(resumed.code, Some(0), "{make:?}: {}", resumed.stderr);
        assert!(resumed.stderr.contains("waiting for "), "{make:?}: {}", resumed.stderr);
        assert_eq!(sent(&proxy, PUT), 1, "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_that_fail_end_an_apply_and_those_that_had_failed_before_do_not() {
    const READY: &str = "release = { provisioned = 1 }";
    let mut project = Project::new(MAKES[1], &manifest(128, READY)).await;
    project.deploy(&[]);
    let proxy = Proxy::start(&endpoint(MAKES[1]).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    // What mends them shows a moment after the alias has moved.
    project.write(&manifest(256, READY));
    project.plan(&[]);
    proxy.edit(STATUS, "READY", "FAILED");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while sent(&proxy, "UpdateAlias") == 0 {
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(Duration::from_secs(3));
            proxy.edit_nothing();
        });
        project.apply(0);
    });
    // What does not mend them is reported, each time that the plan is applied again.
    project.write(&manifest(512, READY));
    project.plan(&[]);
    proxy.edit(STATUS, "READY", "FAILED");
    let (id, moved) = (project.plan_id(), sent(&proxy, "UpdateAlias"));
    for _ in 0..2 {
        let apply = ["apply", "serverless-app-plan", "--expect", &id, "--timeout-factor", "0.3"];
        let failed = project.run(&apply, 1);
        assert!(failed.stderr.contains("Failed to keep environments ready: "), "{}", failed.stderr);
    }
    assert_eq!(sent(&proxy, "UpdateAlias"), moved + 1);
    proxy.edit_nothing();
    project.apply(0);
}
