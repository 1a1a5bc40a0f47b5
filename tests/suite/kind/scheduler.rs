//! Schedules and their group on both emulators.

use std::time::{Duration, Instant};

use aws_sdk_scheduler::primitives::{DateTime, DateTimeFormat};
use aws_sdk_scheduler::types;
use serverless_app::aws::scheduler::schedule::*;
use serverless_app::aws::scheduler::{ScheduleGroup, group_arn, group_name, the_group};
use serverless_app::aws::{Aws, Call, Id, Kind, PlanReader, Seed, State, Tags};
use serverless_app::name::Owner;
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};
use crate::support::emulator::Make;
use crate::support::project::{Project, changes};

const PREFIX: &str = "suite--test-";

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

async fn group_id(aws: &Aws) -> Id {
    let id = id(aws, Kind::ScheduleGroup, the_group().as_str(), "").await;
    Id { name: group_name(&id.owner), ..id }
}

async fn schedule_id(aws: &Aws, name: &str) -> Id {
    id(aws, Kind::Schedule, name, &format!("{PREFIX}{name}")).await
}

/// A group with our tags.
fn group(id: &Id) -> ScheduleGroup {
    ScheduleGroup { tags: id.owner.tags(&id.address), ..ScheduleGroup::default() }
}

/// Makes the group, and gives its id.
async fn made(aws: &Aws, known: &mut Outputs) -> Id {
    let id = group_id(aws).await;
    lead(aws, &id, Some(&group(&id).into()), known).await;
    id
}

fn plain(id: &Id) -> Schedule {
    Schedule {
        schedule_expression: "rate(1 hour)".into(),
        schedule_expression_timezone: UTC.into(),
        start_date: None,
        end_date: None,
        flexible_time_window: FlexibleTimeWindow::of(None),
        target: Target {
            arn: id.site.arn("lambda", "function:one"),
            role_arn: id.site.global_arn("iam", "role/one"),
            input: None,
            retry_policy: RetryPolicy::default(),
            dead_letter_config: None,
            sqs_parameters: None,
            event_bridge_parameters: None,
        },
        state: ENABLED.into(),
        description: None,
        kms_key_arn: None,
        action_after_completion: KEPT.into(),
    }
}

/// A schedule of somebody else's in our group.
async fn foreign(aws: &Aws, id: &Id, group: &str, name: &str) {
    let window = types::FlexibleTimeWindow::builder().mode(types::FlexibleTimeWindowMode::Off).build().unwrap();
    let target = types::Target::builder().arn(id.site.arn("sqs", "q")).role_arn("arn:aws:iam::123456789012:role/r");
    let create = aws.write.scheduler.create_schedule().group_name(group).name(name);
    let create =
        create.schedule_expression("rate(1 hour)").flexible_time_window(window).target(target.build().unwrap());
    // A group that was just made is not known at once.
    if create.clone().send().await.is_err() {
        create.send().await.expect("a schedule");
    }
}

