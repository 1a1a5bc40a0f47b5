//! How little an apply asks of what AWS lets it ask rarely, and that it compares fresh answers all the same.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use futures_util::future::join_all;
use serverless_app::aws::cloudwatch::Alarm;
use serverless_app::aws::logs::{LogGroup, RETENTIONS};
use serverless_app::aws::{Aws, Id, Kind, State};

use crate::kind::cloudwatch::plain;
use crate::lifecycle::id;
use crate::support::emulator::{MAKES, Make, REGION, account, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::fault::Fault;
use crate::support::proxy::{Exchange, Proxy, is_change};

/// More than a page of log groups.
const MANY: usize = 60;
/// How often each of them is changed.
const TURNS: usize = 3;
/// Functions of an app, each with a log group and an alarm.
const FUNCTIONS: usize = 20;
/// Long enough that reads meet each other.
const LATENCY: Duration = Duration::from_millis(50);

fn manifest(functions: usize) -> String {
    let mut text = String::from(
        "[app]\nname = \"many\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n\n[role.all]\n\
         access = [{ topic = \"alerts\", actions = \"publish\" }]\n",
    );
    for number in 0..functions {
        write!(
            text,
            "\n[function.f{number:02}]\nsource = \"small\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             role = \"all\"\n\n\
             [alarm.a{number:02}]\nmetric = {{ namespace = \"AWS/Lambda\", name = \"Errors\", function = \"f{number:02}\" }}\n\
             statistic = \"Sum\"\nthreshold = 1\nnotify = [\"alerts\"]\n"
        )
        .expect("a string takes everything");
    }
    text
}

/// A project whose functions are quickly packaged.
fn project(proxy: &Proxy, manifest: &str) -> Project {
    let project = Project::at(&proxy.endpoint(), manifest);
    let folder = project.folder().join("small");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("main.py"), "def handler(event, context):\n    return {}\n").expect("a file");
    project
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
    // What AWS refuses at first, such as a role that is new, has done nothing.
    let worked = |exchange: &&Exchange| is_change(&exchange.operation) && exchange.status < 400;
    let writes = log.iter().filter(worked).count();
    assert_eq!(writes, steps.sum::<usize>(), "every call goes out once");
    assert_eq!(changes(&project.plan(more)), Vec::<String>::new(), "planning again");
    counts(log)
}

/// How often each operation was asked.
fn counts(log: Vec<Exchange>) -> BTreeMap<String, usize> {
    log.into_iter().fold(BTreeMap::new(), |mut counts, exchange| {
        *counts.entry(format!("{}:{}", exchange.service, exchange.operation)).or_default() += 1;
        counts
    })
}

fn of(counts: &BTreeMap<String, usize>, operation: &str) -> usize {
    counts.get(operation).copied().unwrap_or_default()
}

