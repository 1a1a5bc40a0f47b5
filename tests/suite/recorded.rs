//! Both emulators answer as AWS was recorded to; `docs/aws-differs.md` says to what, and by whom.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_sdk_cloudwatch::types::{ComparisonOperator, Statistic};
use aws_sdk_dynamodb::types as dynamodb;
use aws_sdk_iam::types::Tag;
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration, Tag as BucketTag, Tagging};
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use aws_sdk_scheduler::operation::create_schedule::builders::CreateScheduleFluentBuilder;
use aws_sdk_scheduler::types::{FlexibleTimeWindow, FlexibleTimeWindowMode, Target};
use serverless_app::aws::{Answer, Aws};

use crate::support::emulator::{REGION, both};
use crate::support::project::{EXAMPLE, Project, changes};

mod functions;
mod gateway_parts;
mod gateway_services;
mod http_apis;

use functions::create;

/// What was refused, as `Code: message`.
fn refused<T: std::fmt::Debug, E>(answer: Result<T, E>) -> String
where
    Result<T, E>: Answer<T>,
{
    let error = answer.answer("a call").expect_err("AWS refuses this");
    format!("{}: {}", error.code.unwrap_or_default(), error.message)
}

async fn role(aws: &Aws, name: &str, service: &str) -> String {
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"Service":"{service}"}}}}]}}"#
    );
    let made = aws.write.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await;
    made.expect("a role").role.expect("a role").arn
}

#[tokio::test]
async fn an_alarm_shows_when_its_state_changed_and_no_description_that_was_not_given() {
    for (make, aws) in both().await {
        let alarm = aws.write.cloudwatch.put_metric_alarm().alarm_name("a").namespace("n").metric_name("m");
        let alarm = alarm.statistic(Statistic::Sum).period(60).evaluation_periods(1).threshold(1.0);
        let alarm = alarm.comparison_operator(ComparisonOperator::GreaterThanThreshold);
        alarm.send().await.expect("an alarm");
        let read = aws.read.cloudwatch.describe_alarms().alarm_names("a").send().await.expect("alarms");
        let [read] = read.metric_alarms() else { panic!("{make:?}: {read:?}") };
        assert_eq!(read.state_transitioned_timestamp(), read.state_updated_timestamp(), "{make:?}");
        assert!(read.state_transitioned_timestamp().is_some() && read.alarm_description().is_none(), "{make:?}");
        aws.write.cloudwatch.delete_alarms().alarm_names("a").send().await.expect("a deletion");
    }
}

async fn status(aws: &Aws) -> Option<String> {
    let read = aws.read.dynamodb.describe_table().table_name("orders").send().await.ok()?;
    read.table?.table_status.map(|status| status.as_str().to_owned())
}

#[tokio::test]
async fn a_table_takes_its_time_and_has_neither_tags_nor_backups_at_first() {
    for (make, aws) in both().await {
        let (key, attribute) = (dynamodb::KeySchemaElement::builder(), dynamodb::AttributeDefinition::builder());
        let attribute = attribute.attribute_name("id").attribute_type(dynamodb::ScalarAttributeType::S);
        let key = key.attribute_name("id").key_type(dynamodb::KeyType::Hash);
        let table = aws.write.dynamodb.create_table().table_name("orders").key_schema(key.build().unwrap());
        let table = table.attribute_definitions(attribute.build().unwrap());
        let made = table.billing_mode(dynamodb::BillingMode::PayPerRequest).send().await.expect("a table");
        let arn = made.table_description.and_then(|table| table.table_arn).expect("its ARN");
        let tags = refused(aws.read.dynamodb.list_tags_of_resource().resource_arn(&arn).send().await);
        assert!(tags.starts_with("ResourceNotFoundException"), "{make}: {tags}");
        let change = || aws.write.dynamodb.update_table().table_name("orders").deletion_protection_enabled(false);
        assert!(refused(change().send().await).starts_with("ResourceInUseException"), "{make}");
        let recovery = dynamodb::PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
        let recovery = aws
            .write
            .dynamodb
            .update_continuous_backups()
            .table_name("orders")
            .point_in_time_recovery_specification(recovery.build().unwrap());
        let early = refused(recovery.clone().send().await);
        assert!(early.starts_with("ContinuousBackupsUnavailableException"), "{make}: {early}");
        let statuses = [status(&aws).await, status(&aws).await, status(&aws).await];
        assert_eq!(statuses.map(Option::unwrap_or_default), ["CREATING", "CREATING", "ACTIVE"], "{make}");
        recovery.send().await.expect("backups by now");
        let read = aws.read.dynamodb.describe_table().table_name("orders").send().await.unwrap().table.unwrap();
        assert_eq!((read.deletion_protection_enabled, read.warm_throughput.is_some()), (Some(false), true), "{make}");
        change().send().await.expect("an update");
        assert_eq!(status(&aws).await.as_deref(), Some("UPDATING"), "{make}");
        let delete = || aws.write.dynamodb.delete_table().table_name("orders").send();
        assert!(refused(delete().await).starts_with("ResourceInUseException"), "{make}");
        assert_eq!([status(&aws).await, status(&aws).await].map(Option::unwrap_or_default), ["UPDATING", "ACTIVE"]);
        delete().await.expect("a deletion");
        assert_eq!([status(&aws).await.as_deref(), status(&aws).await.as_deref()], [Some("DELETING"), None], "{make}");
    }
}

