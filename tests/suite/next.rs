//! Every command ends with the line to type next, and that line works.

use crate::support::command::{Cli, Ran};
use crate::support::emulator::Make;
use crate::support::project::Project;

const MANIFEST: &str = "[app]\nname = \"next\"\nregion = \"us-west-2\"\n\n[queue.jobs]\n";

/// The line to type next; nothing comes after it.
fn next(ran: &Ran) -> Option<String> {
    let (_, line) = ran.stderr.rsplit_once("\nNext: ")?;
    Some(line.trim_end().to_owned())
}

/// Runs the line, which is one of ours, as a shell would, and gives what it says next.
fn typed(project: &Project, line: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let ("serverless-app", arguments) = words.split_first().map(|(first, rest)| (*first, rest)).expect("a command")
    else {
        panic!("{line}")
    };
    let ran = project.cli(arguments).run();
    assert_eq!(ran.code, Some(0), "{line}\n{}{}", ran.stdout, ran.stderr);
    next(&ran)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_plan_to_apply_to_check_each_line_is_the_one_to_type() {
    let project = Project::new(Make::Ministack, MANIFEST).await;
    let plan = project.cli(&["plan"]).run();
    assert_eq!(plan.code, Some(0), "{}", plan.stderr);
    assert!(plan.stdout.contains("    + create queue jobs  serverless-app.toml:5\n"), "{}", plan.stdout);
    assert!(!plan.stdout.contains("sqs:CreateQueue"), "{}", plan.stdout);
    let line = next(&plan).expect("a line");
    assert!(line.starts_with("serverless-app apply serverless-app-plan --expect sha256:"), "{line}");
    let shown = project.cli(&["show", "serverless-app-plan", "-v"]).run();
    assert!(shown.stdout.contains("sqs:CreateQueue") && !shown.stdout.contains(".toml:"), "{}", shown.stdout);
    assert_eq!(next(&shown).as_deref(), Some(&*line));
    let check = typed(&project, &line).expect("a line after the apply");
    assert_eq!(check, "serverless-app check");
    assert_eq!(typed(&project, &check), None, "nothing is to be done");
    // What a program reads has nothing for people beside it, and where nothing changes there is nothing to do.
    for arguments in
        [&["plan"][..], &["plan", "--format", "json"], &["show", "serverless-app-plan", "--format", "markdown"]]
    {
        let ran = project.cli(arguments).run();
        assert_eq!((ran.code, next(&ran)), (Some(0), None), "{arguments:?}");
    }
}

#[test]
fn what_asks_nobody_says_what_comes_next_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| Cli::new(arguments).folder(folder.path()).run();
    let init = run(&["init", "my shop", "--region", "us-west-2"]);
    let steps = next(&init).expect("lines");
    let steps: Vec<&str> = steps.lines().map(|line| line.split('#').next().unwrap().trim()).collect();
    assert_eq!(steps[0], "cd 'my shop' && serverless-app rehearse");
    assert_eq!(
        steps[1..6],
        [
            "git init -b main && git commit --allow-empty -m \"First commit\"",
            "gh repo create --private --source . --push",
            "serverless-app bootstrap",
            "serverless-app bootstrap --github --reviewer LOGIN",
            "serverless-app doctor"
        ]
    );
    let manifest = "my shop/serverless-app.toml";
    // Without packages, which would be fetched.
    std::fs::write(folder.path().join(manifest), MANIFEST).expect("a manifest");
    let plan = Some("serverless-app plan --manifest 'my shop/serverless-app.toml'");
    let check = run(&["check", "--offline", "--manifest", manifest]);
    assert_eq!((check.code, next(&check).as_deref()), (Some(0), plan), "{}", check.stderr);
    let policy = ["policy", "plan", "--account", "123456789012", "--manifest", manifest];
    assert_eq!(next(&run(&policy)), None, "its result is JSON");
    let written = run(&[&policy[..], &["--out", "policies"]].concat());
    let line = next(&written).expect("a line");
    assert!(
        line.lines().all(|line| line
            .trim_start()
            .starts_with("aws iam create-policy --policy-name serverless-app-production-plan-")),
        "{line}"
    );
    assert!(line.ends_with(".json"), "{line}");
    let job =
        Cli::new(&["check", "--offline", "--manifest", manifest]).folder(folder.path()).env("GITHUB_ACTIONS", "true");
    assert_eq!(next(&job.run()), None, "in a job nobody types anything");
}
