//! What buckets report to others, on both emulators.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sdk_s3::types::{self, NotificationConfiguration, QueueConfiguration};
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};
use serverless_app::aws::s3::{Bucket, Notification, Notifications};
use serverless_app::aws::{Answer, Aws, Id, Kind, State, Tags};
use serverless_app::name::tag;
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};
use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;

const PUT: &str = "s3:PutBucketNotificationConfiguration";

/// A policy that lets a bucket in.
fn lets_in(id: &Id, to: &str, action: &str) -> String {
    let bucket = format!("arn:aws:s3:::{}", id.name);
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
        "Action": action, "Resource": to, "Condition": {"ArnLike": {"aws:SourceArn": bucket},
            "StringEquals": {"aws:SourceAccount": id.site.account.as_str()}}}]})
    .to_string()
}

async fn queue(aws: &Aws, id: &Id, name: &str) -> String {
    let arn = id.site.arn("sqs", name);
    let policy = lets_in(id, &arn, "sqs:SendMessage");
    let request = aws.write.sqs.create_queue().queue_name(name).attributes(QueueAttributeName::Policy, policy);
    request.send().await.expect("a queue");
    arn
}

async fn topic(aws: &Aws, id: &Id, name: &str) -> String {
    let arn = id.site.arn("sns", name);
    aws.write.sns.create_topic().name(name).send().await.expect("a topic");
    let policy = lets_in(id, &arn, "SNS:Publish");
    let request = aws.write.sns.set_topic_attributes().topic_arn(&arn).attribute_name("Policy");
    request.attribute_value(policy).send().await.expect("a policy");
    arn
}

fn entry(events: &[&str]) -> Notification {
    Notification { events: events.iter().map(|event| event.to_string()).collect(), ..Notification::default() }
}

fn reporting(entries: &[(&str, Notification)]) -> Bucket {
    let mut bucket = Bucket::private(Tags::from([(tag::NOTIFICATIONS.to_owned(), "managed".to_owned())]));
    let entries = entries.iter().map(|(id, entry)| (format!("serverless-app:{id}"), entry.clone())).collect();
    bucket.notification_configuration = Notifications { event_bridge: false, entries };
    bucket
}

#[tokio::test]
async fn what_a_bucket_reports_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "reports", "suite--test-bucket-reports").await;
        let to =
            async |want: Option<Bucket>| lead(&aws, &id, want.map(State::from).as_ref(), &mut Outputs::new()).await;
        let (first, second) = (queue(&aws, &id, "reports-1").await, queue(&aws, &id, "reports-2").await);
        let topic = topic(&aws, &id, "reports").await;
        let mut one = Notification { queue_arn: Some(first), ..entry(&["s3:ObjectCreated:*"]) };
        let other = Notification { topic_arn: Some(topic), ..entry(&["s3:ObjectRemoved:*"]) };
        let both = |one: &Notification| reporting(&[("queue:q", one.clone()), ("topic:t", other.clone())]);
        assert_eq!(to(Some(both(&one))).await, ["s3:CreateBucket", PUT], "{emulator}");
        let edits: [fn(&mut Notification, &str); 5] = [
            |one, _| one.events = BTreeSet::from(["s3:ObjectCreated:Put".into(), "s3:ObjectTagging:Put".into()]),
            |one, _| one.prefix = Some("in/ä/".into()),
            |one, _| one.suffix = Some(".csv".into()),
            |one, _| one.prefix = None,
            |one, second| one.queue_arn = Some(second.to_owned()),
        ];
        for (index, edit) in edits.iter().enumerate() {
            edit(&mut one, &second);
            assert_eq!(to(Some(both(&one))).await, [PUT], "{emulator} {index}");
        }
        let mut bridged = both(&one);
        bridged.notification_configuration.event_bridge = true;
        assert_eq!(to(Some(bridged.clone())).await, [PUT], "{emulator}");
        let put = aws.write.s3.put_bucket_notification_configuration().bucket(&id.name);
        put.notification_configuration(NotificationConfiguration::builder().build()).send().await.expect("a put");
        assert_eq!(to(Some(bridged)).await, [PUT], "{emulator}: what somebody has removed comes back");
        assert_eq!(to(Some(both(&one))).await, [PUT], "{emulator}: EventBridge learns of nothing more");
        let none = Bucket::private(Tags::new());
        assert_eq!(to(Some(none)).await, [PUT, "s3:DeleteBucketTagging"], "{emulator}: the tag goes last");
        let left = observe(&aws, &id, &mut Outputs::new()).await.expect("the bucket");
        let State::Bucket(left) = left.state else { panic!("no bucket") };
        assert!(left.notification_configuration.is_none(), "{emulator}");
        to(None).await;
    }
}

