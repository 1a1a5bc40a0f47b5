//! The slowest chain of changes that depend on each other: no apply that verifies what it does can be quicker.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serverless_app::apply::Receipt;
use serverless_app::aws::{Aws, Call, Id, apigateway};
use serverless_app::name::Address;
use serverless_app::plan::{Change, Plan};
use serverless_app::text::OutputRef;

use crate::support::proxy::{Exchange, Proxy, is_change, waves};

/// Dependent round trips of reading each resource alone.
pub type Trips = BTreeMap<Address, usize>;

/// Counts them, in the state in which the resources are now.
pub async fn trips(aws: &Aws, proxy: &Proxy, resources: &[Id]) -> Trips {
    let mut trips = Trips::new();
    for id in resources {
        proxy.clear();
        id.address.kind.observe(aws, id).await.unwrap_or_else(|error| panic!("{}: {error}", id.address));
        trips.insert(id.address.clone(), waves(&proxy.log()));
    }
    trips
}

/// The chain and how long it takes.
pub struct Chain {
    /// From the program's first request to the last answer that it needs.
    pub time: Duration,
    /// The changes, in order.
    pub changes: Vec<Address>,
}

impl Chain {
    /// The longest of all. A change takes its calls as long as they took, a read before the first, one after each that the
    /// next may not follow at once, and two at the end. Before all of that come the account and a read of everything.
    pub fn of(plan: &Plan, receipt: &Receipt, log: &[Exchange], before: &Trips, after: &Trips) -> Self {
        let trip = round_trip(log);
        let mut longest: BTreeMap<&Address, (Duration, Option<&Address>)> = BTreeMap::new();
        for change in &plan.changes {
            let last = change.waits_for.iter().filter_map(|need| Some((longest.get(need)?.0, need))).max();
            let own = calls(receipt, &change.address) + trip * reads(change, before, after);
            let ended = last.map(|(time, _)| time).unwrap_or_default() + own;
            longest.insert(&change.address, (ended, last.map(|(_, need)| need)));
        }
        let first = 1 + before.values().max().copied().unwrap_or(0);
        let end = longest.iter().max_by_key(|(_, (time, _))| *time).map(|(address, _)| *address);
        let time = end.map(|end| longest[end].0).unwrap_or_default() + trip * count(first);
        let mut changes: Vec<Address> =
            std::iter::successors(end, |address| longest[*address].1).map(|address| (*address).clone()).collect();
        changes.reverse();
        Self { time, changes }
    }
}

/// The time of a read, with the latency on its way.
fn round_trip(log: &[Exchange]) -> Duration {
    let reads = log.iter().filter(|exchange| !is_change(&exchange.operation));
    let mut times: Vec<Duration> = reads.map(|read| read.ended - read.started).collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn calls(receipt: &Receipt, address: &Address) -> Duration {
    let own = receipt.calls.iter().filter(|sent| sent.address == *address);
    own.map(|sent| Duration::from_millis(sent.milliseconds)).sum()
}

/// Dependent round trips of the reads that go with a change: where one of them finds nothing, as before a creation and
/// after a deletion, that is known by `before` and `after`.
fn reads(change: &Change, before: &Trips, after: &Trips) -> u32 {
    let of = |trips: &Trips| trips.get(&change.address).copied().unwrap_or(1);
    let most = of(before).max(of(after));
    count(of(before) + looks_between(change) * most + 2 * of(after))
}

/// How often a change must look between its calls: where the next may not follow at once, or names an id that was made
/// since the last look.
fn looks_between(change: &Change) -> usize {
    let (mut looks, mut made) = (0, BTreeSet::new());
    for (step, next) in change.steps.iter().zip(change.steps.iter().skip(1)) {
        if let Call::RestApi(apigateway::Call::CreateResource(input)) = &step.call {
            made.insert(OutputRef::new(&change.address, format!("resource:{}", input.path)));
        }
        let names_one = next.call.references().iter().any(|reference| made.contains(reference));
        if names_one || !step.call.flows_into(&next.call) {
            looks += 1;
            made.clear();
        }
    }
    looks
}

fn count(number: usize) -> u32 {
    u32::try_from(number).expect("few round trips")
}
