//! What others have made, before both emulators: written as a manifest, taken over, and then nothing is left to do.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types as dynamodb;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, FunctionCode, Runtime};
use serde_json::{Value, json};
use serverless_app::aws::Aws;
use serverless_app::import::Source;
use tokio::time::sleep;

use crate::handover::stack;
use crate::support::emulator::{MAKES, Make, REGION};
use crate::support::files::zip;
use crate::support::project::{Project, changes};

mod any;
mod incomplete;

/// The exit code of an import whose manifest is not whole.
const INCOMPLETE: i32 = 7;
const SECRET: &str = "hunter2-hunter2";

/// A stack as Pulumi makes one: names with suffixes that nobody chose, on an account of its own.
struct Stack {
    project: Project,
    aws: Aws,
}

impl Stack {
    async fn new(make: Make) -> Self {
        let project = empty(make).await;
        let aws = project.aws().await;
        let stack = Self { project, aws };
        stack.table().await;
        stack.queues().await;
        stack.topic().await;
        stack.function().await;
        stack.bucket().await;
        stack
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{REGION}:{}:{resource}", self.project.account())
    }

    async fn table(&self) {
        let table = self.aws.write.dynamodb.create_table().table_name("orders-1a2b3c4");
        let attribute = dynamodb::AttributeDefinition::builder().attribute_name("id");
        let attribute = attribute.attribute_type(dynamodb::ScalarAttributeType::S).build().expect("an attribute");
        let key = dynamodb::KeySchemaElement::builder().attribute_name("id").key_type(dynamodb::KeyType::Hash);
        let table = table.attribute_definitions(attribute).key_schema(key.build().expect("a key"));
        table.billing_mode(dynamodb::BillingMode::PayPerRequest).send().await.expect("a table");
        let item = self.aws.write.dynamodb.put_item().table_name("orders-1a2b3c4");
        item.item("id", dynamodb::AttributeValue::S("first".into())).send().await.expect("an item");
    }

    async fn queues(&self) {
        let sqs = &self.aws.write.sqs;
        sqs.create_queue().queue_name("orders-dead-5d6e7f8").send().await.expect("a queue");
        let redrive = json!({ "deadLetterTargetArn": self.arn("sqs", "orders-dead-5d6e7f8"), "maxReceiveCount": 3 });
        let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "sns", "Effect": "Allow",
            "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage",
            "Resource": self.arn("sqs", "orders-jobs-0a1b2c3"),
            "Condition": { "ArnEquals": { "aws:SourceArn": self.arn("sns", "orders-alerts-9e8d7c6") } } }] });
        let attributes = HashMap::from([
            ("VisibilityTimeout".into(), "120".to_owned()),
            ("RedrivePolicy".into(), redrive.to_string()),
            ("Policy".into(), policy.to_string()),
        ]);
        let queue = sqs.create_queue().queue_name("orders-jobs-0a1b2c3").set_attributes(Some(attributes));
        queue.tags("team", "orders").send().await.expect("a queue");
    }

    async fn topic(&self) {
        let sns = &self.aws.write.sns;
        let topic = sns.create_topic().name("orders-alerts-9e8d7c6").send().await.expect("a topic");
        let subscription = sns.subscribe().topic_arn(topic.topic_arn.expect("its ARN")).protocol("sqs");
        let subscription = subscription.endpoint(self.arn("sqs", "orders-jobs-0a1b2c3"));
        let attributes = HashMap::from([("RawMessageDelivery".into(), "true".into())]);
        subscription.set_attributes(Some(attributes)).send().await.expect("a subscription");
    }

    async fn function(&self) {
        let (iam, lambda) = (&self.aws.write.iam, &self.aws.write.lambda);
        let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
        let role = iam.create_role().role_name("orders-role-4f5e6d7").path("/service-role/");
        let role = role.assume_role_policy_document(trust.to_string()).send().await.expect("a role").role.expect("it");
        let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
            "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": self.arn("dynamodb", "table/orders-1a2b3c4") }] });
        let inline = iam.put_role_policy().role_name("orders-role-4f5e6d7").policy_name("inline");
        inline.policy_document(policy.to_string()).send().await.expect("a policy");
        let variables = [
            ("TABLE", "orders-1a2b3c4".to_owned()),
            ("TOPIC_ARN", self.arn("sns", "orders-alerts-9e8d7c6")),
            ("DB_PASSWORD", SECRET.to_owned()),
        ];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let code =
            FunctionCode::builder().zip_file(Blob::new(zip("main.py", "def handler(event, context): pass\n"))).build();
        let function = lambda.create_function().function_name("orders-handler-8c7b6a5").runtime(Runtime::Python311);
        let function = function.handler("main.handler").role(role.arn).code(code).timeout(30).memory_size(256);
        let function = function.environment(Environment::builder().set_variables(Some(variables)).build());
        // IAM says of a new role at first that there is none.
        let mut made = function.clone().send().await;
        for _ in 0..100 {
            if made.is_ok() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
            made = function.clone().send().await;
        }
        made.expect("a function");
        let group = self.aws.write.logs.create_log_group().log_group_name("/aws/lambda/orders-handler-8c7b6a5");
        group.send().await.expect("a log group");
    }

    async fn bucket(&self) {
        let s3 = &self.aws.write.s3;
        let place = aws_sdk_s3::types::BucketLocationConstraint::from(REGION);
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder().location_constraint(place).build();
        s3.create_bucket()
            .bucket(self.bucket_name())
            .create_bucket_configuration(place)
            .send()
            .await
            .expect("a bucket");
        s3.put_object()
            .bucket(self.bucket_name())
            .key("kept.txt")
            .body(b"kept".to_vec().into())
            .send()
            .await
            .expect("an object");
    }

    fn bucket_name(&self) -> String {
        format!("orders-files-{}", self.project.account())
    }

    async fn has_its_data(&self) -> bool {
        let key = dynamodb::AttributeValue::S("first".into());
        let item = self.aws.read.dynamodb.get_item().table_name("orders-1a2b3c4").key("id", key).send().await;
        let object = self.aws.read.s3.head_object().bucket(self.bucket_name()).key("kept.txt").send().await;
        item.expect("the item").item.is_some() && object.is_ok()
    }
}

