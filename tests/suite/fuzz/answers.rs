//! Answers of AWS that are not what it documents: the plan is an error, or a plan that nothing was lost from.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use serverless_app::aws::config::recorder_owner;
use serverless_app::aws::{Aws, PlanReader, observe};
use serverless_app::emulator::cache_folder;
use serverless_app::manifest::lower::{Sources, lower};
use serverless_app::manifest::read::{Source, read};
use serverless_app::name::Owner;
use serverless_app::package;
use serverless_app::plan::build::{Request, plan};
use serverless_app::plan::{Mode, Plan};

use super::config;
use super::mutate::{Edit, Turn, edited, edits, turned, turns};
use crate::support::emulator::{MAKES, Make, REGION, endpoint};
use crate::support::project::{EXAMPLE, Project};
use crate::support::proxy::replay::{Recorded, Replay};

/// Longer than any plan takes that does not wait for something.
const PATIENCE: Duration = Duration::from_secs(30);

/// How an answer is spoilt.
#[derive(Debug, Clone)]
enum Spoilt {
    /// It ends early, in a way that HTTP does not tell.
    Cut(Index),
    /// It has no body.
    Nothing,
    /// Bytes of it are others.
    Edited(Vec<Edit>),
    /// Values of it are others, where it is JSON; elements, where it is XML.
    Turned(Vec<Turn>),
}

fn spoilt() -> impl Strategy<Value = Spoilt> {
    prop_oneof![
        1 => any::<Index>().prop_map(Spoilt::Cut),
        1 => Just(Spoilt::Nothing),
        1 => edits().prop_map(Spoilt::Edited),
        3 => turns(2).prop_map(Spoilt::Turned),
    ]
}

impl Spoilt {
    fn body(&self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::Cut(at) => body[..at.index(body.len())].to_vec(),
            Self::Nothing => Vec::new(),
            Self::Edited(changes) => edited(body, changes),
            Self::Turned(changes) => match serde_json::from_slice::<Value>(body) {
                Ok(value) => turned(&value, changes).to_string().into_bytes(),
                Err(_) => without_element(body, changes.len()),
            },
        }
    }
}

/// XML without one of its elements, content and all.
fn without_element(body: &[u8], seed: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(body).into_owned();
    let starts: Vec<usize> =
        text.match_indices('<').map(|(at, _)| at).filter(|at| !text[*at..].starts_with("</")).collect();
    let Some(start) = starts.get(seed * 7 % starts.len().max(1)) else { return body.to_vec() };
    let name: String = text[start + 1..].chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    let close = format!("</{name}>");
    match text[*start..].find(&close) {
        Some(end) if !name.is_empty() => {
            format!("{}{}", &text[..*start], &text[start + end + close.len()..]).into_bytes()
        }
        _ => body.to_vec(),
    }
}

/// The example on an account that has it already, with everything that a plan needs beside AWS.
struct Deployed {
    project: Project,
    source: Source,
    owner: Owner,
    sources: Sources,
    replay: Replay,
}

impl Deployed {
    async fn new(make: Make) -> Self {
        let upstream = endpoint(make).await;
        let project = Project::at(&upstream, EXAMPLE);
        project.plan(&[]);
        project.apply(0);
        let owner = Owner { app: "serverless-app".parse().unwrap(), stage: "production".parse().unwrap() };
        let source = read("serverless-app.toml", EXAMPLE, &owner.stage).expect("the example");
        let cache = package::Cache::own(cache_folder().expect("a cache folder"));
        let packages = source.manifest.function.iter().map(|(name, function)| {
            (name.clone(), package::build(&function.package_source(project.folder()), &cache).expect("a package"))
        });
        let packages = packages.collect();
        let text = |file: &String| std::fs::read_to_string(project.folder().join(file)).map_err(|e| e.to_string());
        let files: BTreeMap<_, _> =
            source.manifest.files().into_iter().map(|file| (file.clone(), text(&file))).collect();
        let sources = Sources { packages, files, ..Sources::default() };
        Self { project, source, owner, sources, replay: Replay::start(&upstream) }
    }

    /// Plans as the command does.
    async fn plan(&self) -> Result<Plan, String> {
        let region = REGION.parse().expect("a region");
        let aws = Aws::emulator(&region, &self.replay.endpoint(), self.project.account()).await.expect("clients");
        let reader = &PlanReader::new(&aws);
        let (site, listing) = tokio::join!(aws.site(), observe::list(reader, &self.owner));
        let (site, listing) = (site.map_err(|e| e.to_string())?, listing.map_err(|e| e.to_string())?);
        let mut sources = Sources { files: self.sources.files.clone(), ..Sources::default() };
        sources.packages.clone_from(&self.sources.packages);
        sources.recorder = recorder_owner(&self.owner, &listing.names);
        let lowered = lower(&self.source, &self.owner, &site, &sources).map_err(|e| e.to_string())?;
        let live = observe::survey(reader, &self.owner, &site, &lowered.wanted, &listing)
            .await
            .map_err(|e| e.to_string())?
            .live;
        let request = Request {
            owner: &self.owner,
            site: &site,
            wanted: &lowered.wanted,
            live: &live,
            mode: Mode::Deploy,
            adopt: &Default::default(),
            blobs: BTreeMap::new(),
            outputs: &lowered.outputs,
        };
        plan(&request).map_err(|e| e.to_string())
    }
}

/// All that a plan does: of an account that is as the manifest says, nothing, however much of an answer was cut.
fn changes(plan: &Plan) -> Vec<String> {
    plan.changes.iter().map(|change| format!("{:?} {}", change.action, change.address)).collect()
}

fn check(runtime: &tokio::runtime::Runtime, deployed: &Deployed, answer: &Recorded, spoilt: &Spoilt) {
    let body = spoilt.body(&answer.body);
    deployed.replay.change(answer, body.clone());
    let start = Instant::now();
    let planned = runtime.block_on(deployed.plan());
    let told = || format!("{} with {spoilt:?}\n{}", answer.operation, String::from_utf8_lossy(&body));
    assert!(start.elapsed() < PATIENCE, "it took {:?}: {}", start.elapsed(), told());
    match planned {
        Ok(_) if matches!(spoilt, Spoilt::Nothing) => panic!("no answer is taken for an empty one: {}", told()),
        Ok(plan) if matches!(spoilt, Spoilt::Cut(_)) => {
            assert_eq!(changes(&plan), Vec::<String>::new(), "nothing has changed: {}", told());
        }
        Ok(_) => {}
        Err(message) => assert!(message.contains(' ') && !message.contains("panicked"), "{message:?}: {}", told()),
    }
}

fn spoil(make: Make) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let deployed = runtime.block_on(Deployed::new(make));
    let calm = runtime.block_on(deployed.plan()).expect("a plan");
    assert!(calm.is_empty(), "{:?}", calm.changes);
    let recorded = deployed.replay.recorded();
    assert!(recorded.len() > 40, "{}", recorded.len());
    let again = runtime.block_on(deployed.plan()).expect("a plan");
    assert!(again.is_empty(), "from memory: {:?}", again.changes);
    let cases = (any::<Index>(), spoilt());
    let ran = TestRunner::new(config(20)).run(&cases, |(which, spoilt)| {
        check(&runtime, &deployed, which.get(&recorded), &spoilt);
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{make:?}: {error}"));
}

#[test]
fn any_answer_of_ministack_that_is_spoilt_ends_in_an_error_or_a_plan() {
    spoil(MAKES[0]);
}

#[test]
fn any_answer_of_moto_that_is_spoilt_ends_in_an_error_or_a_plan() {
    spoil(MAKES[1]);
}
