//! A workflow that uses the action: which release, with which rights, with which role.

use serde_json::{Map, Value};

use super::yaml;

/// The action, without its release.
const ACTION: &str = "org/serverless-app-action@";
/// The release that this program comes with.
pub const RELEASE: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// What is wrong, and what to do.
pub type Problem = (String, String);

/// What is wrong with a workflow, for this default branch and an app that may have builds; `None` where it does not use the action.
pub fn problems(text: &str, branch: Option<&str>, has_builds: bool) -> Option<Vec<Problem>> {
    if !text.contains(ACTION) {
        return None;
    }
    let Some(workflow) = yaml::read(text) else {
        return Some(vec![("it is not valid YAML".into(), "correct it".into())]);
    };
    let mut found = of_workflow(&workflow, branch);
    for (name, job) in workflow["jobs"].as_object().into_iter().flatten() {
        of_job(name, job, &mut found);
    }
    if has_builds {
        of_builds(&workflow, &mut found);
    }
    Some(found)
}

/// Where functions are built, a job builds them, and each that needs their code takes what it has made.
fn of_builds(workflow: &Value, found: &mut Vec<Problem>) {
    const ADVICE: &str = "see \"Where it is built\" in docs/functions.md";
    let jobs = || workflow["jobs"].as_object().into_iter().flatten();
    let (builds, others): (Vec<_>, Vec<_>) = jobs()
        .flat_map(|(name, job)| ours(job).into_iter().map(move |step| (name, &step["with"])))
        .filter(|(_, with)| text(with, "command") != "rehearse")
        .partition(|(_, with)| text(with, "command") == "build");
    if builds.is_empty() && !others.is_empty() {
        found.push(("functions have a `build`, but none of its jobs builds them".into(), ADVICE.into()));
    }
    for (name, _) in others.into_iter().filter(|(_, with)| text(with, "builds") != "true") {
        found.push((format!("the job {name} does not use what was built"), format!("write `builds: true`; {ADVICE}")));
    }
}

/// The steps that use the action.
fn ours(job: &Value) -> Vec<&Value> {
    let steps = job["steps"].as_array().into_iter().flatten();
    steps.filter(|step| text(step, "uses").starts_with(ACTION)).collect()
}

fn of_workflow(workflow: &Value, branch: Option<&str>) -> Vec<Problem> {
    let mut found = Vec::new();
    if workflow["permissions"] != Value::Object(Map::new()) {
        let says = "jobs that set no permissions get more than none";
        found.push((says.into(), "write `permissions: {}` at its top, and each job's permissions in the job".into()));
    }
    for event in ["pull_request", "push", "merge_group"] {
        let branches = workflow["on"][event]["branches"].as_array();
        let has = |branch: &str| branches.is_none_or(|all| all.iter().any(|one| one == branch || one == "**"));
        if let Some(branch) = branch.filter(|branch| !has(branch)) {
            let says = format!("{event} is not limited to the default branch, {branch}");
            found.push((says, format!("write `branches: [{branch}]`")));
        }
    }
    found
}

fn of_job(name: &str, job: &Value, found: &mut Vec<Problem>) {
    let ours = ours(job);
    let has_token = job["permissions"]["id-token"] == "write" || job["permissions"] == "write-all";
    let builds = ours.iter().any(|step| text(&step["with"], "command") == "build");
    if builds {
        of_build(name, job, found);
    }
    let assumes = ours.iter().any(|step| !text(&step["with"], "role-to-assume").is_empty());
    if has_token && !assumes && !builds {
        let says = format!("the job {name} may ask for an identity token, but assumes no role with the action");
        found.push((says, "remove `id-token: write` from its permissions".into()));
    }
    for step in ours {
        of_step(name, step, has_token, found);
    }
}

