//! `bootstrap --yes` and `bootstrap --github`: what is made at once, and what is sent to GitHub after a yes, once.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::command::{Cli, Ran};
use crate::support::emulator::{Make, endpoint};
use crate::support::files;
use crate::support::github::{Github, NAME, TOKEN};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;
use crate::support::terminal;

pub const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\npermissions_boundary = \"bootstrap\"\n\
                       [table.items]\nhash_key = { name = \"id\", type = \"S\" }\n[stage.production]\n";
const ACCOUNT: [&str; 2] = ["--account", "123456789012"];

/// GitHub, where nothing is set yet and `octocat` may write.
pub fn unset() -> Github {
    let github = Github::start();
    {
        let mut state = github.state();
        for name in ["production", "production-destroy"] {
            state.environments.insert(name.into(), None);
        }
        state.permissions.insert("octocat".into(), "admin".into());
        state.permissions.insert("hubot".into(), "write".into());
    }
    github
}

/// The binary in a folder with the app, whose `origin` is the loopback GitHub's repository.
fn cli(github: &Github, folder: &std::path::Path, arguments: &[&str]) -> Cli {
    place(github, folder, Cli::new(arguments))
}

fn place(github: &Github, folder: &std::path::Path, cli: Cli) -> Cli {
    let manifest = folder.join("serverless-app.toml");
    if !manifest.exists() {
        fs::write(manifest, APP).unwrap();
    }
    let git = format!("test -e .git || (git init -q . && git remote add origin https://github.com/{NAME}.git)");
    assert!(std::process::Command::new("sh").args(["-ec", &git]).current_dir(folder).status().unwrap().success());
    cli.folder(folder).env("GITHUB_API_URL", github.url()).env("GITHUB_TOKEN", TOKEN)
}

fn run(github: &Github, folder: &std::path::Path, arguments: &[&str], code: i32) -> Ran {
    let ran = cli(github, folder, arguments).run();
    assert_eq!(ran.code, Some(code), "{arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
    ran
}

/// The requests that change something, as they were sent.
fn written(github: &Github) -> Vec<String> {
    github.state().log.iter().filter(|line| !line.starts_with("GET ")).cloned().collect()
}

#[test]
fn what_is_missing_is_listed_then_sent_after_a_yes_and_never_twice() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let asked =
        [&["bootstrap", "--github", "--reviewer", "octocat", "--reviewer", "octo/owners"][..], &ACCOUNT].concat();
    let listed = run(&github, folder.path(), &asked, 0);
    assert_eq!(written(&github), [""; 0], "nobody has said yes");
    let environment = format!("{}{}", "/environments/production", "\n");
    for part in [
        &*format!("PUT {environment}"),
        "{\"id\":501,\"type\":\"User\"},{\"id\":77,\"type\":\"Team\"}",
        "POST /environments/production-destroy/deployment-branch-policies\n",
        "POST /actions/variables\n",
        "\"arn:aws:iam::123456789012:role/shop/bootstrap/shop--bootstrap-plan\"",
        "POST /rulesets\n",
        "\"context\":\"plan (production)\"",
    ] {
        assert!(listed.stdout.contains(part), "{part}\n{}", listed.stdout);
    }
    assert!(listed.stderr.contains("Nothing was sent.") && listed.stderr.contains("--yes"), "{}", listed.stderr);
    let sent = run(&github, folder.path(), &[&asked[..], &["--yes"]].concat(), 0);
    let expected = [
        "PUT /repos/octo/shop/environments/production",
        "POST /repos/octo/shop/environments/production/deployment-branch-policies",
        "PUT /repos/octo/shop/environments/production-destroy",
        "POST /repos/octo/shop/environments/production-destroy/deployment-branch-policies",
        "POST /repos/octo/shop/actions/variables",
        "POST /repos/octo/shop/environments/production/variables",
        "POST /repos/octo/shop/environments/production-destroy/variables",
        "POST /repos/octo/shop/rulesets",
    ];
    assert_eq!(written(&github), expected);
    assert!(sent.stderr.contains("By hand: in the settings of the environment production, turn"), "{}", sent.stderr);
    let role = "arn:aws:iam::123456789012:role/shop/bootstrap/shop--bootstrap-apply-production".to_owned();
    let of = BTreeMap::from([("SERVERLESS_APP_APPLY_ROLE".to_owned(), role)]);
    assert_eq!(github.state().variables["production"], of);
    let again = run(&github, folder.path(), &[&["bootstrap", "--github"][..], &ACCOUNT].concat(), 0);
    assert!(again.stdout.contains("nothing is missing in octo/shop"), "{}", again.stdout);
    assert_eq!(written(&github).len(), expected.len());
}

