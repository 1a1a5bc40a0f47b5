//! Queues on both emulators.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;
use serverless_app::aws::sqs::{Queue, RedrivePolicy, arn, url};
use serverless_app::aws::{Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn dead_letters(of: &Id, name: &str) -> Option<RedrivePolicy> {
    Some(RedrivePolicy { dead_letter_target_arn: arn(&of.site, name), max_receive_count: 5 })
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
        let changes: [fn(&mut Queue, &Id); 7] = [
            |queue, _| queue.visibility_timeout = 60,
            |queue, _| queue.message_retention_period = 61,
            |queue, _| queue.delay_seconds = 2,
            |queue, _| queue.receive_message_wait_time_seconds = 20,
            |queue, _| queue.maximum_message_size = 1024,
            |queue, _| queue.sqs_managed_sse_enabled = false,
            |queue, id| queue.redrive_policy = dead_letters(id, "suite--test-dead"),
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
        for want in [Some(queue.clone()), Some(Queue { delay_seconds: 3, ..queue }), None] {
            let sent = lead(&aws, &id, want.map(State::from).as_ref(), &mut known).await;
            assert_eq!(sent.len(), 1, "{emulator}");
        }
    }
}

#[tokio::test]
async fn a_queue_is_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::Queue, "edited", "suite--test-edited").await;
        let mut known = Outputs::new();
        let want = State::from(Queue { tags: tags(&[("a", "1")]), ..Queue::default() });
        lead(&aws, &id, Some(&want), &mut known).await;
        let (sqs, url) = (&aws.write.sqs, url(&id.site, &id.name));
        let edits: HashMap<_, _> =
            [("VisibilityTimeout", "7"), ("SqsManagedSseEnabled", "false")].map(|(k, v)| (k.into(), v.into())).into();
        let edit = sqs.set_queue_attributes().queue_url(&url).set_attributes(Some(edits));
        edit.send().await.unwrap();
        for key in ["a", "x"] {
            sqs.tag_queue().queue_url(&url).tags(key, "edited").send().await.unwrap();
        }
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"], "{emulator}");
        let read = sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::VisibilityTimeout);
        let read = read.send().await.unwrap().attributes.unwrap_or_default();
        assert_eq!(read[&QueueAttributeName::VisibilityTimeout], "30", "{emulator}");
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
