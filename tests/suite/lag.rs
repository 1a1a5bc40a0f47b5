//! Reads that lag behind writes: a stale answer is never drift, never a failure, and never makes a second of anything.

use std::time::Duration;

use crate::app::edited;
use crate::faults::census;
use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::fault::Fault;
use crate::support::proxy::{Exchange, Proxy, is_change};

/// How long reads lag.
const LAG: Duration = Duration::from_millis(1500);

/// A project before a proxy whose reads lag.
async fn lagging(make: Make) -> (Project, Proxy) {
    let mut project = Project::new(make, EXAMPLE).await;
    let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
    proxy.lag(LAG);
    project.reach(&proxy.endpoint());
    (project, proxy)
}

fn sent(proxy: &Proxy, operation: &str) -> usize {
    proxy.log().iter().filter(|exchange| exchange.operation == operation).count()
}

/// Plans and applies once; every call goes out once.
async fn apply_once(project: &Project, proxy: &Proxy, more: &[&str]) {
    let plan = project.plan(more);
    proxy.clear();
    project.apply(0);
    let steps = plan["changes"].as_array().unwrap().iter().map(|change| change["steps"].as_array().unwrap());
    let planned: usize = steps.flatten().filter(|step| step["call"]["api"] != "s3:DeleteObjects").count();
    // What AWS refuses at first, such as a role that is new, has done nothing.
    let worked = |exchange: &&Exchange| is_change(&exchange.operation) && exchange.status < 400;
    assert_eq!(proxy.log().iter().filter(worked).count(), planned, "a call went out twice");
}

async fn goes_through(make: Make) {
    let (project, proxy) = lagging(make).await;
    apply_once(&project, &proxy, &[]).await;
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
    project.write(&edited().0);
    apply_once(&project, &proxy, &[]).await;
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
    apply_once(&project, &proxy, &["--destroy", "--delete-data"]).await;
    assert!(proxy.stale() > 100, "{make:?}: {} stale answers are no test", proxy.stale());
    let left = census::census(&project.aws().await, project.account()).await;
    assert_eq!(left, Vec::<String>::new(), "{make:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_reads_are_neither_drift_nor_failure_on_ministack() {
    goes_through(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_reads_are_neither_drift_nor_failure_on_moto() {
    goes_through(Make::Moto).await;
}

/// What AWS would make twice: its answer gets lost, and it stays out of sight for longer than a short look.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_made_twice_is_looked_for_until_it_shows() {
    let deployed = [
        (MAKES[0], "CreateRestApi", false),
        (MAKES[1], "CreateDeployment", false),
        (MAKES[0], "CreatePolicyVersion", true),
    ];
    for (make, operation, is_update) in deployed {
        let (mut project, proxy) = lagging(make).await;
        proxy.lag_after(operation, Duration::from_secs(6));
        if is_update {
            project.reach(&endpoint(make).await);
            project.plan(&[]);
            project.apply(0);
            project.write(&edited().0);
            project.reach(&proxy.endpoint());
        }
        project.plan(&[]);
        proxy.clear();
        proxy.arm_at(operation, Fault::AnswerLost);
        project.apply(0);
        assert!(proxy.fired());
        assert_eq!(sent(&proxy, operation), 1, "{make:?}: {operation}");
        assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
    }
}

/// What was in nobody's index before it was taken over is found at once where it leaves the manifest.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_over_is_found_though_it_leaves_the_manifest_at_once() {
    for make in MAKES {
        let app = "[app]\nname = \"taken\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n";
        let queue = "[queue.jobs]\nadopt = true\non_delete = \"delete\"\n";
        let project = Project::new(make, &format!("{app}{queue}")).await;
        let sqs = project.aws().await.write.sqs;
        sqs.create_queue().queue_name("taken--production-jobs").send().await.expect("a queue");
        let taken = changes(&project.deploy(&[]));
        assert!(taken.iter().any(|change| change.starts_with("adopt sqs.queue/jobs")), "{make:?}: {taken:?}");
        project.write(app);
        assert_eq!(changes(&project.plan(&[])), ["delete sqs.queue/jobs"], "{make:?}");
    }
}

/// The tags of a section that are changed, and changed back while the index still says what they were at first: no plan
/// takes them for what they are.
#[tokio::test(flavor = "multi_thread")]
async fn tags_put_back_while_the_index_lags_are_seen() {
    for make in MAKES {
        let tagged = |value: &str| {
            format!(
                "[app]\nname = \"tagged\"\nregion = \"us-west-2\"\n\n[topic.alerts]\ntags = {{ team = \"{value}\" }}\n"
            )
        };
        let project = Project::new(make, &tagged("a")).await;
        project.deploy(&[]);
        // Until the index has followed.
        for _ in 0..4 {
            assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
        }
        for value in ["b", "a", "b"] {
            project.write(&tagged(value));
            let plan = changes(&project.plan(&[]));
            assert_eq!(plan.len(), 1, "{make:?}: to {value}: {plan:?}");
            project.apply(0);
        }
    }
}
