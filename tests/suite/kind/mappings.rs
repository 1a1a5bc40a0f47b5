//! Event source mappings, URLs and what becomes of asynchronous invocations, on both emulators.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types as dynamodb;
use aws_sdk_lambda::types;
use serverless_app::aws::lambda::{
    Cors, EventSourceMapping, Function, FunctionUrl, InvokeConfig, Permission, Statement,
};
use serverless_app::aws::lambda::{filter_pattern, mapping_name};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State};
use serverless_app::name::Owner;
use serverless_app::text::{OutputRef, Outputs, Text};
use tempfile::TempDir;

use super::lambda::{code, plain, role, topic, with_function};
use crate::lifecycle::{emulators, id, lead, observe, see};

async fn queue(aws: &Aws, name: &str) -> String {
    aws.write.sqs.create_queue().queue_name(name).send().await.expect("a queue");
    aws.site().await.expect("the account").arn("sqs", name)
}

/// A table's stream.
async fn stream(aws: &Aws, name: &str) -> String {
    let key = dynamodb::KeySchemaElement::builder().attribute_name("id").key_type(dynamodb::KeyType::Hash);
    let attribute =
        dynamodb::AttributeDefinition::builder().attribute_name("id").attribute_type(dynamodb::ScalarAttributeType::S);
    let stream = dynamodb::StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(dynamodb::StreamViewType::NewImage);
    let table = aws.write.dynamodb.create_table().table_name(name).billing_mode(dynamodb::BillingMode::PayPerRequest);
    let table = table.key_schema(key.build().unwrap()).attribute_definitions(attribute.build().unwrap());
    let made = table.stream_specification(stream.build().unwrap()).send().await.expect("a table");
    made.table_description.and_then(|table| table.latest_stream_arn).expect("its stream")
}

async fn mapping_id(aws: &Aws, name: &str, function: &Id, source: &str) -> Id {
    id(aws, Kind::EventSourceMapping, name, &mapping_name(&function.site, &function.name, source)).await
}

fn of(source: &str) -> EventSourceMapping {
    EventSourceMapping { event_source_arn: source.into(), ..EventSourceMapping::default() }
}

fn tags(pairs: &[(&str, &str)]) -> serverless_app::aws::Tags {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

fn patterns(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|text| filter_pattern(text)).collect()
}

