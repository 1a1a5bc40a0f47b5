//! How much planning asks: calls, and how many of them wait for one another.

use std::time::Duration;

use serverless_app::emulator::Make;

use crate::support::emulator::endpoint;
use crate::support::project::{EXAMPLE, Project};
use crate::support::proxy::{Proxy, waves};

#[tokio::test]
async fn budget_print() {
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::from_millis(400));
    let project = Project::at(&proxy.endpoint(), EXAMPLE);
    for round in 0..2 {
        proxy.clear();
        project.plan(&[]);
        let log = proxy.log();
        let t0 = log[0].started;
        println!("== round {round}: {} calls, {} waves", log.len(), waves(&log));
        for c in &log { println!("{:>5} {} {}", (c.started-t0).as_millis(), c.service, c.operation); }
        if round == 0 { project.apply(0); }
    }
}
