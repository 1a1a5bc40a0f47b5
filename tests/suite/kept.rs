//! `rehearse --keep`: an emulator that stays, what can be asked of it, and its end.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serverless_app::aws::Aws;
use serverless_app::emulator::{Emulator, Kept, Lifetime, MINISTACK, cache_folder};
use tempfile::TempDir;

use crate::support::command::{Cli, Ran};
use crate::support::emulator::{ACCOUNT, REGION};

const MANIFEST: &str = r#"[app]
name = "kept"
region = "us-west-2"
[function.hello]
source = "src"
runtime = "python3.12"
handler = "main.handler"
[function.fails]
source = "src"
runtime = "python3.12"
handler = "main.fail"
[http_api.web]
routes = [{ route = "GET /hello", function = "hello" }]
"#;
const CODE: &str = "def handler(event, context):\n    print('asked for', event.get('name'))\n    \
    return {'statusCode': 200, 'body': str(event.get('name'))}\n\n\ndef fail(event, context):\n    raise ValueError('no ' + event['name'])\n";

/// A project whose emulator ends with it.
struct Project(TempDir);

impl Project {
    fn new(manifest: &str, code: &str) -> Self {
        let folder = TempDir::with_prefix("serverless-app-kept-").expect("a folder");
        std::fs::create_dir(folder.path().join("src")).expect("a folder");
        std::fs::write(folder.path().join("src/main.py"), code).expect("code");
        let project = Self(folder);
        project.write(manifest);
        project
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, manifest: &str) {
        std::fs::write(self.folder().join("serverless-app.toml"), manifest).expect("a manifest");
    }

    fn place(&self, cli: Cli) -> Cli {
        let cache = cache_folder().expect("a cache folder");
        cli.folder(self.folder()).env("SERVERLESS_APP_CACHE", cache).timeout(Duration::from_secs(300))
    }

    fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.place(Cli::new(arguments)).run();
        assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.place(Cli::new(&["rehearse", "--stop"])).run();
    }
}

/// Where the emulator is, by the lines for a shell.
fn endpoint(stdout: &str) -> String {
    let line = stdout.lines().find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL="));
    line.unwrap_or_else(|| panic!("no endpoint\n{stdout}")).to_owned()
}

fn listens(endpoint: &str) -> bool {
    TcpStream::connect(endpoint.trim_start_matches("http://")).is_ok()
}

/// A canary of ten minutes, which is longer than a command may take here.
#[test]
fn a_canary_is_not_waited_for_where_nobody_sends_traffic() {
    const RELEASED: &str = "release = { canary = 10, alarms = [\"errors\"] }\n[function.fails]";
    const ALARM: &str = "[alarm.errors]\nmetric = { namespace = \"AWS/Lambda\", function = \"hello\", name = \"Errors\" }\n\
                         statistic = \"Sum\"\ncomparison = \">\"\nthreshold = 0\nperiod = 60\n";
    let project = Project::new(&(MANIFEST.replace("[function.fails]", RELEASED) + ALARM), CODE);
    project.run(&["rehearse", "--keep"], 0);
    let code = CODE.replace("    return {", "    return 'new'\n    return {");
    std::fs::write(project.folder().join("src/main.py"), code).expect("code");
    project.run(&["rehearse", "--keep"], 0);
    assert_eq!(project.run(&["invoke", "hello", "--rehearsal"], 0).stdout, "\"new\"\n");
}

