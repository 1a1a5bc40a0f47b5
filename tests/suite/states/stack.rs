//! A stack as Pulumi or Terraform makes it, call by call.

use std::collections::HashMap;
use std::fmt::Debug;
use std::time::Duration;

use aws_sdk_cloudwatch::types as cloudwatch;
use aws_sdk_dynamodb::types as dynamodb;
use aws_sdk_eventbridge::types as events;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, FunctionCode, Runtime};
use aws_sdk_s3::types as s3;
use serde_json::{Value, json};
use serverless_app::aws::Aws;
use tokio::time::sleep;

use crate::support::emulator::REGION;
use crate::support::files::zip;
use crate::support::project::Project;

/// What the function has in its environment, and no report or manifest may hold.
pub const SECRET: &str = "hunter2-hunter2";
/// What the function runs.
pub const CODE: &str = "def handler(event, context): pass\n";

/// What everything is called.
pub struct Names {
    pub table: String,
    pub dead: String,
    pub jobs: String,
    pub topic: String,
    pub role: String,
    pub path: &'static str,
    pub function: String,
    pub permission: &'static str,
    pub rule: String,
    pub target: &'static str,
    pub alarm: String,
    pub bucket: String,
    tags: HashMap<String, String>,
}

impl Names {
    /// With seven digits that Pulumi makes up.
    pub fn of_pulumi(account: &str) -> Self {
        Self {
            table: "orders-3f9a1c2".into(),
            dead: "dead-5d6e7f8".into(),
            jobs: "jobs-0a1b2c3".into(),
            topic: "alerts-9e8d7c6".into(),
            role: "worker-4f5e6d7".into(),
            path: "/service-role/",
            function: "worker-8c7b6a5".into(),
            permission: "events-2a3b4c5",
            rule: "placed-7d6c5b4".into(),
            target: "placed-6c5b4a3",
            alarm: "dead-1f2e3d4".into(),
            bucket: format!("files-6b5a4c3-{account}"),
            tags: HashMap::new(),
        }
    }

    /// As somebody has written them into a configuration.
    pub fn of_terraform(account: &str) -> Self {
        Self {
            table: "acme-prod-orders".into(),
            dead: "acme-prod-jobs-dead".into(),
            jobs: "acme-prod-jobs".into(),
            topic: "acme-prod-alerts".into(),
            role: "acme-prod-worker".into(),
            path: "/acme/",
            function: "acme-prod-worker".into(),
            permission: "events",
            rule: "acme-prod-placed".into(),
            target: "terraform-20250301100000000000000002",
            alarm: "acme-prod-dead".into(),
            bucket: format!("acme-prod-files-{account}"),
            tags: HashMap::from([("Team".into(), "orders".into())]),
        }
    }

    fn tags(&self) -> Option<HashMap<String, String>> {
        Some(self.tags.clone()).filter(|tags| !tags.is_empty())
    }
}

/// The stack, with an item in its table and an object in its bucket.
pub struct Stack {
    pub names: Names,
    aws: Aws,
    account: String,
}

/// Asks again for a while: IAM, Lambda and EventBridge do not know at once what was just made.
async fn made<T, E: Debug>(call: impl AsyncFn() -> Result<T, E>) -> T {
    for _ in 0..100 {
        if let Ok(made) = call().await {
            return made;
        }
        sleep(Duration::from_millis(100)).await;
    }
    call().await.expect("something made")
}

impl Stack {
    /// Makes everything.
    pub async fn new(project: &Project, names: Names) -> Self {
        let stack = Self { names, aws: project.aws().await, account: project.account().to_owned() };
        stack.table().await;
        stack.queues().await;
        stack.topic().await;
        stack.role().await;
        stack.function().await;
        stack.rule().await;
        stack.alarm().await;
        stack.bucket().await;
        stack
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{REGION}:{}:{resource}", self.account)
    }

    fn topic_arn(&self) -> String {
        self.arn("sns", &self.names.topic)
    }

