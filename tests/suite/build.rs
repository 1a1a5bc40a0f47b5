//! Functions with a `build`: built apart from every right, taken by digest, and never run but as approved.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serverless_app::canonical::Sha;
use tempfile::TempDir;

use crate::support::command::Ran;
use crate::support::emulator::Make;
use crate::support::project::{Project, changes};

/// An app whose function is made by a command, and one whose is not.
fn manifest(build: &str) -> String {
    format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.made]\nsource = \"made\"\nruntime = \"python3.13\"\n\
         handler = \"main.handler\"\nbuild = {build}\n\n[function.plain]\nsource = \"plain\"\nruntime = \"python3.13\"\n\
         handler = \"main.handler\"\n"
    )
}

const SCRIPT: &str = r#"{ command = "sh build.sh", output = "dist" }"#;
const COPIES: &str = "set -eu\nmkdir dist\nsed s/NAME/built/ template.py >dist/main.py\necho made by build.sh\n";
const TEMPLATE: &str = "def handler(event, context):\n    return 'NAME'\n";

/// The app with a build script, at an endpoint that is never asked unless a test says so.
fn lay_out(project: &Project, script: &str) {
    for (path, text) in [
        ("made/build.sh", script),
        ("made/template.py", TEMPLATE),
        ("plain/main.py", "def handler(event, context):\n    return 'plain'\n"),
    ] {
        project.file(path, text);
    }
}

fn nowhere(build: &str, script: &str) -> Project {
    let project = Project::at("http://127.0.0.1:9", &manifest(build));
    lay_out(&project, script);
    project
}

async fn live(script: &str) -> Project {
    let project = Project::new(Make::Moto, &manifest(SCRIPT)).await;
    lay_out(&project, script);
    project
}

fn build(project: &Project, out: &str, code: i32) -> Ran {
    let ran = project.cli(&["build", "--out", out]).run();
    assert_eq!(ran.code, Some(code), "{}\n{}", ran.stdout, ran.stderr);
    ran
}

fn index(project: &Project, folder: &str) -> Value {
    let text = fs::read_to_string(project.folder().join(folder).join("builds.json")).expect("an index");
    serde_json::from_str(&text).expect("JSON")
}

/// The text of a file in a function's zip.
fn zipped(project: &Project, folder: &str, file: &str) -> String {
    use std::io::Read;

    let zip = fs::File::open(project.folder().join(folder).join("made.zip")).expect("a zip");
    let mut archive = zip::ZipArchive::new(zip).expect("a zip");
    let mut text = String::new();
    archive.by_name(file).expect("a file").read_to_string(&mut text).expect("text");
    text
}