#[test]
fn an_emulator_that_is_kept_is_invoked_brought_up_to_date_and_stopped() {
    let project = Project::new(MANIFEST, CODE);
    let kept = project.run(&["rehearse", "--keep"], 0);
    let endpoint = endpoint(&kept.stdout);
    assert!(listens(&endpoint) && kept.stdout.contains("GET http"), "{}", kept.stdout);
    assert!(kept.stderr.contains("until an hour after the last request, for 12 hours at most"), "{}", kept.stderr);
    assert!(kept.stderr.contains("serverless-app invoke fails --rehearsal"), "{}", kept.stderr);

    std::fs::write(project.folder().join("event.json"), r#"{"name": "you"}"#).expect("an event");
    let ran = project.run(&["invoke", "hello", "--rehearsal", "--event", "event.json"], 0);
    assert_eq!(ran.stdout.trim(), r#"{"statusCode": 200, "body": "you"}"#);
    assert!(ran.stderr.contains("  asked for you\n"), "{}", ran.stderr);
    let failed = project.run(&["invoke", "function.fails", "--rehearsal", "--event", "event.json"], 1);
    for says in ["\"errorMessage\": \"no you\"", "\"errorType\": \"ValueError\""] {
        assert!(failed.stdout.contains(says), "{}", failed.stdout);
    }
    assert!(failed.stderr.ends_with("error: function fails failed (Unhandled)\n"), "{}", failed.stderr);
    assert!(failed.stderr.contains("  ValueError: no you\n"), "the log: {}", failed.stderr);
    let none = project.run(&["invoke", "helo", "--rehearsal"], 64);
    assert!(none.stderr.contains("there is no function \"helo\"; did you mean \"hello\"?"), "{}", none.stderr);
    let logs = project.run(&["logs", "hello", "--rehearsal"], 0);
    let asked: Vec<&str> = logs.stdout.lines().filter(|line| line.contains(" asked for ")).collect();
    assert_eq!(asked.len(), 2, "the rehearsal's own request and ours: {}", logs.stdout);
    assert!(asked[1].ends_with("Z asked for you"), "{asked:?}");

    project.write(&MANIFEST.replace("main.fail\"", "main.fail\"\ntimeout = 7"));
    let again = project.run(&["rehearse", "--keep"], 0);
    assert!(again.stdout.contains(&endpoint) && again.stdout.contains("timeout"), "{}", again.stdout);
    assert!(!again.stderr.contains("Starting") && !again.stdout.contains("GET http"), "{}", again.stdout);
    let same = project.run(&["rehearse", "--keep"], 0);
    assert!(same.stdout.contains("No changes.\n"), "{}", same.stdout);
    assert_exports(&project, &endpoint);

    project.write(&MANIFEST.replace("us-west-2", "us-east-1"));
    let moved = project.run(&["rehearse", "--keep"], 64);
    assert!(moved.stderr.contains("run `serverless-app rehearse --stop` first"), "{}", moved.stderr);
    let stopped = project.run(&["rehearse", "--stop"], 0);
    assert!(stopped.stderr.contains(&format!("Stopped the emulator at {endpoint}")), "{}", stopped.stderr);
    assert!(!listens(&endpoint));
    let none = project.run(&["rehearse", "--stop"], 0);
    assert!(none.stderr.contains("No emulator is running for serverless-app.toml."), "{}", none.stderr);
    let gone = project.run(&["logs", "hello", "--rehearsal"], 1);
    assert!(
        gone.stderr.contains("no emulator is running") && gone.stderr.contains("rehearse --keep"),
        "{}",
        gone.stderr
    );
}

/// What comes after the lines for a shell would ask AWS itself.
#[test]
fn a_shell_does_not_go_on_where_no_emulator_is_kept() {
    let project = Project::new(MANIFEST, CODE);
    let exports = "eval \"$(\"$0\" rehearse --exports $MORE)\"";
    for (manifest, says) in
        [("", "no emulator is running"), ("--manifest other.toml", "there is no manifest other.toml")]
    {
        for (shell, script) in [("-ec", format!("{exports}\necho asks")), ("-c", format!("{exports} && echo asks"))] {
            let cli = Cli::of(Command::new("sh"), &[shell, &script, env!("CARGO_BIN_EXE_serverless-app")]);
            let ran = project.place(cli).env("MORE", manifest).run();
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{script}\n{}", ran.stderr);
            assert!(ran.stderr.contains(says), "{}", ran.stderr);
        }
    }
}

/// A shell evaluates the lines, and the program asks the emulator by them as any AWS tool does.
fn assert_exports(project: &Project, endpoint: &str) {
    let binary = env!("CARGO_BIN_EXE_serverless-app");
    let script = "eval \"$(\"$0\" rehearse --exports)\" && echo \"$AWS_ENDPOINT_URL $AWS_REGION ${AWS_PROFILE-unset}\" && \
        \"$0\" invoke hello";
    let shell = project.place(Cli::of(Command::new("sh"), &["-c", script, binary])).env("AWS_PROFILE", "another");
    let ran = shell.run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        format!("{endpoint} us-west-2 unset\n{{\"statusCode\": 200, \"body\": \"None\"}}\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_request_that_fails_shows_what_the_function_has_logged_and_the_emulator_stays() {
    let project = Project::new(&MANIFEST.replace("function = \"hello\"", "function = \"fails\""), CODE);
    let ran = project.run(&["rehearse", "--keep"], 1);
    assert!(ran.stderr.contains("The log of function fails:\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("  START RequestId: ") && ran.stderr.contains("KeyError: 'name'"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("The log of function hello"), "{}", ran.stderr);
    assert!(ran.stderr.contains("GET /hello answers 50"), "{}", ran.stderr);
    assert!(listens(&endpoint(&ran.stdout)), "it stays to be looked at");
    let once = project.run(&["rehearse"], 1);
    assert!(once.stderr.contains("The log of function fails:\n"), "{}", once.stderr);
}

#[test]
fn installing_the_emulator_is_said_before_it_begins() {
    let (project, empty) = (Project::new(MANIFEST, CODE), TempDir::new().expect("a folder"));
    let cli =
        project.place(Cli::new(&["rehearse"])).env("SERVERLESS_APP_CACHE", empty.path()).env("PATH", empty.path());
    let ran = cli.run();
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let (before, after) = ran.stderr.split_once("Installing ministack ").expect("it is said");
    assert!(before.is_empty() && after.contains("error: python3 does not run"), "{}", ran.stderr);
}

#[test]
fn in_a_job_no_emulator_is_kept() {
    let project = Project::new(MANIFEST, CODE);
    for option in ["--keep", "--watch"] {
        let ran = project.place(Cli::new(&["rehearse", option])).env("GITHUB_ACTIONS", "true").run();
        assert_eq!(ran.code, Some(64), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("a job ends the processes that its steps have started: leave them out"),
            "{}",
            ran.stderr
        );
    }
}

async fn keep(lifetime: Lifetime) -> Kept {
    let cache = cache_folder().expect("a cache folder");
    Emulator::keep(&MINISTACK, &cache, lifetime, ACCOUNT, REGION).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn asks(kept: &Kept) -> bool {
    let aws = Aws::emulator(&REGION.parse().expect("a region"), &kept.endpoint, "test").await.expect("clients");
    aws.write.sqs.list_queues().send().await.is_ok()
}

/// Waits for its end, and says how long that took.
async fn ended(kept: &Kept, meanwhile: impl AsyncFn()) -> Duration {
    let start = Instant::now();
    while kept.is_running() {
        assert!(start.elapsed() < Duration::from_secs(60), "{kept:?} still runs");
        meanwhile().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let took = start.elapsed();
    // A process gives up its sockets a moment after what it was started with.
    while listens(&kept.endpoint) {
        assert!(start.elapsed() - took < Duration::from_secs(10), "{kept:?} still listens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_runs_on_its_own_ends_after_a_time_without_requests_and_after_its_time() {
    let (short, long) = (Duration::from_secs(10), Duration::from_secs(600));
    let idle = keep(Lifetime { idle: short, most: long }).await;
    assert!(asks(&idle).await && idle.folder.exists());
    // As long as somebody asks it runs longer than without.
    let start = Instant::now();
    while start.elapsed() < short + Duration::from_secs(3) {
        assert!(asks(&idle).await, "after {:?}", start.elapsed());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    ended(&idle, async || {}).await;
    assert!(!idle.folder.exists() && !listens(&idle.endpoint));
    let over = keep(Lifetime { idle: long, most: short }).await;
    let asked = async || {
        asks(&over).await;
    };
    ended(&over, asked).await;
    assert!(!over.folder.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_stopped_takes_what_it_has_started_and_its_folder_along() {
    let long = Duration::from_secs(600);
    let kept = keep(Lifetime { idle: long, most: long }).await;
    assert!(kept.is_running() && asks(&kept).await);
    let other = Kept { folder: kept.folder.with_extension("other"), ..kept.clone() };
    assert!(!other.is_running() && !other.stop().await.expect("no emulator"), "another one's process is left alone");
    assert!(asks(&kept).await);
    assert!(kept.stop().await.expect("it is stopped"));
    assert!(!kept.folder.exists() && !listens(&kept.endpoint) && !kept.is_running());
    assert!(!kept.stop().await.expect("it is gone"));
}
