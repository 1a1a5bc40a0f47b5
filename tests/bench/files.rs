//! Static files: a plan and its apply against `aws s3 sync`, in turn, on one emulator; and both once more, where nothing has changed.
//!
//! awscli is installed as the emulators are. What it compares is size and time; ours are digests.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use serverless_app::emulator::{Package, cache_folder};

use crate::aims::Aims;
use crate::cost::{BINARY, MEASURE, PATIENCE};
use crate::support::command::Cli;
use crate::support::emulator::{Make, endpoint};
use crate::support::files::write;
use crate::support::project::Project;

/// Files of the site.
const FILES: usize = 2_000;
/// How many of them another build changes.
const CHANGED: usize = 50;
/// Runs of which the median counts.
const RUNS: usize = 3;
/// How much longer than `aws s3 sync` we may take.
const RATIO: f64 = 1.3;
const AWSCLI: Package =
    Package { name: "awscli", version: "1.46.2", requirements: include_str!("requirements-awscli.txt") };

const APP: &str =
    "[app]\nname = \"bench\"\nregion = \"us-west-2\"\n\n[bucket.site]\nversioning = false\non_delete = \"delete\"\n";

/// One after another, as a job does.
const PLAN_AND_APPLY: &str = "import hashlib, subprocess, sys
binary = sys.argv[1]
subprocess.run([binary, 'plan'], check=True, stdout=subprocess.DEVNULL)
with open('serverless-app-plan/plan.json', 'rb') as plan:
    id = 'sha256:' + hashlib.sha256(plan.read()).hexdigest()
subprocess.run([binary, 'apply', 'serverless-app-plan', '--expect', id], check=True, stdout=subprocess.DEVNULL)";

/// Seconds of ours and of theirs, by what was done.
#[derive(Default)]
struct Times {
    first: Vec<(f64, f64)>,
    changed: Vec<(f64, f64)>,
    same: Vec<(f64, f64)>,
}

pub async fn measure(aims: &mut Aims) {
    println!(
        "\n## Static files\n\n| what | ours, ms | aws s3 sync, ms | ours / aws s3 sync |\n| --- | ---: | ---: | ---: |"
    );
    let programs = AWSCLI.programs(&cache_folder().expect("a cache folder")).await;
    let aws = programs.unwrap_or_else(|error| panic!("{error}")).join("aws");
    let mut times = Times::default();
    for run in 0..RUNS {
        round(&aws, run, &mut times).await;
    }
    for (what, pairs) in [
        (format!("{FILES} new files"), times.first),
        (format!("{CHANGED} of {FILES} files changed"), times.changed),
        (format!("{FILES} files, nothing changed"), times.same),
    ] {
        let (ours, theirs) = (median(pairs.iter().map(|pair| pair.0)), median(pairs.iter().map(|pair| pair.1)));
        println!("| {what} | {:.0} | {:.0} | {:.2} |", ours * 1000.0, theirs * 1000.0, ours / theirs);
        aims.at_most(format!("{what}, by aws s3 sync"), "times", ours / theirs, RATIO);
    }
}

/// Each of both on an account of its own, where the bucket is there; whoever is second in one run is first in the next.
async fn round(aws: &Path, run: usize, times: &mut Times) {
    let emulator = endpoint(Make::Ministack).await;
    let (ours, theirs) = (Project::at(&emulator, APP), Project::at(&emulator, APP));
    for project in [&ours, &theirs] {
        project.deploy(&[]);
        lay_out(project.folder(), FILES, "1");
    }
    ours.write(&format!("{APP}files = \"site\"\n"));
    let both = || {
        let us = || seconds(&ours, &["-c", PLAN_AND_APPLY, BINARY]);
        let them = || seconds(&theirs, &sync(aws, &theirs, &emulator).iter().map(String::as_str).collect::<Vec<_>>());
        if run.is_multiple_of(2) {
            let first = us();
            return (first, them());
        }
        let first = them();
        (us(), first)
    };
    times.first.push(both());
    for project in [&ours, &theirs] {
        lay_out(project.folder(), CHANGED, "2, changed");
    }
    times.changed.push(both());
    times.same.push(both());
}

/// Files of a few kilobytes.
fn lay_out(folder: &Path, count: usize, text: &str) {
    for number in 0..count {
        let path = format!("site/assets/{:02}/app-{number:04}.js", number % 40);
        let line = format!("export const value{number} = \"{text}\";\n");
        write(folder, &path, line.repeat(20 + number % 100));
    }
}

fn sync(aws: &Path, project: &Project, emulator: &str) -> Vec<String> {
    let bucket = format!("s3://bench--production-site-{}-us-west-2/", project.account());
    let program = "import subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)";
    let aws = aws.display().to_string();
    [
        "-c",
        program,
        &aws,
        "--endpoint-url",
        emulator,
        "--region",
        "us-west-2",
        "s3",
        "sync",
        "--delete",
        "site",
        &bucket,
    ]
    .map(str::to_owned)
    .to_vec()
}

fn seconds(project: &Project, arguments: &[&str]) -> f64 {
    let all = [&["-c", MEASURE, "python3"], arguments].concat();
    let ran = project.place(Cli::of(Command::new("python3"), &all)).timeout(PATIENCE).run();
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let figures: Value = serde_json::from_str(ran.stdout.lines().last().unwrap_or_default()).expect("figures");
    Duration::from_secs_f64(figures["wall"].as_f64().expect("a number")).as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
