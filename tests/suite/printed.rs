//! Nothing that is printed in a job is a command to its runner, whoever wrote it.

use crate::support::command::{Cli, Ran};

/// What a path or an argument may hold, a command in each of the runner's two forms.
const HOSTILE: [&str; 4] = [
    "x\n::set-output name=plan-id::sha256:aa",
    "x\r  ::stop-commands::word",
    "\u{1b}[31m::add-path::/tmp\u{1b}[0m",
    "##[add-path]/tmp",
];

fn run(arguments: &[&str], in_a_job: bool) -> Ran {
    let cli = Cli::new(arguments);
    let home = cli.home();
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REPOSITORY", "octo/shop"),
        ("GITHUB_REPOSITORY_ID", "1"),
        ("GITHUB_API_URL", "http://127.0.0.1:9"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_RUN_ID", "1"),
        ("GITHUB_RUN_ATTEMPT", "1"),
        ("GITHUB_SHA", "a"),
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_WORKFLOW_REF", "octo/shop/.github/workflows/a.yml@refs/heads/main"),
    ];
    let cli = cli.env("GITHUB_EVENT_PATH", home.join("event.json"));
    if in_a_job { variables.iter().fold(cli, |cli, (name, value)| cli.env(name, value)).run() } else { cli.run() }
}

/// Lines that the runner takes for a command, but for our own annotations.
fn commands(text: &str) -> Vec<&str> {
    let lines = text.split(['\n', '\r']).filter(|line| !line.starts_with("::error title=serverless-app::"));
    lines.filter(|line| line.contains("##[") || line.trim_start().starts_with("::")).collect()
}

#[test]
fn no_argument_and_no_path_becomes_a_command_to_the_runner() {
    let mut would_be = 0;
    for hostile in HOSTILE {
        let option = format!("--{hostile}");
        let calls = [
            vec!["plan", hostile],
            vec!["plan", &option],
            vec![hostile],
            vec!["plan", "--stage", hostile],
            vec!["plan", "--manifest", hostile],
            vec!["apply", hostile, "--expect", hostile],
            vec!["show", hostile],
            vec!["arguments", "verify", "apply", "--", hostile],
        ];
        for arguments in calls {
            let ran = run(&arguments, true);
            assert_ne!(ran.code, Some(0), "{arguments:?}");
            for text in [&ran.stdout, &ran.stderr] {
                assert_eq!(commands(text), [""; 0], "{arguments:?}\n{text}");
            }
            let here = run(&arguments, false);
            would_be += commands(&here.stdout).len() + commands(&here.stderr).len();
        }
    }
    assert!(would_be > 4, "outside of a job nothing is changed, so the test can see what it is about");
}

#[test]
fn help_and_versions_are_printed_as_ever() {
    for (arguments, code, stdout) in [(["--help"], 0, true), (["--version"], 0, true), (["--no-such"], 64, false)] {
        let ran = run(&arguments, false);
        assert_eq!(ran.code, Some(code), "{arguments:?}");
        assert_eq!((!ran.stdout.is_empty(), ran.stderr.is_empty()), (stdout, stdout), "{ran:?}");
        let text = if stdout { &ran.stdout } else { &ran.stderr };
        assert!(text.ends_with('\n') && !text.contains('\u{1b}'), "{text:?}");
    }
}
