//! An account with much in it that is not ours: a plan of the example may cost the pages of listings more, and nothing
//! else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::iter;

use crate::aims::Aims;
use crate::cost::{Cost, HEAD};
use crate::deployment::clients;
use crate::seed;
use crate::support::emulator::{Make, endpoint};
use crate::support::project::{EXAMPLE, Project};
use crate::support::proxy::{Exchange, Proxy, busy};
use foreign::Foreign;

mod foreign;

const LATENCY: Duration = Duration::from_millis(100);
const RUNS: usize = 5;
/// Requests at once while the account is filled.
const AT_ONCE: usize = 32;

pub async fn measure(aims: &mut Aims) {
    println!("\n## A crowded account\n\n{HEAD}");
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let plain = deployed(&emulator, &proxy).await;
    let alone = Cost::median(&plain, &proxy, &["plan"], RUNS);
    println!("{}", alone.row("plan, no changes", LATENCY, None, None));
    let project = deployed(&emulator, &proxy).await;
    let start = Instant::now();
    fill(&project, &emulator).await;
    let filling = start.elapsed();
    let crowded = Cost::median(&project, &proxy, &["plan"], RUNS);
    println!("{}", crowded.row("plan, no changes, crowded", LATENCY, None, None));
    let list: Vec<String> = Foreign::ALL.iter().map(|foreign| format!("{} {}", foreign.count, foreign.name)).collect();
    println!("\nForeign: {} (made in {:.0} s).\n", list.join(", "), filling.as_secs_f64());
    compare(aims, &alone, &crowded);
}

/// The example, deployed, and planned once so that its packages are in the cache.
async fn deployed(emulator: &str, proxy: &Proxy) -> Project {
    let mut project = Project::at(emulator, EXAMPLE);
    project.plan(&[]);
    seed::deploy(&project, emulator).await;
    project.reach(&proxy.endpoint());
    project
}

async fn fill(project: &Project, emulator: &str) {
    let direct = Proxy::start(emulator, Duration::ZERO);
    let aws = clients(project, &direct).await;
    for foreign in Foreign::ALL {
        let made = iter(0..foreign.count).map(|number| foreign.make(&aws, number)).buffer_unordered(AT_ONCE);
        let results: Vec<_> = made.collect().await;
        let failed = results.into_iter().find_map(Result::err);
        assert_eq!(failed, None, "{}", foreign.name);
    }
}

/// How many more calls of each operation, and what is left of the time without them.
fn compare(aims: &mut Aims, alone: &Cost, crowded: &Cost) {
    println!("| service and operation | extra calls | of pages | their latency, ms |\n| --- | ---: | --- | ---: |");
    let (before, after) = (by_operation(&alone.log), by_operation(&crowded.log));
    let (mut longest, mut others) = (Duration::ZERO, 0);
    for (operation, calls) in &after {
        let extra = calls.len().saturating_sub(before.get(operation).map_or(0, Vec::len));
        if extra == 0 {
            continue;
        }
        // A page is asked for with what the one before it has told: they come one after another, the first ones too.
        let time: Duration = calls[calls.len() - extra..].iter().map(|call| call.ended - call.answered).sum();
        let is_page = PAGED.contains(&operation.as_str());
        others += if is_page { 0 } else { extra };
        longest = longest.max(time);
        println!("| {operation} | {extra} | {} | {} |", if is_page { "yes" } else { "**no**" }, time.as_millis());
    }
    // An emulator takes longer to list more.
    let own = |cost: &Cost| cost.wall.saturating_sub(busy(&cost.log));
    let (rest, alone) = (own(crowded).saturating_sub(longest), own(alone));
    println!("\nWithout the longest chain of extra pages, and without the emulator's own time, the plan takes");
    println!("{} ms, in an account of its own {} ms.", rest.as_millis(), alone.as_millis());
    aims.at_most("crowded: extra calls that are no page of a listing", "calls", others as f64, 0.0);
    aims.at_most("crowded: wall without pages, of alone", "part", rest.as_secs_f64() / alone.as_secs_f64(), 1.1);
}

/// The listings of a plan that AWS offers no prefix for: what others have in the account takes pages.
const PAGED: [&str; 7] = [
    "apigateway GetRestApis",
    "config DescribeConfigRules",
    "lambda ListFunctions",
    "sns ListTopics",
    "states ListStateMachines",
    "wafv2 ListIPSets",
    "wafv2 ListWebACLs",
];

fn by_operation(log: &[Exchange]) -> BTreeMap<String, Vec<&Exchange>> {
    let mut calls: BTreeMap<String, Vec<&Exchange>> = BTreeMap::new();
    for exchange in log {
        calls.entry(format!("{} {}", exchange.service, exchange.operation)).or_default().push(exchange);
    }
    calls
}
