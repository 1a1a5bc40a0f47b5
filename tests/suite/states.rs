//! `import` of state files, before both emulators: a stack is made as Pulumi or Terraform makes it, the tool's file says what there
//! is, and the stack is taken over with its data.

use serde_json::Value;

use crate::support::emulator::{MAKES, Make, REGION};
use crate::support::project::{Project, changes};

mod large;
mod other_files;
mod stack;

use stack::{Names, SECRET, Stack};

/// A tool, and the file that it writes of the stack and of much else.
struct Tool {
    /// The source's form.
    form: &'static str,
    state: &'static str,
    names: fn(&str) -> Names,
    /// The headers of the sections, each with the line of the name after it.
    sections: fn(&Names) -> Vec<(&'static str, String)>,
    /// What the report tells of what no manifest can say: the end of what it is, and a word of why.
    told: &'static [(&'static str, &'static str)],
}

const PULUMI: Tool = Tool {
    form: "pulumi",
    state: include_str!("../../fixtures/state/pulumi.medium.json"),
    names: Names::of_pulumi,
    sections: |names| {
        vec![
            ("[table.orders]", names.table.clone()),
            ("[queue.dead]", names.dead.clone()),
            ("[queue.jobs]", names.jobs.clone()),
            ("[topic.alerts]", names.topic.clone()),
            ("[role.worker]", names.role.clone()),
            ("[function.worker]", names.function.clone()),
            ("[rule.placed]", names.rule.clone()),
            ("[alarm.dead]", names.alarm.clone()),
            ("[bucket.files]", names.bucket.clone()),
        ]
    },
    told: &[
        ("::aws:cloudfront/distribution:Distribution::site", "a manifest has no section for it"),
        ("::aws:ssm/parameter:Parameter::databasePassword", "a parameter or secret stays where it is"),
        ("::azure-native:resources:ResourceGroup::main", "a manifest has no section for it"),
        ("::kubernetes:core/v1:Namespace::apps", "a manifest has no section for it"),
        ("::random:index/randomPassword:RandomPassword::database", "it does not exist in AWS"),
        ("::aws:sns/topic:Topic::replaced", "about to be deleted"),
        ("::aws:sqs/queue:Queue::begun", "a deployment was interrupted"),
    ],
};

const TERRAFORM: Tool = Tool {
    form: "terraform",
    state: include_str!("../../fixtures/state/terraform.medium.json"),
    names: Names::of_terraform,
    sections: |names| {
        vec![
            ("[table.orders]", names.table.clone()),
            ("[queue.jobs-dead]", names.dead.clone()),
            ("[queue.jobs-main]", names.jobs.clone()),
            ("[topic.alerts-0]", names.topic.clone()),
            ("[role.worker]", names.role.clone()),
            ("[function.worker]", names.function.clone()),
            ("[rule.placed]", names.rule.clone()),
            ("[alarm.dead]", names.alarm.clone()),
            ("[bucket.files]", names.bucket.clone()),
        ]
    },
    told: &[
        ("aws_cloudfront_distribution.site", "a manifest has no section for it"),
        ("module.network.aws_subnet.private[1]", "the network stays where it is"),
        ("azurerm_storage_account.backup", "a manifest has no section for it"),
        ("kubernetes_namespace.apps", "a manifest has no section for it"),
        ("null_resource.migrate", "it does not exist in AWS"),
        ("random_id.suffix", "it does not exist in AWS"),
        ("aws_acm_certificate.site", "it is in us-east-1"),
        ("aws_sqs_queue.replaced", "about to be deleted"),
    ],
};

/// The account that the files name.
const ACCOUNT: &str = "123456789012";
const FILE: &str = "infrastructure/state.json";

/// A project without a manifest.
async fn empty(make: Make) -> Project {
    let project = Project::new(make, "").await;
    std::fs::remove_file(project.folder().join("serverless-app.toml")).expect("no manifest");
    project
}

/// Imports a source, and gives the report.
fn import(project: &Project, source: &str, code: i32) -> Value {
    let ran = project.run(&["import", source, "--app", "shop", "--region", REGION, "--format", "json"], code);
    assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).expect("a report")
}

