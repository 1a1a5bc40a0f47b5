//! Packaging: the program against `uv pip install --target --no-cache` and a zip of what that installs, and against
//! `sam build`, in turn, from an index on this machine that serves real wheels. `sam build` runs once: it takes longest.
//!
//! The locks are `packages/*.toml`, for `python3.11` on x86_64. Their wheels come from PyPI once, which is measured too.

mod index;
mod sam;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::aims::Aims;
use crate::cost::{BINARY, MEASURE, MIB, PATIENCE};
use crate::support::command::Cli;
use index::{Index, Wheel};

/// Runs of which the median counts.
const RUNS: usize = 5;
/// The most memory, in MiB.
const MEMORY: f64 = 60.0;
/// The name of uv's program below a cache folder that `lock` has used.
const UV: &str = "uv";

/// The locks: the example's own, thirty wheels, and five of which a hundred functions have one each.
const EXAMPLE: &str = include_str!("../../lambda/pylock.toml");
const THIRTY: &str = include_str!("packages/thirty.toml");
const FIVE: [&str; 5] = [
    include_str!("packages/one.toml"),
    include_str!("packages/two.toml"),
    include_str!("packages/three.toml"),
    include_str!("packages/four.toml"),
    include_str!("packages/five.toml"),
];

/// Installs each of the requirements into a folder of its own, and zips each as often as it is wanted.
const UV_AND_ZIP: &str = "import shutil, subprocess, sys, tempfile
uv, index, platform, count, *locks = sys.argv[1:]
with tempfile.TemporaryDirectory() as made:
    for number, lock in enumerate(locks):
        target = f'{made}/{number}'
        subprocess.run([uv, 'pip', 'install', '--quiet', '--no-config', '--no-cache', '--no-deps', '--target', target,
            '--default-index', index, '--python-version', '3.11', '--python-platform', platform,
            '--only-binary', ':all:', '--require-hashes', '--requirement', lock], check=True)
    for number in range(int(count)):
        shutil.make_archive(f'{made}/zip-{number}', 'zip', f'{made}/{number % len(locks)}')";

/// What a run took.
#[derive(Debug, Clone, Copy)]
struct Figures {
    wall: Duration,
    peak: f64,
}

impl Figures {
    /// How many times as long it took as another run.
    fn by(self, other: Self) -> f64 {
        self.wall.as_secs_f64() / other.wall.as_secs_f64()
    }
}

/// Functions with locks, laid out in a folder, and the index that serves their wheels.
struct App {
    what: &'static str,
    folder: TempDir,
    locks: Vec<&'static str>,
    functions: usize,
}

pub async fn measure(aims: &mut Aims) {
    let kept = TempDir::new().expect("a folder");
    let uv = uv(kept.path());
    let sam = sam::programs().await;
    println!(
        "\n## Packages\n\n| what | ours, ms | uv and a zip, ms | ours / uv | sam build, ms | ours / sam build \
         | peak memory, MiB | uv's, MiB | sam's, MiB |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (what, locks, functions) in [
        ("the example", vec![EXAMPLE], 1),
        ("30 wheels", vec![THIRTY], 1),
        ("100 functions, 5 locks", FIVE.into(), 100),
    ] {
        let app = App::new(what, locks, functions);
        // Once from PyPI, which also fills what the index serves.
        let registry = app.run(kept.path(), None);
        let (wall, peak) = (registry.wall.as_millis(), registry.peak / MIB);
        println!("| {what}, from PyPI | {wall} | – | – | – | – | {peak:.1} | – | – |");
        compare(aims, &app, kept.path(), &uv, sam.as_deref());
    }
}

fn compare(aims: &mut Aims, app: &App, kept: &Path, uv: &Path, sam: Option<&Path>) {
    let index = Index::start(app.wheels(kept));
    app.lay_out(Some(&index.root));
    let (mut cold, mut theirs, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let cache = TempDir::new().expect("a folder");
        cold.push(app.run(cache.path(), Some(&index)));
        warm.push(app.run(cache.path(), Some(&index)));
        theirs.push(app.uv(uv, &index));
    }
    let sam = sam.map(|programs| sam::build(app, programs, &index));
    let (cold, warm, theirs) = (median(cold), median(warm), median(theirs));
    let shown = |figure: Option<String>| figure.unwrap_or_else(|| "–".to_owned());
    for (when, ours) in [("cold", cold), ("warm", warm)] {
        println!(
            "| {}, {when} | {} | {} | {:.2} | {} | {} | {:.1} | {:.1} | {} |",
            app.what,
            ours.wall.as_millis(),
            theirs.wall.as_millis(),
            ours.by(theirs),
            shown(sam.map(|sam| sam.wall.as_millis().to_string())),
            shown(sam.map(|sam| format!("{:.3}", ours.by(sam)))),
            ours.peak / MIB,
            theirs.peak / MIB,
            shown(sam.map(|sam| format!("{:.1}", sam.peak / MIB))),
        );
    }
    aims.at_most(format!("packages of {}, cold, by uv and a zip", app.what), "times", cold.by(theirs), 1.0);
    if let Some(sam) = sam {
        aims.at_most(format!("packages of {}, cold, by sam build", app.what), "times", cold.by(sam), 1.0);
    }
    aims.at_most(format!("memory while packaging {}", app.what), "MiB", cold.peak.max(warm.peak) / MIB, MEMORY);
}

