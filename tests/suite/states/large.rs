//! A file of five hundred resources, of which some are there.

use futures_util::future::join_all;
use serde_json::{Value, json};
use serverless_app::aws::Aws;

use super::{FILE, empty, import, keeps_everything, lines};
use crate::support::emulator::{MAKES, Make, REGION};
use crate::support::project::Project;

/// How many queues there are, and how many topics.
const THERE: usize = 40;
/// How many resources the file has.
const ALL: usize = 500;

/// What a file has at a place: every kind in turn once what is there is over.
enum Recorded {
    Queue(String),
    Topic(String),
    /// The policy of a queue.
    Part(String),
    /// What no manifest can say.
    Other(String),
}

fn recorded() -> impl Iterator<Item = Recorded> {
    (0..ALL).map(|at| match (at / THERE, at % THERE, at % 2) {
        (0, number, _) => Recorded::Queue(format!("acme-prod-jobs-of-{number:02}")),
        (1, number, _) => Recorded::Topic(format!("acme-prod-alerts-of-{number:02}")),
        (.., 0) => Recorded::Part(format!("part-{at}")),
        _ => Recorded::Other(format!("other-{at}")),
    })
}

async fn make_all(aws: &Aws) {
    join_all(recorded().map(async |one| match one {
        Recorded::Queue(name) => drop(aws.write.sqs.create_queue().queue_name(name).send().await.expect("a queue")),
        Recorded::Topic(name) => drop(aws.write.sns.create_topic().name(name).send().await.expect("a topic")),
        Recorded::Part(_) | Recorded::Other(_) => {}
    }))
    .await;
}

fn of_terraform(account: &str) -> String {
    let resource = |one: Recorded| {
        let of = |of_type: &str, name: &str, values: Value| {
            json!({ "address": format!("module.all.{of_type}.{name}"), "mode": "managed", "type": of_type,
                "name": name, "provider_name": "registry.terraform.io/hashicorp/aws", "values": values })
        };
        match one {
            Recorded::Queue(name) => of("aws_sqs_queue", &name, json!({ "arn": arn(account, "sqs", &name) })),
            Recorded::Topic(name) => of("aws_sns_topic", &name, json!({ "arn": arn(account, "sns", &name) })),
            Recorded::Part(name) => of("aws_sqs_queue_policy", &name, json!({ "policy": "{}" })),
            Recorded::Other(name) => of("aws_cloudfront_distribution", &name, json!({ "id": name })),
        }
    };
    let module = json!({ "address": "module.all", "resources": recorded().map(resource).collect::<Vec<Value>>() });
    json!({ "format_version": "1.0", "values": { "root_module": { "child_modules": [module] } } }).to_string()
}

fn of_pulumi(account: &str) -> String {
    let resource = |one: Recorded| {
        let of = |of_type: &str, name: &str, outputs: Value| {
            json!({ "urn": format!("urn:pulumi:prod::all::{of_type}::{name}"), "custom": true, "id": name,
                "type": of_type, "inputs": {}, "outputs": outputs })
        };
        match one {
            Recorded::Queue(name) => of("aws:sqs/queue:Queue", &name, json!({ "arn": arn(account, "sqs", &name) })),
            Recorded::Topic(name) => of("aws:sns/topic:Topic", &name, json!({ "arn": arn(account, "sns", &name) })),
            Recorded::Part(name) => of("aws:sqs/queuePolicy:QueuePolicy", &name, json!({ "policy": "{}" })),
            Recorded::Other(name) => of("aws:cloudfront/distribution:Distribution", &name, json!({ "id": name })),
        }
    };
    let resources: Vec<Value> = recorded().map(resource).collect();
    json!({ "version": 3, "deployment": { "manifest": {}, "resources": resources } }).to_string()
}

fn arn(account: &str, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{account}:{resource}")
}

async fn is_imported_in_whole(make: Make, form: &str, write: fn(&str) -> String) {
    let project: Project = empty(make).await;
    make_all(&project.aws().await).await;
    project.file(FILE, write(project.account()));
    let report = import(&project, &format!("{form}:{FILE}"), 0);
    let others = recorded().filter(|one| matches!(one, Recorded::Other(_))).count();
    assert_eq!(lines(&report, "unsaid").len(), others, "{}: {form}", make.name());
    assert_eq!(report["sections"].as_array().map(Vec::len), Some(2 * THERE), "{}: {form}", make.name());
    let plan = project.plan(&[]);
    assert_eq!(plan["changes"].as_array().map(Vec::len), Some(2 * THERE), "{}: {form}", make.name());
    keeps_everything(&plan, &report, make);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_of_either_tool_is_imported_in_whole() {
    for make in MAKES {
        is_imported_in_whole(make, "terraform", of_terraform).await;
        is_imported_in_whole(make, "pulumi", of_pulumi).await;
    }
}