fn manifest(project: &Project) -> String {
    std::fs::read_to_string(project.folder().join("serverless-app.toml")).expect("the manifest")
}

/// The lines of a report: what each is about, and why.
fn lines(report: &Value, list: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    report[list].as_array().expect("a list").iter().map(|line| (text(&line["what"]), text(&line["why"]))).collect()
}

/// A plan takes over and changes in place, and whatever it does beside setting tags has been announced.
fn keeps_everything(plan: &Value, report: &Value, make: Make) {
    let announced: Vec<String> = lines(report, "changes").into_iter().map(|(what, _)| what).collect();
    for change in plan["changes"].as_array().expect("changes") {
        let word = |key: &str| change[key].as_str().expect("a word");
        let what = format!("{} ({})", word("address"), word("name"));
        let is_said = |line: &str| assert!(announced.iter().any(|one| one == line), "{}: {line}", make.name());
        match word("action") {
            "adopt" | "update" => {
                for diff in change["diff"].as_array().expect("diffs") {
                    let path = diff["path"].as_str().expect("a path");
                    if !is_of_every_import(path) {
                        is_said(&format!("{what}: {path}"));
                    }
                }
            }
            "create" => is_said(&what),
            other => panic!("{}: {other} {what}: {announced:#?}", make.name()),
        }
    }
}

/// Ownership tags, and code, which is the repository's.
fn is_of_every_import(path: &str) -> bool {
    path.to_lowercase().starts_with("tags.serverless-app:") || path == "CodeSha256"
}

/// What the report has to tell of what stays with the tool.
fn tells_what_stays(report: &Value, tool: &Tool, make: Make) {
    let told = lines(report, "unsaid");
    for (what, why) in tool.told {
        let is_there = told.iter().any(|(one, said)| one.ends_with(&format!("{what} in {FILE}")) && said.contains(why));
        assert!(is_there, "{}: {what}: {told:#?}", make.name());
    }
}

async fn is_taken_over(make: Make, tool: &Tool) {
    let project = empty(make).await;
    let stack = Stack::new(&project, (tool.names)(project.account())).await;
    project.file(FILE, tool.state.replace(ACCOUNT, project.account()));
    let report = import(&project, &format!("{}:{FILE}", tool.form), 7);
    assert_eq!((&report["faults"], &report["problems"]), (&Value::Array(vec![]), &Value::Array(vec![])), "{report}");
    tells_what_stays(&report, tool, make);
    let text = manifest(&project);
    for (header, name) in (tool.sections)(&stack.names) {
        assert!(text.contains(&format!("{header}\nname = \"{name}\"\n")), "{}: {header} {name}: {text}", make.name());
    }
    assert!(text.contains(&format!("path = \"{}\"", stack.names.path)), "{}: {text}", make.name());
    assert!(!text.contains(SECRET) && !report.to_string().contains(SECRET), "{}: {text}", make.name());
    assert!(text.contains("DB_PASSWORD = \"${decide}\""), "{}: {text}", make.name());

    project.write(&text.replace("${decide}", SECRET));
    project.file("worker/main.py", stack::CODE);
    keeps_everything(&project.plan(&[]), &report, make);
    project.apply(0);
    assert_eq!(changes(&project.plan(&[])), [""; 0], "{}", make.name());
    stack.is_as_before().await;
    let outputs = project.run(&["outputs", "--format", "json"], 0).stdout;
    let outputs: Value = serde_json::from_str(&outputs).expect("outputs");
    assert_eq!(outputs, stack.outputs(), "{}", make.name());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_of_pulumi_is_taken_over_by_what_pulumi_exports() {
    for make in MAKES {
        is_taken_over(make, &PULUMI).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_of_terraform_is_taken_over_by_what_terraform_shows() {
    for make in MAKES {
        is_taken_over(make, &TERRAFORM).await;
    }
}
