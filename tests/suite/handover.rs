//! What other tools have made, before both emulators: what a source names of it, and what a plan says while they still look after it.

use serde_json::{Value, json};
use serverless_app::aws::{Answer, Aws, Kind};
use serverless_app::error::Error;
use serverless_app::import::{Inventory, Source};

use crate::support::emulator::{MAKES, Make};
use crate::support::project::Project;

/// A stack with names that CloudFormation makes up, and one of a helper of CDK.
fn template() -> Value {
    let trust = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" },
    ] });
    json!({ "Resources": {
        "Orders1A2B3C4D": { "Type": "AWS::DynamoDB::Table", "Properties": {
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }], "BillingMode": "PAY_PER_REQUEST" } },
        "Jobs": { "Type": "AWS::SQS::Queue" },
        "Alerts": { "Type": "AWS::SNS::Topic" },
        "Worker": { "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": trust, "Path": "/service-role/" } },
        "WorkerPolicy": { "Type": "AWS::IAM::Policy", "Properties": { "PolicyName": "send", "Roles": [{ "Ref": "Worker" }],
            "PolicyDocument": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*" }] } } },
        "CustomS3AutoDeleteObjectsRole": { "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": trust } },
        "Api": { "Type": "AWS::ApiGateway::RestApi", "Properties": { "Name": "Orders API" } },
        "Key": { "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": { "Version": "2012-10-17", "Statement": [] } } },
    } })
}

pub async fn stack(make: Make, project: &Project, name: &str, template: &Value) -> Aws {
    let aws = project.aws().await;
    let request = aws.write.cloudformation.create_stack().stack_name(name).template_body(template.to_string());
    let request = request.capabilities("CAPABILITY_NAMED_IAM".into());
    request.send().await.answer("cloudformation:CreateStack").unwrap_or_else(|e| panic!("{}: {e}", make.name()));
    for _ in 0..100 {
        let stacks = aws.read.cloudformation.describe_stacks().stack_name(name).send().await.expect("the stack").stacks;
        let status = stacks.and_then(|stacks| stacks.first()?.stack_status().map(|status| status.as_str().to_owned()));
        match status.as_deref() {
            Some("CREATE_COMPLETE") => return aws,
            Some("CREATE_IN_PROGRESS") => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            other => panic!("{}: {other:?}", make.name()),
        }
    }
    panic!("{}: the stack takes longer than ten seconds", make.name())
}

async fn inventory(aws: &Aws, source: &str) -> Result<Inventory, Error> {
    let site = aws.site().await.expect("the account");
    source.parse::<Source>().expect("a source").inventory(aws, &site).await
}

