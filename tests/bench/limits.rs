//! Creating an app where AWS's published limits are enforced: how many requests are throttled, and how near the time
//! comes to what the limits ask.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::aims::Aims;
use crate::cost::Cost;
use crate::deployment::apply;
use crate::is_full;
use crate::support::emulator::{Make, endpoint};
use crate::support::proxy::limits::bound;
use crate::support::proxy::{Exchange, Proxy, is_change};
use crate::support::synthetic;

const LATENCY: Duration = Duration::from_millis(100);

pub async fn measure(aims: &mut Aims) {
    let sizes: &[usize] = if is_full() { &[100, 1000] } else { &[10] };
    println!("\n## Published limits, enforced\n");
    println!(
        "| functions | what | wall, s | calls | throttles | limits ask for its calls, s | by \
         | limits ask for its changes alone, s | by | wall of what its calls take at least |"
    );
    println!("| ---: | --- | ---: | ---: | ---: | ---: | --- | ---: | --- | ---: |");
    let emulator = endpoint(Make::Ministack).await;
    for functions in sizes {
        let proxy = Proxy::limiting(&emulator, LATENCY);
        let project = synthetic::project(&proxy.endpoint(), *functions);
        let planned = Cost::run(&project, &proxy, &["plan"]);
        tell(aims, *functions, "plan, nothing deployed", &planned, &proxy.take_throttled());
        let (created, _) = apply(&project, &proxy);
        tell(aims, *functions, "create", &created, &proxy.take_throttled());
        let unchanged = Cost::run(&project, &proxy, &["plan"]);
        tell(aims, *functions, "plan, no changes", &unchanged, &proxy.take_throttled());
    }
}

fn tell(aims: &mut Aims, functions: usize, what: &str, cost: &Cost, throttled: &BTreeMap<String, usize>) {
    let changes: Vec<&Exchange> = cost.log.iter().filter(|exchange| is_change(&exchange.operation)).collect();
    let ((all, by), (least, least_by)) = (bound(&cost.log), bound(changes));
    let count: usize = throttled.values().sum();
    let ratio = cost.seconds() / cost.least(LATENCY).as_secs_f64();
    println!(
        "| {functions} | {what} | {:.1} | {} | {count} | {:.1} | {by} | {:.1} | {least_by} | {ratio:.2} |",
        cost.seconds(),
        cost.calls(),
        all.as_secs_f64(),
        least.as_secs_f64(),
    );
    aims.at_most(format!("{functions} functions, {what}: throttles"), "requests", count as f64, 0.0);
    if !all.is_zero() {
        let near = format!("{functions} functions, {what}: wall of what limits ask");
        let is_aim = functions >= 1000 && what.starts_with("plan");
        let expect = if is_aim { Aims::at_most } else { Aims::near };
        expect(aims, near, "part", ratio, 1.2);
    }
    for (operation, count) in throttled {
        eprintln!("throttled: {count} of {operation}, {functions} functions, {what}");
    }
}
