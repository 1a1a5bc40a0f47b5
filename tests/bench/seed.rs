//! Deploys a plan as fast as the emulator can, for what is measured afterwards: a plan's calls and no others, without
//! the reads that guard and settle them, and without AWS's rates. That all of it is there then, the next plan shows.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::iter;
use serverless_app::aws::{Aws, Call};
use serverless_app::name::Address;
use serverless_app::plan::{Change, Plan};
use serverless_app::text::{OutputRef, Outputs, references_json};

use crate::deployment::plan;
use crate::support::emulator::REGION;
use crate::support::project::Project;

/// Changes at the same time.
const AT_ONCE: usize = 32;

/// Sends the calls of the plan that was written last to the emulator itself, whatever proxy it was made for.
pub async fn deploy(project: &Project, emulator: &str) -> Duration {
    let start = Instant::now();
    let region = REGION.parse().expect("a region");
    let aws = Aws::emulator(&region, emulator, project.account()).await.expect("clients");
    let plan = plan(project);
    let seed = Seed {
        aws: aws.with_blobs(project.folder().join("serverless-app-plan/blobs")),
        plan: &plan,
        known: Mutex::new(plan.known.clone()),
    };
    let mut done: BTreeSet<&Address> = BTreeSet::new();
    let mut left: Vec<&Change> = plan.changes.iter().collect();
    while !left.is_empty() {
        let (ready, later) =
            left.into_iter().partition(|change| change.waits_for.iter().all(|need| done.contains(need)));
        let ready: Vec<&Change> = ready;
        iter(&ready).map(|change| seed.change(change)).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
        done.extend(ready.iter().map(|change| &change.address));
        left = later;
    }
    start.elapsed()
}

struct Seed<'a> {
    aws: Aws,
    plan: &'a Plan,
    known: Mutex<Outputs>,
}

impl Seed<'_> {
    async fn change(&self, change: &Change) {
        let id = self.plan.id(change);
        for step in &change.steps {
            let mut call = self.filled_in(change, &step.call);
            if let Err(unknown) = call {
                for address in unknown {
                    self.learn(&address).await;
                }
                call = self.filled_in(change, &step.call);
            }
            let call = call.unwrap_or_else(|unknown| panic!("{}: {unknown:?} is not there", change.address));
            let sent = call.send(&self.aws, &id).await;
            sent.unwrap_or_else(|error| panic!("{}: {error}", change.address));
        }
    }

    /// The call with every id in it, or whose ids are not known yet.
    fn filled_in(&self, change: &Change, call: &Call) -> Result<Call, BTreeSet<Address>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let call = call.resolve(change.address.kind, &known).expect("a call");
        let mut unknown = Vec::new();
        references_json(&call.json(), &mut unknown);
        match unknown.is_empty() {
            true => Ok(call),
            false => Err(unknown.into_iter().map(|reference| reference.address).collect()),
        }
    }

    /// Reads what AWS has made up for a resource.
    async fn learn(&self, address: &Address) {
        let change = self.plan.changes.iter().find(|change| change.address == *address).expect("a change");
        let observed = address.kind.observe(&self.aws, &self.plan.id(change)).await;
        let observed = observed.unwrap_or_else(|error| panic!("{address}: {error}"));
        let outputs = observed.map(|observed| observed.outputs).unwrap_or_default();
        let named = outputs.into_iter().map(|(name, value)| (OutputRef::new(address, name.as_str()), value));
        self.known.lock().unwrap_or_else(PoisonError::into_inner).extend(named);
    }
}
