//! Deploys a plan as fast as the emulator can, for what is measured afterwards: the same calls as an apply, without
//! AWS's rates.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serverless_app::apply::journal::Run;
use serverless_app::apply::{Controls, Journal, Stop, apply};
use serverless_app::aws::Aws;
use serverless_app::aws::settle::Factor;

use crate::deployment::plan;
use crate::support::emulator::REGION;
use crate::support::project::Project;

/// Applies the plan that was written last at the emulator itself, whatever proxy it was made for.
pub async fn deploy(project: &Project, emulator: &str) -> Duration {
    let start = Instant::now();
    let region = REGION.parse().expect("a region");
    let aws = Aws::emulator(&region, emulator, project.account()).await.expect("clients");
    let aws = aws.with_blobs(project.folder().join("serverless-app-plan/blobs"));
    let (plan, id) = (plan(project), project.plan_id().parse().expect("a plan id"));
    let (stop, journal) = (Stop::default(), Journal::in_memory(Run::now("bench", BTreeMap::new())));
    let controls = Controls {
        stop: &stop,
        progress: &|_| {},
        journal: &journal,
        factor: Factor::default(),
        explain: &|_, _, _| None,
    };
    let report = apply(&aws, &plan, id, controls).await.unwrap_or_else(|error| panic!("{error}"));
    let missed: Vec<String> = report
        .results
        .iter()
        .filter(|result| !result.outcome.is_reached())
        .map(|result| format!("{}: {:?}", result.address, result.outcome))
        .collect();
    assert_eq!(missed, Vec::<String>::new(), "what was not deployed");
    start.elapsed()
}
