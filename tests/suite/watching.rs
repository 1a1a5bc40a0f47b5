//! `rehearse --watch`: what changes is planned and applied again, until Ctrl-C.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serverless_app::emulator::{Notes, cache_folder};
use tempfile::TempDir;

use crate::support::command::{Cli, Ran};

const MANIFEST: &str = r#"[app]
name = "watched"
region = "us-west-2"
[function.hello]
source = "src"
runtime = "python3.12"
handler = "main.handler"
"#;

/// The binary as it watches; what it prints comes line by line from both outputs.
struct Watch {
    folder: TempDir,
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start() -> Self {
        let folder = TempDir::with_prefix("serverless-app-watched-").expect("a folder");
        std::fs::create_dir(folder.path().join("src")).expect("a folder");
        write(folder.path(), "serverless-app.toml", MANIFEST);
        write(folder.path(), "src/main.py", "def handler(event, context):\n    return 1\n");
        let mut command = Command::new(env!("CARGO_BIN_EXE_serverless-app"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(["rehearse", "--watch"]).current_dir(folder.path()).env_clear().env("PATH", path);
        command.env("HOME", folder.path()).env("SERVERLESS_APP_CACHE", cache_folder().expect("a cache folder"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary");
        let (sender, lines) = channel();
        let pipes: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("a pipe")), Box::new(child.stderr.take().expect("a pipe"))];
        for pipe in pipes {
            let sender = sender.clone();
            std::thread::spawn(move || {
                // The test may have ended before.
                BufReader::new(pipe).lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
            });
        }
        Self { folder, child, lines }
    }

    fn write(&self, path: &str, text: &str) {
        write(self.folder.path(), path, text);
    }

    /// Waits for a line that holds this; gives it, and those before it.
    fn until(&self, what: &str) -> Vec<String> {
        let (start, mut seen) = (Instant::now(), Vec::new());
        while start.elapsed() < Duration::from_secs(180) {
            if let Ok(line) = self.lines.recv_timeout(Duration::from_secs(1)) {
                let is_it = line.contains(what);
                seen.push(line);
                if is_it {
                    return seen;
                }
            }
        }
        panic!("no {what:?} in:\n{}", seen.join("\n"));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It has ended where the test has not failed; else it ends its emulator at this signal.
        interrupt(&self.child);
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        // One that was to outlive it.
        rehearse(self.folder.path(), "--stop");
    }
}

/// What is asked for in another terminal.
fn rehearse(folder: &Path, option: &str) -> Ran {
    let cache = cache_folder().expect("a cache folder");
    let cli = Cli::new(&["rehearse", option]).folder(folder).env("SERVERLESS_APP_CACHE", cache);
    cli.timeout(Duration::from_secs(300)).run()
}

fn write(folder: &Path, path: &str, text: &str) {
    std::fs::write(folder.join(path), text).expect("a file");
}

fn interrupt(child: &Child) {
    // A process that has ended gets none.
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status();
}

#[test]
fn changes_are_applied_mistakes_are_shown_and_ctrl_c_ends_everything() {
    let mut watch = Watch::start();
    watch.until("Watching 2 files of serverless-app.toml; Ctrl-C ends it.");
    let notes = Notes::of(&cache_folder().expect("a folder"), &watch.folder.path().join("serverless-app.toml"));
    let note = notes.as_ref().expect("notes").read().expect("a note").expect("an emulator that others can ask");
    let address = note.emulator.endpoint.trim_start_matches("http://").to_owned();

    watch.write("serverless-app.toml", &format!("{MANIFEST}timeout = 9\n"));
    let seen = watch.until("Applied");
    assert!(seen.iter().any(|line| line.contains("update function hello")), "{seen:#?}");

    watch.write("serverless-app.toml", &format!("{MANIFEST}timeut = 9\n"));
    watch.until("there is no key \"timeut\"; did you mean \"timeout\"?");
    watch.write("serverless-app.toml", &format!("{MANIFEST}timeout = 9\n"));
    watch.until("No changes.");

    watch.write("src/main.py", "def handler(event, context):\n    return 12345\n");
    let seen = watch.until("Applied");
    assert!(seen.iter().any(|line| line.contains("update function hello")), "{seen:#?}");
    // A file that is new, and which the manifest names from now on.
    watch.write("order.asl.json", r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#);
    watch.write(
        "serverless-app.toml",
        &format!("{MANIFEST}timeout = 9\n[workflow.order]\ndefinition = \"order.asl.json\"\n"),
    );
    watch.until("Applied");
    watch.write("order.asl.json", r#"{"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}}"#);
    let seen = watch.until("Applied");
    assert!(seen.iter().any(|line| line.contains("update workflow order")), "{seen:#?}");

    assert!(TcpStream::connect(&address).is_ok());
    interrupt(&watch.child);
    watch.until("Stopped the emulator");
    assert_eq!(watch.child.wait().expect("a status").code(), Some(0));
    assert!(TcpStream::connect(&address).is_err(), "it has ended");
    assert_eq!(notes.expect("notes").read().expect("no note"), None);
}

#[test]
fn an_emulator_that_another_terminal_keeps_outlives_the_one_that_has_started_it() {
    let mut watch = Watch::start();
    watch.until("Ctrl-C ends it.");
    let kept = rehearse(watch.folder.path(), "--keep");
    assert_eq!(kept.code, Some(0), "{}", kept.stderr);
    let address = kept.stdout.lines().find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL=http://"));
    let address = address.unwrap_or_else(|| panic!("{}", kept.stdout));
    interrupt(&watch.child);
    watch.until("keeps running, because `rehearse --keep` was run meanwhile");
    assert_eq!(watch.child.wait().expect("a status").code(), Some(0));
    assert!(TcpStream::connect(address).is_ok(), "it has not ended");
    let stopped = rehearse(watch.folder.path(), "--stop");
    assert!(stopped.stderr.contains("Stopped the emulator"), "{}", stopped.stderr);
    assert!(TcpStream::connect(address).is_err());
}
