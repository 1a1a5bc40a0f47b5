//! Names of one's own, before both emulators: made, changed, taken over by another section, given up for another name, and found
//! once they have left the manifest.

use serde_json::Value;
use serverless_app::aws::{Answer, Aws};
use tempfile::TempDir;

use crate::support::emulator::{MAKES, Make};
use crate::support::permissions::{apply, endpoint, plan, planner_and_applier};
use crate::support::project::{Project, changes};

const HEAD: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n";

/// An app none of whose parts is called as they are otherwise.
const APP: &str = r#"
[table.orders]
name = "Orders_${stage}"
hash_key = { name = "id", type = "S" }

[topic.alerts]
name = "OrderAlerts-3F9A"

[queue.jobs]
name = "orderJobs"

[bus.domain]
name = "Domain.Events"

[rule.paid]
name = "Order.Paid"
bus = "domain"
pattern = { source = ["shop"] }
targets = [{ queue = "jobs" }]

[role.worker]
name = "OrderHandlerRole-1A2B3C"
path = "/service-role/"
access = [
  { table = "orders", actions = "read-write" },
  { topic = "alerts", actions = "publish" },
  { queue = "jobs", actions = "send" },
  { bus = "domain", actions = "put" },
]

[log_group.audit]
name = "/legacy/audit"

[function.handler]
name = "OrderHandler_${stage}-XyZ"
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
exclude = ["test_*.py", "*.asl.json"]
role = "worker"
environment = { DYNAMODB_TABLE = "${table.orders.name}", SNS_TOPIC_ARN = "${topic.alerts.arn}" }

[api.web]
name = "Orders API"
routes = [{ method = "POST", path = "/items", function = "handler" }]

[alarm.errors]
name = "Orders: errors"
metric = { namespace = "AWS/Lambda", name = "Errors", function = "handler" }
statistic = "Sum"
threshold = 10
comparison = ">="
notify = ["alerts"]

[firewall.wall]
name = "OrderWall"
protects = ["web"]
rate_limit = 1000
"#;

/// The app, and a bucket whose name no other account has.
fn app(account: &str) -> String {
    format!("{HEAD}{APP}\n[bucket.files]\nname = \"files.{account}.example.org\"\n")
}

async fn project(make: Make) -> Project {
    let project = Project::new(make, HEAD).await;
    project.write(&app(project.account()));
    project
}

/// The physical name of each changed address.
fn called<'p>(plan: &'p Value, address: &str) -> &'p str {
    let mut all = plan["changes"].as_array().expect("changes").iter();
    let change = all.find(|change| change["address"] == address).unwrap_or_else(|| panic!("no change of {address}"));
    change["name"].as_str().expect("a name")
}

/// Each change as `action address`, once.
fn actions(plan: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    let all = plan["changes"].as_array().expect("changes").iter();
    let mut all: Vec<_> =
        all.map(|change| format!("{} {}", word(&change["action"]), word(&change["address"]))).collect();
    all.sort();
    all
}

