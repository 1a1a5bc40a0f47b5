//! How little an apply asks of what AWS lets it ask rarely, and that it compares fresh answers all the same.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serverless_app::emulator::Make;

use crate::support::emulator::{MAKES, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::{Proxy, is_change};

/// More than a page of log groups.
const MANY: usize = 60;
/// Long enough that reads meet each other.
const LATENCY: Duration = Duration::from_millis(50);

/// An app of so many functions, each with a log group, and as many alarms.
fn manifest(threshold: usize, retention: usize) -> String {
    let mut text = String::from(
        "[app]\nname = \"many\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n\n[role.all]\n\
         access = [{ topic = \"alerts\", actions = \"publish\" }]\n",
    );
    for number in 0..MANY {
        write!(
            text,
            "\n[function.f{number:02}]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             role = \"all\"\nlog_retention_days = {retention}\n\n\
             [alarm.a{number:02}]\nmetric = {{ namespace = \"AWS/Lambda\", name = \"Errors\", function = \"f{number:02}\" }}\n\
             statistic = \"Sum\"\nthreshold = {threshold}\nnotify = [\"alerts\"]\n"
        )
        .expect("a string takes everything");
    }
    text
}

/// Plans, applies, and plans again: then there is nothing left to do. Gives how often the apply asked each operation.
fn deploy(project: &Project, proxy: &Proxy, more: &[&str]) -> BTreeMap<String, usize> {
    let plan = project.plan(more);
    let steps = plan["changes"].as_array().unwrap().iter().map(|change| change["steps"].as_array().unwrap().len());
    let id = project.plan_id();
    project.plan(more);
    assert_eq!(project.plan_id(), id, "the same state, the same plan");
    proxy.clear();
    project.apply(0);
    let log = proxy.log();
    let writes = log.iter().filter(|exchange| is_change(&exchange.operation)).count();
    assert_eq!(writes, steps.sum::<usize>(), "every call goes out once");
    assert_eq!(changes(&project.plan(more)), Vec::<String>::new(), "planning again");
    log.into_iter().fold(BTreeMap::new(), |mut counts, exchange| {
        *counts.entry(format!("{}:{}", exchange.service, exchange.operation)).or_default() += 1;
        counts
    })
}

fn of(counts: &BTreeMap<String, usize>, operation: &str) -> usize {
    counts.get(operation).copied().unwrap_or_default()
}

/// Each alarm and each log group is read at the start, before its first call, after each call and once more at its goal.
async fn asks_little(make: Make) {
    let proxy = Proxy::start(&endpoint(make).await, LATENCY);
    let project = Project::at(&proxy.endpoint(), &manifest(1, 7));
    for (what, manifest, more, reads) in [
        ("create", manifest(1, 7), &[][..], (4, 5)),
        ("update", manifest(2, 30), &[], (4, 4)),
        ("destroy", manifest(2, 30), &["--destroy", "--delete-data"], (4, 4)),
    ] {
        project.write(&manifest);
        let counts = deploy(&project, &proxy, more);
        let (alarms, groups) = (of(&counts, "monitoring:DescribeAlarms"), of(&counts, "logs:DescribeLogGroups"));
        eprintln!("{make:?} {what}: {counts:?}");
        assert!(alarms <= (reads.0 - 1) * MANY, "{make:?}, {what}: {alarms} for {MANY} alarms");
        assert!(groups <= reads.1 * MANY / 2, "{make:?}, {what}: {groups} for {MANY} log groups");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_reads_many_alarms_and_log_groups_in_few_requests_on_ministack() {
    asks_little(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_reads_many_alarms_and_log_groups_in_few_requests_on_moto() {
    asks_little(Make::Moto).await;
}

/// Three functions that a topic invokes.
const INVOKED: &str = r#"
[app]
name = "invoked"
region = "us-west-2"

[topic.news]
subscriptions = [{ lambda = "a" }, { lambda = "b" }, { lambda = "c" }]

[role.all]
access = [{ topic = "news", actions = "publish" }]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_who_may_invoke_a_function_that_is_not_there_yet() {
    for make in MAKES {
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        let function = |name: &str| {
            format!(
                "\n[function.{name}]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
                 role = \"all\"\n"
            )
        };
        let manifest = format!("{INVOKED}{}", ["a", "b", "c"].map(function).concat());
        let project = Project::at(&proxy.endpoint(), &manifest);
        let counts = deploy(&project, &proxy, &[]);
        assert_eq!(of(&counts, "lambda:GetPolicy"), 3 * 3, "{make:?}: before the call, after it, and at the goal");
    }
}