#[test]
fn what_is_there_is_kept_and_only_what_lacks_is_sent() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let team = json!({"type": "Team", "reviewer": {"id": 9}});
    let lax = json!({"protection_rules": [{"type": "wait_timer", "wait_timer": 15},
            {"type": "required_reviewers", "prevent_self_review": false, "reviewers": [team]}],
        "can_admins_bypass": false, "deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}});
    for name in ["production", "production-destroy"] {
        let made = json!({"environment": lax, "branches": [{"name": "main"}]});
        github.state().environments.insert(name.into(), Some(made));
    }
    let role = BTreeMap::from([("SERVERLESS_APP_PLAN_ROLE".to_owned(), "arn:aws:iam::1:role/other".to_owned())]);
    github.state().variables.insert(String::new(), role);
    run(&github, folder.path(), &[&["bootstrap", "--github", "--yes"][..], &ACCOUNT].concat(), 0);
    let sent = written(&github);
    assert_eq!(
        sent[..2],
        ["PUT /repos/octo/shop/environments/production", "PUT /repos/octo/shop/environments/production-destroy"]
    );
    assert_eq!(sent[2], "PATCH /repos/octo/shop/actions/variables/SERVERLESS_APP_PLAN_ROLE");
    let state = github.state();
    let rules = state.environments["production"].as_ref().unwrap()["environment"]["protection_rules"].clone();
    let of =
        |kind: &str| rules.as_array().unwrap().iter().find(|rule| rule["type"] == kind).cloned().unwrap_or(Value::Null);
    assert_eq!(of("wait_timer")["wait_timer"], 15);
    assert_eq!(
        of("required_reviewers"),
        json!({"type": "required_reviewers", "prevent_self_review": true, "reviewers": [team]})
    );
}

#[test]
fn who_is_asked_is_never_left_open() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let base = [&["bootstrap", "--github", "--yes"][..], &ACCOUNT].concat();
    let ran = run(&github, folder.path(), &base, 64);
    assert!(ran.stderr.contains("nobody is asked") && ran.stderr.contains("give --reviewer NAME"), "{}", ran.stderr);
    let ran = run(&github, folder.path(), &[&base[..], &["--reviewer", "nobody"]].concat(), 64);
    assert!(ran.stderr.contains("--reviewer nobody: nobody of this name has access to octo/shop"), "{}", ran.stderr);
    // The owner's team is called the same.
    let ran = run(&github, folder.path(), &[&base[..], &["--reviewer", "acme/owners"]].concat(), 64);
    assert!(ran.stderr.contains("--reviewer acme/owners: octo/shop can only ask teams of octo"), "{}", ran.stderr);
    assert_eq!(written(&github), [""; 0]);
    github.state().lacks_reviewers = true;
    run(&github, folder.path(), &[&base[..], &["--without-reviewers"]].concat(), 0);
    let state = github.state();
    let rules = &state.environments["production"].as_ref().unwrap()["environment"]["protection_rules"];
    assert_eq!(rules.as_array().unwrap().len(), 1, "{rules}");
}

#[test]
fn a_plan_of_github_s_without_reviewers_and_a_token_that_is_not_enough_are_explained() {
    use crate::support::github::Fault;
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let asked = [&["bootstrap", "--github", "--yes", "--reviewer", "octocat"][..], &ACCOUNT].concat();
    github.state().faults.push(("PUT ".into(), Fault::Status(422)));
    let ran = run(&github, folder.path(), &asked, 1);
    assert!(ran.stderr.contains("give --without-reviewers"), "{}", ran.stderr);
    github.state().faults.push(("GET /repos/octo/shop/actions/variables".into(), Fault::Status(403)));
    let ran = run(&github, folder.path(), &asked, 1);
    assert!(ran.stderr.contains("an administrator of octo/shop"), "{}", ran.stderr);
    let bare = cli(&github, folder.path(), &asked).env("GITHUB_TOKEN", "").run();
    assert_eq!(bare.code, Some(64), "{}", bare.stderr);
    assert!(
        bare.stderr.contains("there is no token for GitHub") && bare.stderr.contains("gh auth login"),
        "{}",
        bare.stderr
    );
}