#[tokio::test]
async fn a_schedule_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let group = made(&aws, &mut known).await;
        let id = schedule_id(&aws, "life").await;
        let sent = lead(&aws, &id, Some(&plain(&id).into()), &mut known).await;
        assert_eq!(sent, ["scheduler:CreateSchedule"], "{emulator}");
        let changes: [fn(&mut Schedule, &Id); 14] = [
            |schedule, _| schedule.schedule_expression = "cron(0 3 ? * MON-FRI *)".into(),
            |schedule, _| schedule.schedule_expression_timezone = "Europe/Berlin".into(),
            |schedule, _| schedule.start_date = Some("2190-01-01T00:00:00Z".into()),
            |schedule, _| schedule.end_date = Some("2190-01-02T00:00:00Z".into()),
            |schedule, _| schedule.flexible_time_window = FlexibleTimeWindow::of(Some(15)),
            |schedule, _| schedule.target.input = Some("{\"kind\":\"full\"}".into()),
            |schedule, _| schedule.target.retry_policy.maximum_retry_attempts = 0,
            |schedule, _| schedule.target.retry_policy.maximum_event_age_in_seconds = 60,
            |schedule, id| {
                schedule.target.dead_letter_config = Some(DeadLetterConfig { arn: id.site.arn("sqs", "dead") });
            },
            |schedule, _| schedule.state = DISABLED.into(),
            |schedule, _| schedule.description = Some("Every night".into()),
            |schedule, id| schedule.kms_key_arn = Some(id.site.arn("kms", "key/one")),
            |schedule, id| {
                schedule.target.arn = id.site.arn("sqs", "jobs.fifo");
                schedule.target.sqs_parameters = Some(SqsParameters { message_group_id: "all".into() });
            },
            |schedule, id| {
                schedule.target.arn = id.site.arn("events", "event-bus/default");
                schedule.target.sqs_parameters = None;
                let event = EventBridgeParameters { detail_type: "Nightly".into(), source: "shop".into() };
                schedule.target.event_bridge_parameters = Some(event);
                schedule.target.role_arn = id.site.global_arn("iam", "role/two");
            },
        ];
        let mut want = plain(&id);
        for (index, change) in changes.iter().enumerate() {
            change(&mut want, &id);
            let sent = lead(&aws, &id, Some(&want.clone().into()), &mut known).await;
            assert_eq!(sent, ["scheduler:UpdateSchedule"], "{emulator} {index}");
        }
        let sent = lead(&aws, &id, Some(&plain(&id).into()), &mut known).await;
        assert_eq!(sent, ["scheduler:UpdateSchedule"], "{emulator}: all back at once");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["scheduler:DeleteSchedule"], "{emulator}");
        lead(&aws, &group, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_schedule_that_fires_once_stays_when_it_is_done() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let group = made(&aws, &mut known).await;
        let id = schedule_id(&aws, "once").await;
        let once = Schedule { schedule_expression: "at(2020-01-01T00:00:00)".into(), ..plain(&id) };
        lead(&aws, &id, Some(&once.clone().into()), &mut known).await;
        let read = aws.read.scheduler.get_schedule().group_name(&group.name).name(&id.name).send().await.unwrap();
        assert_eq!(read.action_after_completion, Some(types::ActionAfterCompletion::None), "{emulator}");
        assert_eq!(lead(&aws, &id, Some(&once.into()), &mut known).await, [""; 0], "{emulator}: nothing to do");
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &group, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_schedule_is_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let group = made(&aws, &mut known).await;
        let id = schedule_id(&aws, "edited").await;
        let want = Schedule { description: Some("d".into()), state: DISABLED.into(), ..plain(&id) };
        lead(&aws, &id, Some(&want.clone().into()), &mut known).await;
        // What an update leaves out falls to its default, so somebody who changes the time alone switches it on.
        let window = types::FlexibleTimeWindow::builder().mode(types::FlexibleTimeWindowMode::Off).build().unwrap();
        let target = types::Target::builder().arn(&want.target.arn).role_arn(&want.target.role_arn).build().unwrap();
        let edit = aws.write.scheduler.update_schedule().group_name(&group.name).name(&id.name);
        let edit = edit.schedule_expression("rate(2 hours)").flexible_time_window(window).target(target);
        edit.action_after_completion(types::ActionAfterCompletion::Delete).send().await.unwrap();
        let edited = observe(&aws, &id, &mut known).await.unwrap();
        let expected = Schedule {
            schedule_expression: "rate(2 hours)".into(),
            action_after_completion: "DELETE".into(),
            ..plain(&id)
        };
        assert_eq!(edited.state, State::from(expected), "{emulator}");
        assert_eq!(lead(&aws, &id, Some(&want.into()), &mut known).await, ["scheduler:UpdateSchedule"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &group, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_group_goes_through_its_whole_life_and_its_name_is_free_again_once_it_is_gone() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let id = group_id(&aws).await;
        let want =
            |pairs: &[(&str, &str)]| Some(State::from(ScheduleGroup { tags: tags(pairs), ..Default::default() }));
        for (want, calls) in [
            (want(&[("a", "1"), ("b", "2")]), ["scheduler:CreateScheduleGroup"].as_slice()),
            (want(&[("b", "3"), ("c", "4")]), &["scheduler:TagResource", "scheduler:UntagResource"]),
            (None, &["scheduler:DeleteScheduleGroup"]),
            (want(&[]), &["scheduler:CreateScheduleGroup"]),
            (want(&[("d", "5")]), &["scheduler:TagResource"]),
            (want(&[]), &["scheduler:UntagResource"]),
            (None, &["scheduler:DeleteScheduleGroup"]),
        ] {
            assert_eq!(lead(&aws, &id, want.as_ref(), &mut known).await, calls, "{emulator}");
        }
        assert_eq!(observe(&aws, &id, &mut known).await, None, "{emulator}");
    }
}

/// What a plan sees of the group, by a listing and without one.
async fn seen(aws: &Aws, id: &Id) -> State {
    let reader = PlanReader::new(aws);
    let found = Box::pin(id.address.kind.find(&reader, &id.owner)).await.expect("a listing");
    let seed: Option<&Seed> = found.iter().find(|found| found.name == id.name).map(|found| &found.seed);
    let kind = id.address.kind;
    let listed = Box::pin(kind.observe_for_plan(&reader, id, seed)).await.expect("a read").expect("the group");
    let alone = Box::pin(kind.observe_for_plan(&PlanReader::new(aws), id, None)).await.unwrap().unwrap();
    assert_eq!(listed.state, alone.state);
    listed.state
}

#[tokio::test]
async fn a_group_is_deleted_with_the_schedules_that_the_plan_names_and_with_no_others() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let id = made(&aws, &mut known).await;
        let ours = schedule_id(&aws, "ours").await;
        lead(&aws, &ours, Some(&plain(&ours).into()), &mut known).await;
        Box::pin(foreign(&aws, &id, &id.name, "theirs")).await;
        let State::ScheduleGroup(live) = Box::pin(seen(&aws, &id)).await else { panic!("a group") };
        assert_eq!(live.others.iter().collect::<Vec<_>>(), ["theirs"], "{emulator}: not those that we made");
        assert_eq!(Box::pin(Kind::ScheduleGroup.count_swept(&aws, &id)).await.unwrap(), 1, "{emulator}");
        let planned = |live: &ScheduleGroup| {
            let call = Kind::ScheduleGroup.next_call(&id, None, Some(&live.clone().into()));
            call.expect("a delete")
        };
        let delete: Call = planned(&live);
        Box::pin(foreign(&aws, &id, &id.name, "later")).await;
        let refused = Box::pin(delete.send(&aws, &id)).await.expect_err("there are more than were named").to_string();
        assert!(refused.contains("were not in it when this was planned") && refused.contains("(later)"), "{refused}");
        lead(&aws, &ours, None, &mut known).await;
        let State::ScheduleGroup(live) = Box::pin(seen(&aws, &id)).await else { panic!("a group") };
        Box::pin(planned(&live).send(&aws, &id)).await.expect("it takes what it names");
        let going = observe(&aws, &id, &mut known).await.expect("it goes slowly");
        assert_eq!(going.pending.as_deref(), Some("DELETING"), "{emulator}");
        while observe(&aws, &id, &mut known).await.is_some() {}
        let left = aws.read.scheduler.list_schedules().send().await.unwrap();
        assert!(left.schedules().iter().all(|one| one.group_name() != Some(id.name.as_str())), "{emulator}");
    }
}

