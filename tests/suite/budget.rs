//! How much planning asks: calls, and how many of them wait for one another.

use std::time::Duration;

use serverless_app::emulator::Make;

use crate::support::emulator::endpoint;
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::{Exchange, Proxy, waves};

/// Long enough that the calls of one wave begin before the first of them ends, on a busy machine too.
const LATENCY: Duration = Duration::from_millis(1500);

/// What a plan of the example asks AWS, with so many changes.
fn asked(project: &Project, proxy: &Proxy, count: usize) -> Vec<Exchange> {
    proxy.clear();
    assert_eq!(changes(&project.plan(&[])).is_empty(), count == 0);
    proxy.log()
}

/// Names what was asked, so that a call too many can be found.
fn assert_within(log: &[Exchange], calls: usize, round_trips: usize) {
    let names: Vec<String> = log.iter().map(|call| format!("{} {}", call.service, call.operation)).collect();
    assert!(log.len() <= calls, "{} calls: {names:#?}", log.len());
    assert!(waves(log) <= round_trips, "{} dependent round trips: {names:#?}", waves(log));
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_the_example_asks_little_and_asks_it_together() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let mut project = Project::at(&proxy.endpoint(), EXAMPLE);
    assert_within(&asked(&project, &proxy, 1), 55, 2);
    project.reach(&emulator);
    project.deploy(&[]);
    project.reach(&proxy.endpoint());
    assert_within(&asked(&project, &proxy, 0), 58, 3);
}