#[test]
fn a_plan_of_github_s_without_rulesets_leaves_the_checks_to_people() {
    use crate::support::github::Fault;
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let asked = [&["bootstrap", "--github", "--yes", "--reviewer", "octocat"][..], &ACCOUNT].concat();
    github.state().faults.push(("PUT ".into(), Fault::Upgrade));
    let ran = run(&github, folder.path(), &asked, 1);
    assert!(ran.stderr.contains("403 Upgrade to GitHub Pro"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("must be that of an administrator"), "{}", ran.stderr);
    github.state().faults.push(("GET /repos/octo/shop/rules/branches/main".into(), Fault::Upgrade));
    let ran = run(&github, folder.path(), &asked, 0);
    for part in ["By hand: merge into main only after plan (production) has passed", "\"Upgrade to GitHub Pro or make"]
    {
        assert!(ran.stderr.contains(part), "{part}\n{}", ran.stderr);
    }
    assert!(!ran.stderr.contains("must be that of an administrator"), "{}", ran.stderr);
    assert!(written(&github).iter().any(|line| line.starts_with("POST /repos/octo/shop/actions/variables")));
    github.state().faults.push(("GET /repos/octo/shop/rules/branches/main".into(), Fault::Upgrade));
    let again = run(&github, folder.path(), &[&["bootstrap", "--github"][..], &ACCOUNT].concat(), 0);
    assert!(again.stdout.contains("nothing is to be sent to octo/shop"), "{}", again.stdout);
}

/// Each account's stage is set up by a run of its own.
#[test]
fn a_stage_at_a_time_has_its_own_variable_and_adds_its_check_to_the_ruleset() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let stages =
        "[stage.production.app]\naccount = \"222222222222\"\n[stage.staging.app]\naccount = \"111111111111\"\n";
    fs::write(folder.path().join("serverless-app.toml"), format!("{APP}{stages}")).unwrap();
    let of = |stage: &str| {
        let asked = ["bootstrap", "--github", "--yes", "--reviewer", "octocat", "--stage", stage];
        run(&github, folder.path(), &asked, 0);
        let state = github.state();
        let [one] = state.rulesets.as_slice() else { panic!("{:?}", state.rulesets) };
        assert_eq!(one["enforcement"], "active");
        let checks = one["rules"][0]["parameters"]["required_status_checks"].as_array().unwrap().clone();
        checks.iter().map(|check| check["context"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("staging"), ["plan (staging)"]);
    assert_eq!(of("production"), ["plan (staging)", "plan (production)"]);
    let role = |account: &str| format!("arn:aws:iam::{account}:role/shop/bootstrap/shop--bootstrap-plan");
    let expected = BTreeMap::from([
        ("SERVERLESS_APP_PLAN_ROLE_PRODUCTION".to_owned(), role("222222222222")),
        ("SERVERLESS_APP_PLAN_ROLE_STAGING".to_owned(), role("111111111111")),
    ]);
    assert_eq!(github.state().variables[""], expected);
    github.state().rulesets[0]["enforcement"] = json!("disabled");
    assert_eq!(of("production"), ["plan (staging)", "plan (production)"]);
    let sent = written(&github);
    let (last, id) = (sent.last().unwrap(), github.state().rulesets[0]["id"].to_string());
    assert_eq!(*last, format!("PUT /repos/octo/shop/rulesets/{id}"));
}

/// Which branches it lists shows when the list is in force.
#[test]
fn what_is_left_to_do_is_read_after_everything_was_sent() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let open = json!({"environment": {"protection_rules": [], "can_admins_bypass": false, "deployment_branch_policy": null},
        "branches": [{"name": "release"}, {"name": "main", "type": "tag"}]});
    github.state().environments.insert("production".into(), Some(open));
    let asked = [&["bootstrap", "--github", "--yes", "--reviewer", "octocat"][..], &ACCOUNT].concat();
    let ran = run(&github, folder.path(), &asked, 0);
    for part in
        ["production, remove release from the branches that may deploy.", "remove main from the tags that may deploy."]
    {
        assert!(ran.stderr.contains(part), "{part}\n{}", ran.stderr);
    }
    let state = github.state();
    let branches = state.environments["production"].as_ref().unwrap()["branches"].clone();
    assert!(branches.as_array().unwrap().contains(&json!({"name": "main", "type": "branch"})), "{branches}");
}

/// A `gh` that gives the token, and what it saw beside it.
#[test]
fn whoever_has_logged_in_with_gh_needs_no_token_in_a_variable_and_gh_sees_no_secret() {
    let (github, folder, programs) = (unset(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let gh = programs.path().join("gh");
    let script = "#!/bin/sh\nenv >\"$0.saw\"\n[ \"$*\" = 'auth token --hostname github.com' ] && echo";
    files::executable(&gh, &format!("{script} {TOKEN}\n"));
    let path = format!("{}:{}", programs.path().display(), std::env::var("PATH").unwrap());
    let asked = [&["bootstrap", "--github", "--reviewer", "octocat"][..], &ACCOUNT].concat();
    let with =
        |cli: Cli| cli.env("GITHUB_TOKEN", "").env("PATH", &path).env("AWS_SECRET_ACCESS_KEY", "planted-secret-key");
    let ran = with(cli(&github, folder.path(), &asked)).run();
    assert!(
        ran.code == Some(0) && ran.stdout.contains("PUT /environments/production"),
        "{}\n{}",
        ran.stdout,
        ran.stderr
    );
    let saw = fs::read_to_string(programs.path().join("gh.saw")).unwrap();
    assert!(saw.contains("HOME=") && !saw.contains("AWS_") && !saw.contains("GITHUB_"), "{saw}");
    let job = with(cli(&github, folder.path(), &asked)).env("GITHUB_ACTIONS", "true").run();
    assert_eq!(job.code, Some(64), "a job has its own token or none: {}", job.stdout);
}

#[test]
fn at_a_terminal_it_asks_and_sends_after_a_yes_alone() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let asked = [&["bootstrap", "--github", "--reviewer", "octocat"][..], &ACCOUNT].concat();
    let piped = place(&github, folder.path(), terminal::piped(&asked)).env("TYPED", "y\n").run();
    assert!(piped.stdout.contains("ended with 0") && !piped.stdout.contains("[y/N]"), "{}", piped.stdout);
    assert_eq!(written(&github).len(), 0, "nobody has seen the requests");
    for (typed, sent) in [("n\n", 0), ("\n", 0), ("y\n", 8)] {
        let ran = place(&github, folder.path(), terminal::cli(&asked)).env("TYPED", typed).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
        assert!(ran.stdout.contains("Send these 8 requests to GitHub? [y/N]: "), "{}", ran.stdout);
        assert_eq!(written(&github).len(), sent, "{typed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bootstrap_shows_a_screenful_and_makes_the_roles_after_a_yes() {
    let (github, project) = (unset(), Project::new(Make::Ministack, APP).await);
    let at = |cli: Cli| place(&github, project.folder(), project.place(cli));
    let no = at(terminal::cli(&["bootstrap"])).env("TYPED", "n\n").run();
    assert_eq!(no.code, Some(0), "{}", no.stdout);
    assert!(
        no.stdout.contains("Apply? [y/N]: ") && no.stdout.contains("to plan: pull requests, main"),
        "{}",
        no.stdout
    );
    assert!(no.stdout.lines().count() < 45, "{}", no.stdout);
    let plan = |more: &[&str]| {
        let ran = at(Cli::new(&[&["bootstrap"], more].concat())).run();
        assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
        changes(&files::plan(&project.folder().join("serverless-app-bootstrap"))).len()
    };
    let piped = at(terminal::piped(&["bootstrap"])).env("TYPED", "y\n").run();
    assert!(piped.stdout.contains("ended with 0") && !piped.stdout.contains("Apply?"), "{}", piped.stdout);
    assert!(piped.stdout.contains("Next: serverless-app apply serverless-app-bootstrap"), "{}", piped.stdout);
    assert!(plan(&[]) > 5, "nothing was made without a yes, and nothing is without a terminal");
    assert!(plan(&["--yes"]) > 5);
    assert_eq!(plan(&[]), 0, "all is made");
    let both = at(Cli::new(&["bootstrap", "--yes", "--format", "json"])).run();
    assert_eq!(both.code, Some(64), "{}", both.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_were_not_all_made_are_made_by_the_same_plan() {
    let (github, mut project) = (unset(), Project::new(Make::Ministack, APP).await);
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    proxy.arm_at("CreateRole", Fault::Denied("iam:CreateRole", "*"));
    let failed = place(&github, project.folder(), project.cli(&["bootstrap", "--yes"])).run();
    assert_eq!(failed.code, Some(1), "{}\n{}", failed.stdout, failed.stderr);
    let id = files::plan_id(&project.folder().join("serverless-app-bootstrap"));
    let end = format!("apply serverless-app-bootstrap --expect {id}\n");
    assert!(failed.stderr.ends_with(&end) && failed.stderr.contains("\nNext: "), "{}", failed.stderr);
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &id], 0);
    let all = place(&github, project.folder(), project.cli(&["bootstrap"])).run();
    assert_eq!(all.code, Some(0), "{}", all.stderr);
    assert_eq!(changes(&files::plan(&project.folder().join("serverless-app-bootstrap"))), [""; 0], "all is made");
}

#[test]
fn workflows_are_written_to_a_folder_and_over_nothing_else() {
    let (github, folder) = (unset(), tempfile::tempdir().unwrap());
    let asked = [&["bootstrap", "--format", "workflows", "--out", ".github/workflows"][..], &ACCOUNT].concat();
    for _ in 0..2 {
        run(&github, folder.path(), &asked, 0);
    }
    let apply = folder.path().join(".github/workflows/serverless-app-apply.yml");
    let text = fs::read_to_string(&apply).unwrap();
    assert!(!text.contains("vars.") && text.contains("shop--bootstrap-apply-production\n"), "{text}");
    fs::write(&apply, "mine").unwrap();
    let ran = run(&github, folder.path(), &asked, 64);
    assert!(ran.stderr.contains("serverless-app-apply.yml exists with other content"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&apply).unwrap(), "mine");
}