#[tokio::test]
async fn schedules_are_found_in_our_own_group_alone_and_by_our_prefix() {
    for (emulator, aws) in emulators().await {
        let mut known = Outputs::new();
        let names = async |owner: &Owner| {
            let found = Kind::Schedule.find(&PlanReader::new(&aws), owner).await.unwrap();
            found.into_iter().map(|found| found.name).collect::<Vec<_>>()
        };
        let id = schedule_id(&aws, "found").await;
        assert_eq!(names(&id.owner).await, [""; 0], "{emulator}: no group");
        let group = made(&aws, &mut known).await;
        lead(&aws, &id, Some(&plain(&id).into()), &mut known).await;
        foreign(&aws, &id, &group.name, "theirs").await;
        foreign(&aws, &id, "default", &format!("{PREFIX}elsewhere")).await;
        assert_eq!(names(&id.owner).await, std::slice::from_ref(&id.name), "{emulator}");
        // A group of the right name without our tags is somebody else's, and so is what is in it.
        let arn = group_arn(&id.site, &id.owner);
        let untag = aws.write.scheduler.untag_resource().resource_arn(arn).tag_keys("serverless-app:app");
        untag.send().await.unwrap();
        assert_eq!(names(&id.owner).await, [""; 0], "{emulator}: a group of somebody else's");
    }
}

