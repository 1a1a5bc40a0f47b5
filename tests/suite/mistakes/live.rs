//! Mistakes that only show against AWS.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serverless_app::aws::Answer;

use crate::support::emulator::Make;
use crate::support::project::Project;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n";

/// Runs, and expects this code and all of these words.
fn says(project: &Project, arguments: &[&str], code: i32, parts: &[&str]) -> String {
    let ran = project.run(arguments, code);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: {part}\n{said}");
    }
    said
}

/// AWS, as far as it answers everything with this code.
fn refusing(code: &'static str, status: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for client in listener.incoming().take(200).flatten() {
            let mut client = client;
            let _ = client.read(&mut [0; 65_536]);
            let body = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
            );
            let head = format!(
                "HTTP/1.1 {status} No\r\ncontent-type: text/xml\r\nconnection: close\r\ncontent-length: {}",
                body.len()
            );
            let _ = client.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn expired_and_unknown_credentials_are_told_apart_from_none() {
    let project = Project::at(&refusing("ExpiredToken", 403), APP);
    says(&project, &["plan"], 1, &["the AWS credentials have expired (ExpiredToken)", "aws sso login"]);
    let ran = project.cli(&["outputs"]).env("AWS_PROFILE", "dev").run();
    assert!(ran.stderr.contains("of the profile \"dev\" (AWS_PROFILE) have expired"), "{}", ran.stderr);
    let project = Project::at(&refusing("InvalidClientTokenId", 403), APP);
    says(&project, &["plan"], 1, &["AWS does not accept the credentials (InvalidClientTokenId)", "check the keys"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_where_nothing_is_deployed_is_no_stage_with_guessed_outputs() {
    let project = Project::new(Make::Moto, APP).await;
    says(&project, &["outputs", "--stage", "test"], 1, &["shop is not deployed at the stage test", "see --stage"]);
    let warning = "warning: serverless-app.toml:2:8: nothing of shop is deployed at the stage prod";
    says(&project, &["plan", "--stage", "prod"], 0, &[warning, "this creates a new app", "[stage.prod]"]);
    project.write(&format!("{APP}[stage.production]\n"));
    assert!(!says(&project, &["plan"], 0, &[]).contains("warning:"), "a stage that is declared is meant");
    project.apply(0);
    let more =
        format!("{APP}[queue.jobs]\n[outputs]\ntopic = \"${{topic.alerts.arn}}\"\nqueue = \"${{queue.jobs.arn}}\"\n");
    project.write(&more);
    let said =
        says(&project, &["outputs"], 0, &["topic = arn:aws:sns:", "the output queue has no value: sqs.queue/jobs"]);
    assert!(!said.contains("queue = "), "{said}");
}

fn git(folder: &Path, script: &str) {
    let commit = "commit() { git add -A -- serverless-app.toml lambda && \
                  git -c user.name=a -c user.email=a@example.com commit -qm x; }";
    let ran = Command::new("sh").args(["-ec", &format!("{commit}\n{script}")]).current_dir(folder).status();
    assert!(ran.expect("a shell").success(), "{script}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_which_of_manifest_and_live_aws_has_moved() {
    let project = Project::new(Make::Moto, APP).await;
    says(&project, &["check"], 3, &["Not deployed yet: nothing of shop exists at the stage production."]);
    project.deploy(&[]);
    assert!(!says(&project, &["check"], 0, &[]).contains("drifted"));
    let sns = project.aws().await.write.sns;
    let arn = format!("arn:aws:sns:us-west-2:{}:shop--production-alerts", project.account());
    let edit = sns.set_topic_attributes().topic_arn(&arn).attribute_name("DisplayName").attribute_value("Theirs");
    edit.send().await.answer("sns:SetTopicAttributes").unwrap();
    says(&project, &["check"], 3, &["The manifest and live AWS differ:", "sns.topic/alerts (", "--base"]);
    git(project.folder(), "git init -q -b main . && commit");
    let drifted =
        ["Live AWS has drifted:", "sns.topic/alerts (shop--production-alerts): DisplayName", "the last commit ("];
    assert!(!says(&project, &["check"], 3, &drifted).contains("The manifest is ahead"));
    project.write(&format!("{APP}[queue.jobs]\n"));
    let both =
        ["Live AWS has drifted:", "The manifest is ahead:", "sqs.queue/jobs (shop--production-jobs): does not exist"];
    says(&project, &["check"], 3, &both);
    let base = project.folder().join("base");
    git(project.folder(), "mkdir base && cp -r serverless-app.toml lambda base/");
    says(&project, &["check", "--base", "base"], 3, &["The manifest asks for the same as base here"]);
    std::fs::remove_dir_all(base).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_not_the_approved_one_or_of_yesterday_is_refused() {
    let project = Project::new(Make::Moto, APP).await;
    project.plan(&[]);
    let id = project.plan_id();
    let digits = id.trim_start_matches("sha256:");
    let other = "0".repeat(64);
    says(
        &project,
        &["apply", "serverless-app-plan", "--expect", &other],
        4,
        &["not the expected sha256:000", "another plan was approved"],
    );
    let wrong = ["apply", "serverless-app-plan", "--expect", digits, "--stage", "staging"];
    says(&project, &wrong, 4, &["the plan is for stage production, this is stage staging", "plan again"]);
    let file = project.folder().join("serverless-app-plan/plan.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("alerts", "alarms")).unwrap();
    says(&project, &["apply", "serverless-app-plan", "--expect", digits], 4, &["it was changed after it was approved"]);
    std::fs::write(&file, text).unwrap();
    // Somebody else makes the topic before the plan is applied; the digits alone are the plan's id.
    let sns = project.aws().await.write.sns;
    sns.create_topic().name("shop--production-alerts").send().await.answer("sns:CreateTopic").unwrap();
    let old = ["apply", "serverless-app-plan", "--expect", digits];
    says(&project, &old, 3, &["drifted: create sns.topic/alerts", "it exists now", "\nNext: "]);
    says(&project, &["plan"], 1, &["sns.topic/alerts", "--adopt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_deployed_to_its_own_account_and_a_bundle_is_of_its_own_app() {
    let project = Project::new(Make::Moto, &APP.replace("region", "account = \"999999999999\"\nregion")).await;
    let place = "serverless-app.toml:3:11: the manifest is for the account 999999999999, the credentials are for ";
    says(&project, &["plan"], 64, &[place, "use credentials of that account"]);
    project.write(APP);
    project.plan(&[]);
    let id = project.plan_id();
    project.write(&APP.replace("shop", "store"));
    let other = ["apply", "serverless-app-plan", "--expect", &id, "--source", "."];
    says(&project, &other, 4, &["the approved plan does not match the source and the live state", "plan again"]);
}
