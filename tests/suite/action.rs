//! The action's scripts, each run as the action runs it, with stand-ins for the program and for curl.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serverless_app::canonical::Sha;
use serverless_app::reason::{OF_THE_ACTION, Reason};
use tempfile::TempDir;

/// Says what it was called with, an argument a line, and leaves a receipt where it is asked to.
const PROGRAM: &str = r#"#!/bin/sh
if [ "$1" = arguments ]; then exec "$REAL" "$@"; fi
printf '%s\n' "-- $1 role=$SERVERLESS_APP_ROLE_TO_ASSUME region=${AWS_REGION-unset}${SERVERLESS_APP_NO_COMMENT:+ no-comment}" "$@" >>"$CALLS"
while [ $# -gt 0 ]; do
    if [ "$1" = --receipt ]; then echo '{}' >"$2"; fi
    last="$1"
    shift
done
[ "$last" != --journal=fail ]
"#;

/// Copies the file that the address names from the folder of released programs.
const CURL: &str = r#"#!/bin/sh
while [ $# -gt 1 ]; do
    if [ "$1" = --output ]; then out="$2"; fi
    shift
done
cp "$RELEASED/${1##*/}" "$out"
"#;

/// Unpacks, on machines without xz too.
const XZ: &str = r#"#!/bin/sh
[ "$1" = --version ] || exec python3 -I -c 'import lzma, sys; sys.stdout.buffer.write(lzma.decompress(sys.stdin.buffer.read()))'
"#;

/// A copy of the action's scripts with a runner around it.
struct Action {
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

struct Ran {
    ok: bool,
    text: String,
    outputs: BTreeMap<String, String>,
    calls: String,
}

impl Action {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scripts = folder.path().join("scripts");
        for made in ["scripts", "programs", "released", "temp", "workspace"] {
            fs::create_dir(folder.path().join(made)).unwrap();
        }
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/action")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), scripts.join(entry.file_name())).unwrap();
        }
        let mut action = Self { folder, environment: BTreeMap::new() };
        let program = action.executable("program", PROGRAM);
        action.executable("curl", CURL);
        action.executable("xz", XZ);
        let path = format!("{}:{}", action.path("programs"), std::env::var("PATH").unwrap());
        action.set("REAL", env!("CARGO_BIN_EXE_serverless-app"));
        action.set("PATH", &path).set("RUNNER_OS", "Linux").set("RUNNER_ARCH", "X64");
        for (name, place) in [("RUNNER_TEMP", "temp"), ("GITHUB_WORKSPACE", "workspace"), ("RELEASED", "released")] {
            let place = action.path(place);
            action.set(name, &place);
        }
        for (name, file) in [("GITHUB_OUTPUT", "output"), ("CALLS", "calls")] {
            let file = action.path(file);
            action.set(name, &file);
        }
        for input in ["BINARY", "VERSION", "PLAN_ID", "BASE", "ROLE_TO_ASSUME", "ROLE_SESSION_NAME", "ROLE_DURATION"] {
            action.input(input, "");
        }
        action.set("SERVERLESS_APP", &program.display().to_string()).set("ARTIFACT_URL", "").set("RECEIPT", "");
        action.input("SESSION_POLICY", "").input("APPLY_ROLE", "");
        for input in ["PLAN_WORKFLOW", "APPLY_WORKFLOWS", "ENVIRONMENT", "REQUIRE_APPROVAL", "LATE_PLANS"] {
            action.input(input, "");
        }
        action.input("DESTROY_WITHOUT_REVIEWERS", "");
        action.input("REGION", "").input("ARGUMENTS", "").input("MODE", "apply").input("STAGE", "production");
        action.input("MANIFEST", "serverless-app.toml").input("COMMENT", "on");
        action.input("ADOPT", "").input("WORKING_DIRECTORY", ".").input("BUILDS", "");
        action
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn executable(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join("programs").join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    fn input(&mut self, name: &str, value: &str) -> &mut Self {
        self.set(&format!("INPUT_{name}"), value)
    }

    /// A released program, and its lines in the action's table; gives its text.
    fn release(&self, version: &str, platform: &str) -> String {
        let text = format!("program of {version} for {platform}");
        for (suffix, archive) in [("xz", xz(text.as_bytes())), ("gz", gzip(text.as_bytes()))] {
            let name = format!("serverless-app-{platform}.{suffix}");
            fs::write(self.released(&name), &archive).unwrap();
            self.tabulate(&archive, text.as_bytes(), version, &name);
        }
        text
    }

    fn released(&self, name: &str) -> PathBuf {
        self.folder.path().join("released").join(name)
    }

    /// A line in the action's table.
    fn tabulate(&self, archive: &[u8], program: &[u8], version: &str, name: &str) {
        let (archive, program) = (Sha::of(archive).hex(), Sha::of(program).hex());
        let address = format!("https://github.com/org/serverless-app-action/releases/download/{version}/{name}");
        let table = self.folder.path().join("scripts/checksums.txt");
        fs::write(&table, format!("{}{archive} {program} {address}\n", fs::read_to_string(&table).unwrap())).unwrap();
    }

    /// How many files there are of what was downloaded.
    fn left(&self) -> usize {
        let entries = walkdir::WalkDir::new(self.path("temp")).into_iter().map(Result::unwrap);
        entries.filter(|entry| entry.file_type().is_file()).count()
    }

    fn run(&self, script: &str) -> Ran {
        let output = Command::new(self.folder.path().join("scripts").join(script))
            .env_clear()
            .envs(&self.environment)
            .current_dir(self.path("workspace"))
            .output()
            .unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let outputs = fs::read_to_string(self.path("output")).unwrap_or_default();
        let outputs = outputs.lines().filter_map(|line| line.split_once('=')).map(|(a, b)| (a.into(), b.into()));
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        Ran { ok: output.status.success(), text, outputs: outputs.collect(), calls }
    }

    /// Runs a script that has to stop with this reason and say this; the program is not called.
    fn refused(&self, script: &str, reason: &str, says: &str) {
        let ran = self.run(script);
        assert!(!ran.ok, "{}", ran.text);
        assert_eq!(ran.outputs.get("failure-reason").map(String::as_str), Some(reason), "{}", ran.text);
        assert!(ran.text.starts_with("::error title=serverless-app::") && ran.text.contains(says), "{}", ran.text);
        assert_eq!(ran.calls, "");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let script = "import lzma, sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read()))";
    let mut python = Command::new("python3");
    let python = python.args(["-I", "-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = python.spawn().unwrap();
    python.stdin.take().unwrap().write_all(bytes).unwrap();
    python.wait_with_output().unwrap().stdout
}

#[test]
fn a_release_is_downloaded_once_and_only_if_its_digest_is_in_the_table() {
    let mut action = Action::new();
    action.release("v1.0.0", "linux-x64");
    action.release("v1.1.0", "linux-arm64");
    let newest = action.release("v1.1.0", "linux-x64");
    for _ in 0..2 {
        let ran = action.run("install.sh");
        assert!(ran.ok, "{}", ran.text);
        let program = &ran.outputs["path"];
        assert_eq!(fs::read_to_string(program).unwrap(), newest);
        assert_ne!(fs::metadata(program).unwrap().permissions().mode() & 0o100, 0);
        // The second time there is nothing to fetch, so nothing is missed.
        let _ = fs::remove_file(action.released("serverless-app-linux-x64.xz"));
        assert_eq!(action.left(), 1, "nothing but the program is kept");
    }
    action.input("VERSION", "v1.0.0").refused("install.sh", "download", "v1.0.0/serverless-app-linux-x64.xz");
}

#[test]
fn a_runner_without_xz_takes_the_other_archive() {
    let action = Action::new();
    action.executable("xz", "#!/bin/sh\nexit 127\n");
    let text = action.release("v1.0.0", "linux-x64");
    fs::remove_file(action.released("serverless-app-linux-x64.xz")).unwrap();
    let ran = action.run("install.sh");
    assert!(ran.ok, "{}", ran.text);
    assert_eq!(fs::read_to_string(&ran.outputs["path"]).unwrap(), text);
    assert_eq!(action.left(), 1, "nothing but the program is kept");
}

#[test]
fn a_download_with_another_digest_is_not_kept() {
    let action = Action::new();
    let (name, other, damaged) = ("serverless-app-linux-x64.xz", xz(b"another"), b"no archive".as_slice());
    let text = action.release("v1.0.0", "linux-x64");
    fs::write(action.released(name), &other).unwrap();
    action.refused("install.sh", "checksum", "serverless-app-linux-x64.xz does not have the SHA-256");
    assert_eq!(action.left(), 0);
    action.tabulate(&other, text.as_bytes(), "v1.0.1", name);
    action.refused("install.sh", "checksum", "what xz makes of");
    assert_eq!(action.left(), 0);
    fs::write(action.released(name), damaged).unwrap();
    action.tabulate(damaged, text.as_bytes(), "v1.0.2", name);
    action.refused("install.sh", "download", "xz cannot unpack");
    assert_eq!(action.left(), 0);
}

#[test]
fn what_cannot_be_installed_says_why_and_what_to_do() {
    let mut action = Action::new();
    action.refused("install.sh", "no-release", "use a released tag");
    action.input("VERSION", "v9.9.9").refused("install.sh", "unknown-version", "no SHA-256 of the release v9.9.9");
    action.input("VERSION", "*").refused("install.sh", "unknown-version", "write it like v1.2.3");
    action.set("RUNNER_OS", "Windows").refused("install.sh", "unsupported-platform", "no program for Windows on X64");
    action.input("BINARY", "not\nthere").refused("install.sh", "binary", "not%0Athere");
    let program = action.path("programs/program");
    let ran = action.input("BINARY", &program).run("install.sh");
    assert_eq!((ran.ok, &ran.outputs["path"]), (true, &program));
}

/// The steps of the action, each as its text.
fn steps() -> Vec<String> {
    let action = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let (_, steps) = action.split_once("\n  steps:\n").unwrap();
    // What stands before a step is its comment.
    let uncommented: Vec<&str> = steps.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    uncommented.join("\n").split("    - ").skip(1).map(str::to_owned).collect()
}

#[test]
fn a_cache_is_restored_for_plan_alone_and_before_anything_is_fetched() {
    let steps = steps();
    let position = |what: &str| steps.iter().position(|step| step.contains(what)).unwrap();
    let caches: Vec<&String> = steps.iter().filter(|step| step.contains("uses: actions/cache")).collect();
    assert_eq!(caches.len(), 1, "{caches:?}");
    assert_eq!(position("uses: actions/cache"), 0, "the first step");
    assert!(caches[0].contains("if: ${{ inputs.command == 'plan' }}\n"), "{}", caches[0]);
    assert!(caches[0].contains("path: ~/.cache/serverless-app/wheels\n"), "wheels alone: {}", caches[0]);
    assert!(position("install.sh") < position("run.sh"));
}

#[test]
fn inputs_reach_the_program_as_they_are() {
    let mut action = Action::new();
    action.input("COMMAND", "plan").input("BASE", "base").input("MODE", "destroy").input("REGION", "eu-west-1");
    action.input("ARGUMENTS", "--adopt\n$(touch evil) `touch evil` \"; touch evil\n\n--delete-data");
    action.input("ROLE_TO_ASSUME", "arn:aws:iam::123456789012:role/plan");
    let ran = action.run("run.sh");
    assert!(ran.ok, "{}", ran.text);
    let expected = format!(
        "-- plan role=arn:aws:iam::123456789012:role/plan region=eu-west-1\nplan\n--stage\nproduction\n--manifest\n\
         serverless-app.toml\n--base\n{}/base\n--destroy\n--out\n{}/serverless-app/production/plan\n--adopt\n\
         $(touch evil) `touch evil` \"; touch evil\n--delete-data\n",
        action.path("workspace"),
        action.path("temp"),
    );
    assert_eq!(ran.calls, expected);
    assert_eq!(fs::read_dir(action.path("workspace")).unwrap().count(), 0);
}

#[test]
fn what_is_asked_of_approvals_and_environments_reaches_verify_as_variables() {
    let names = [
        "PLAN_WORKFLOW",
        "APPLY_WORKFLOWS",
        "ENVIRONMENT",
        "REQUIRE_APPROVAL",
        "LATE_PLANS",
        "DESTROY_WITHOUT_REVIEWERS",
    ];
    let mut action = Action::new();
    let program = "#!/bin/sh\nenv | sed -n 's/^SERVERLESS_APP_//p' | sort >>\"$CALLS\"\n";
    action.executable("program", program);
    let set = |calls: &str, name: &str| calls.lines().filter(|line| *line == format!("{name}=$(x) {name}")).count();
    action.input("COMMAND", "apply").input("PLAN_ID", "sha256:aa");
    let calls = action.run("run.sh").calls;
    assert!(names.iter().all(|name| !calls.contains(name)), "what is not given has the program's default: {calls}");
    for name in names {
        action.input(name, &format!("$(x) {name}"));
    }
    let calls = action.run("run.sh").calls;
    assert!(names.iter().all(|name| set(&calls, name) == 2), "verify and apply: {calls}");
}

#[test]
fn what_is_built_lies_where_the_artifact_is_taken_from_and_put_to() {
    let mut action = Action::new();
    let ran = action.input("COMMAND", "build").run("run.sh");
    assert!(ran.ok, "{}", ran.text);
    let out = format!("{}/serverless-app/production/builds", action.path("temp"));
    assert!(ran.calls.ends_with(&format!("--out\n{out}\n")), "{}", ran.calls);
    assert_eq!(ran.outputs["builds-path"], out);
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    assert!(text.contains("GITHUB_TOKEN: ${{ inputs.command != 'build' && inputs.github-token || '' }}\n"));
    assert!(text.contains("path: ${{ runner.temp }}/serverless-app/builds-${{ inputs.stage }}\n"));
    action.executable("program", "#!/bin/sh\necho \"builds=$SERVERLESS_APP_BUILDS\" >>\"$CALLS\"\n");
    for command in ["plan", "verify", "check", "rehearse"] {
        let calls = action.input("COMMAND", command).input("BUILDS", "true").run("run.sh").calls;
        assert!(
            calls.ends_with(&format!("builds={}/serverless-app/builds-production\n", action.path("temp"))),
            "{calls}"
        );
        let calls = action.input("BUILDS", "false").run("run.sh").calls;
        assert!(calls.ends_with("builds=\n"), "{command}: {calls}");
    }
}

#[test]
fn inputs_that_cannot_be_are_refused_before_the_program_runs() {
    let mut action = Action::new();
    action.input("COMMAND", "publish").refused("run.sh", "usage", "not publish");
    action.input("COMMAND", "apply").refused("run.sh", "usage", "needs the input 'plan-id'");
    action.input("MODE", "remove").refused("run.sh", "usage", "apply, destroy or destroy-data, not remove");
    action.input("MODE", "").refused("run.sh", "usage", "apply, destroy or destroy-data, not ");
    action.input("MODE", "apply");
    action.input("BUILDS", "dist").refused("run.sh", "usage", "'builds' is true or false, not dist");
    action.input("BUILDS", "");
    for adopt in ["--expect", "sns.topic/a\n$(touch evil)", "sns.topic/a;b"] {
        action.input("ADOPT", adopt).refused("run.sh", "usage", "is a list of addresses");
    }
    action.input("ADOPT", "");
    std::os::unix::fs::symlink("real", Path::new(&action.path("workspace")).join("link")).unwrap();
    action.input("WORKING_DIRECTORY", "./link/app").refused("run.sh", "usage", "leads through a symbolic link");
    action.input("WORKING_DIRECTORY", ".").input("STAGE", "../up").refused("run.sh", "usage", "not ../up");
    action.input("COMMENT", "maybe").refused("publish.sh", "usage", "on or off, not maybe");
    action.input("STAGE", "production").refused("run.sh", "usage", "on or off, not maybe");
}

#[test]
fn whoever_looks_for_a_comment_is_told_where_comments_are_off() {
    for (command, comment, calls) in [
        ("verify", "off", vec!["-- verify role= region=unset no-comment"]),
        ("apply", "false", vec!["-- verify role= region=unset no-comment", "-- apply role= region=unset no-comment"]),
        ("check", "off", vec!["-- check role= region=unset no-comment"]),
        ("verify", "on", vec!["-- verify role= region=unset"]),
    ] {
        let mut action = Action::new();
        action.input("PLAN_ID", "sha256:aa").input("COMMAND", command).input("COMMENT", comment);
        let ran = action.run("run.sh");
        let lines: Vec<&str> = ran.calls.lines().filter(|line| line.starts_with("-- ")).collect();
        assert_eq!(lines, calls, "{command} {comment}: {}", ran.text);
    }
}

#[test]
fn mode_and_adoption_reach_plan_verify_and_apply_alike() {
    for (mode, plan) in [("apply", ""), ("destroy", "--destroy\n"), ("destroy-data", "--destroy\n--delete-data\n")] {
        let adopt = "--adopt\nsns.topic/a\n--adopt\ndynamodb.table/b_c.d-e\n";
        let calls = |command: &str| {
            let mut action = Action::new();
            action.input("COMMAND", command).input("PLAN_ID", "sha256:aa").input("MODE", mode);
            let ran = action.input("ADOPT", " sns.topic/a\n\ndynamodb.table/b_c.d-e ").run("run.sh");
            assert!(ran.ok, "{}", ran.text);
            ran.calls
        };
        let planned = calls("plan");
        assert!(planned.contains(&format!("serverless-app.toml\n{plan}{adopt}--out\n")), "{mode}: {planned}");
        let asked = format!("serverless-app.toml\n--mode\n{mode}\n{adopt}--expect\n");
        assert_eq!(calls("apply").matches(&asked).count(), 2, "{mode}: verify and apply");
        let verified = calls("verify");
        assert!(verified.contains(&format!("--mode\n{mode}\n{adopt}--source\n.\n")), "{mode}: {verified}");
    }
}

#[test]
fn apply_fetches_the_plan_first_and_gives_the_receipt_even_when_it_fails() {
    let mut action = Action::new();
    action.input("COMMAND", "apply").input("PLAN_ID", "sha256:aa").input("ARGUMENTS", "--journal\nfail");
    let ran = action.run("run.sh");
    assert!(!ran.ok);
    let receipt = format!("{}/serverless-app/production/receipt.json", action.path("temp"));
    assert_eq!(ran.outputs.get("receipt-path"), Some(&receipt));
    let lines: Vec<&str> = ran.calls.lines().filter(|line| line.starts_with("-- ")).collect();
    assert_eq!(lines, ["-- verify role= region=unset", "-- apply role= region=unset"]);
    assert_eq!(ran.calls.matches("--expect\nsha256:aa\n").count(), 2, "{}", ran.calls);
    assert_eq!(ran.calls.matches("--source\n.\n").count(), 1, "only apply plans afresh: {}", ran.calls);
}

#[test]
fn further_arguments_reach_the_inner_verify_of_apply_too() {
    let mut action = Action::new();
    action.input("COMMAND", "apply").input("PLAN_ID", "sha256:aa");
    action.input("ARGUMENTS", "--environment\nblue $(touch evil)\n--timeout-factor=2\n\n--role-duration\n900\n");
    let ran = action.run("run.sh");
    assert!(ran.ok, "{}", ran.text);
    let (verify, apply) = ran.calls.split_once("-- apply ").unwrap();
    assert!(verify.ends_with("/plan\n--environment=blue $(touch evil)\n--role-duration=900\n"), "{verify}");
    assert!(apply.ends_with("/receipt.json\n--timeout-factor=2\n--role-duration=900\n"), "{apply}");
    assert_eq!(fs::read_dir(action.path("workspace")).unwrap().count(), 0);
    let unknown = action.input("ARGUMENTS", "--detailed-exitcode").run("run.sh");
    assert!(!unknown.ok && unknown.text.contains("neither verify nor apply has it"), "{}", unknown.text);
    assert_eq!(unknown.calls.matches("-- apply").count(), 1, "it stops before anything is verified: {}", unknown.calls);
}

#[test]
fn publish_posts_the_plan_or_the_result() {
    let mut action = Action::new();
    let plan = format!("publish\n{}/serverless-app/production/plan\n--stage\nproduction\n", action.path("temp"));
    action.input("COMMAND", "plan").input("COMMENT", "off").set("ARTIFACT_URL", "https://github.com/a/1");
    let ran = action.run("publish.sh");
    assert!(ran.ok && ran.calls.contains(&plan), "{}", ran.calls);
    assert!(ran.calls.ends_with("--no-comment\n--artifact-url\nhttps://github.com/a/1\n"), "{}", ran.calls);
    let ran = action.input("COMMAND", "apply").input("COMMENT", "on").set("RECEIPT", "/r.json").run("publish.sh");
    let receipt = "serverless-app.toml\n--artifact-url\nhttps://github.com/a/1\n--result\n/r.json\n";
    assert!(ran.calls.ends_with(receipt), "{}", ran.calls);
}

#[test]
fn the_book_explains_every_failure_reason_input_and_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let (errors, page) = (read("docs/errors.md"), read("docs/action.md"));
    for reason in Reason::ALL {
        assert!(errors.contains(&format!("\n| `{reason}` |")), "docs/errors.md does not explain `{reason}`");
    }
    let scripts =
        read(".github/action/install.sh") + &read(".github/action/run.sh") + &read(".github/action/publish.sh");
    let is_word = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.contains(['\n', ' ']);
    let raised = ["fail ", "refuse "].into_iter().flat_map(|call| scripts.split(call).skip(1));
    let raised: Vec<&str> = raised.filter_map(|rest| Some(rest.split_once(" \"")?.0)).filter(is_word).collect();
    assert!(raised.contains(&"checksum") && raised.contains(&"binary"), "{raised:?}");
    assert!(raised.iter().all(|word| OF_THE_ACTION.iter().any(|(reason, _)| reason.word() == *word)), "{raised:?}");
    let action = read("action.yml");
    let (declared, _) = action.split_once("\nruns:").unwrap();
    let names = declared.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    let names: Vec<&str> = names.filter(|name| !name.starts_with(' ')).collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "docs/action.md does not explain `{name}`");
    }
}

/// A variable that nobody has set is an empty input.
#[test]
fn a_job_without_a_role_and_without_other_credentials_is_never_taken_to_have_looked() {
    let hosted = || {
        let mut action = Action::new();
        action.set("RUNNER_ENVIRONMENT", "github-hosted").input("PLAN_ID", "sha256:aa");
        action
    };
    for command in ["check", "verify", "apply"] {
        let mut action = hosted();
        action.input("COMMAND", command);
        action.refused("run.sh", "usage", "'role-to-assume' is empty");
        let ran = action.input("ROLE_TO_ASSUME", "arn:aws:iam::123456789012:role/x").run("run.sh");
        assert!(ran.ok && ran.calls.contains(command), "{command}: {}", ran.text);
    }
    let runs = |action: &mut Action| {
        let ran = action.input("COMMAND", "check").run("run.sh");
        assert!(ran.ok, "{}", ran.text);
    };
    runs(hosted().set("AWS_ACCESS_KEY_ID", "x"));
    runs(hosted().input("ARGUMENTS", "--offline"));
    runs(hosted().set("RUNNER_ENVIRONMENT", "self-hosted"));
    let mut fork = hosted();
    assert!(fork.input("COMMAND", "plan").run("run.sh").ok, "plan knows forks, which get no role");
}