#[tokio::test]
async fn a_queues_mapping_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (function, _) = with_function(&aws, &blobs, "works").await;
        let source = queue(&aws, "suite--test-work").await;
        let id = mapping_id(&aws, "works-queue-work", &function, &source).await;
        let mut known = Outputs::new();
        let plain = EventSourceMapping { tags: tags(&[("a", "1")]), ..of(&source) };
        let sent = lead(&aws, &id, Some(&plain.clone().into()), &mut known).await;
        assert_eq!(sent, ["lambda:CreateEventSourceMapping"], "{emulator}");
        let uuid = known[&OutputRef::new(&id.address, "uuid")].clone();
        let changes: [fn(&mut EventSourceMapping); 7] = [
            |mapping| mapping.batch_size = 5,
            |mapping| mapping.maximum_batching_window_in_seconds = 3,
            |mapping| mapping.function_response_types = ["ReportBatchItemFailures".to_owned()].into(),
            |mapping| mapping.filters = patterns(&[r#"{"body":{"kind":["a"]}}"#, r#"{"body":{"kind":["b"]}}"#]),
            |mapping| mapping.maximum_concurrency = Some(2),
            |mapping| mapping.enabled = false,
            |mapping| mapping.enabled = true,
        ];
        let mut want = plain.clone();
        for (index, change) in changes.iter().enumerate() {
            change(&mut want);
            let sent = lead(&aws, &id, Some(&want.clone().into()), &mut known).await;
            assert_eq!(sent, ["lambda:UpdateEventSourceMapping"], "{emulator} {index}");
        }
        want.tags = tags(&[("b", "2")]);
        let sent = lead(&aws, &id, Some(&want.into()), &mut known).await;
        assert_eq!(sent, ["lambda:TagResource", "lambda:UntagResource"], "{emulator}");
        let sent = lead(&aws, &id, Some(&plain.into()), &mut known).await;
        let all = ["lambda:UpdateEventSourceMapping", "lambda:TagResource", "lambda:UntagResource"];
        assert_eq!(sent, all, "{emulator}: all back at once");
        assert_eq!(known[&OutputRef::new(&id.address, "uuid")], uuid, "{emulator}: it is the same one all along");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["lambda:DeleteEventSourceMapping"], "{emulator}");
        assert_eq!(observe(&aws, &id, &mut known).await, None, "{emulator}");
        lead(&aws, &function, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn a_streams_mapping_goes_through_its_whole_life_and_is_replaced_where_it_has_to_be() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (function, _) = with_function(&aws, &blobs, "reads").await;
        let source = stream(&aws, "suite--test-items").await;
        let lost = queue(&aws, "suite--test-lost").await;
        let id = mapping_id(&aws, "reads-table-items", &function, &source).await;
        assert_eq!(id.name, "suite--test-reads:dynamodb:table/suite--test-items");
        let table = OutputRef::new(&"dynamodb.table/items".parse().unwrap(), "stream_arn");
        let mut known = Outputs::from([(table.clone(), source.clone())]);
        let plain = EventSourceMapping {
            event_source_arn: Text::output(table),
            starting_position: Some("LATEST".into()),
            batch_size: 100,
            ..EventSourceMapping::default()
        };
        let full = EventSourceMapping {
            parallelization_factor: 2,
            bisect_batch_on_function_error: true,
            maximum_retry_attempts: 3,
            maximum_record_age_in_seconds: 60,
            tumbling_window_in_seconds: 9,
            on_failure: Some(lost),
            ..plain.clone()
        };
        let (create, update) = ("lambda:CreateEventSourceMapping", "lambda:UpdateEventSourceMapping");
        let sent = lead(&aws, &id, Some(&plain.clone().into()), &mut known).await;
        assert_eq!(sent, [create], "{emulator}");
        for want in [&full, &plain, &full] {
            let sent = lead(&aws, &id, Some(&want.clone().into()), &mut known).await;
            assert_eq!(sent, [update], "{emulator}");
        }
        let uuid = OutputRef::new(&id.address, "uuid");
        let first = known[&uuid].clone();
        let other = EventSourceMapping { starting_position: Some("TRIM_HORIZON".into()), ..full };
        let sent = lead(&aws, &id, Some(&other.into()), &mut known).await;
        assert_eq!(sent, ["lambda:DeleteEventSourceMapping", create], "{emulator}");
        assert_ne!(known[&uuid], first, "{emulator}");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["lambda:DeleteEventSourceMapping"], "{emulator}");
        lead(&aws, &function, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn a_mapping_is_repaired_after_edits_by_others_and_found_after_its_function_has_gone() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (function, _) = with_function(&aws, &blobs, "edits").await;
        let source = queue(&aws, "suite--test-edits").await;
        let id = mapping_id(&aws, "edits-queue-edits", &function, &source).await;
        let mut known = Outputs::new();
        let want = State::from(EventSourceMapping { tags: id.owner.tags(&id.address), ..of(&source) });
        lead(&aws, &id, Some(&want), &mut known).await;
        let uuid = known[&OutputRef::new(&id.address, "uuid")].clone();
        let update = aws.write.lambda.update_event_source_mapping().uuid(&uuid).batch_size(7).enabled(false);
        update.send().await.expect("an update");
        see(&aws, &id, &mut known, |observed| observed.pending.is_none()).await;
        let arn = id.site.arn("lambda", &format!("event-source-mapping:{uuid}"));
        aws.write.lambda.tag_resource().resource(arn).tags("x", "edited").send().await.expect("a tag");
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["lambda:UpdateEventSourceMapping", "lambda:UntagResource"], "{emulator}");
        lead(&aws, &function, None, &mut Outputs::new()).await;
        let owner = Owner { app: "suite".parse().unwrap(), stage: "test".parse().unwrap() };
        let found = Kind::EventSourceMapping.find(&PlanReader::new(&aws), &owner).await.expect("a listing");
        let names: Vec<_> = found.into_iter().map(|found| found.name).collect();
        assert_eq!(names, [id.name.as_str()], "{emulator}: it outlives its function");
        lead(&aws, &id, None, &mut known).await;
        let found = Kind::EventSourceMapping.find(&PlanReader::new(&aws), &owner).await.expect("a listing");
        assert!(found.is_empty(), "{emulator}: {found:?}");
    }
}