#[test]
fn what_a_command_makes_is_zipped_the_same_each_time_and_shown_while_it_is_made() {
    let project = nowhere(SCRIPT, COPIES);
    let ran = build(&project, "builds", 0);
    assert!(ran.stderr.contains("Building made: sh build.sh\n  made by build.sh\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("Next: serverless-app plan --builds builds\n"), "{}", ran.stderr);
    assert_eq!(zipped(&project, "builds", "main.py"), TEMPLATE.replace("NAME", "built"));
    let functions = index(&project, "builds")["functions"].clone();
    assert_eq!(functions.as_object().expect("functions").keys().collect::<Vec<_>>(), ["made"], "plain has no build");
    let bytes = fs::read(project.folder().join("builds/made.zip")).expect("a zip");
    assert_eq!(functions["made"]["sha256"], Sha::of(&bytes).hex());
    assert!(!project.folder().join("made/dist").exists(), "it is built in a copy");
    build(&project, "again", 0);
    assert_eq!(index(&project, "again"), index(&project, "builds"));
}

#[test]
fn what_a_build_does_not_depend_on_it_does_not_see() {
    let narrow = r#"{ command = "sh build.sh; ls >dist/seen", output = "dist", inputs = ["build.sh", "*.py"] }"#;
    let project = nowhere(narrow, COPIES);
    for path in ["made/notes.txt", "made/dist/stale.py", "made/node_modules/a/index.js"] {
        project.file(path, "\n");
    }
    build(&project, "builds", 0);
    assert_eq!(zipped(&project, "builds", "seen"), "build.sh\ndist\ntemplate.py\n");
    let before = index(&project, "builds");
    project.file("made/notes.txt", "another\n");
    build(&project, "builds", 0);
    assert_eq!(index(&project, "builds"), before);
    project.file("made/template.py", "def handler(event, context):\n    return 'other'\n");
    build(&project, "builds", 0);
    assert_ne!(index(&project, "builds")["functions"]["made"]["inputs"], before["functions"]["made"]["inputs"]);
}

#[test]
fn functions_of_one_source_and_command_are_built_once() {
    let project = nowhere(SCRIPT, COPIES);
    let second = "[function.other]\nsource = \"made\"\nruntime = \"python3.13\"\nhandler = \"main.handler\"\nexclude = [\"x\"]\n";
    project.write(&format!("{}{second}build = {SCRIPT}\n", manifest(SCRIPT)));
    let ran = build(&project, "builds", 0);
    assert_eq!(ran.stderr.matches("made by build.sh").count(), 1, "{}", ran.stderr);
    assert_eq!(index(&project, "builds")["functions"].as_object().expect("functions").len(), 2);
    project.file("made/build.sh", "exit 3\n");
    let ran = build(&project, "builds", 64);
    assert!(
        ran.stderr.contains("function made: the build of `made` failed (exit status: 3): sh build.sh"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("function other: it is not built, since it shares its build with the function made"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_build_sees_the_tools_variables_and_none_of_the_jobs() {
    let project = nowhere(SCRIPT, "mkdir dist\ncp template.py dist/main.py\nenv >dist/saw\n");
    let planted = [
        ("AWS_PROFILE", "planted-secret-profile"),
        ("ACTIONS_RUNTIME_TOKEN", "planted-secret-runtime"),
        ("NPM_TOKEN", "planted-secret-npm"),
        ("NODE_OPTIONS", "--planted-secret"),
        ("INPUT_ARGUMENTS", "planted-secret-input"),
    ];
    let cli = project.cli(&["build"]).env("GOPATH", "/go").env("npm_config_registry", "https://npm.example.org");
    let ran = planted.iter().fold(cli, |cli, (name, value)| cli.env(name, value)).run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let saw = zipped(&project, "serverless-app-builds", "saw");
    for line in [
        "GOPATH=/go",
        "npm_config_registry=https://npm.example.org",
        "FUNCTION_ARCHITECTURE=x86_64",
        "FUNCTION_RUNTIME=python3.13",
        "SOURCE_DATE_EPOCH=315532800",
        "TZ=UTC",
    ] {
        assert!(saw.lines().any(|seen| seen == line), "{line}: {saw}");
    }
    for start in ["AWS_", "ACTIONS_", "GITHUB_", "INPUT_", "NPM_TOKEN", "NODE_OPTIONS", "SERVERLESS_APP_"] {
        assert!(!saw.lines().any(|seen| seen.starts_with(start)), "{start}: {saw}");
    }
}

#[test]
fn nothing_is_built_in_a_job_that_has_rights() {
    let project = nowhere(SCRIPT, COPIES);
    for name in [
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_DEFAULT_PROFILE",
        "AWS_PROFILE",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "GH_TOKEN",
        "GITHUB_TOKEN",
    ] {
        let cli =
            project.cli(&["build"]).env("CI", "true").env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "");
        let ran = cli.env(name, "planted-secret-of-nobody").run();
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("this job must not build, because it has {name},")), "{}", ran.stderr);
        assert!(ran.stderr.contains("permissions: { contents: read }"), "{}", ran.stderr);
        assert!(!project.folder().join("serverless-app-builds").exists());
    }
    let cli = project.cli(&["build"]).env("CI", "true").env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "");
    assert_eq!(cli.run().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_plans_nothing_that_no_job_before_it_has_built() {
    let project = live(COPIES).await;
    let ran = project.cli(&["plan"]).env("CI", "true").run();
    assert_eq!(ran.code, Some(64), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("serverless-app.toml:9:1: function made: it has a `build`, but the result"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("`command: build`") && ran.stderr.contains("`builds: true`"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("made by build.sh"), "{}", ran.stderr);
    // What needs no code needs no build.
    let ran = project.cli(&["check", "--offline"]).env("CI", "true").run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn a_second_build_that_differs_is_named_with_advice() {
    let script = "mkdir dist\ncp template.py dist/main.py\npwd >dist/where\nod -An -N8 -tx1 /dev/urandom >dist/stamp\n";
    let project = nowhere(SCRIPT, script);
    let ran = project.cli(&["build", "--twice"]).run();
    assert_eq!(ran.code, Some(64), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("serverless-app.toml:9:1: function made: two builds of `made` differ"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("\n  where: it contains the path of the folder"), "{}", ran.stderr);
    assert!(ran.stderr.contains("\n  stamp: leave out times"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("\n  main.py:"), "{}", ran.stderr);
    lay_out(&project, COPIES);
    let ran = project.cli(&["build", "--twice"]).run();
    assert_eq!((ran.code, ran.stderr.matches("made by build.sh").count()), (Some(0), 2), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_built_is_planned_applied_and_then_nothing_is_left() {
    let project = live(COPIES).await;
    build(&project, "builds", 0);
    let plan = project.plan(&["--builds", "builds"]);
    let made = index(&project, "builds")["functions"]["made"].clone();
    let digest = made["sha256"].as_str().expect("a digest");
    assert_eq!(plan["blobs"][digest]["built_from"], made["inputs"]);
    assert!(plan["blobs"].as_object().expect("blobs").len() == 2);
    let id = project.plan_id();
    let arguments = ["apply", "serverless-app-plan", "--expect", &id, "--source", ".", "--builds", "builds"];
    project.run(&arguments, 0);
    // On a developer's machine it is built by the plan itself, to the same.
    let ran = project.run(&["plan"], 0);
    assert!(
        ran.stderr.contains("made by build.sh") && ran.stdout.contains("No changes"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    let ran = project.run(&["check", "--builds", "builds"], 0);
    assert!(!ran.stderr.contains("made by build.sh"), "{}", ran.stderr);
    assert!(!project.run(&["outputs"], 0).stderr.contains("made by build.sh"), "outputs need no code");
    assert!(!project.run(&["plan", "--destroy"], 0).stderr.contains("made by build.sh"), "nor does an end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_is_not_reproducible_is_planned_but_not_applied() {
    let project = live("mkdir dist\ncp template.py dist/main.py\nod -An -N8 -tx1 /dev/urandom >dist/stamp\n").await;
    build(&project, "first", 0);
    build(&project, "second", 0);
    project.plan(&["--builds", "first"]);
    let id = project.plan_id();
    let apply = |builds| {
        ["apply", "serverless-app-plan", "--expect", &id, "--source", ".", "--builds", builds].map(str::to_owned)
    };
    let run = |builds, code| project.run(&apply(builds).each_ref().map(String::as_str), code);
    let ran = run("second", 4);
    assert!(ran.stderr.contains("function made: its build is not reproducible"), "{}", ran.stderr);
    assert!(ran.stderr.contains("serverless-app build --twice"), "{}", ran.stderr);
    assert_eq!(changes(&project.plan(&["--builds", "first"])).len(), 6, "nothing was sent");
    run("first", 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_built_from_another_source_or_changed_since_is_refused() {
    let project = live(COPIES).await;
    build(&project, "builds", 0);
    let refused = |says: &str| {
        let ran = project.cli(&["plan", "--builds", "builds"]).run();
        assert_eq!(ran.code, Some(64), "{}", ran.stderr);
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
    };
    project.file("made/template.py", "def handler(event, context):\n    return 'other'\n");
    refused("serverless-app.toml:9:1: function made: it was built from other source");
    project.file("made/template.py", TEMPLATE);
    let (zip, json) = (project.folder().join("builds/made.zip"), project.folder().join("builds/builds.json"));
    let (bytes, text) = (fs::read(&zip).expect("a zip"), fs::read_to_string(&json).expect("an index"));
    fs::write(&zip, [&bytes[..bytes.len() - 1], b"x"].concat()).expect("a zip");
    refused("is not what `serverless-app build` wrote there");
    fs::remove_file(&zip).expect("no zip");
    std::os::unix::fs::symlink("/dev/zero", &zip).expect("a link");
    refused("it is not a file");
    fs::remove_file(&zip).expect("no link");
    fs::write(&zip, &bytes).expect("a zip");
    for (other, says) in [
        (text.replace("\"format\": 1", "\"format\": 2"), "of another release"),
        (text.replace("\"size\"", "\"length\""), "unknown field"),
        (text.replace("\"made\"", "\"other\""), "has no build of it"),
        (text.replace("\"made\"", "\"../made\""), "builds.json"),
        (text[..text.len() / 2].to_owned(), "builds.json"),
        (text.replace("\"inputs\": \"", "\"inputs\": \"f"), "`inputs` of the function made is not a SHA-256"),
        (text.replace("\"sha256\": \"", "\"sha256\": \"G"), "`sha256` of the function made is not a SHA-256"),
    ] {
        fs::write(&json, other).expect("an index");
        refused(says);
    }
    fs::write(&json, text.replace("\"size\"", &format!("\"{}\"", "long".repeat(10_000)))).expect("an index");
    let ran = project.cli(&["plan", "--builds", "builds"]).run();
    assert!(ran.code == Some(64) && ran.stderr.len() < 2_000, "{} characters", ran.stderr.len());
    fs::remove_file(&json).expect("no index");
    refused("it does not exist");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_base_branch_is_compared_without_its_builds() {
    let project = live(COPIES).await;
    let base = TempDir::new().expect("a folder");
    copy(project.folder(), base.path());
    build(&project, "builds", 0);
    project.plan(&["--builds", "builds"]);
    project.apply(0);
    let plan = |project: &Project| {
        project.run(&["plan", "--builds", "builds", "--base", base.path().to_str().expect("a path")], 0).stdout
    };
    assert!(plan(&project).contains("No changes"));
    project.file("made/template.py", "def handler(event, context):\n    return 'other'\n");
    build(&project, "builds", 0);
    let said = plan(&project);
    assert!(said.contains("update function made (this pull request)"), "{said}");
    assert!(!said.contains("template.py"), "what a build made are no files that anybody wrote: {said}");
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, into) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            fs::create_dir(&into).expect("a folder");
            copy(&path, &into);
        } else {
            fs::copy(&path, &into).expect("a copy");
        }
    }
}
