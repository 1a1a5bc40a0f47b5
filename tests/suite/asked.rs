//! `invoke` and `logs`: what is asked of an app that is deployed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use serverless_app::aws::Aws;

use crate::support::command::Cli;
use crate::support::emulator::{MAKES, Make, REGION};
use crate::support::project::Project;
use crate::support::proxy::Proxy;
use crate::support::terminal;

const MANIFEST: &str = r#"[app]
name = "asked"
region = "us-west-2"
[log_group.all]
[function.hello]
source = "src"
runtime = "python3.12"
handler = "main.handler"
[function.shared]
source = "src"
runtime = "python3.12"
handler = "main.handler"
logging = { group = "all" }
[workflow.order]
definition = "order.asl.json"
logging = { level = "ALL" }
[workflow.quiet]
definition = "order.asl.json"
[http_api.web]
routes = [{ route = "GET /hello", function = "hello" }]
access_logs = {}
"#;
const CODE: &str = "def handler(event, context):\n    print('got', event)\n    return event\n";
const FLOW: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;

async fn project(make: Make, manifest: &str) -> Project {
    let project = Project::new(make, manifest).await;
    std::fs::create_dir(project.folder().join("src")).expect("a folder");
    for (path, text) in [("src/main.py", CODE), ("order.asl.json", FLOW)] {
        std::fs::write(project.folder().join(path), text).expect("a file");
    }
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_invoked_once_and_its_answer_is_the_result() {
    let project = project(Make::Ministack, MANIFEST).await;
    project.deploy(&[]);
    let ran = project.run(&["invoke", "hello"], 0);
    assert_eq!(ran.stdout, "{}\n");
    assert!(ran.stderr.contains("  got {}\n") && !ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
    let script = "printf '[1, \"\\\\u001b[2J\"]' | \"$0\" invoke shared --event -";
    let piped = project.place(Cli::of(Command::new("sh"), &["-c", script, env!("CARGO_BIN_EXE_serverless-app")])).run();
    assert_eq!((piped.code, piped.stdout.as_str()), (Some(0), "[1, \"\\u001b[2J\"]\n"), "{}", piped.stderr);
    let later = project.run(&["invoke", "hello", "--async"], 0);
    assert_eq!(later.stdout, "");
    assert!(later.stderr.contains("`serverless-app logs hello` shows what it logs"), "{}", later.stderr);
    let broken = project.run(&["invoke", "hello", "--event", "order.asl.json", "--stage", "test"], 1);
    let says = "function hello does not exist at the stage test (asked--test-hello): see --stage";
    assert!(broken.stderr.contains(says), "{}", broken.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_released_function_is_invoked_by_its_alias() {
    let project = project(Make::Ministack, MANIFEST).await;
    project.deploy(&[]);
    project.write(&MANIFEST.replace("[function.shared]", "release = {}\n[function.shared]"));
    let absent = project.run(&["invoke", "hello"], 1);
    assert!(absent.stderr.contains("alias live of function hello does not exist at the stage"), "{}", absent.stderr);
    for answer in ["1", "2"] {
        project.file("src/main.py", format!("def handler(event, context):\n    return {answer}\n"));
        project.deploy(&[]);
        assert_eq!(project.run(&["invoke", "hello"], 0).stdout, format!("{answer}\n"));
    }
    let lambda = project.aws().await.write.lambda.clone();
    let alias = lambda.update_alias().function_name("asked--production-hello").name("live").function_version("1");
    alias.send().await.expect("the version before");
    assert_eq!(project.run(&["invoke", "hello"], 0).stdout, "1\n", "what the app's callers get");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_invoked_in_another_account_than_the_manifests() {
    let other = MANIFEST.replace("region = ", "account = \"210987654321\"\nregion = ");
    let project = project(Make::Ministack, &other).await;
    for command in ["invoke", "logs"] {
        let ran = project.run(&[command, "hello"], 64);
        assert!(ran.stderr.contains("the manifest is for the account 210987654321"), "{}", ran.stderr);
    }
}

/// Each section's log group is the one that the manifest makes it write to.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_section_logs_is_found_by_its_name() {
    for make in MAKES {
        let project = project(make, MANIFEST).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let [hello, all, order, web] = [
            "/aws/lambda/asked--production-hello",
            "/serverless-app/asked--production-all",
            "/aws/vendedlogs/states/asked--production-order",
            "/aws/vendedlogs/apigateway/asked--production-web",
        ];
        for (group, text) in [(hello, "of hello"), (all, "of shared"), (order, "of order"), (web, "of web")] {
            put(&aws, group, &[text.to_owned()]).await;
        }
        for (name, text) in [
            ("hello", "of hello"),
            ("function.hello", "of hello"),
            ("shared", "of shared"),
            ("all", "of shared"),
            ("log_group.all", "of shared"),
            ("order", "of order"),
            ("http_api.web", "of web"),
        ] {
            let ran = project.run(&["logs", name], 0);
            let lines: Vec<&str> = ran.stdout.lines().collect();
            assert!(matches!(lines[..], [line] if line.ends_with(&format!("Z {text}"))), "{name} {lines:?}");
        }
        let plain = project.run(&["logs", "all"], 0);
        let coloured = project.place(terminal::cli(&["logs", "all"])).run();
        assert!(!plain.stdout.contains('\u{1b}') && coloured.stdout.starts_with("\u{1b}[2m"), "{}", coloured.stdout);
        let quiet = project.run(&["logs", "quiet"], 64);
        assert!(quiet.stderr.contains("add `logging` to [workflow.quiet]"), "{}", quiet.stderr);
        let near = project.run(&["logs", "function.helo"], 64);
        assert!(near.stderr.contains("did you mean \"function.hello\"?"), "{}", near.stderr);
        let absent = project.run(&["logs", "hello", "--stage", "test"], 1);
        assert!(absent.stderr.contains("the log group of hello does not exist at the stage test"), "{}", absent.stderr);
    }
}

/// Now, as CloudWatch counts time.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_millis()).expect("a time")
}

/// Logs these, a millisecond apart, the last one now.
async fn put(aws: &Aws, group: &str, texts: &[String]) {
    let stream = format!("stream-{}", texts[0].replace(' ', "-"));
    aws.write.logs.create_log_stream().log_group_name(group).log_stream_name(&stream).send().await.expect("a stream");
    let first = now() - texts.len() as i64;
    let event = |(at, text): (usize, &String)| {
        InputLogEvent::builder().timestamp(first + at as i64).message(text).build().expect("an event")
    };
    let events: Vec<InputLogEvent> = texts.iter().enumerate().map(event).collect();
    for part in events.chunks(4000) {
        let request = aws.write.logs.put_log_events().log_group_name(group).log_stream_name(&stream);
        request.set_log_events(Some(part.to_vec())).send().await.expect("events");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_are_printed_in_their_order_and_none_twice() {
    let mut project = project(Make::Moto, "[app]\nname = \"asked\"\nregion = \"us-west-2\"\n[log_group.all]\n").await;
    project.deploy(&[]);
    let texts: Vec<String> = (0..10_500).map(|number| format!("event {number}\n")).collect();
    put(&project.aws().await, "/serverless-app/asked--production-all", &texts).await;
    let ran = project.run(&["logs", "all", "--since", "1h"], 0);
    let printed: Vec<String> =
        ran.stdout.lines().map(|line| format!("{}\n", line.split_once("Z ").expect("a time").1)).collect();
    assert!(printed == texts, "{} lines", printed.len());
    // A pipe holds less than a page.
    let proxy = Proxy::start(&crate::support::emulator::endpoint(Make::Moto).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    let script = "\"$0\" logs all --since 1h | head -n 1";
    let first = project.place(Cli::of(Command::new("sh"), &["-c", script, env!("CARGO_BIN_EXE_serverless-app")])).run();
    assert!(first.stdout.ends_with("Z event 0\n") && first.stderr.is_empty(), "{first:?}");
    let pages = proxy.log().iter().filter(|exchange| exchange.operation == "FilterLogEvents").count();
    assert_eq!(pages, 1, "nobody reads the second page");
    let none = project.run(&["logs", "all", "--since", "1s"], 0);
    assert!(none.stdout.lines().count() < 10_500, "{}", none.stdout.len());
}

/// The binary as it runs, and the lines that it prints.
struct Follows {
    child: Child,
    /// `None` once nobody reads them any more.
    lines: Option<std::io::Lines<BufReader<std::process::ChildStdout>>>,
}

impl Follows {
    fn start(project: &Project, endpoint: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_serverless-app"));
        command.args(arguments).current_dir(project.folder()).env_clear().envs([
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_ACCESS_KEY_ID", project.account()),
            ("AWS_SECRET_ACCESS_KEY", "emulator"),
            ("AWS_REGION", REGION),
        ]);
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the binary");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self { child, lines: Some(lines) }
    }

    fn next(&mut self) -> String {
        self.lines.as_mut().and_then(Iterator::next).expect("a line").expect("text")
    }

    /// Its exit code, which it has within half a minute.
    fn ends(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it has not ended");
    }
}

impl Drop for Follows {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_logged_from_now_on_is_printed_once() {
    for make in MAKES {
        let project = project(make, "[app]\nname = \"asked\"\nregion = \"us-west-2\"\n[log_group.all]\n").await;
        project.deploy(&[]);
        let (aws, group) = (project.aws().await, "/serverless-app/asked--production-all");
        put(&aws, group, &["before".to_owned()]).await;
        let endpoint = crate::support::emulator::endpoint(make).await;
        let mut follows = Follows::start(&project, &endpoint, &["logs", "all", "-f"]);
        assert!(follows.next().ends_with("Z before"));
        for text in ["one", "other", "last"] {
            put(&aws, group, &[text.to_owned()]).await;
            let line = follows.next();
            assert!(line.ends_with(&format!("Z {text}")), "{make:?} {line}");
        }
        assert!(follows.child.try_wait().expect("a status").is_none(), "it goes on until it is stopped");
        follows.lines = None;
        put(&aws, group, &["nobody reads this".to_owned()]).await;
        assert_eq!(follows.ends(), Some(0), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_no_json_is_refused_with_its_place_before_anybody_is_asked() {
    let project = Project::at("http://127.0.0.1:9", MANIFEST);
    std::fs::write(project.folder().join("event.json"), "{\"a\": hunter2}").expect("an event");
    let ran = project.run(&["invoke", "hello", "--event", "event.json"], 64);
    let says = "event.json:1:7: the event is not JSON; correct it, or leave --event out to send {}";
    assert!(ran.stderr.contains(says) && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
}