#[tokio::test]
async fn a_functions_url_and_what_becomes_of_its_invocations_go_through_their_whole_life() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let (role, code) = (role(&aws, "parts").await, code(blobs.path(), "parts"));
        let topics = [topic(&aws, "failed").await, topic(&aws, "done").await];
        let aws = aws.with_blobs(blobs.path().into());
        let id = id(&aws, Kind::Function, "parts", "suite--test-parts").await;
        let mut known = Outputs::new();
        let url = |auth: &str, mode: &str, cors| {
            let (auth_type, invoke_mode) = (auth.into(), mode.into());
            FunctionUrl { qualifier: None, auth_type, cors, invoke_mode }
        };
        let cors = Cors {
            allow_credentials: true,
            allow_headers: ["x-trace".to_owned()].into(),
            allow_methods: ["GET".to_owned(), "POST".to_owned()].into(),
            allow_origins: ["https://example.org".to_owned()].into(),
            expose_headers: ["x-id".to_owned()].into(),
            max_age: 9,
        };
        let config = |retries, failure: Option<&String>, success: Option<&String>| InvokeConfig {
            qualifier: None,
            maximum_retry_attempts: retries,
            maximum_event_age_in_seconds: 60,
            on_failure: failure.cloned(),
            on_success: success.cloned(),
        };
        let with = |url: Option<FunctionUrl>, invoke_config: Option<InvokeConfig>| {
            State::from(Function { url, invoke_config, ..plain(&code, &role) }.marked(false))
        };
        let (make, change, end) =
            ("lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig", "lambda:DeleteFunctionUrlConfig");
        let (put, default) = ("lambda:PutFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig");
        let (tag, untag) = ("lambda:TagResource", "lambda:UntagResource");
        let iam = || Some(url("AWS_IAM", "BUFFERED", None));
        let open = || Some(url("NONE", "RESPONSE_STREAM", Some(cors.clone())));
        let (one, two) = (config(0, Some(&topics[0]), None), config(2, None, Some(&topics[1])));
        let steps: [(State, &[&str]); 8] = [
            (with(None, None), &["lambda:CreateFunction"]),
            (with(iam(), None), &[tag, make]),
            (with(open(), Some(one.clone())), &[tag, change, put]),
            (with(open(), Some(two.clone())), &[put]),
            (with(iam(), Some(two.clone())), &[change]),
            (with(None, Some(two)), &[end, tag]),
            (with(None, None), &[default, untag]),
            (with(iam(), Some(one)), &[tag, make, put]),
        ];
        for (index, (want, calls)) in steps.iter().enumerate() {
            assert_eq!(lead(&aws, &id, Some(want), &mut known).await, *calls, "{emulator} {index}");
        }
        let at = &known[&OutputRef::new(&id.address, "url")];
        assert!(at.starts_with("https://") && at.ends_with(".on.aws/"), "{emulator}: {at}");
        assert_eq!(
            lead(&aws, &id, None, &mut known).await,
            ["lambda:DeleteFunction"],
            "{emulator}: it takes both along"
        );
        assert_eq!(lead(&aws, &id, Some(&with(None, None)), &mut known).await, ["lambda:CreateFunction"], "{emulator}");
        let read = aws.read.lambda.get_function_url_config().function_name(&id.name).send().await;
        assert!(read.is_err(), "{emulator}: the new one has no URL");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn what_was_made_by_hand_is_seen_by_a_plan_that_wants_it_and_never_replaced_unseen() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (id, _) = with_function(&aws, &blobs, "hand").await;
        let lambda = &aws.write.lambda;
        let made =
            lambda.create_function_url_config().function_name(&id.name).auth_type(types::FunctionUrlAuthType::None);
        made.send().await.expect("a URL");
        let put = lambda.put_function_event_invoke_config().function_name(&id.name).maximum_retry_attempts(1);
        put.send().await.expect("a config");
        let unmodelled = async |wanted: &[&'static str]| {
            let wanted = [((Kind::Function, id.name.clone()), wanted.to_vec())];
            let reader = PlanReader::new(&aws).wanting(wanted.into());
            let listed = serverless_app::aws::Seed::Function(());
            let read = Box::pin(Kind::Function.observe_for_plan(&reader, &id, Some(&listed))).await.expect("a read");
            let read = read.expect("the function");
            let State::Function(function) = read.state else { panic!("{emulator}: another kind") };
            assert_eq!((function.url, function.invoke_config), (None, None), "{emulator}: they are not ours");
            read.unmodelled.into_iter().map(|one| one.attribute).collect::<Vec<_>>()
        };
        assert_eq!(unmodelled(&[]).await, [""; 0], "{emulator}: nobody has asked");
        assert_eq!(unmodelled(&["url"]).await, ["FunctionUrlConfig"], "{emulator}");
        assert_eq!(unmodelled(&["invoke-config"]).await, ["EventInvokeConfig"], "{emulator}");
        lead(&aws, &id, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn the_two_statements_of_an_open_url_go_through_their_whole_life() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().unwrap();
        let aws = aws.with_blobs(blobs.path().into());
        let (function, id) = with_function(&aws, &blobs, "open").await;
        let statements = Statement::of_open_url().map(|(sid, statement)| (sid.to_owned(), statement));
        let want = State::from(Permission { statements: statements.into() });
        let mut known = Outputs::new();
        assert_eq!(lead(&aws, &id, Some(&want), &mut known).await.len(), 2, "{emulator}");
        assert_eq!(lead(&aws, &id, None, &mut known).await.len(), 2, "{emulator}");
        lead(&aws, &function, None, &mut Outputs::new()).await;
    }
}