const MANIFEST: &str = r#"[app]
name = "reports"
region = "us-west-2"
[bucket.uploads]
on_delete = "delete"
NOTIFY
[function.worker]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
environment = { BUCKET = "${bucket.uploads.name}" }
access = [{ bucket = "uploads", actions = "read" }]
"#;
const NOTIFY: &str = "notify = [{ events = [\"object-created\"], prefix = \"in/\", function = \"worker\" }]";

fn manifest(notify: &str) -> String {
    MANIFEST.replace("NOTIFY", notify)
}

async fn reports(project: &Project, bucket: &str) -> Vec<String> {
    let aws = project.aws().await;
    let found = aws.read.s3.get_bucket_notification_configuration().bucket(bucket).send().await.expect("an answer");
    let queues = found.queue_configurations().iter().filter_map(|one| one.id());
    let functions = found.lambda_function_configurations().iter().filter_map(|one| one.id());
    queues.chain(functions).map(str::to_owned).collect()
}

/// Adds the entry of somebody else, beside what there is.
async fn by_hand(project: &Project, bucket: &str) {
    let aws = project.aws().await;
    let site = aws.site().await.expect("an account");
    let owner = serverless_app::name::Owner { app: "any".parse().unwrap(), stage: "any".parse().unwrap() };
    let address = "s3.bucket/any".parse().unwrap();
    let id = Id { address, name: bucket.to_owned(), site, owner };
    let arn = queue(&aws, &id, "theirs").await;
    let found = aws.read.s3.get_bucket_notification_configuration().bucket(bucket).send().await.expect("an answer");
    let theirs = QueueConfiguration::builder().id("theirs").queue_arn(arn).events("s3:ObjectRemoved:*".into());
    let document = NotificationConfiguration::builder()
        .queue_configurations(theirs.build().expect("an entry"))
        .set_lambda_function_configurations(found.lambda_function_configurations)
        .build();
    let put = aws.write.s3.put_bucket_notification_configuration().bucket(bucket).notification_configuration(document);
    put.skip_destination_validation(true).send().await.expect("a put");
}

fn notes(plan: &Value) -> Vec<&str> {
    plan["notes"].as_array().into_iter().flatten().filter_map(|note| note["message"].as_str()).collect()
}