/// A job that runs what others have written has nothing that could be taken along.
fn of_build(name: &str, job: &Value, found: &mut Vec<Problem>) {
    let beyond = beyond_reading(&job["permissions"]);
    if !beyond.is_empty() {
        let says =
            format!("the job {name} builds, and the programs that it runs could steal its {}", beyond.join(", "));
        found.push((says, "leave only `contents: read` in its permissions".into()));
    }
    let mut steps = job["steps"].as_array().into_iter().flatten();
    if steps.any(|step| !text(&step["with"], "role-to-assume").is_empty()) {
        let says = format!(
            "the job {name} builds and assumes a role, whose credentials the programs that it runs could steal"
        );
        found.push((says, "remove `role-to-assume` from it: another job plans".into()));
    }
    if !job["environment"].is_null() {
        let says =
            format!("the job {name} builds in an environment, whose secrets the programs that it runs could steal");
        found.push((says, "remove `environment` from it: another job applies".into()));
    }
}

/// The permissions that are more than to read the repository.
fn beyond_reading(permissions: &Value) -> Vec<String> {
    match permissions {
        Value::Object(all) => {
            let is_more = |(name, of): &(&String, &Value)| *of != "none" && !(*name == "contents" && *of == "read");
            let shown = |(name, of): (&String, &Value)| format!("`{name}: {}`", of.as_str().unwrap_or_default());
            all.iter().filter(is_more).map(shown).collect()
        }
        Value::String(all) if !all.is_empty() => vec![format!("`{all}`")],
        _ => Vec::new(),
    }
}

