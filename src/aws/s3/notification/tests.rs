use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput as Output;
use aws_sdk_s3::types;
use serde_json::json;

use super::call::{NotificationConfiguration, PutBucketNotificationConfiguration};
use super::*;
use crate::aws::error::{AwsError, Reach};
use crate::aws::kit::members::{Form, value};
use crate::aws::settle::{Verdict, verdict};

const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:f";
const QUEUE: &str = "arn:aws:sqs:us-west-2:123456789012:q";

fn to_function() -> Notification {
    Notification {
        lambda_function_arn: Some(FUNCTION.into()),
        events: BTreeSet::from(["s3:ObjectCreated:*".into()]),
        prefix: Some("in/".into()),
        suffix: Some(".csv".into()),
        ..Notification::default()
    }
}

fn to_queue() -> Notification {
    let events = BTreeSet::from(["s3:ObjectRemoved:*".into()]);
    Notification { queue_arn: Some(QUEUE.into()), events, ..Notification::default() }
}

fn of(entries: &[(&str, Notification)]) -> Notifications {
    let entries = entries.iter().map(|(id, entry)| ((*id).to_owned(), entry.clone())).collect();
    Notifications { event_bridge: false, entries }
}

fn put(next: &Notifications, live: &Notifications) -> serde_json::Value {
    let put = PutBucketNotificationConfiguration::new("b".into(), "123456789012".into(), next, live);
    assert_eq!(put.notifications(), *next, "what is put is what there is then");
    serde_json::to_value(put).expect("JSON")
}

#[test]
fn the_input_is_in_the_spelling_of_aws() {
    let mut next = of(&[("serverless-app:function:f", to_function()), ("theirs", to_queue())]);
    next.event_bridge = true;
    let expected = json!({
        "Bucket": "b", "ExpectedBucketOwner": "123456789012",
        "NotificationConfiguration": {
            "QueueConfigurations": [{"Id": "theirs", "QueueArn": QUEUE, "Events": ["s3:ObjectRemoved:*"]}],
            "LambdaFunctionConfigurations": [{"Id": "serverless-app:function:f", "LambdaFunctionArn": FUNCTION,
                "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": [
                    {"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".csv"}]}}}],
            "EventBridgeConfiguration": {},
        },
    });
    assert_eq!(put(&next, &Notifications::default()), expected);
}

#[test]
fn destinations_are_tried_where_one_is_new_and_not_where_one_goes() {
    let (both, one) = (of(&[("a", to_function()), ("b", to_queue())]), of(&[("b", to_queue())]));
    assert_eq!(put(&both, &one)["SkipDestinationValidation"], json!(null));
    assert_eq!(put(&one, &both)["SkipDestinationValidation"], json!(true));
    assert_eq!(put(&Notifications::default(), &one)["SkipDestinationValidation"], json!(true));
}

fn answer() -> Output {
    let rule = |name: &str, value: &str| types::FilterRule::builder().name(name.into()).value(value).build();
    let filter = |rules: Vec<types::FilterRule>| {
        let key = types::S3KeyFilter::builder().set_filter_rules(Some(rules)).build();
        types::NotificationConfigurationFilter::builder().key(key).build()
    };
    let function = types::LambdaFunctionConfiguration::builder().id("serverless-app:function:f");
    let function = function.lambda_function_arn(FUNCTION).events("s3:ObjectCreated:*".into());
    let function = function.filter(filter(vec![rule("Suffix", ".csv"), rule("Prefix", "in/")])).build().unwrap();
    let queue = types::QueueConfiguration::builder().id("theirs").queue_arn(QUEUE);
    let queue = queue.events("s3:ObjectRemoved:*".into()).filter(filter(vec![rule("Suffix", "")])).build().unwrap();
    Output::builder().queue_configurations(queue).lambda_function_configurations(function).build()
}

#[test]
fn filters_are_found_whatever_the_case_of_their_names_and_an_empty_one_stays() {
    let theirs = Notification { suffix: Some(String::new()), ..to_queue() };
    let expected = of(&[("serverless-app:function:f", to_function()), ("theirs", theirs)]);
    assert_eq!(observe::notifications(Some(&answer())), expected);
    assert_eq!(observe::notifications(Some(&Output::builder().build())), Notifications::default());
    assert_eq!(observe::notifications(None), Notifications::default());
}

#[test]
fn an_entry_of_somebody_else_is_noted_where_we_have_one_and_two_of_one_id_are_never_put_over() {
    let names = |live: &Output, notifies| {
        let found = observe::unmodelled(Some(live), notifies);
        found.into_iter().map(|one| (one.attribute, one.erased_by)).collect::<Vec<_>>()
    };
    assert_eq!(names(&answer(), true), [("the notification \"theirs\" of another owner".to_owned(), None)]);
    assert_eq!(names(&answer(), false), []);
    let mut twice = answer();
    let topic = types::TopicConfiguration::builder().id("theirs").topic_arn("t").events("s3:ObjectAcl:Put".into());
    twice.topic_configurations = Some(vec![topic.build().unwrap()]);
    assert_eq!(names(&twice, false), [("several notifications with one id".to_owned(), Some(API))]);
}

/// The wait for a refusal that says this of a destination.
fn wait(said: &str) -> Option<u64> {
    let error = AwsError {
        code: Some("InvalidArgument".into()),
        status: Some(400),
        reach: Reach::Refused,
        ..AwsError::malformed(API, said)
    };
    match verdict(&error) {
        Verdict::Again { within, .. } => Some(within.as_secs()),
        _ => None,
    }
}

#[test]
fn why_a_destination_is_refused_tells_what_time_heals_from_what_it_does_not() {
    let body = format!(
        "<Error><Code>InvalidArgument</Code><Message>Unable to validate the following destination configurations</Message>\
         <ArgumentName1>{QUEUE}</ArgumentName1><ArgumentValue1>The destination queue does not exist</ArgumentValue1>\
         <ArgumentName2>{FUNCTION}</ArgumentName2><ArgumentValue2>Not authorized to invoke function [{FUNCTION}]</ArgumentValue2></Error>"
    );
    let answer = value(Form::Xml, body.as_bytes()).expect("XML");
    let expected = [
        format!("{QUEUE}: The destination queue does not exist"),
        format!("{FUNCTION}: Not authorized to invoke function [{FUNCTION}]"),
    ];
    assert_eq!(send::reasons(&answer), expected);
    assert_eq!(wait(&expected[0]), Some(60));
    assert_eq!(wait(&expected[1]), Some(120));
    let policy = format!("{QUEUE}: Permissions on the destination queue do not allow S3 to publish notifications");
    assert_eq!(wait(&policy), Some(120));
    assert_eq!(wait("Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules."), None);
    assert_eq!(wait("The ARN could not be parsed"), None);
}

#[test]
fn a_document_survives_its_form_in_a_call() {
    let next = of(&[("a", to_function()), ("b", to_queue())]);
    let json = serde_json::to_string(&NotificationConfiguration::from(&next)).expect("JSON");
    assert_eq!(serde_json::from_str::<NotificationConfiguration>(&json).expect("read back"), (&next).into());
    assert!(serde_json::from_str::<NotificationConfiguration>(r#"{"Unknown": 1}"#).is_err());
}