/// The bucket, its function, the function's role that reads the bucket, and the permission come in one plan.
#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_and_the_function_that_it_notifies_and_that_reads_it_are_made_by_one_plan() {
    for make in MAKES {
        let project = Project::new(make, &manifest(NOTIFY)).await;
        let bucket = format!("reports--production-uploads-{}-us-west-2", project.account());
        project.deploy(&[]);
        assert_eq!(reports(&project, &bucket).await, ["serverless-app:function:worker"], "{make:?}");
        assert!(changes(&project.plan(&[])).is_empty(), "{make:?}");
        project.run(&["plan", "--destroy"], 0);
        project.apply(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_others_are_seen_kept_and_never_put_over() {
    for make in MAKES {
        let project = Project::new(make, &manifest("")).await;
        let bucket = format!("reports--production-uploads-{}-us-west-2", project.account());
        project.deploy(&[]);
        by_hand(&project, &bucket).await;
        assert!(changes(&project.plan(&[])).is_empty(), "{make:?}: no concern of ours");
        project.write(&manifest(NOTIFY));
        let plan = project.deploy(&[]);
        assert!(plan.to_string().contains("theirs"), "{make:?}: the call that is reviewed names it");
        let both = ["theirs", "serverless-app:function:worker"];
        assert_eq!(reports(&project, &bucket).await, both, "{make:?}");
        let plan = project.plan(&[]);
        assert!(changes(&plan).is_empty(), "{make:?}");
        assert!(notes(&plan).iter().any(|note| note.contains("the notification \"theirs\"")), "{make:?}: {plan}");
        project.write(&manifest(&NOTIFY.replace("in/", "out/")));
        project.deploy(&[]);
        assert_eq!(reports(&project, &bucket).await, both, "{make:?}");
        project.write(&manifest(""));
        project.deploy(&[]);
        assert_eq!(reports(&project, &bucket).await, ["theirs"], "{make:?}: ours alone go");
        assert!(changes(&project.plan(&[])).is_empty(), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_appears_between_plan_and_apply_stops_the_apply() {
    for make in MAKES {
        let project = Project::new(make, &manifest("")).await;
        let bucket = format!("reports--production-uploads-{}-us-west-2", project.account());
        project.deploy(&[]);
        project.write(&manifest(NOTIFY));
        project.plan(&[]);
        by_hand(&project, &bucket).await;
        let ran = project.apply(3);
        assert!(ran.stderr.contains("theirs"), "{make:?}: {}", ran.stderr);
        assert_eq!(reports(&project, &bucket).await, ["theirs"], "{make:?}");
    }
}

/// How often a plan asks for notifications, once the tagging index has followed.
fn asks(project: &Project, proxy: &Proxy) -> usize {
    for _ in 0..2 {
        project.plan(&[]);
    }
    proxy.clear();
    assert!(changes(&project.plan(&[])).is_empty());
    proxy.log().iter().filter(|call| call.operation == "GetBucketNotificationConfiguration").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_asked_for_its_notifications_only_where_some_are_ours() {
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    let project = Project::at(&proxy.endpoint(), &manifest(""));
    project.deploy(&[]);
    assert_eq!(asks(&project, &proxy), 0);
    project.write(&manifest(NOTIFY));
    project.deploy(&[]);
    assert_eq!(asks(&project, &proxy), 1);
}

/// What AWS says of a put with these entries.
async fn refused(aws: &Aws, bucket: &str, entries: &[(&str, &str, &str)]) -> Option<String> {
    let mut document = NotificationConfiguration::builder();
    for (to, event, prefix) in entries {
        let rule = types::FilterRule::builder().name(types::FilterRuleName::Prefix).value(*prefix).build();
        let filter = types::NotificationConfigurationFilter::builder()
            .key(types::S3KeyFilter::builder().filter_rules(rule).build())
            .build();
        let one = QueueConfiguration::builder().queue_arn(*to).events((*event).into()).filter(filter);
        document = document.queue_configurations(one.build().expect("an entry"));
    }
    let put = aws.write.s3.put_bucket_notification_configuration().bucket(bucket);
    let answer = put.notification_configuration(document.build()).send().await.answer("a put");
    answer.err().map(|error| error.message)
}

#[tokio::test]
async fn destinations_are_tried_overlaps_refused_and_filters_shown_in_capitals() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Bucket, "tried", "suite--test-bucket-tried").await;
        lead(&aws, &id, Some(&Bucket::private(Tags::new()).into()), &mut Outputs::new()).await;
        let (bucket, created) = (id.name.as_str(), "s3:ObjectCreated:*");
        let absent = id.site.arn("sqs", "tried-absent");
        let unreached = "Unable to validate the following destination configurations";
        assert_eq!(refused(&aws, bucket, &[(&absent, created, "a/")]).await.as_deref(), Some(unreached), "{emulator}");
        aws.write.sqs.create_queue().queue_name("tried-closed").send().await.expect("a queue");
        let closed = id.site.arn("sqs", "tried-closed");
        assert_eq!(refused(&aws, bucket, &[(&closed, created, "a/")]).await.as_deref(), Some(unreached), "{emulator}");
        let open = queue(&aws, &id, "tried-open").await;
        let fits = [(open.as_str(), created, "a/"), (open.as_str(), "s3:ObjectCreated:Put", "b/")];
        assert_eq!(refused(&aws, bucket, &fits).await.as_deref(), Some(unreached), "{emulator}: a policy just written");
        assert_eq!(refused(&aws, bucket, &fits).await, None, "{emulator}");
        let overlap = [(open.as_str(), created, "a/"), (open.as_str(), "s3:ObjectCreated:Put", "a/b/")];
        let said = refused(&aws, bucket, &overlap).await.expect("a refusal");
        assert!(said.starts_with("Configuration is ambiguously defined"), "{emulator}: {said}");
        let found = aws.read.s3.get_bucket_notification_configuration().bucket(bucket).send().await.expect("an answer");
        let rules = found.queue_configurations().iter().filter_map(|one| one.filter()?.key()?.filter_rules().first());
        let names: Vec<_> = rules.map(|rule| rule.name().map(|name| name.as_str().to_owned())).collect();
        assert_eq!(names, [Some("Prefix".to_owned()), Some("Prefix".to_owned())], "{emulator}");
        lead(&aws, &id, None, &mut Outputs::new()).await;
    }
}