/// An alarm is read four times: at the start, before its call, after it and once more. A log group is read five times where
/// it is made, in two calls, and four times where it goes.
async fn asks_little(make: Make) {
    let proxy = Proxy::start(&endpoint(make).await, LATENCY);
    let project = project(&proxy, &manifest(FUNCTIONS));
    for more in [&[][..], &["--destroy", "--delete-data"]] {
        let counts = deploy(&project, &proxy, more);
        // While few changes are under way, their reads have no company.
        for operation in ["monitoring:DescribeAlarms", "logs:DescribeLogGroups"] {
            assert!(of(&counts, operation) <= 3 * FUNCTIONS, "{make:?}, {more:?}: {counts:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_reads_alarms_and_log_groups_in_few_requests_on_ministack() {
    asks_little(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_reads_alarms_and_log_groups_in_few_requests_on_moto() {
    asks_little(Make::Moto).await;
}

/// A resource and how it looks in turn `turn`.
struct Resource {
    id: Id,
    number: usize,
}

impl Resource {
    async fn many(aws: &Aws) -> Vec<Self> {
        let mut all = Vec::new();
        for number in 0..MANY {
            let (name, physical) = (format!("f{number:02}"), format!("suite--test-f{number:02}"));
            let group = id(aws, Kind::LogGroup, &name, &format!("/aws/lambda/{physical}")).await;
            let alarm = id(aws, Kind::Alarm, &name, &physical).await;
            all.extend([group, alarm].map(|id| Self { id, number }));
        }
        // Its name does not hold what ours do.
        let other = id(aws, Kind::LogGroup, "other", "/others/thing").await;
        all.push(Self { id: other, number: MANY });
        all
    }

    fn state(&self, turn: usize) -> State {
        match self.id.address.kind {
            Kind::Alarm => Alarm { threshold: Some((100 * turn + self.number) as f64), ..plain() }.into(),
            _ => {
                let days = RETENTIONS[(turn + self.number) % RETENTIONS.len()];
                LogGroup { retention_in_days: Some(days), ..LogGroup::default() }.into()
            }
        }
    }

    async fn read(&self, aws: &Aws) -> Option<State> {
        self.id.address.kind.observe(aws, &self.id).await.expect("a read").map(|observed| observed.state)
    }

    /// Makes it look so, and reads it after each call.
    async fn become_of(&self, aws: &Aws, want: Option<&State>, mut live: Option<State>) {
        let kind = self.id.address.kind;
        while let Some(call) = kind.next_call(&self.id, want, live.as_ref()) {
            call.send(aws, &self.id).await.expect("a call");
            live = call.effect(live);
            assert_eq!(self.read(aws).await, live, "an answer from before {}", call.api());
        }
    }
}

async fn reads_together(make: Make) {
    let proxy = Proxy::start(&endpoint(make).await, LATENCY);
    let aws = Aws::emulator(&REGION.parse().unwrap(), &proxy.endpoint(), &account()).await.unwrap();
    let all = Resource::many(&aws).await;
    proxy.clear();
    assert!(join_all(all.iter().map(|one| one.read(&aws))).await.iter().all(Option::is_none), "{make:?}");
    let absent = counts(proxy.log());
    let turns = all.iter().map(async |one| {
        let mut live = None;
        for turn in 0..TURNS {
            let want = one.state(turn);
            one.become_of(&aws, Some(&want), live).await;
            live = Some(want);
        }
    });
    join_all(turns).await;
    proxy.clear();
    let states = join_all(all.iter().map(|one| one.read(&aws))).await;
    let present = counts(proxy.log());
    for (one, state) in all.iter().zip(states) {
        assert_eq!(state, Some(one.state(TURNS - 1)), "{make:?}: {}", one.id.name);
    }
    for counts in [absent, present] {
        // How many are on their way when the first ones are answered depends on the machine.
        assert!(of(&counts, "monitoring:DescribeAlarms") <= MANY * 3 / 4, "{make:?}: {counts:#?}");
        assert!(of(&counts, "logs:DescribeLogGroups") <= MANY * 3 / 4, "{make:?}: {counts:#?}");
    }
    join_all(all.iter().map(|one| one.become_of(&aws, None, Some(one.state(TURNS - 1))))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_older_than_its_question_where_many_ask_at_once_on_ministack() {
    reads_together(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_older_than_its_question_where_many_ask_at_once_on_moto() {
    reads_together(Make::Moto).await;
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
                "\n[function.{name}]\nsource = \"small\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
                 role = \"all\"\n"
            )
        };
        let manifest = format!("{INVOKED}{}", ["a", "b", "c"].map(function).concat());
        let project = project(&proxy, &manifest);
        let counts = deploy(&project, &proxy, &[]);
        assert_eq!(of(&counts, "lambda:GetPolicy"), 3 * 3, "{make:?}: before the call, after it, and at the goal");
        project.deploy(&["--destroy"]);
        // Where an apply has ended in between, the next one finds functions with and without a permission.
        project.plan(&[]);
        proxy.arm_at("AddPermission", Fault::Denied("lambda:AddPermission", "*"));
        project.apply(1);
        assert!(proxy.fired());
        project.apply(0);
        assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}: planning again");
    }
}