/// A stack whose names CloudFormation makes up.
fn template() -> Value {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    json!({ "Resources": {
        "Orders1A2B3C4D": { "Type": "AWS::DynamoDB::Table", "Properties": {
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }], "BillingMode": "PAY_PER_REQUEST" } },
        "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "VisibilityTimeout": 90 } },
        "Alerts": { "Type": "AWS::SNS::Topic" },
        "Worker": { "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": trust, "Path": "/service-role/" } },
        "Key": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": { "Version": "2012-10-17", "Statement": [] } } },
    } })
}

/// A project without a manifest.
async fn empty(make: Make) -> Project {
    let project = Project::new(make, "").await;
    std::fs::remove_file(project.folder().join("serverless-app.toml")).expect("no manifest");
    project
}

fn import(project: &Project, arguments: &[&str], code: i32) -> Value {
    let ran = project.run(&[&["import", "--region", REGION, "--format", "json"], arguments].concat(), code);
    serde_json::from_str(&ran.stdout).expect("a report")
}

fn manifest(project: &Project) -> String {
    std::fs::read_to_string(project.folder().join("serverless-app.toml")).expect("the manifest")
}

/// The actions of a plan.
fn actions(plan: &Value) -> Vec<String> {
    let all = plan["changes"].as_array().expect("changes").iter();
    all.map(|change| {
        format!("{} {}", change["action"].as_str().expect("a word"), change["address"].as_str().expect("a word"))
    })
    .collect()
}

/// The lines of a report, with what each is about.
fn lines(report: &Value, list: &str) -> Vec<String> {
    let all = report[list].as_array().expect("a list").iter();
    all.map(|line| format!("{}: {}", line["what"].as_str().expect("what"), line["why"].as_str().expect("why")))
        .collect()
}

