//! What planning the example costs: calls, dependent round trips, time and memory, beside the same calls sent one
//! after another in the same run. `cargo bench` prints a Markdown table and fails where an aim is missed.

#[path = "../support/support.rs"]
#[allow(dead_code, reason = "the suite uses the rest")]
mod support;

use std::process::{Command, ExitCode};
use std::time::Duration;

use serverless_app::emulator::Make;
use support::command::Cli;
use support::emulator::endpoint;
use support::project::{EXAMPLE, Project};
use support::proxy::{Proxy, waves};

/// Runs the program that its arguments name, and says how many bytes that held at most.
const PEAK: &str = "import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak * (1 if sys.platform == 'darwin' else 1024))
sys.exit(code)";

const MIB: f64 = 1024.0 * 1024.0;
const RUNS: usize = 5;

/// What a plan cost, the median of several runs.
struct Cost {
    wall: Duration,
    calls: usize,
    waves: usize,
    in_flight: usize,
}

impl Cost {
    /// Plans several times through a proxy; the first time fills the package cache and does not count.
    fn of(project: &mut Project, proxy: &Proxy, runs: usize) -> Self {
        project.reach(&proxy.endpoint());
        project.plan(&[]);
        let mut walls: Vec<Duration> = (0..runs)
            .map(|_| {
                proxy.clear();
                project.run(&["plan"], 0).took
            })
            .collect();
        walls.sort();
        let log = proxy.log();
        let in_flight = log.iter().map(|call| call.in_flight).max().unwrap_or(0);
        Self { wall: walls[runs / 2], calls: log.len(), waves: waves(&log), in_flight }
    }

    /// Each call waits for the one before it, in the proxy where the log does not show it.
    fn one_by_one(self) -> Self {
        Self { waves: self.calls, in_flight: 1, ..self }
    }

    fn row(&self, what: &str, latency: Duration, base: Duration) -> String {
        let ratio = self.wall.as_secs_f64() / base.as_secs_f64();
        format!(
            "| {what} | {} | {:.0} | {ratio:.2} | {} | {} | {} |",
            latency.as_millis(),
            self.wall.as_secs_f64() * 1000.0,
            self.calls,
            self.waves,
            self.in_flight
        )
    }
}

fn peak(project: &Project) -> f64 {
    let binary = env!("CARGO_BIN_EXE_serverless-app");
    let ran = project.place(Cli::of(Command::new("python3"), &["-c", PEAK, binary, "plan"])).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout.trim().parse::<f64>().expect("a number of bytes") / MIB
}

/// The size of the binary.
fn size() -> f64 {
    std::fs::metadata(env!("CARGO_BIN_EXE_serverless-app")).expect("the binary").len() as f64 / MIB
}

#[tokio::main]
async fn main() -> ExitCode {
    let emulator = endpoint(Make::Ministack).await;
    let mut project = Project::at(&emulator, EXAMPLE);
    let memory_of_first = peak(&project);
    project.deploy(&[]);
    let mut missed = Vec::new();
    let mut expect = |holds: bool, aim: String| {
        if !holds {
            missed.push(aim);
        }
    };
    println!("| reads | latency, ms | wall, ms | ratio | calls | dependent round trips | most in flight |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let bare = Cost::of(&mut project, &Proxy::start(&emulator, Duration::ZERO), RUNS);
    println!("{}", bare.row("plan", Duration::ZERO, bare.wall));
    for latency in [50, 100, 200].map(Duration::from_millis) {
        let sequential = Cost::of(&mut project, &Proxy::sequential(&emulator, latency), 1).one_by_one();
        let plan = Cost::of(&mut project, &Proxy::start(&emulator, latency), RUNS);
        println!("{}", sequential.row("one call after another", latency, sequential.wall));
        println!("{}", plan.row("plan", latency, sequential.wall));
        let bound = 3 * latency + bare.wall + Duration::from_millis(100);
        expect(plan.wall <= bound, format!("{:?} at {latency:?}, the bound is {bound:?}", plan.wall));
        expect(plan.calls <= 65, format!("{} calls, at most 65", plan.calls));
    }
    project.reach(&emulator);
    let memory = peak(&project).max(memory_of_first);
    println!("\nPeak memory {memory:.1} MiB, binary {:.1} MiB.", size());
    expect(memory < 40.0, format!("{memory:.1} MiB of memory, at most 40"));
    expect(size() < 20.0, format!("a binary of {:.1} MiB, at most 20", size()));
    for aim in &missed {
        eprintln!("missed: {aim}");
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
