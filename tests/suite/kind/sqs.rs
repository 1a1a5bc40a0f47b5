//! Queues on both emulators.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;
use serverless_app::aws::document::Document;
use serverless_app::aws::sqs::{Queue, RedriveAllowPolicy, RedrivePolicy, arn, url};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, see};
use crate::support::emulator::Make;
use crate::support::project::{Project, changes};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn dead_letters(of: &Id, name: &str) -> Option<RedrivePolicy> {
    Some(RedrivePolicy { dead_letter_target_arn: arn(&of.site, name), max_receive_count: 5 })
}

fn policy(of: &Id, sid: &str) -> Option<Document> {
    Some(Document::new(vec![json!({"Sid": sid, "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage", "Resource": arn(&of.site, &of.name),
        "Condition": {"ArnEquals": {"aws:SourceArn": of.site.arn("sns", "suite--test-none")}}})]))
}

/// Sets attributes as somebody else would.
async fn edit(aws: &Aws, id: &Id, attributes: &[(&str, &str)]) {
    let attributes: HashMap<_, _> =
        attributes.iter().map(|(name, text)| (QueueAttributeName::from(*name), (*text).to_owned())).collect();
    let edit = aws.write.sqs.set_queue_attributes().queue_url(url(&id.site, &id.name));
    edit.set_attributes(Some(attributes)).send().await.unwrap();
}

#[tokio::test]
async fn a_queue_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let (id, dead) = (
            id(&aws, Kind::Queue, "life", "suite--test-life").await,
            id(&aws, Kind::Queue, "dead", "suite--test-dead").await,
        );
        let mut known = Outputs::new();
        lead(&aws, &dead, Some(&Queue::default().into()), &mut known).await;
        let plain = Queue { tags: tags(&[("a", "1")]), ..Queue::default() };
        assert_eq!(lead(&aws, &id, Some(&plain.clone().into()), &mut known).await, ["sqs:CreateQueue"], "{emulator}");
        let changes: [fn(&mut Queue, &Id); 14] = [
            |queue, _| queue.visibility_timeout = 60,
            |queue, _| queue.message_retention_period = 61,
            |queue, _| queue.delay_seconds = 2,
            |queue, _| queue.receive_message_wait_time_seconds = 20,
            |queue, _| queue.maximum_message_size = 1024,
            |queue, _| queue.sqs_managed_sse_enabled = false,
            |queue, _| queue.kms_master_key_id = Some("alias/own".into()),
            |queue, _| queue.kms_data_key_reuse_period_seconds = 600,
            |queue, _| queue.kms_master_key_id = Some("alias/other".into()),
            |queue, id| queue.policy = policy(id, "one"),
            |queue, id| queue.policy = policy(id, "other"),
            |queue, id| queue.redrive_policy = dead_letters(id, "suite--test-dead"),
            |queue, _| {
                let (permission, sources) = ("denyAll".to_owned(), Default::default());
                queue.redrive_allow_policy =
                    Some(RedriveAllowPolicy { redrive_permission: permission, source_queue_arns: sources });
            },
            |queue, id| {
                let (permission, sources) = ("byQueue".to_owned(), [arn(&id.site, "suite--test-dead")].into());
                queue.redrive_allow_policy =
                    Some(RedriveAllowPolicy { redrive_permission: permission, source_queue_arns: sources });
            },
        ];
        let mut want = plain.clone();
        for (index, change) in changes.iter().enumerate() {
            change(&mut want, &id);
            let sent = lead(&aws, &id, Some(&want.clone().into()), &mut known).await;
            assert_eq!(sent, ["sqs:SetQueueAttributes"], "{emulator} {index}");
        }
        want.tags = tags(&[("b", "2")]);
        let sent = lead(&aws, &id, Some(&want.into()), &mut known).await;
        assert_eq!(sent, ["sqs:TagQueue", "sqs:UntagQueue"], "{emulator}");
        let sent = lead(&aws, &id, Some(&plain.into()), &mut known).await;
        assert_eq!(sent, ["sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"], "{emulator}: all back at once");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["sqs:DeleteQueue"], "{emulator}");
        lead(&aws, &dead, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_fifo_queue_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Queue, "order", "suite--test-order.fifo").await;
        let mut known = Outputs::new();
        let queue = Queue { fifo_queue: true, tags: tags(&[("a", "1")]), ..Queue::default() };
        let by_group = Queue {
            deduplication_scope: "messageGroup".into(),
            fifo_throughput_limit: "perMessageGroupId".into(),
            ..queue.clone()
        };
        let by_content = Queue { content_based_deduplication: true, ..by_group.clone() };
        for want in [Some(queue.clone()), Some(by_group), Some(by_content.clone()), Some(queue), None] {
            let sent = lead(&aws, &id, want.map(State::from).as_ref(), &mut known).await;
            assert_eq!(sent.len(), 1, "{emulator}");
        }
        // One that is made with all of it, whose name is free a moment later.
        let sent = lead(&aws, &id, Some(&by_content.into()), &mut known).await;
        assert_eq!(sent, ["sqs:CreateQueue"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_queue_is_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Queue, "edited", "suite--test-edited.fifo").await;
        let mut known = Outputs::new();
        let want =
            Queue { fifo_queue: true, policy: policy(&id, "own"), tags: tags(&[("a", "1")]), ..Queue::default() };
        let want = State::from(want);
        lead(&aws, &id, Some(&want), &mut known).await;
        let foreign = policy(&id, "foreign").unwrap().to_string();
        let allow = r#"{"redrivePermission":"denyAll"}"#;
        let edits: [&[(&str, &str)]; 12] = [
            &[("VisibilityTimeout", "7")],
            &[("MessageRetentionPeriod", "60")],
            &[("DelaySeconds", "1")],
            &[("ReceiveMessageWaitTimeSeconds", "1")],
            &[("MaximumMessageSize", "1024")],
            &[("SqsManagedSseEnabled", "false")],
            &[("KmsMasterKeyId", "alias/theirs")],
            &[("ContentBasedDeduplication", "true")],
            &[("DeduplicationScope", "messageGroup")],
            &[("DeduplicationScope", "messageGroup"), ("FifoThroughputLimit", "perMessageGroupId")],
            &[("Policy", &foreign)],
            &[("RedriveAllowPolicy", allow)],
        ];
        for attributes in edits {
            edit(&aws, &id, attributes).await;
            see(&aws, &id, &mut known, |live| live.state != want).await;
            let sent = lead(&aws, &id, Some(&want), &mut known).await;
            assert_eq!(sent, ["sqs:SetQueueAttributes"], "{emulator} {attributes:?}");
        }
        for key in ["a", "x"] {
            aws.write.sqs.tag_queue().queue_url(url(&id.site, &id.name)).tags(key, "edited").send().await.unwrap();
        }
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["sqs:TagQueue", "sqs:UntagQueue"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_queue_shows_one_kind_of_encryption_and_a_change_a_moment_later() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Queue, "shown", "suite--test-shown").await;
        let (sqs, url, mut known) = (&aws.write.sqs, url(&id.site, &id.name), Outputs::new());
        lead(&aws, &id, Some(&Queue::default().into()), &mut known).await;
        let read = || async {
            let read = sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All);
            let got = read.send().await.unwrap().attributes.unwrap_or_default();
            let text = |name: &str| got.get(&QueueAttributeName::from(name)).cloned();
            (text("SqsManagedSseEnabled"), text("KmsMasterKeyId"), text("KmsDataKeyReusePeriodSeconds"))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read().await, (some("true"), None, None), "{emulator}");
        edit(&aws, &id, &[("KmsMasterKeyId", "alias/own")]).await;
        assert_eq!(read().await, (some("true"), None, None), "{emulator}: not yet");
        assert_eq!(read().await, (some("false"), some("alias/own"), some("300")), "{emulator}");
        edit(&aws, &id, &[("KmsMasterKeyId", "")]).await;
        read().await;
        assert_eq!(read().await, (some("false"), None, None), "{emulator}: no encryption at all");
        let both = [("KmsMasterKeyId", "alias/own"), ("SqsManagedSseEnabled", "true")];
        let both = both.map(|(name, text)| (QueueAttributeName::from(name), text.to_owned())).into();
        let refused = sqs.set_queue_attributes().queue_url(&url).set_attributes(Some(both)).send().await;
        assert!(format!("{refused:?}").contains("one type of server-side encryption"), "{emulator}");
        lead(&aws, &id, None, &mut known).await;
        let again = sqs.create_queue().queue_name(&id.name).send().await;
        let again = format!("{again:?}");
        assert!(again.contains("QueueDeletedRecently"), "{emulator}: {again}");
        lead(&aws, &id, Some(&Queue::default().into()), &mut known).await;
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn queues_are_found_by_their_prefix() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Queue, "found", "suite--test-found").await;
        let mut known = Outputs::new();
        lead(&aws, &id, Some(&Queue::default().into()), &mut known).await;
        let found = Kind::Queue.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        assert!(found.iter().any(|found| found.name == id.name), "{emulator}: {found:?}");
        lead(&aws, &id, None, &mut known).await;
        let found = Kind::Queue.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        assert!(found.iter().all(|found| found.name != id.name), "{emulator}: {found:?}");
    }
}

