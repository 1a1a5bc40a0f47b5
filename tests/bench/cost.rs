//! What running the program costs.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use serverless_app::aws::{Aws, Id};

use crate::baseline;
use crate::support::command::Cli;
use crate::support::project::Project;
use crate::support::proxy::limits::bound;
use crate::support::proxy::{Exchange, Proxy, busy, waves};

/// Runs the program that its arguments name, and says what that took.
pub const MEASURE: &str = "import json, resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = used.ru_maxrss * (1 if sys.platform == 'darwin' else 1024)
print(json.dumps({'wall': wall, 'cpu': used.ru_utime + used.ru_stime, 'peak': peak}))
sys.exit(code)";

/// The longest that a run may take.
pub const PATIENCE: Duration = Duration::from_secs(2 * 3600);

pub const BINARY: &str = env!("CARGO_BIN_EXE_serverless-app");
pub const MIB: f64 = 1024.0 * 1024.0;

/// The head of a table of costs.
pub const HEAD: &str = "| what | latency, ms | wall, ms | calls | dependent round trips | most in flight \
    | emulator's own time, ms | CPU, ms | peak memory, MiB | of sequential | of concurrent |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

/// What something cost.
pub struct Cost {
    /// From start to end.
    pub wall: Duration,
    /// User and system time, of a run of the program.
    pub cpu: Option<Duration>,
    /// The most memory at once in bytes, of a run of the program.
    pub peak: Option<f64>,
    /// Its requests.
    pub log: Vec<Exchange>,
}

impl Cost {
    /// One run of the program.
    pub fn run(project: &Project, proxy: &Proxy, arguments: &[&str]) -> Self {
        proxy.clear();
        let (wall, cpu, peak) = measure(project, arguments);
        Self { wall, cpu: Some(cpu), peak: Some(peak), log: proxy.log() }
    }

    /// Several runs: the one whose time is the median.
    pub fn median(project: &Project, proxy: &Proxy, arguments: &[&str], runs: usize) -> Self {
        let mut all: Vec<Self> = (0..runs).map(|_| Self::run(project, proxy, arguments)).collect();
        all.sort_by_key(|cost| cost.wall);
        all.swap_remove(runs / 2)
    }

    /// What the concurrent tool without batches needs for the same attributes.
    pub async fn baseline(aws: &Aws, proxy: &Proxy, wanted: &[Id]) -> Self {
        proxy.clear();
        let start = Instant::now();
        let read = baseline::read(aws, wanted).await;
        let wall = start.elapsed();
        read.unwrap_or_else(|error| panic!("the baseline cannot read: {error}"));
        Self { wall, cpu: None, peak: None, log: proxy.log() }
    }

    /// How many requests it made.
    pub fn calls(&self) -> usize {
        self.log.len()
    }

    /// Its wall clock time in seconds.
    pub fn seconds(&self) -> f64 {
        self.wall.as_secs_f64()
    }

    /// What its calls take at least: what AWS's limits ask for them, or three round trips; and the emulator's own time.
    pub fn least(&self, latency: Duration) -> Duration {
        bound(&self.log).0.max(3 * latency) + busy(&self.log)
    }

    /// Its line in a table.
    pub fn row(&self, what: &str, latency: Duration, sequential: Option<&Self>, concurrent: Option<&Self>) -> String {
        let in_flight = self.log.iter().map(|call| call.in_flight).max().unwrap_or(0);
        self.line(what, latency, (waves(&self.log), in_flight), sequential, concurrent)
    }

    /// As `row`, where each call waited for the one before it, in the proxy where its log does not show it.
    pub fn row_one_by_one(&self, what: &str, latency: Duration, concurrent: Option<&Self>) -> String {
        self.line(&format!("{what}, one call after another"), latency, (self.calls(), 1), Some(self), concurrent)
    }

    fn line(
        &self,
        what: &str,
        latency: Duration,
        (trips, in_flight): (usize, usize),
        sequential: Option<&Self>,
        concurrent: Option<&Self>,
    ) -> String {
        let to = |base: Option<&Self>| base.map(|base| format!("{:.2}", self.seconds() / base.seconds()));
        let cells = [
            Some(what.to_owned()),
            Some(latency.as_millis().to_string()),
            Some(self.wall.as_millis().to_string()),
            Some(self.calls().to_string()),
            Some(trips.to_string()),
            Some(in_flight.to_string()),
            Some(busy(&self.log).as_millis().to_string()),
            self.cpu.map(|cpu| cpu.as_millis().to_string()),
            self.peak.map(|peak| format!("{:.1}", peak / MIB)),
            to(sequential),
            to(concurrent),
        ];
        format!("| {} |", cells.map(|cell| cell.unwrap_or_else(|| "–".into())).join(" | "))
    }
}

/// Wall clock time, time of processors and the most memory of one run.
pub fn measure(project: &Project, arguments: &[&str]) -> (Duration, Duration, f64) {
    let all = [&["-c", MEASURE, BINARY], arguments].concat();
    let ran = project.place(Cli::of(Command::new("python3"), &all)).timeout(PATIENCE).run();
    assert_eq!(ran.code, Some(0), "{arguments:?}\n{}", ran.stderr);
    let figures: Value = serde_json::from_str(&ran.stdout).expect("figures");
    let figure = |name: &str| figures[name].as_f64().expect("a number");
    (Duration::from_secs_f64(figure("wall")), Duration::from_secs_f64(figure("cpu")), figure("peak"))
}

/// How long after its start the program's first request has come in: the median of several plans.
pub fn first_request(project: &Project, proxy: &Proxy, runs: usize) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            proxy.clear();
            let plan = project.cli(&["plan"]);
            let start = Instant::now();
            plan.run();
            proxy.log().first().expect("a request").started - start
        })
        .collect();
    times.sort();
    times[runs / 2]
}

/// The size of the binary.
pub fn binary() -> f64 {
    std::fs::metadata(BINARY).expect("the binary").len() as f64 / MIB
}

/// How much of it the action downloads, in megabytes: as a release for x64 packs it, but with the tables for unwinding,
/// which that leaves out (0.75 MB).
pub fn download() -> f64 {
    let script = "import lzma, sys; preset = 9 | lzma.PRESET_EXTREME; \
                  code, packer = {'id': lzma.FILTER_X86}, {'id': lzma.FILTER_LZMA2, 'preset': preset, 'lc': 4, 'pb': 0}; \
                  print(len(lzma.compress(open(sys.argv[1], 'rb').read(), filters=[code, packer])))";
    let output = Command::new("python3").args(["-I", "-c", script, BINARY]).output().expect("python3");
    let size: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a size");
    size / 1e6
}