fn patch(op: Op, path: &str, value: Option<&str>) -> PatchOperation {
    PatchOperation::builder().op(op).path(path).set_value(value.map(str::to_owned)).build()
}

#[tokio::test]
async fn an_api_takes_no_empty_description_and_shows_its_policy_escaped_once_more() {
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#;
    for (make, aws) in both().await {
        let (write, read) = (&aws.write.apigateway, &aws.read.apigateway);
        let empty = refused(write.create_rest_api().name("a").description("").send().await);
        assert!(empty.starts_with("BadRequestException"), "{make}: {empty}");
        let made = write.create_rest_api().name("a").description("d").policy(policy).send().await.expect("an API");
        let id = made.id.expect("its id");
        let update = |patch| write.update_rest_api().rest_api_id(&id).patch_operations(patch).send();
        assert!(
            refused(update(patch(Op::Replace, "/description", Some(""))).await).starts_with("BadRequest"),
            "{make}"
        );
        update(patch(Op::Remove, "/description", None)).await.expect("a removal");
        let api = read.get_rest_api().rest_api_id(&id).send().await.expect("the API");
        assert_eq!(api.description().unwrap_or_default(), "", "{make}");
        let shown = api.policy.expect("a policy");
        assert!(shown.starts_with(r#"{\"Version\""#) && shown.contains(&format!(r":{id}\/*")), "{make}: {shown}");
        assert!(api.api_key_source.is_some() && api.security_policy.is_some() && api.root_resource_id.is_some());
        let gone = || write.delete_stage().rest_api_id("none").stage_name("v1").send();
        assert!(refused(gone().await).contains("Please try again later"), "{make}");
        assert!(refused(gone().await).starts_with("NotFoundException"), "{make}");
    }
}

#[tokio::test]
async fn one_setting_of_a_method_brings_all_and_none_cannot_be_removed() {
    for (make, aws) in both().await {
        let write = &aws.write.apigateway;
        let id = write.create_rest_api().name("a").send().await.expect("an API").id.expect("its id");
        let root =
            aws.read.apigateway.get_resources().rest_api_id(&id).send().await.expect("paths").items()[0].id.clone();
        let root = root.expect("an id");
        let method =
            write.put_method().rest_api_id(&id).resource_id(&root).http_method("GET").authorization_type("NONE");
        method.send().await.expect("a method");
        let mock = write.put_integration().rest_api_id(&id).resource_id(&root).http_method("GET");
        mock.r#type(aws_sdk_apigateway::types::IntegrationType::Mock).send().await.expect("an integration");
        let made = write.create_deployment().rest_api_id(&id).send().await.expect("a deployment").id.expect("its id");
        write.create_stage().rest_api_id(&id).stage_name("v1").deployment_id(made).send().await.expect("a stage");
        let update = |patch| write.update_stage().rest_api_id(&id).stage_name("v1").patch_operations(patch).send();
        let none = refused(update(patch(Op::Remove, "/*/*", None)).await);
        assert!(none.starts_with("BadRequestException: Cannot remove method setting"), "{make}: {none}");
        update(patch(Op::Replace, "/*/*/logging/dataTrace", Some("true"))).await.expect("a setting");
        let stage = aws.read.apigateway.get_stage().rest_api_id(&id).stage_name("v1").send().await.expect("the stage");
        let setting = &stage.method_settings.expect("settings")["*/*"];
        assert_eq!((setting.throttling_rate_limit, setting.throttling_burst_limit), (10_000.0, 5000), "{make}");
        update(patch(Op::Remove, "/*/*", None)).await.expect("a removal");
    }
}

#[tokio::test]
async fn a_bucket_is_not_known_everywhere_at_first_and_its_name_is_not_free_at_once() {
    for (make, aws) in both().await {
        let (s3, name) = (&aws.write.s3, format!("recorded-{make}-{}", crate::support::emulator::account()));
        let place =
            CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::from(REGION)).build();
        let create = || s3.create_bucket().bucket(&name).create_bucket_configuration(place.clone()).send();
        create().await.expect("a bucket");
        let on = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let version = || s3.put_bucket_versioning().bucket(&name).versioning_configuration(on.clone()).send();
        assert!(refused(version().await).starts_with("NoSuchBucket"), "{make}");
        version().await.expect("versions by now");
        let tag = BucketTag::builder().key("a").value("b*").build().unwrap();
        let tags = Tagging::builder().tag_set(tag).build().unwrap();
        assert!(refused(s3.put_bucket_tagging().bucket(&name).tagging(tags).send().await).starts_with("InvalidTag"));
        s3.delete_bucket().bucket(&name).send().await.expect("a deletion");
        assert!(refused(create().await).starts_with("OperationAborted"), "{make}");
        create().await.expect("a bucket again");
    }
}

#[tokio::test]
async fn iam_takes_no_tags_that_differ_in_case_alone_and_sns_no_filter_of_many_combinations() {
    for (make, aws) in both().await {
        let tag = |key: &str| Tag::builder().key(key).value("v").build().unwrap();
        let role =
            aws.write.iam.create_role().role_name("r").assume_role_policy_document("{}").tags(tag("a")).tags(tag("A"));
        assert!(refused(role.send().await).contains("Duplicate tag keys"), "{make}");
        let arn = aws.write.sns.create_topic().name("t").send().await.expect("a topic").topic_arn.expect("its ARN");
        let numbers: Vec<String> = (0..151).map(|number| number.to_string()).collect();
        let filter = serde_json::json!({ "a": numbers }).to_string();
        let subscribe = aws.write.sns.subscribe().topic_arn(&arn).protocol("email").endpoint("a@example.org");
        let complex = refused(subscribe.clone().attributes("FilterPolicy", filter).send().await);
        assert!(complex.contains("too complex"), "{make}: {complex}");
        let read = aws.read.sns.get_topic_attributes().topic_arn(&arn).send().await.expect("attributes");
        let attributes = read.attributes.expect("attributes");
        assert!(attributes["Policy"].contains(r#"["SNS:GetTopicAttributes","SNS:SetTopicAttributes""#), "{make}");
        assert!(attributes.contains_key("EffectiveDeliveryPolicy"), "{make}");
        let made = subscribe.return_subscription_arn(true).send().await.expect("a subscription");
        let read = aws.read.sns.get_subscription_attributes().set_subscription_arn(made.subscription_arn).send().await;
        assert!(!read.expect("attributes").attributes.expect("attributes").contains_key("FilterPolicyScope"), "{make}");
    }
}

#[tokio::test]
async fn a_state_machine_shows_what_it_was_once_more_and_goes_slowly() {
    let definition = |name: &str| format!(r#"{{"StartAt":"{name}","States":{{"{name}":{{"Type":"Succeed"}}}}}}"#);
    for (make, aws) in both().await {
        let role = role(&aws, "r", "states.amazonaws.com").await;
        let create =
            || aws.write.sfn.create_state_machine().name("m").definition(definition("A")).role_arn(&role).send();
        assert!(refused(create().await).contains("authorized to assume the provided role"), "{make}");
        let arn = create().await.expect("a state machine").state_machine_arn;
        let describe = || aws.read.sfn.describe_state_machine().state_machine_arn(&arn).send();
        let made = describe().await.expect("the state machine");
        let encryption = made.encryption_configuration.map(|one| one.r#type.as_str().to_owned());
        assert_eq!(encryption.as_deref(), Some("AWS_OWNED_KEY"), "{make}");
        assert_eq!(
            made.logging_configuration.and_then(|one| one.level).map(|level| level.as_str().to_owned()).as_deref(),
            Some("OFF")
        );
        let update = aws.write.sfn.update_state_machine().state_machine_arn(&arn).definition(definition("B"));
        update.send().await.expect("an update");
        let shown = [describe().await.unwrap().definition, describe().await.unwrap().definition];
        assert_eq!(shown, [definition("A"), definition("B")], "{make}");
        aws.write.sfn.delete_state_machine().state_machine_arn(&arn).send().await.expect("a deletion");
        assert!(refused(create().await).starts_with("StateMachineDeleting"), "{make}");
        assert_eq!(
            describe().await.unwrap().status.map(|status| status.as_str().to_owned()).as_deref(),
            Some("DELETING")
        );
        assert!(describe().await.is_err(), "{make}");
    }
}

/// What somebody else does to a function moves its revision, and once more when it has ended: neither stops an apply whose
/// state is still the one that was planned against.
#[tokio::test(flavor = "multi_thread")]
async fn an_apply_goes_through_while_a_function_is_still_moving() {
    for make in crate::support::emulator::MAKES {
        let project = Project::new(make, EXAMPLE).await;
        project.deploy(&[]);
        let old = "[function.api-handler]\n";
        project.write(&EXAMPLE.replacen(old, &format!("{old}memory = 256\n"), 1));
        assert_eq!(changes(&project.plan(&[])).len(), 1, "{make:?}");
        let lambda = project.aws().await.write.lambda;
        let name = "serverless-app--production-api-handler";
        lambda.update_function_configuration().function_name(name).description("").send().await.expect("an update");
        let live =
            project.aws().await.read.lambda.get_function_configuration().function_name(name).send().await.unwrap();
        assert_eq!(live.last_update_status.map(|status| status.as_str().to_owned()).as_deref(), Some("InProgress"));
        project.apply(0);
        assert_eq!(changes(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
    }
}

/// Every test that the page names is there, and every module of the recorded answers is named by it.
#[test]
fn the_page_on_how_aws_differs_names_tests_that_exist_and_every_module() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/aws-differs.md")).expect("the page");
    let code: String = walkdir::WalkDir::new(root.join("src"))
        .into_iter()
        .chain(walkdir::WalkDir::new(root.join("tests")))
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| std::fs::read_to_string(entry.path()).expect("a source"))
        .collect();
    let quoted: BTreeSet<&str> = page.split('`').skip(1).step_by(2).collect();
    let tests: Vec<&&str> =
        quoted.iter().filter(|word| word.matches('_').count() > 3 && !word.contains(['(', ' ', '/', ':'])).collect();
    assert!(tests.len() > 10, "{tests:?}");
    for test in tests {
        assert!(code.contains(&format!("fn {test}(")), "there is no test {test}");
    }
    for (name, text) in serverless_app::emulator::RECORDED.files {
        let answers = text.contains("@after(") || text.contains("@before(");
        assert!(!answers || *name == "wire.py" || quoted.contains(name), "no row names {name}");
    }
}

const BOTH_DAYS: &str = "cron(0 1 * * * *)";

/// What AWS was recorded to refuse, and the field of the manifest that says it, with what stands between the parentheses.
const REFUSED: [&str; 14] = [
    BOTH_DAYS,
    "cron(7 20 * * NOT *)",
    "cron(INVALID)",
    "cron(0 dummy ? * MON-FRI *)",
    "cron(71 8 1 * ? *)",
    "cron()",
    "rate(10 seconds)",
    "rate(10 years)",
    "rate()",
    "rate(10 minutess)",
    "rate(-10 minutes)",
    "rate( 10 minutes )",
    "at(2021-12-31T23:59:59Z)",
    "at(2021-12-31)",
];

fn scheduled(aws: &Aws, role: &str, expression: &str, token: &str) -> CreateScheduleFluentBuilder {
    let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().unwrap();
    let target = Target::builder().arn("arn:aws:sqs:us-west-2:123456789012:q").role_arn(role).build().unwrap();
    let create = aws.write.scheduler.create_schedule().name("s").group_name("g").client_token(token);
    create.schedule_expression(expression).flexible_time_window(window).target(target)
}

#[tokio::test]
async fn scheduler_refuses_what_it_was_recorded_to_refuse_and_so_does_the_manifest() {
    use serverless_app::manifest::schedule::expression;
    for text in REFUSED {
        let (form, inner) = text.strip_suffix(')').and_then(|text| text.split_once('(')).unwrap();
        let judged = match form {
            "cron" => expression::cron(inner),
            "rate" => expression::rate(inner),
            _ => expression::at(inner),
        };
        assert!(judged.is_err(), "{text}");
    }
    for (make, aws) in both().await {
        aws.write.scheduler.create_schedule_group().name("g").send().await.expect("a group");
        for text in REFUSED {
            let said = refused(scheduled(&aws, "arn:aws:iam::123456789012:role/r", text, "t").send().await);
            assert_eq!(said, format!("ValidationException: Invalid Schedule Expression {text}."), "{make}");
        }
    }
}

#[tokio::test]
async fn a_schedule_is_shown_with_its_defaults_and_made_once_by_its_token() {
    for (make, aws) in both().await {
        let role = role(&aws, "called-by-schedules", "scheduler.amazonaws.com").await;
        aws.write.scheduler.create_schedule_group().name("g").send().await.expect("a group");
        let create = |token: &str| scheduled(&aws, &role, "rate(1 hour)", token);
        let said = refused(create("one").send().await);
        assert!(said.contains("must allow AWS EventBridge Scheduler to assume the role"), "{make}: {said}");
        let said = refused(create("one").send().await);
        assert!(said.starts_with("ResourceNotFoundException"), "{make}: a group that was just made: {said}");
        let made = create("one").send().await.expect("a schedule").schedule_arn;
        assert_eq!(create("one").send().await.expect("the same").schedule_arn, made, "{make}");
        let said = refused(create("other").send().await);
        assert!(said.starts_with("ConflictException"), "{make}: {said}");
        let read = aws.read.scheduler.get_schedule().group_name("g").name("s").send().await.expect("the schedule");
        let retry = read.target.as_ref().and_then(|target| target.retry_policy.as_ref()).expect("a retry policy");
        let retry = (retry.maximum_event_age_in_seconds, retry.maximum_retry_attempts);
        assert_eq!(retry, (Some(86_400), Some(185)), "{make}");
        let text = |value: Option<&str>| value.unwrap_or("-").to_owned();
        let shown = [
            text(read.action_after_completion.as_ref().map(|action| action.as_str())),
            text(read.schedule_expression_timezone.as_deref()),
            text(read.state.as_ref().map(|state| state.as_str())),
            text(read.description.as_deref()),
            text(read.group_name.as_deref()),
        ];
        assert_eq!(shown, ["NONE", "UTC", "ENABLED", "-", "g"], "{make}");
    }
}

#[tokio::test]
async fn a_mapping_takes_its_time_is_refused_meanwhile_and_is_the_only_one_of_its_source_and_function() {
    for (make, aws) in both().await {
        let (lambda, role) = (&aws.write.lambda, role(&aws, "maps", "lambda.amazonaws.com").await);
        // The first one is refused, since the role is new.
        let _ = create(&aws, &role).send().await;
        let _ = create(&aws, &role).send().await;
        aws.write.sqs.create_queue().queue_name("q").send().await.expect("a queue");
        let source = aws.site().await.expect("the account").arn("sqs", "q");
        let make_one = || lambda.create_event_source_mapping().function_name("f").event_source_arn(&source).send();
        let early = refused(make_one().await);
        assert!(early.contains("execution role does not have permissions to call ReceiveMessage"), "{make}: {early}");
        let uuid = make_one().await.expect("a mapping").uuid.expect("its id");
        let again = refused(make_one().await);
        assert!(again.starts_with("ResourceConflictException") && again.contains(&uuid), "{make}: {again}");
        let update = || lambda.update_event_source_mapping().uuid(&uuid).batch_size(5).send();
        let busy = refused(update().await);
        assert!(busy.starts_with("ResourceInUseException"), "{make}: {busy}");
        let read = || aws.read.lambda.get_event_source_mapping().uuid(&uuid).send();
        let states = [read().await, read().await, read().await].map(|read| read.expect("it").state.unwrap_or_default());
        assert_eq!(states, ["Creating", "Creating", "Enabled"], "{make}");
        let shown = read().await.expect("it");
        assert_eq!((shown.batch_size(), shown.maximum_retry_attempts()), (Some(10), None), "{make}");
        assert!(shown.destination_config().is_none() && shown.starting_position().is_none(), "{make}: {shown:?}");
        update().await.expect("an update");
        assert_eq!(read().await.expect("it").state(), Some("Updating"), "{make}");
        assert!(
            refused(lambda.delete_event_source_mapping().uuid(&uuid).send().await).contains("it is in use"),
            "{make}"
        );
        while read().await.expect("it").state() != Some("Enabled") {}
        lambda.delete_event_source_mapping().uuid(&uuid).send().await.expect("a deletion");
        let listed = aws.read.lambda.list_event_source_mappings().function_name("f").send().await.expect("a listing");
        assert_eq!(listed.event_source_mappings()[0].state(), Some("Deleting"), "{make}");
        assert!(refused(make_one().await).starts_with("ResourceConflictException"), "{make}: it is still there");
        while read().await.is_ok() {}
        let listed = aws.read.lambda.list_event_source_mappings().send().await.expect("a listing");
        assert!(listed.event_source_mappings().is_empty(), "{make}");
    }
}

#[tokio::test]
async fn a_function_has_one_url_whose_headers_are_lower_case_and_its_destinations_are_always_shown() {
    use aws_sdk_lambda::types::{Cors, FunctionUrlAuthType};
    for (make, aws) in both().await {
        let (lambda, role) = (&aws.write.lambda, role(&aws, "url", "lambda.amazonaws.com").await);
        let _ = create(&aws, &role).send().await;
        let _ = create(&aws, &role).send().await;
        let cors = Cors::builder().allow_headers("X-Trace").allow_methods("GET").allow_origins("*").build();
        let url = || lambda.create_function_url_config().function_name("f").auth_type(FunctionUrlAuthType::AwsIam);
        let made = url().cors(cors).send().await.expect("a URL");
        assert_eq!(made.invoke_mode(), None, "{make}: only a read shows it");
        assert_eq!(made.cors().expect("CORS").allow_headers(), ["x-trace"], "{make}");
        let again = refused(url().send().await);
        assert!(again.starts_with("ResourceConflictException") && again.contains("exists for this Lambda"), "{make}");
        let none = lambda.update_function_url_config().function_name("f").cors(Cors::builder().build());
        none.send().await.expect("an update");
        let read = aws.read.lambda.get_function_url_config().function_name("f").send().await.expect("the URL");
        assert_eq!((read.cors(), read.invoke_mode().map(|mode| mode.as_str())), (None, Some("BUFFERED")), "{make}");
        let put = lambda.put_function_event_invoke_config().function_name("f").maximum_retry_attempts(1);
        put.send().await.expect("a config");
        let read = aws.read.lambda.get_function_event_invoke_config().function_name("f").send().await.expect("it");
        let destinations = read.destination_config().expect("always there");
        assert!(destinations.on_failure().is_some_and(|to| to.destination().is_none()), "{make}: {read:?}");
        assert!(destinations.on_success().is_some(), "{make}: {read:?}");
    }
}