async fn has_table(aws: &Aws, name: &str) -> bool {
    aws.read.dynamodb.describe_table().table_name(name).send().await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_a_name_is_made_under_it_kept_changed_and_deleted() {
    for make in MAKES {
        let project = project(make).await;
        let made = project.deploy(&[]);
        for (address, name) in [
            ("dynamodb.table/orders", "Orders_production"),
            ("events.rule/paid", "Domain.Events/Order.Paid"),
            ("iam.role/worker", "/service-role/OrderHandlerRole-1A2B3C"),
            ("lambda.function/handler", "OrderHandler_production-XyZ"),
            ("logs.log-group/handler-function", "/aws/lambda/OrderHandler_production-XyZ"),
            ("apigateway.rest-api/web", "Orders API"),
        ] {
            assert_eq!(called(&made, address), name);
        }
        let aws = project.aws().await;
        let role = aws.read.iam.get_role().role_name("OrderHandlerRole-1A2B3C").send().await.answer("iam:GetRole");
        let arn = role.expect("a role").role.expect("it").arn;
        assert!(arn.ends_with(":role/service-role/OrderHandlerRole-1A2B3C"), "{arn}");
        let function = aws.read.lambda.get_function_configuration().function_name("OrderHandler_production-XyZ");
        let function = function.send().await.answer("lambda:GetFunctionConfiguration").expect("a function");
        assert_eq!(function.role(), Some(arn.as_str()));

        let changed = app(project.account()).replace("rate_limit = 1000", "rate_limit = 2000");
        let changed = changed
            .replace("threshold = 10", "threshold = 20")
            .replace("name = \"orderJobs\"", "name = \"orderJobs\"\ndelay = 5");
        project.write(&changed);
        let edited = actions(&project.deploy(&[]));
        assert_eq!(edited, ["update cloudwatch.alarm/errors", "update sqs.queue/jobs", "update wafv2.web-acl/wall"]);

        let gone = project.plan(&["--destroy", "--delete-data"]);
        let (made, gone) = (actions(&made), actions(&gone));
        let turned: Vec<String> = made.iter().map(|line| line.replace("create ", "delete ")).collect();
        // A function's permissions go with it; an association, which has no tags, is called by what it stands in front of.
        let has_tags =
            |line: &&String| !["lambda.permission", "wafv2.association"].iter().any(|kind| line.contains(kind));
        let turned: Vec<&String> = turned.iter().filter(has_tags).collect();
        assert_eq!(gone.iter().filter(has_tags).collect::<Vec<_>>(), turned);
        assert_eq!(gone.iter().filter(|line| line.starts_with("delete wafv2.association/")).count(), 1);
        project.apply(0);
        assert_eq!(actions(&project.plan(&["--destroy", "--delete-data"])), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_with_another_name_takes_over_what_keeps_its_own() {
    for make in MAKES {
        let project = project(make).await;
        project.deploy(&[]);
        let renamed = app(project.account());
        let renamed =
            renamed.replace("[table.orders]", "[table.items]").replace("{ table = \"orders\"", "{ table = \"items\"");
        let renamed = renamed.replace("${table.orders.name}", "${table.items.name}");
        let renamed =
            renamed.replace("[topic.alerts]", "[topic.warnings]").replace("topic = \"alerts\"", "topic = \"warnings\"");
        let renamed = renamed
            .replace("notify = [\"alerts\"]", "notify = [\"warnings\"]")
            .replace("${topic.alerts.arn}", "${topic.warnings.arn}");
        let renamed = renamed.replace("[log_group.audit]", "[log_group.journal]");
        project.write(&renamed);
        let plan = project.deploy(&[]);
        for address in ["dynamodb.table/items", "sns.topic/warnings", "logs.log-group/journal"] {
            assert!(actions(&plan).contains(&format!("adopt {address}")), "{:?}", actions(&plan));
        }
        assert!(
            !actions(&plan).iter().any(|line| !line.starts_with("adopt ") && !line.starts_with("update ")),
            "{:?}",
            actions(&plan)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gets_another_name_is_made_anew_and_what_it_was_goes_but_data_does_not() {
    for make in MAKES {
        let project = Project::new(make, HEAD).await;
        let (topic, table) = (
            "[topic.alerts]\nname = \"Alerts\"\n",
            "[table.orders]\nname = \"Orders\"\nhash_key = { name = \"id\", type = \"S\" }\n",
        );
        project.write(&format!("{HEAD}{topic}{table}"));
        project.deploy(&[]);
        project.write(&format!("{HEAD}{topic}{}", table.replace("\"Orders\"", "\"Items\"")));
        let refused = project.run(&["plan"], 1);
        let told = "dynamodb.table/orders: the change of name replaces Orders and loses its data";
        assert!(refused.stderr.contains(told), "{}", refused.stderr);

        project.write(&format!("{HEAD}{}{table}", topic.replace("\"Alerts\"", "\"Warnings\"")));
        let plan = project.plan(&[]);
        let all = actions(&plan);
        assert!(all[0] == "create sns.topic/alerts" && all[1].starts_with("delete sns.topic/alerts-was-"), "{all:?}");
        assert_eq!(called(&plan, "sns.topic/alerts"), "Warnings");
        project.apply(0);
        assert_eq!(actions(&project.plan(&[])), [""; 0]);

        // From a name of one's own to the made-up one, and by way of on_delete.
        let allowed = format!("{}on_delete = \"delete\"\n", table.replace("name = \"Orders\"\n", ""));
        project.write(&format!("{HEAD}{allowed}"));
        let plan = project.plan(&[]);
        assert_eq!(called(&plan, "dynamodb.table/orders"), "shop--production-orders");
        project.apply(0);
        assert!(!has_table(&project.aws().await, "Orders").await);
        assert_eq!(actions(&project.plan(&[])), [""; 0]);
        // And back.
        project.write(&format!("{HEAD}{table}on_delete = \"delete\"\n"));
        project.deploy(&[]);
        assert!(has_table(&project.aws().await, "Orders").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_the_manifest_is_found_by_its_tags_and_what_no_index_names_by_the_base_branch() {
    for make in MAKES {
        let project = project(make).await;
        let made = actions(&project.deploy(&[]));
        let base = TempDir::new().expect("a folder");
        let text = std::fs::read_to_string(project.folder().join("serverless-app.toml")).expect("the manifest");
        std::fs::write(base.path().join("serverless-app.toml"), text).expect("a manifest");
        project.write(HEAD);
        let by_tag = actions(&project.plan(&[]));
        let has = |all: &[String], address: &str| {
            all.iter().any(|line| line.split_once(' ').expect("two words").1 == address)
        };
        // Roles are in no region's index; permissions and associations have no tags, and are called by what they belong to.
        let of_made: Vec<&str> = made.iter().map(|line| line.split_once(' ').expect("two words").1).collect();
        let untagged = ["iam.role/worker", "lambda.permission/handler", "wafv2.association/wall-web"];
        for address in of_made.iter().filter(|address| !untagged.contains(address)) {
            assert!(has(&by_tag, address), "{address} of {by_tag:?}");
        }
        assert!(!has(&by_tag, "iam.role/worker"), "{by_tag:?}");
        assert!(by_tag.iter().any(|line| line.starts_with("delete wafv2.association/")), "{by_tag:?}");
        let with_base = actions(&project.plan(&["--base", base.path().to_str().expect("a path")]));
        assert!(has(&with_base, "iam.role/worker"), "{with_base:?}");
        project.apply(0);
        let aws = project.aws().await;
        assert!(aws.read.iam.get_role().role_name("OrderHandlerRole-1A2B3C").send().await.is_err());
        assert!(has_table(&aws, "Orders_production").await, "what holds data stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_bears_the_name_and_is_not_ours_is_left_alone() {
    for make in MAKES {
        let project = Project::new(make, &format!("{HEAD}[queue.jobs]\nname = \"Theirs\"\n")).await;
        let aws = project.aws().await;
        aws.write.sqs.create_queue().queue_name("Theirs").send().await.expect("a queue");
        let refused = project.run(&["plan"], 1);
        assert!(refused.stderr.contains("sqs.queue/jobs: Theirs exists and is not ours"), "{}", refused.stderr);
        // A base branch that once named it gives no right to it either.
        let base = TempDir::new().expect("a folder");
        std::fs::write(base.path().join("serverless-app.toml"), format!("{HEAD}[queue.jobs]\nname = \"Theirs\"\n"))
            .expect("a manifest");
        project.write(HEAD);
        assert_eq!(changes(&project.plan(&["--base", base.path().to_str().expect("a path")])), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_another_tool_is_taken_over_where_it_is() {
    for make in MAKES {
        let role = |path: &str| format!("{HEAD}[role.worker]\nname = \"Legacy-1A2B\"\nadopt = true\n{path}");
        let project = Project::new(make, &role("")).await;
        let aws = project.aws().await;
        let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
        let create = aws.write.iam.create_role().role_name("Legacy-1A2B").path("/service-role/");
        let made = create.assume_role_policy_document(trust).send().await.answer("iam:CreateRole").expect("a role");
        let made = made.role.expect("it").role_id;
        let refused = project.run(&["plan"], 1);
        let told =
            "it is a role under the path /service-role/: write name and path = \"/service-role/\" in its section";
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        project.write(&role("path = \"/service-role/\"\n"));
        let plan = project.deploy(&[]);
        assert_eq!(actions(&plan), ["adopt iam.role/worker"]);
        let now = aws.read.iam.get_role().role_name("Legacy-1A2B").send().await.answer("iam:GetRole").expect("a role");
        assert_eq!(now.role.expect("it").role_id, made, "it is the same role");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_gets_another_path_is_made_again_there_and_stays() {
    for make in MAKES {
        let role = |path: &str| format!("{HEAD}[role.worker]\nname = \"Worker-1A2B\"\n{path}");
        let project = Project::new(make, &role("")).await;
        project.deploy(&[]);
        project.write(&role("path = \"/service-role/\"\n"));
        assert_eq!(actions(&project.deploy(&[])), ["replace iam.role/worker"]);
        let aws = project.aws().await;
        let now = aws.read.iam.get_role().role_name("Worker-1A2B").send().await.answer("iam:GetRole").expect("a role");
        assert_eq!(now.role.expect("it").path, "/service-role/");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_without_the_source_finds_a_usage_plan_that_has_a_name() {
    for make in MAKES {
        let app = |more: &str| {
            format!(
                "{HEAD}[queue.jobs]\n{more}[function.handler]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
                 exclude = [\"test_*.py\", \"*.asl.json\"]\n[api.web]\n\
                 routes = [{{ method = \"GET\", path = \"/items\", function = \"handler\", api_key = true }}]\n\
                 [usage_plan.partners]\nname = \"Order partners\"\napis = [\"web\"]\n"
            )
        };
        let project = Project::new(make, &app("")).await;
        project.deploy(&[]);
        // What the plan knows of the usage plan, which it does not change, is held against live AWS.
        project.write(&app("delay = 5\n"));
        assert_eq!(actions(&project.deploy(&[])), ["update sqs.queue/jobs"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_policies_allow_the_whole_life_of_what_has_names_and_nothing_beside_it() {
    let project = Project::at(&endpoint().await, HEAD);
    let manifest = app(project.account());
    project.write(&manifest);
    let root = project.aws().await;
    let (planner, applier) = planner_and_applier(&project, &root).await;
    let go = |more: &[&str]| {
        let ran = plan(&project, &planner, more);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let planned: Value = serde_json::from_str(&ran.stdout).expect("a plan");
        let ran = apply(&project, &applier);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        actions(&planned)
    };
    assert!(!go(&[]).is_empty());
    assert_eq!(go(&[]), [""; 0]);
    project.write(&manifest.replace("threshold = 10", "threshold = 20"));
    assert_eq!(go(&[]), ["update cloudwatch.alarm/errors"]);
    // What has another name than the roles were made for is none of theirs.
    project.write(&manifest.replace("\"OrderAlerts-3F9A\"", "\"Others\""));
    let ran = plan(&project, &planner, &[]);
    assert!(ran.code == Some(1) && ran.stderr.contains("sns:GetTopicAttributes"), "{}", ran.stderr);
    project.write(&manifest);
    assert!(!go(&["--destroy", "--delete-data"]).is_empty());
}
