//! `init`: what it finds out by itself, what it asks, what it writes, and that it writes over nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::command::{Cli, Ran};
use crate::support::files::git;
use crate::support::terminal;

/// A folder called `shop`, with a checkout of this address around it, if there is one.
fn folder(origin: Option<&str>) -> (TempDir, std::path::PathBuf) {
    let outer = TempDir::with_prefix("serverless-app-init-").unwrap();
    let shop = outer.path().join("shop");
    fs::create_dir(&shop).unwrap();
    if let Some(origin) = origin {
        git(&shop, &["init", "--quiet", "--initial-branch", "main"]);
        git(&shop, &["remote", "add", "origin", origin]);
    }
    (outer, shop)
}

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let cli = Cli::new(&[&["init"], arguments].concat()).folder(folder);
    variables.iter().fold(cli, |cli, (name, value)| cli.env(name, value)).run()
}

fn manifest(folder: &Path) -> String {
    fs::read_to_string(folder.join("serverless-app.toml")).unwrap()
}

#[test]
fn name_region_and_branch_are_those_of_git_and_the_environment_and_what_is_written_is_sound() {
    let (_outer, shop) = folder(Some("git@github.com:octo/My_Shop.git"));
    git(&shop, &["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]);
    let ran = run(&shop, &[], &[("AWS_DEFAULT_REGION", "eu-central-1"), ("AWS_REGION", "eu-west-1")]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = manifest(&shop);
    let releases = "https://github.com/org/serverless-app-action/releases/download";
    let schema = format!("#:schema {releases}/v{}/serverless-app.schema.json\n", env!("CARGO_PKG_VERSION"));
    assert!(text.starts_with(&schema), "{text}");
    assert!(text.contains("\nname = \"my-shop\"\nregion = \"eu-west-1\"\n"), "{text}");
    assert!(
        text.contains("\npermissions_boundary = \"bootstrap\"\n") && text.ends_with("[stage.production]\n"),
        "{text}"
    );
    let plan = fs::read_to_string(shop.join(".github/workflows/serverless-app-plan.yml")).unwrap();
    assert!(plan.contains("branches: [trunk]"), "{plan}");
    assert!(!ran.stderr.contains("gh repo create"), "{}", ran.stderr);
    let check = Cli::new(&["check", "--offline"]).folder(&shop).run();
    assert_eq!(check.code, Some(0), "{}", check.stderr);
    let mut python = Command::new("python3");
    let tested = python.args(["-m", "unittest"]).current_dir(shop.join("lambda")).output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}

#[test]
fn a_profile_says_the_region_and_a_folder_the_name() {
    let (outer, shop) = folder(None);
    let config = outer.path().join("config");
    fs::write(&config, "[default]\nregion = us-east-1\n[profile work]\nregion = ap-south-1\n").unwrap();
    let file = config.display().to_string();
    let ran = run(&shop, &[], &[("AWS_CONFIG_FILE", &file), ("AWS_PROFILE", "work")]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(manifest(&shop).contains("\nname = \"shop\"\nregion = \"ap-south-1\"\n"), "{}", manifest(&shop));
    assert!(ran.stderr.contains("gh repo create"), "{}", ran.stderr);
}

#[test]
fn what_is_given_goes_before_what_is_found() {
    let (_outer, shop) = folder(Some("https://github.com/octo/other.git"));
    let given = ["--name", "mine", "--region", "us-west-2", "--stage", "test", "--stage", "live", "--example", "full"];
    let ran = run(&shop, &given, &[("AWS_REGION", "eu-west-1")]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let text = manifest(&shop);
    assert!(text.contains("\nname = \"mine\"\nregion = \"us-west-2\"\n"), "{text}");
    assert!(text.ends_with("[stage.test]\n\n[stage.live]\n") && !text.contains("\nallow_ips"), "{text}");
    let apply = fs::read_to_string(shop.join(".github/workflows/serverless-app-apply.yml")).unwrap();
    let at = |part: &str| apply.find(part).unwrap_or_else(|| panic!("{part}\n{apply}"));
    assert!(at("environment: test") < at("environment: live") && !apply.contains("production"), "{apply}");
}

#[test]
fn without_a_terminal_nothing_waits_and_the_flag_is_named() {
    let (_outer, shop) = folder(None);
    for (arguments, variables, says) in [
        (&[][..], &[][..], "no AWS region is set: give --region"),
        (&[], &[("AWS_REGION", "nowhere")], "AWS_REGION: \"nowhere\" is not a valid AWS region"),
        (
            &["--stage", "a", "--stage", "b", "--stage", "c", "--region", "us-west-2"],
            &[],
            "3 stages: there are workflows",
        ),
        (&["--stage", "a", "--stage", "a", "--region", "us-west-2"], &[], "--stage a is given twice"),
        (&["--stage", "bootstrap", "--region", "us-west-2"], &[], "--stage bootstrap: this name is reserved"),
    ] {
        let ran = run(&shop, arguments, variables);
        assert_eq!(ran.code, Some(64), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(fs::read_dir(&shop).unwrap().count(), 0, "nothing is written before all is known");
}

#[test]
fn at_a_terminal_it_asks_for_what_it_does_not_find() {
    let (_outer, shop) = folder(None);
    let numbers = shop.join("2026");
    fs::create_dir(&numbers).unwrap();
    let cli = terminal::cli(&["init"]).folder(&numbers).env("TYPED", "octo/42\nshop\neu-north-1\n");
    let ran = cli.run();
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
    assert!(ran.stdout.contains("The AWS region, such as eu-central-1: "), "{}", ran.stdout);
    assert!(manifest(&numbers).contains("\nname = \"shop\"\nregion = \"eu-north-1\"\n"), "{}", manifest(&numbers));
}

#[test]
fn nothing_that_is_there_is_written_over_and_what_git_ignores_is_added_to() {
    let (_outer, shop) = folder(None);
    fs::create_dir(shop.join("lambda")).unwrap();
    fs::write(shop.join("lambda/main.py"), "mine").unwrap();
    fs::write(shop.join(".gitignore"), "target\n__pycache__").unwrap();
    let given = ["--region", "us-west-2"];
    let ran = run(&shop, &given, &[]);
    assert_eq!(ran.code, Some(64));
    assert!(ran.stderr.contains("lambda/main.py exists: give another folder"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(shop.join("lambda/main.py")).unwrap(), "mine");
    assert!(!shop.join("serverless-app.toml").exists() && !shop.join(".github").exists());
    fs::remove_file(shop.join("lambda/main.py")).unwrap();
    assert_eq!(run(&shop, &given, &[]).code, Some(0));
    let ignored = fs::read_to_string(shop.join(".gitignore")).unwrap();
    assert_eq!(
        ignored,
        "target\n__pycache__\n/serverless-app-plan/\n/serverless-app-bootstrap/\n/serverless-app-builds/\n"
    );
    let before = manifest(&shop);
    let again = run(&shop, &given, &[]);
    assert!(again.code == Some(64) && again.stderr.contains("serverless-app.toml, "), "{}", again.stderr);
    assert_eq!(manifest(&shop), before);
}

#[test]
fn workflows_that_github_would_not_find_are_pointed_out() {
    let (_outer, shop) = folder(Some("git@github.com:octo/mono.git"));
    let ran = run(&shop, &["apps/web", "--region", "us-west-2"], &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        manifest(&shop.join("apps/web")).contains("\nname = \"web\"\n"),
        "the folder's, where it is not the repository"
    );
    assert!(ran.stderr.contains("top folder: move apps/web/.github to"), "{}", ran.stderr);
}