    fn function_arn(&self) -> String {
        self.arn("lambda", &format!("function:{}", self.names.function))
    }

    async fn table(&self) {
        let client = &self.aws.write.dynamodb;
        let attribute = dynamodb::AttributeDefinition::builder().attribute_name("id");
        let attribute = attribute.attribute_type(dynamodb::ScalarAttributeType::S).build().expect("an attribute");
        let key = dynamodb::KeySchemaElement::builder().attribute_name("id").key_type(dynamodb::KeyType::Hash);
        let table = client.create_table().table_name(&self.names.table).attribute_definitions(attribute);
        let table = table.key_schema(key.build().expect("a key")).billing_mode(dynamodb::BillingMode::PayPerRequest);
        table.send().await.expect("a table");
        made(async || {
            let item = client.put_item().table_name(&self.names.table);
            item.item("id", dynamodb::AttributeValue::S("first".into())).send().await
        })
        .await;
    }

    async fn queues(&self) {
        let sqs = &self.aws.write.sqs;
        sqs.create_queue().queue_name(&self.names.dead).set_tags(self.names.tags()).send().await.expect("a queue");
        let dead = self.arn("sqs", &self.names.dead);
        let policy = json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "sns", "Effect": "Allow",
            "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage",
            "Resource": self.arn("sqs", &self.names.jobs),
            "Condition": { "ArnEquals": { "aws:SourceArn": self.topic_arn() } } }] });
        let attributes = HashMap::from([
            ("VisibilityTimeout".into(), "120".to_owned()),
            ("RedrivePolicy".into(), json!({ "deadLetterTargetArn": dead, "maxReceiveCount": 3 }).to_string()),
            ("Policy".into(), policy.to_string()),
        ]);
        let queue = sqs.create_queue().queue_name(&self.names.jobs).set_attributes(Some(attributes));
        queue.set_tags(self.names.tags()).send().await.expect("a queue");
    }

    async fn topic(&self) {
        let sns = &self.aws.write.sns;
        sns.create_topic().name(&self.names.topic).send().await.expect("a topic");
        let subscription = sns.subscribe().topic_arn(self.topic_arn()).protocol("sqs");
        let subscription = subscription.endpoint(self.arn("sqs", &self.names.jobs));
        let attributes = HashMap::from([("RawMessageDelivery".into(), "true".into())]);
        subscription.set_attributes(Some(attributes)).send().await.expect("a subscription");
    }

    /// With a path, a policy of its own and one of AWS's.
    async fn role(&self) {
        let (iam, name) = (&self.aws.write.iam, &self.names.role);
        let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
        let role = iam.create_role().role_name(name).path(self.names.path);
        role.assume_role_policy_document(trust.to_string()).send().await.expect("a role");
        let policy = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
              "Resource": self.arn("dynamodb", &format!("table/{}", self.names.table)) },
            { "Effect": "Allow", "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
              "Resource": self.arn("sqs", &self.names.jobs) },
        ] });
        let inline = iam.put_role_policy().role_name(name).policy_name("tables").policy_document(policy.to_string());
        inline.send().await.expect("a policy");
        let logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        iam.attach_role_policy().role_name(name).policy_arn(logs).send().await.expect("a policy");
    }

    async fn function(&self) {
        let (lambda, logs, names) = (&self.aws.write.lambda, &self.aws.write.logs, &self.names);
        let variables =
            [("TABLE", names.table.clone()), ("TOPIC_ARN", self.topic_arn()), ("DB_PASSWORD", SECRET.into())];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let code = FunctionCode::builder().zip_file(Blob::new(zip("main.py", CODE))).build();
        let role = format!("arn:aws:iam::{}:role{}{}", self.account, names.path, names.role);
        let function = lambda.create_function().function_name(&names.function).runtime(Runtime::Python311);
        let function = function.handler("main.handler").role(role).code(code).timeout(30).memory_size(256);
        let function = function.environment(Environment::builder().set_variables(Some(variables)).build());
        let function = function.set_tags(names.tags());
        made(async || function.clone().send().await).await;
        let mapping = lambda.create_event_source_mapping().function_name(&names.function);
        let mapping = mapping.event_source_arn(self.arn("sqs", &names.jobs)).batch_size(10);
        made(async || mapping.clone().send().await).await;
        let group = format!("/aws/lambda/{}", names.function);
        let create = logs.create_log_group().log_group_name(&group).set_tags(names.tags());
        create.send().await.expect("a log group");
        let retention = logs.put_retention_policy().log_group_name(group).retention_in_days(14);
        retention.send().await.expect("a retention");
    }

    async fn rule(&self) {
        let (client, names) = (&self.aws.write.events, &self.names);
        let rule = client.put_rule().name(&names.rule).event_pattern(json!({ "source": ["acme.orders"] }).to_string());
        let arn = rule.send().await.expect("a rule").rule_arn.expect("its ARN");
        let permission = self.aws.write.lambda.add_permission().function_name(&names.function).source_arn(arn);
        let permission = permission.statement_id(names.permission).action("lambda:InvokeFunction");
        permission.principal("events.amazonaws.com").send().await.expect("a permission");
        let target = events::Target::builder().id(names.target).arn(self.function_arn()).build().expect("a target");
        let targets = client.put_targets().rule(&names.rule).targets(target);
        made(async || targets.clone().send().await).await;
        made(async || self.aws.read.events.describe_rule().name(&names.rule).send().await).await;
    }

    async fn alarm(&self) {
        let names = &self.names;
        let dimension = cloudwatch::Dimension::builder().name("QueueName").value(&names.dead).build();
        let alarm = self.aws.write.cloudwatch.put_metric_alarm().alarm_name(&names.alarm).namespace("AWS/SQS");
        let alarm = alarm.metric_name("ApproximateNumberOfMessagesVisible").dimensions(dimension).period(60);
        let alarm = alarm.statistic(cloudwatch::Statistic::Maximum).threshold(0.0).evaluation_periods(1);
        let alarm = alarm.comparison_operator(cloudwatch::ComparisonOperator::GreaterThanThreshold);
        alarm.alarm_actions(self.topic_arn()).send().await.expect("an alarm");
    }

    async fn bucket(&self) {
        let client = &self.aws.write.s3;
        let place = s3::BucketLocationConstraint::from(REGION);
        let place = s3::CreateBucketConfiguration::builder().location_constraint(place).build();
        let bucket = client.create_bucket().bucket(&self.names.bucket).create_bucket_configuration(place);
        bucket.send().await.expect("a bucket");
        made(async || {
            let object = client.put_object().bucket(&self.names.bucket).key("kept.txt");
            object.body(b"kept".to_vec().into()).send().await
        })
        .await;
    }

    /// The data is there, and so is what the function has in its environment.
    pub async fn is_as_before(&self) {
        let (read, names) = (&self.aws.read, &self.names);
        let key = dynamodb::AttributeValue::S("first".into());
        let item = read.dynamodb.get_item().table_name(&names.table).key("id", key).send().await.expect("the table");
        assert!(item.item.is_some(), "the item is gone");
        let object = read.s3.get_object().bucket(&names.bucket).key("kept.txt").send().await.expect("the object");
        assert_eq!(object.body.collect().await.expect("its bytes").to_vec(), b"kept");
        let function = read.lambda.get_function_configuration().function_name(&names.function).send().await;
        let variables = function.expect("the function").environment.and_then(|all| all.variables).unwrap_or_default();
        assert_eq!(variables.get("DB_PASSWORD").map(String::as_str), Some(SECRET));
    }

    /// The outputs that are given without being asked for, under the former names.
    pub fn outputs(&self) -> Value {
        json!({
            "dynamodb_table_name": self.names.table,
            "lambda_function_name": self.names.function,
            "s3_bucket_name": self.names.bucket,
            "sns_topic_arn": self.topic_arn(),
        })
    }
}