const WORKER: &str = "import json, os\n\nimport boto3\n\n\ndef handler(event, _context):\n    \
    boto3.client(\"sqs\").send_message(QueueUrl=os.environ[\"QUEUE\"], MessageBody=json.dumps({\"worker\": event}))\n";

/// A schedule that is due reaches a function and a queue, with its input.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_really_delivered() {
    let soon = DateTime::from_secs(DateTime::from(std::time::SystemTime::now()).secs() + 5);
    let at = soon.fmt(DateTimeFormat::DateTime).unwrap().trim_end_matches('Z').to_owned();
    let manifest = format!(
        "[app]\nname = \"due\"\nregion = \"us-west-2\"\n[queue.jobs]\non_delete = \"delete\"\n[function.worker]\n\
         source = \"worker\"\nruntime = \"python3.12\"\nhandler = \"main.handler\"\n\
         environment = {{ QUEUE = \"${{queue.jobs.url}}\" }}\n\
         [schedule.called]\nat = \"{at}\"\nfunction = \"worker\"\ninput = {{ kind = \"full\" }}\n\
         [schedule.sent]\nat = \"{at}\"\nqueue = \"jobs\"\ninput = {{ kind = \"direct\" }}\n"
    );
    let project = Project::new(Make::Ministack, &manifest).await;
    let folder = project.folder().join("worker");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("main.py"), WORKER).unwrap();
    project.deploy(&[]);
    assert_eq!(changes(&project.plan(&[])), [""; 0], "planned again");
    let aws = project.aws().await;
    let url = aws.read.sqs.get_queue_url().queue_name("due--production-jobs").send().await.unwrap();
    let (start, mut bodies) = (Instant::now(), Vec::new());
    while bodies.len() < 2 && start.elapsed() < Duration::from_secs(90) {
        let receive = aws.read.sqs.receive_message().queue_url(url.queue_url().unwrap()).wait_time_seconds(2);
        let got = receive.max_number_of_messages(10).send().await.unwrap();
        bodies.extend(got.messages().iter().filter_map(|message| message.body().map(str::to_owned)));
    }
    bodies.sort();
    let bodies: Vec<serde_json::Value> = bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    let expected = [serde_json::json!({"kind": "direct"}), serde_json::json!({"worker": {"kind": "full"}})];
    assert_eq!(bodies, expected);
    assert_eq!(changes(&project.plan(&[])), [""; 0], "what has fired is not made again");
}

/// Ten schedules cost a read each, and a listing, its group and the group's tags for all of them.
#[tokio::test(flavor = "multi_thread")]
async fn ten_schedules_are_planned_with_few_questions() {
    use crate::support::emulator::endpoint;
    use crate::support::proxy::Proxy;

    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, Duration::ZERO);
    let schedule = |number| format!("[schedule.s{number}]\nrate = \"{} hours\"\nqueue = \"jobs\"\n", number + 2);
    let schedules: String = (0..10).map(schedule).collect();
    let mut project =
        Project::at(&emulator, &format!("[app]\nname = \"ten\"\nregion = \"us-west-2\"\n[queue.jobs]\n{schedules}"));
    project.deploy(&[]);
    project.reach(&proxy.endpoint());
    assert_eq!(changes(&project.plan(&[])), [""; 0]);
    let log = proxy.log();
    let count = |operation: &str| log.iter().filter(|call| call.operation == operation).count();
    assert_eq!(count("GetSchedule"), 10);
    assert_eq!((count("ListScheduleGroups"), count("ListSchedules"), count("GetScheduleGroup")), (1, 1, 0));
    assert!(log.iter().filter(|call| call.service == "scheduler").count() <= 13);
}