const APP: &str =
    "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[table.items]\nhash_key = { name = \"id\", type = \"S\" }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_stays_with_its_messages_is_taken_back_and_goes_with_them_where_that_is_said() {
    for make in [Make::Ministack, Make::Moto] {
        let project = Project::new(make, &format!("{APP}[queue.jobs]\nretention_days = 2\n")).await;
        project.deploy(&[]);
        // Until the tagging index has followed, it names no queue that has left the manifest.
        project.plan(&[]);
        let aws = project.aws().await;
        let url = url(&aws.site().await.unwrap(), "shop--production-jobs");
        aws.write.sqs.send_message().queue_url(&url).message_body("kept").send().await.unwrap();
        project.write(APP);
        let released = project.deploy(&[]);
        assert_eq!(changes(&released), ["release sqs.queue/jobs"], "{make:?}");
        project
            .write(&format!("{APP}[queue.jobs]\nretention_days = 2\nvisibility_timeout = 1\non_delete = \"delete\"\n"));
        project.deploy(&[]);
        let received = aws.write.sqs.receive_message().queue_url(&url).send().await.unwrap();
        let bodies: Vec<_> = received.messages().iter().filter_map(|message| message.body()).collect();
        assert_eq!(bodies, ["kept"], "{make:?}");
        project.write(APP);
        assert_eq!(changes(&project.deploy(&[])), ["delete sqs.queue/jobs"], "{make:?}");
    }
}