/// Everything that a plan changes beside ownership tags has been announced.
fn is_announced(plan: &Value, report: &Value, make: Make) {
    let announced = lines(report, "changes");
    for change in plan["changes"].as_array().expect("changes") {
        let address = change["address"].as_str().expect("a word");
        for diff in change["diff"].as_array().expect("diffs") {
            let path = diff["path"].as_str().expect("a path");
            let is_ours = path.to_lowercase().starts_with("tags.serverless-app:") || path == "CodeSha256";
            let is_said = announced
                .iter()
                .any(|line| line.starts_with(address) && (line.contains(path) || line.contains("would be created")));
            assert!(is_ours || is_said, "{}: {address} {path} is not among {announced:#?}", make.name());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_with_suffixes_is_written_taken_over_and_keeps_its_data() {
    for make in MAKES {
        let stack = Stack::new(make).await;
        let project = &stack.project;
        let report = import(project, &["prefix:orders-", "--app", "shop"], INCOMPLETE);
        project.file("handler/main.py", "def handler(event, context): pass\n");
        assert_eq!(lines(&report, "faults"), [""; 0], "{}", make.name());
        let text = manifest(project);
        let named = [
            "table.orders",
            "topic.alerts",
            "queue.dead",
            "queue.jobs",
            "bucket.files",
            "role.role",
            "function.handler",
        ];
        for header in named {
            assert!(text.contains(&format!("[{header}]\n")), "{}: {header}: {text}", make.name());
        }
        assert!(!text.contains(SECRET) && !report.to_string().contains(SECRET), "{}: {text}", make.name());
        assert!(text.contains("DB_PASSWORD = \"${decide}\""), "{}: {text}", make.name());
        let refused = project.run(&["check", "--offline"], 64);
        assert!(
            refused.stderr.contains("it still has to be decided whether this value is a secret"),
            "{}",
            refused.stderr
        );

        project.write(&text.replace("${decide}", SECRET));
        let plan = project.plan(&[]);
        let actions = actions(&plan);
        assert!(
            actions.iter().all(|action| !action.starts_with("replace") && !action.starts_with("delete")),
            "{}: {actions:?}",
            make.name()
        );
        is_announced(&plan, &report, make);
        project.apply(0);
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{}", make.name());
        assert!(stack.has_its_data().await, "{}", make.name());

        let again = project.run(&["import", "prefix:orders-", "--app", "shop", "--region", REGION], 64);
        assert!(again.stderr.contains("serverless-app.toml exists"), "{}", again.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_of_cloudformation_is_written_and_taken_over() {
    for make in MAKES {
        let project = empty(make).await;
        stack(make, &project, "legacy", &template()).await;
        let report = import(&project, &["cloudformation:legacy", "--app", "legacy"], 0);
        assert_eq!(
            (lines(&report, "faults"), report["problems"].to_string()),
            (Vec::new(), "[]".into()),
            "{}",
            make.name()
        );
        let text = manifest(&project);
        for header in ["[table.orders]", "[queue.jobs]", "[topic.alerts]", "[role.worker]"] {
            assert!(text.contains(header), "{}: {text}", make.name());
        }
        assert!(lines(&report, "unsaid").iter().any(|line| line.starts_with("Key in the stack legacy: ")), "{report}");
        let plan = project.plan(&[]);
        let actions = actions(&plan);
        let is_kept = |action: &String| !action.starts_with("replace") && !action.starts_with("delete");
        assert!(actions.iter().all(is_kept), "{}: {actions:?}", make.name());
        is_announced(&plan, &report, make);
        project.apply(0);
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{}", make.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_by_hand_and_tagged_is_taken_over_under_its_own_names() {
    for make in MAKES {
        let project = empty(make).await;
        let aws = project.aws().await;
        let attributes = HashMap::from([("MessageRetentionPeriod".into(), "86401".to_owned())]);
        let queue = aws.write.sqs.create_queue().queue_name("AuditJobs").set_attributes(Some(attributes));
        queue.tags("Project", "audit").send().await.expect("a queue");
        let group = aws.write.logs.create_log_group().log_group_name("/legacy/Audit").tags("Project", "audit");
        group.send().await.expect("a log group");
        let source: Source = "tags:Project=audit".parse().expect("a source");
        let site = aws.site().await.expect("the account");
        let nothing = project.run(&["import", "tags:Project=other", "--app", "audit", "--region", REGION], 64);
        assert!(nothing.stderr.contains("names nothing in the account"), "{}", nothing.stderr);
        for _ in 0..100 {
            // The tagging index follows.
            if !source.inventory(&aws, &site).await.expect("the index").found.is_empty() {
                break;
            }
            sleep(Duration::from_millis(200)).await;
        }
        let report = import(&project, &["tags:Project=audit", "--app", "audit"], 0);
        assert_eq!(
            (lines(&report, "faults"), report["problems"].to_string()),
            (Vec::new(), "[]".into()),
            "{}",
            make.name()
        );
        let text = manifest(&project);
        assert!(text.contains("[queue.audit-jobs]\nname = \"AuditJobs\"\nretention_seconds = 86401\n"), "{text}");
        assert!(text.contains("tags = { Project = \"audit\" }\nadopt = true\n"), "{text}");
        let plan = project.plan(&[]);
        assert!(actions(&plan).iter().all(|action| action.starts_with("adopt ")), "{:?}", actions(&plan));
        let own: Vec<String> = changes(&plan).into_iter().filter(|line| !line.contains("serverless-app:")).collect();
        assert_eq!(own, [""; 0], "{}", make.name());
        project.apply(0);
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{}", make.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_one_section_make_drift_the_wanted_state() {
    for make in MAKES {
        let head = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n";
        let project = Project::new(make, &format!("{head}[queue.jobs]\n")).await;
        project.deploy(&[]);
        let sqs = project.aws().await.write.sqs.clone();
        let url = sqs.get_queue_url().queue_name("shop--production-jobs").send().await.expect("a queue").queue_url;
        let change = sqs.set_queue_attributes().set_queue_url(url);
        change.attributes("VisibilityTimeout".into(), "77").send().await.expect("a change");
        for _ in 0..50 {
            // Attributes follow too.
            if !changes(&project.plan(&[])).is_empty() {
                break;
            }
        }
        let ran = project.run(&["import", "--only", "sqs.queue/jobs"], 0);
        assert_eq!(ran.stdout, "[queue.jobs]\nvisibility_timeout = 77\n", "{}", make.name());
        project.write(&format!("{head}{}", ran.stdout));
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{}", make.name());
        let wrong = project.run(&["import", "--only", "sqs.queue/job"], 64);
        assert!(wrong.stderr.contains("addresses with a section: sqs.queue/jobs"), "{}", wrong.stderr);
    }
}