/// Waits until the tagging index, which lags, names what it should of what has a tag of this key.
async fn index(aws: &Aws, key: &str, is_so: impl Fn(&[String]) -> bool) {
    let filter = aws_sdk_resourcegroupstagging::types::TagFilter::builder().key(key).build();
    for _ in 0..100 {
        let answer = aws.read.tagging.get_resources().tag_filters(filter.clone()).send().await.expect("the index");
        let mappings = answer.resource_tag_mapping_list.unwrap_or_default();
        let arns: Vec<String> = mappings.into_iter().filter_map(|mapping| mapping.resource_arn).collect();
        if is_so(&arns) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the index does not follow");
}

fn found(inventory: &Inventory) -> Vec<(Kind, &str)> {
    let mut found: Vec<_> =
        inventory.found.iter().map(|one| (one.kind, one.section.as_deref().unwrap_or_default())).collect();
    found.sort();
    found
}

const HEAD: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_a_stack_is_found_under_the_names_that_aws_has() {
    for make in MAKES {
        let project = Project::new(make, HEAD).await;
        let aws = stack(make, &project, "legacy", &template()).await;
        let inventory = inventory(&aws, "cloudformation:legacy").await.expect("the stack");
        let expected = [
            (Kind::RestApi, "Api"),
            (Kind::Table, "Orders"),
            (Kind::Role, "Worker"),
            (Kind::Topic, "Alerts"),
            (Kind::Queue, "Jobs"),
        ];
        assert_eq!(found(&inventory), expected, "{}", make.name());
        let name = |kind: Kind| inventory.found.iter().find(|one| one.kind == kind).expect("found").name.as_str();
        assert_eq!(name(Kind::RestApi), "Orders API", "{}", make.name());
        assert!(name(Kind::Role).starts_with("/service-role/legacy-Worker"), "{}: {}", make.name(), name(Kind::Role));
        for kind in [Kind::Table, Kind::Queue, Kind::Topic] {
            assert!(name(kind).starts_with("legacy-") && !name(kind).contains([':', '/']), "{}", name(kind));
        }
        let unsaid: Vec<&str> = inventory.unsaid.iter().map(|one| one.what.as_str()).collect();
        let expected = ["CustomS3AutoDeleteObjectsRole in the stack legacy", "Key in the stack legacy"];
        assert!(expected.iter().all(|what| unsaid.contains(what)) && unsaid.len() == 2, "{}: {unsaid:?}", make.name());
        let absent = self::inventory(&aws, "cloudformation:none").await.expect_err("no stack").to_string();
        assert!(absent.contains("there is no stack \"none\" in us-west-2"), "{}: {absent}", make.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_begins_so_and_what_has_a_tag_is_found_and_nothing_else() {
    for make in MAKES {
        let project = Project::new(make, HEAD).await;
        let aws = project.aws().await;
        let (sqs, sns) = (&aws.write.sqs, &aws.write.sns);
        sqs.create_queue().queue_name("Legacy-jobs-1a2b").tags("App", "legacy").send().await.expect("a queue");
        sqs.create_queue().queue_name("other").tags("App", "other").send().await.expect("a queue");
        sns.create_topic().name("Legacy-alerts").send().await.expect("a topic");
        let api = aws.write.apigateway.create_rest_api().name("Legacy API").tags("App", "legacy");
        let id = api.send().await.expect("an API").id.expect("its id");

        let named = inventory(&aws, "prefix:Legacy").await.expect("the listings");
        let names: Vec<(Kind, &str)> = named.found.iter().map(|one| (one.kind, one.name.as_str())).collect();
        let expected =
            [(Kind::RestApi, "Legacy API"), (Kind::Topic, "Legacy-alerts"), (Kind::Queue, "Legacy-jobs-1a2b")];
        assert_eq!((names, named.unsaid.len()), (expected.to_vec(), 0), "{}", make.name());
        assert_eq!(named.found[0].id.as_deref(), Some(id.as_str()));

        index(&aws, "App", |arns| arns.iter().any(|arn| arn.ends_with(":Legacy-jobs-1a2b"))).await;
        let tagged = inventory(&aws, "tags:App=legacy").await.expect("the index");
        let mut names: Vec<(Kind, &str)> = tagged.found.iter().map(|one| (one.kind, one.name.as_str())).collect();
        names.sort();
        assert_eq!(names, [(Kind::RestApi, "Legacy API"), (Kind::Queue, "Legacy-jobs-1a2b")], "{}", make.name());
    }
}

const QUEUE: &str =
    "[queue.jobs]\nname = \"legacy-jobs\"\nadopt = true\n\n[topic.alerts]\nname = \"legacy-alerts\"\nadopt = true\n";

/// Both emulators let anybody write the tags that AWS keeps for itself, of queues and topics.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_names_the_tool_that_still_looks_after_what_it_takes_over_until_it_has_let_go() {
    const STACK: &str = "aws:cloudformation:stack-name";
    for make in MAKES {
        let project = Project::new(make, &format!("{HEAD}{QUEUE}")).await;
        let aws = project.aws().await;
        let queue = aws.write.sqs.create_queue().queue_name("legacy-jobs").tags(STACK, "legacy");
        let url = queue.send().await.expect("a queue").queue_url.expect("its URL");
        let tag =
            |key: &str, value: &str| aws_sdk_sns::types::Tag::builder().key(key).value(value).build().expect("a tag");
        let topic = aws.write.sns.create_topic().name("legacy-alerts").tags(tag("sst:app", "old"));
        topic.tags(tag("sst:stage", "live")).send().await.expect("a topic");
        index(&aws, STACK, |arns| !arns.is_empty()).await;
        let notes = |plan: &Value| -> Vec<String> {
            let all = plan["notes"].as_array().expect("notes").iter();
            all.map(|note| note["message"].as_str().expect("a message").to_owned()).collect()
        };
        let plan = project.plan(&[]);
        let said = notes(&plan);
        assert_eq!(said.len(), 2, "{}: {said:?}", make.name());
        assert!(said[0].starts_with("legacy-alerts still belongs to the SST app old at the stage live, "), "{said:?}");
        assert!(said[1].starts_with("legacy-jobs still belongs to the CloudFormation stack legacy, "), "{said:?}");
        project.apply(0);
        assert_eq!(notes(&project.plan(&[])).len(), 2, "{}: what is ours is named as well", make.name());
        aws.write.sqs.untag_queue().queue_url(url).tag_keys(STACK).send().await.expect("no tag");
        index(&aws, STACK, <[String]>::is_empty).await;
        assert_eq!(notes(&project.plan(&[])).len(), 1, "{}: CloudFormation has let go", make.name());
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let aws = crate::support::emulator::aws(Make::Moto).await;
    let error = inventory(&aws, "terraform:nowhere/state.json").await.expect_err("no file");
    assert!(matches!(&error, Error::Io { path, .. } if path.ends_with("nowhere/state.json")), "{error}");
}

/// The policies that keep every resource, as the page on handing over has them.
fn retained(mut template: Value) -> Value {
    for resource in template["Resources"].as_object_mut().expect("resources").values_mut() {
        resource["DeletionPolicy"] = json!("Retain");
        resource["UpdateReplacePolicy"] = json!("Retain");
    }
    template
}

/// Deletes a stack, and waits until it is gone.
async fn delete(make: Make, aws: &Aws, name: &str) {
    let cloudformation = &aws.write.cloudformation;
    cloudformation.delete_stack().stack_name(name).send().await.answer("cloudformation:DeleteStack").expect("no stack");
    for _ in 0..100 {
        let answer = cloudformation.describe_stacks().stack_name(name).send().await;
        let stacks = answer.map(|answer| answer.stacks.unwrap_or_default()).unwrap_or_default();
        match stacks.first().and_then(|stack| stack.stack_status()).map(|status| status.as_str()) {
            None | Some("DELETE_COMPLETE") => return,
            Some("DELETE_IN_PROGRESS") => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            Some(other) => panic!("{}: {other}", make.name()),
        }
    }
    panic!("{}: the stack takes longer than ten seconds", make.name())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stack_retains_is_taken_over_with_its_data_once_the_stack_is_gone() {
    for make in MAKES {
        let project = Project::new(make, HEAD).await;
        let mut template = retained(template());
        template["Resources"]["NotKept"] =
            json!({ "Type": "AWS::SQS::Queue", "Properties": { "QueueName": "not-kept" } });
        let aws = stack(make, &project, "retained", &template).await;
        let inventory = inventory(&aws, "cloudformation:retained").await.expect("the stack");
        let table = &inventory.found.iter().find(|one| one.kind == Kind::Table).expect("a table").name;
        let item = aws_sdk_dynamodb::types::AttributeValue::S("order-1".into());
        aws.write.dynamodb.put_item().table_name(table).item("id", item).send().await.expect("an item");
        delete(make, &aws, "retained").await;
        let queue = aws.read.sqs.get_queue_url().queue_name("not-kept").send().await;
        assert!(queue.is_err(), "{}: what no policy retains is deleted", make.name());

        project.write(&format!(
            "{HEAD}[table.orders]\nname = \"{table}\"\nadopt = true\nhash_key = {{ name = \"id\", type = \"S\" }}\n"
        ));
        let plan = project.plan(&[]);
        assert_eq!(
            (plan["changes"].as_array().map(Vec::len), plan["changes"][0]["action"].as_str()),
            (Some(1), Some("adopt")),
            "{}",
            make.name()
        );
        project.apply(0);
        let items = aws.read.dynamodb.scan().table_name(table).send().await.expect("the table").items;
        assert_eq!(items.map(|items| items.len()), Some(1), "{}", make.name());
    }
}