impl App {
    fn new(what: &'static str, locks: Vec<&'static str>, functions: usize) -> Self {
        let app = Self { what, folder: TempDir::new().expect("a folder"), locks, functions };
        let mut manifest = "[app]\nname = \"bench\"\nregion = \"us-west-2\"\n".to_owned();
        for number in 0..functions {
            manifest.push_str(&format!(
                "\n[function.f{number}]\nsource = \"f{number}\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n"
            ));
        }
        fs::write(app.folder.path().join("serverless-app.toml"), manifest).expect("a manifest");
        app.lay_out(None);
        app
    }

    /// The functions' folders; wheels are at the lock's own addresses, or below `root`.
    fn lay_out(&self, root: Option<&str>) {
        for number in 0..self.functions {
            let folder = self.folder.path().join(format!("f{number}"));
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join("main.py"), format!("def handler(event, context):\n    return {number}\n"))
                .expect("a handler");
            let lock = self.locks[number % self.locks.len()];
            fs::write(folder.join("requirements.txt"), REQUIREMENTS).expect("requirements");
            fs::write(folder.join("pylock.toml"), index::moved(lock, root, REQUIREMENTS)).expect("a lock");
        }
        for (number, lock) in self.locks.iter().enumerate() {
            fs::write(self.folder.path().join(format!("{number}.txt")), index::pinned(lock)).expect("requirements");
        }
    }

    /// The wheels of its locks, from a cache that has them.
    fn wheels(&self, kept: &Path) -> Vec<Wheel> {
        self.locks.iter().flat_map(|lock| index::wheels(lock, kept)).collect()
    }

    fn run(&self, cache: &Path, index: Option<&Index>) -> Figures {
        let arguments = ["-c", MEASURE, BINARY, "check", "--offline"];
        let cli = Cli::of(Command::new("python3"), &arguments).folder(self.folder.path());
        let cli = cli.env("SERVERLESS_APP_CACHE", cache);
        figures(match index {
            Some(index) => cli.env("PIP_INDEX_URL", format!("{}/simple", index.root)),
            None => cli,
        })
    }

    fn uv(&self, uv: &Path, index: &Index) -> Figures {
        let platform = if cfg!(target_arch = "aarch64") { "aarch64-manylinux_2_28" } else { "x86_64-manylinux_2_28" };
        let (uv, root) = (uv.display().to_string(), format!("{}/simple", index.root));
        let (count, python) = (self.functions.to_string(), "python3".to_owned());
        let locks: Vec<String> = (0..self.locks.len())
            .map(|number| self.folder.path().join(format!("{number}.txt")).display().to_string())
            .collect();
        let mut arguments = vec!["-c", MEASURE, &python, "-c", UV_AND_ZIP, &uv, &root, platform, &count];
        arguments.extend(locks.iter().map(String::as_str));
        figures(Cli::of(Command::new("python3"), &arguments).folder(self.folder.path()))
    }
}

/// What every function's requirements.txt says; the locks are not made from it.
const REQUIREMENTS: &str = "# see pylock.toml\n";

fn figures(cli: Cli) -> Figures {
    let ran = cli.timeout(PATIENCE).run();
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let figures: Value = serde_json::from_str(ran.stdout.lines().last().unwrap_or_default()).expect("figures");
    let figure = |name: &str| figures[name].as_f64().expect("a number");
    Figures { wall: Duration::from_secs_f64(figure("wall")), peak: figure("peak") }
}

/// The run whose time is the median, with the most memory of all.
fn median(mut all: Vec<Figures>) -> Figures {
    all.sort_by_key(|figures| figures.wall);
    let peak = all.iter().map(|figures| figures.peak).fold(0.0, f64::max);
    Figures { peak, ..all[all.len() / 2] }
}

/// The uv that `lock` installs.
fn uv(cache: &Path) -> PathBuf {
    let app = App::new("uv", vec![EXAMPLE], 1);
    fs::write(app.folder.path().join("f0/requirements.txt"), "typing-extensions\n").expect("requirements");
    let cli = Cli::new(&["lock"]).folder(app.folder.path()).env("SERVERLESS_APP_CACHE", cache);
    let ran = cli.timeout(PATIENCE).run();
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    let folders = fs::read_dir(cache).expect("a cache").map(|entry| entry.expect("an entry").path());
    folders.map(|folder| folder.join(UV)).find(|program| program.is_file()).expect("uv")
}
