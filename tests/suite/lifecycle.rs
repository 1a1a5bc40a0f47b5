//! Leads one resource to a state, call by call, and proves that each call really leads to its checkpoint.

use std::time::{Duration, Instant};

use serverless_app::aws::settle::{Verdict, verdict};
use serverless_app::aws::steps::{NotConverging, steps, walk};
use serverless_app::aws::{Aws, Call, Id, Kind, Observed, State};
use serverless_app::canonical::Fingerprint;
use serverless_app::name::{Address, Owner};
use serverless_app::text::{OutputRef, Outputs};

/// Both emulators, by name, with an account of the test's own.
pub async fn emulators() -> Vec<(&'static str, Aws)> {
    crate::support::emulator::both().await
}

/// An id of the test app `suite`, stage `test`.
pub async fn id(aws: &Aws, kind: Kind, name: &str, physical: &str) -> Id {
    let owner = Owner { app: "suite".parse().unwrap(), stage: "test".parse().unwrap() };
    let address = Address::new(kind, name.parse().unwrap());
    Id { address, name: physical.into(), site: aws.site().await.expect("the account"), owner }
}

/// What is there now, with our own ids as references. `known` gains what AWS made up.
pub async fn observe(aws: &Aws, id: &Id, known: &mut Outputs) -> Option<Observed<State>> {
    let mut observed = id.address.kind.observe(aws, id).await.expect("a read")?;
    for (attribute, value) in &observed.outputs {
        known.insert(OutputRef::new(&id.address, attribute.as_str()), value.clone());
    }
    observed.state.symbolise(&serverless_app::plan::build::symbols(known));
    Some(observed)
}

/// Leads the resource to `want`; every call must lead to its checkpoint within 20 seconds. Returns the calls.
pub async fn lead(aws: &Aws, id: &Id, want: Option<&State>, known: &mut Outputs) -> Vec<String> {
    let live = observe(aws, id, known).await.map(|o| o.state);
    let (mut planned, mut sent) = (Vec::new(), Vec::new());
    let told = |call, state: Option<&State>| {
        planned.push((call, state.cloned()));
        Ok::<(), NotConverging>(())
    };
    walk(id, want, live.as_ref(), told).expect("a plan");
    for (call, state) in planned {
        let api = send(aws, id, &call, known).await;
        settle(aws, id, state.as_ref(), known, api).await;
        sent.push(api.to_owned());
    }
    let live = observe(aws, id, known).await.map(|o| o.state);
    assert_eq!(steps(id, want, live.as_ref()).expect("a plan"), vec![], "{}: planning again", id.address);
    sent
}

/// Sends a call, again where time heals the refusal: then with what AWS has made up by then.
async fn send(aws: &Aws, id: &Id, call: &Call, known: &mut Outputs) -> &'static str {
    let mut last = None;
    for _ in 0..40 {
        let resolved = call.resolve(id.address.kind, known).expect("a call");
        match resolved.send(aws, id).await {
            Ok(()) => return resolved.api(),
            Err(error) if matches!(verdict(&error), Verdict::Again { .. }) => last = Some(error),
            Err(error) => panic!("{}: {error}\n{}", id.address, resolved.json()),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        observe(aws, id, known).await;
    }
    panic!("{}: refused for too long: {}", id.address, last.expect("a refusal"));
}

/// What is there once it fits: AWS shows some changes a moment later.
pub async fn see(
    aws: &Aws,
    id: &Id,
    known: &mut Outputs,
    fits: impl Fn(&Observed<State>) -> bool,
) -> Option<Observed<State>> {
    let start = Instant::now();
    loop {
        let seen = observe(aws, id, known).await;
        if seen.as_ref().is_some_and(&fits) || start.elapsed() > Duration::from_secs(5) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn settle(aws: &Aws, id: &Id, goal: Option<&State>, known: &mut Outputs, api: &str) {
    let goal_print = Fingerprint::of(goal).unwrap();
    let start = Instant::now();
    loop {
        let live = observe(aws, id, known).await;
        let settled = live.as_ref().is_none_or(|o| o.pending.is_none());
        if settled && Fingerprint::of(live.as_ref().map(|o| &o.state)).unwrap() == goal_print {
            return;
        }
        let json = |s: Option<&State>| serde_json::to_string_pretty(&s).unwrap();
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{}: after {api}\nlive {} (pending {:?})\nwant {}",
            id.address,
            json(live.as_ref().map(|o| &o.state)),
            live.as_ref().and_then(|o| o.pending.clone()),
            json(goal)
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