fn of_step(job: &str, step: &Value, has_token: bool, found: &mut Vec<Problem>) {
    let release = text(step, "uses").strip_prefix(ACTION).unwrap_or_default();
    let is_commit = release.len() == 40 && release.bytes().all(|byte| byte.is_ascii_hexdigit());
    if release != RELEASE && !is_commit {
        let says = format!("the job {job} uses the action's {release}, but this program is {RELEASE}");
        found.push((says, format!("write {ACTION}{RELEASE}, or use the program of that release")));
    }
    let with = &step["with"];
    if matches!(text(with, "command"), "rehearse" | "build") {
        return;
    }
    if text(with, "role-to-assume").is_empty() {
        let advice = "write `role-to-assume: ${{ vars.SERVERLESS_APP_PLAN_ROLE }}`, or the role's ARN";
        found.push((format!("the job {job} names no role in `role-to-assume`"), advice.into()));
    } else if !has_token {
        let says = format!("the job {job} assumes a role, but gets no identity token for it");
        found.push((says, "add `id-token: write` to its permissions".into()));
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::init::workflows::{ONE_STAGE, TWO_STAGES};

    #[test]
    fn what_init_writes_has_no_problem() {
        for (name, text) in ONE_STAGE.iter().chain(&TWO_STAGES) {
            assert_eq!(problems(text, Some("main"), false), Some(Vec::new()), "{name}");
        }
        assert_eq!(problems("on: push\njobs: {}\n", Some("main"), false), None, "another workflow is none of ours");
    }

    /// A workflow with the job that the documentation shows.
    fn building() -> String {
        let docs = include_str!("../../../docs/functions.md");
        let (_, job) = docs.split_once("<!-- the job build: run by a test -->\n```yaml\n").unwrap();
        let (job, _) = job.split_once("```").unwrap();
        format!("on: {{ workflow_dispatch: }}\npermissions: {{}}\njobs:\n{job}")
    }

    #[test]
    fn a_job_that_builds_needs_no_role_and_has_no_right_that_could_be_taken() {
        let documented = building();
        assert_eq!(problems(&documented, Some("main"), false), Some(Vec::new()));
        let of = |from: &str, to: &str| {
            assert_eq!(documented.matches(from).count(), 1, "{from}");
            let found = problems(&documented.replace(from, to), Some("main"), false).unwrap();
            assert_eq!(found.len(), 1, "{found:?}");
            found[0].0.clone()
        };
        let read = "      contents: read # to check out, and nothing else\n";
        assert!(of(read, "      contents: read\n      id-token: write\n").contains("`id-token: write`"));
        assert!(of(read, "      contents: write\n").contains("`contents: write`"));
        assert!(of(read, "      contents: read\n      packages: read\n").contains("`packages: read`"));
        let permissions = format!("    permissions:\n{read}");
        assert!(of(&permissions, "    permissions: write-all\n").contains("`write-all`"));
        assert!(of(&permissions, "    permissions: read-all\n").contains("`read-all`"));
        assert!(of("    timeout-minutes: 30\n", "    environment: production\n").contains("in an environment"));
        let role = "          command: build\n          role-to-assume: ${{ vars.SERVERLESS_APP_PLAN_ROLE }}\n";
        assert!(of("          command: build\n", role).contains("assumes a role"));
        let none = documented.replace(read, "      contents: read\n      id-token: none\n");
        assert_eq!(problems(&none, Some("main"), false), Some(Vec::new()));
    }

    #[test]
    fn where_functions_are_built_each_workflow_builds_and_takes_what_was_built() {
        let check = ONE_STAGE[3].1;
        let of = |text: &str| -> Vec<String> {
            problems(text, Some("main"), true).unwrap().into_iter().map(|(says, _)| says).collect()
        };
        let found = of(check);
        assert!(found.len() == 2 && found[0].contains("none of its jobs builds"), "{found:?}");
        assert!(found[1].contains("does not use what was built"), "{found:?}");
        let building = building();
        let (_, job) = building.split_once("jobs:\n").unwrap();
        let stage = "          stage: production\n";
        assert!(check.contains(stage));
        let whole = check.replace(stage, &format!("{stage}          builds: true\n")).replacen(
            "jobs:\n",
            &format!("jobs:\n{job}\n"),
            1,
        );
        assert_eq!(of(&whole), [""; 0], "{whole}");
        let rehearsing = "on: push\npermissions: {}\njobs:\n  a:\n    steps:\n      - uses: org/serverless-app-action@";
        assert_eq!(of(&format!("{rehearsing}{RELEASE}\n        with: {{ command: rehearse }}\n")), [""; 0]);
    }

    #[test]
    fn each_thing_that_is_changed_for_the_worse_is_found() {
        let check = ONE_STAGE[3].1;
        let of = |from: &str, to: &str| {
            assert!(check.contains(from), "{from}");
            let found = problems(&check.replace(from, to), Some("main"), false).unwrap();
            assert_eq!(found.len(), 1, "{found:?}");
            found[0].0.clone()
        };
        assert!(of("permissions: {}\n", "").contains("get more than none"));
        assert!(of("permissions: {}\n", "permissions: write-all\n").contains("get more than none"));
        assert!(of("      id-token: write # to assume the plan role\n", "").contains("gets no identity token"));
        assert!(of(RELEASE, "v0.0.1").contains("uses the action's v0.0.1"));
        let found = problems(ONE_STAGE[0].1, Some("trunk"), false).unwrap();
        let is_about = |(says, _): &Problem| says.contains("not limited to the default branch, trunk");
        assert!(found.len() == 2 && found.iter().all(is_about), "{found:?}");
        let bare = check.replace("          role-to-assume: ${{ vars.SERVERLESS_APP_PLAN_ROLE }}\n", "");
        let found: Vec<String> = problems(&bare, None, false).unwrap().into_iter().map(|(says, _)| says).collect();
        assert!(
            found.len() == 2 && found[0].contains("identity token") && found[1].contains("names no role"),
            "{found:?}"
        );
        let pinned = check.replace(RELEASE, &"0123456789".repeat(4));
        assert_eq!(problems(&pinned, None, false), Some(Vec::new()));
        assert_eq!(problems(&format!("{check}\n  x: ["), None, false).unwrap().len(), 1);
    }
}
