//! Buses, rules and archives on both emulators.

use std::collections::BTreeMap;

use aws_sdk_eventbridge::types;
use serde_json::json;
use serverless_app::aws::document::Document;
use serverless_app::aws::events::{
    Archive, Bus, DeadLetterConfig, InputTransformer, RetryPolicy, Rule, SqsParameters, Target, bus_arn,
};
use serverless_app::aws::{Answer, Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn queue(id: &Id, name: &str) -> String {
    id.site.arn("sqs", name)
}

fn accounts(id: &Id, account: &str) -> Option<Document> {
    Some(Document::new(vec![json!({"Sid": "Accounts", "Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{account}:root")}, "Action": "events:PutEvents",
        "Resource": bus_arn(&id.site, &id.name)})]))
}

async fn bus(aws: &Aws, name: &str) -> Id {
    id(aws, Kind::EventBus, name, &format!("suite--test-{name}")).await
}

fn rule() -> Rule {
    Rule {
        event_pattern: "{\"source\":[\"shop\"]}".into(),
        state: "ENABLED".into(),
        tags: tags(&[("a", "1")]),
        ..Rule::default()
    }
}

fn to(arn: String) -> Target {
    Target { arn, ..Target::default() }
}

/// Changes one attribute of a bus.
type Change = fn(&mut Bus, &Id);

#[tokio::test]
async fn a_bus_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let id = bus(&aws, "life").await;
        let mut known = Outputs::new();
        let plain = Bus { tags: tags(&[("a", "1")]), ..Bus::default() };
        let sent = lead(&aws, &id, Some(&plain.clone().into()), &mut known).await;
        assert_eq!(sent, ["events:CreateEventBus"], "{emulator}");
        let changes: [(Change, &str); 6] = [
            (|bus, _| bus.description = Some("d".into()), "events:UpdateEventBus"),
            (|bus, _| bus.kms_key_identifier = Some("alias/own".into()), "events:UpdateEventBus"),
            (
                |bus, id| bus.dead_letter_config = Some(DeadLetterConfig { arn: queue(id, "one") }),
                "events:UpdateEventBus",
            ),
            (
                |bus, id| bus.dead_letter_config = Some(DeadLetterConfig { arn: queue(id, "two") }),
                "events:UpdateEventBus",
            ),
            (|bus, id| bus.policy = accounts(id, "210987654321"), "events:PutPermission"),
            (|bus, id| bus.policy = accounts(id, "111122223333"), "events:PutPermission"),
        ];
        let mut want = plain.clone();
        for (index, (change, call)) in changes.iter().enumerate() {
            change(&mut want, &id);
            assert_eq!(lead(&aws, &id, Some(&want.clone().into()), &mut known).await, [*call], "{emulator} {index}");
        }
        want.tags = tags(&[("b", "2")]);
        let sent = lead(&aws, &id, Some(&want.clone().into()), &mut known).await;
        assert_eq!(sent, ["events:TagResource", "events:UntagResource"], "{emulator}");
        // What nobody can take away stays.
        let back = Bus { dead_letter_config: want.dead_letter_config.clone(), ..plain };
        let sent = lead(&aws, &id, Some(&back.into()), &mut known).await;
        let all = ["events:UpdateEventBus", "events:RemovePermission", "events:TagResource", "events:UntagResource"];
        assert_eq!(sent, all, "{emulator}: all back at once");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["events:DeleteEventBus"], "{emulator}");
        let full = Bus { description: Some("d".into()), policy: accounts(&id, "210987654321"), ..want };
        let sent = lead(&aws, &id, Some(&full.into()), &mut known).await;
        assert_eq!(sent, ["events:CreateEventBus", "events:PutPermission"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_rule_goes_through_its_whole_life_on_a_bus_and_on_the_default_one() {
    for (emulator, aws) in emulators().await {
        let bus = bus(&aws, "ruled").await;
        let mut known = Outputs::new();
        lead(&aws, &bus, Some(&Bus::default().into()), &mut known).await;
        for name in ["suite--test-ruled/suite--test-life", "suite--test-life"] {
            rule_life(emulator, &aws, &id(&aws, Kind::EventRule, "life", name).await).await;
        }
        lead(&aws, &bus, None, &mut known).await;
    }
}

async fn rule_life(emulator: &str, aws: &Aws, id: &Id) {
    let mut known = Outputs::new();
    let sent = lead(aws, id, Some(&rule().into()), &mut known).await;
    assert_eq!(sent, ["events:PutRule"], "{emulator} {}", id.name);
    type Change = fn(&mut Rule, &Id);
    fn jobs(rule: &mut Rule) -> &mut Target {
        rule.targets.get_mut("queue-jobs").expect("the target")
    }
    let (put, target): (&[&str], &[&str]) = (&["events:PutRule"], &["events:PutTargets"]);
    let changes: [(Change, &[&str]); 14] = [
        (|rule, _| rule.description = Some("d".into()), put),
        (|rule, _| rule.event_pattern = "{\"source\":[\"bank\"]}".into(), put),
        (|rule, _| rule.state = "DISABLED".into(), put),
        (|rule, id| drop(rule.targets.insert("queue-jobs".into(), to(queue(id, "jobs")))), target),
        (|rule, _| jobs(rule).input = Some("{\"a\":1}".into()), target),
        (
            |rule, _| {
                jobs(rule).input = None;
                jobs(rule).input_path = Some("$.detail".into());
            },
            target,
        ),
        (
            |rule, _| {
                jobs(rule).input_path = None;
                let input_paths_map = BTreeMap::from([("id".to_owned(), "$.detail.id".to_owned())]);
                jobs(rule).input_transformer =
                    Some(InputTransformer { input_paths_map, input_template: "\"order <id>\"".into() });
            },
            target,
        ),
        (|rule, id| jobs(rule).dead_letter_config = Some(DeadLetterConfig { arn: queue(id, "lost") }), target),
        (|rule, _| jobs(rule).retry_policy = RetryPolicy::of(Some(3), None), target),
        (|rule, _| jobs(rule).retry_policy = RetryPolicy::of(None, Some(60)), target),
        (|rule, _| jobs(rule).retry_policy = None, target),
        (|rule, _| jobs(rule).sqs_parameters = Some(SqsParameters { message_group_id: "g".into() }), target),
        (
            |rule, id| {
                rule.targets = BTreeMap::from([("topic-news".to_owned(), to(id.site.arn("sns", "news")))]);
            },
            &["events:PutTargets", "events:RemoveTargets"],
        ),
        (|rule, _| rule.tags = tags(&[("b", "2")]), &["events:TagResource", "events:UntagResource"]),
    ];
    let mut want = rule();
    for (index, (change, calls)) in changes.iter().enumerate() {
        change(&mut want, id);
        let sent = lead(aws, id, Some(&want.clone().into()), &mut known).await;
        assert_eq!(sent, *calls, "{emulator} {} {index}", id.name);
    }
    let sent = lead(aws, id, Some(&rule().into()), &mut known).await;
    let back = ["events:PutRule", "events:RemoveTargets", "events:TagResource", "events:UntagResource"];
    assert_eq!(sent, back, "{emulator} {}: all back at once", id.name);
    lead(aws, id, Some(&want.into()), &mut known).await;
    let sent = lead(aws, id, None, &mut known).await;
    assert_eq!(sent, ["events:RemoveTargets", "events:DeleteRule"], "{emulator} {}", id.name);
}

#[tokio::test]
async fn a_target_that_asks_for_a_role_is_put_with_it() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::EventRule, "roled", "suite--test-roled").await;
        let mut known = Outputs::new();
        let role_arn = Some(id.site.global_arn("iam", "role/suite/test/suite--test-roled-rule"));
        let machine = Target { role_arn, ..to(id.site.arn("states", "stateMachine:flow")) };
        let want = Rule { targets: BTreeMap::from([("workflow-flow".to_owned(), machine)]), ..rule() };
        let sent = lead(&aws, &id, Some(&want.into()), &mut known).await;
        assert_eq!(sent, ["events:PutRule", "events:PutTargets"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn an_archive_goes_through_its_whole_life_and_before_its_bus() {
    for (emulator, aws) in emulators().await {
        let bus = bus(&aws, "kept").await;
        let id = id(&aws, Kind::EventArchive, "kept", "suite--test-kept").await;
        let mut known = Outputs::new();
        lead(&aws, &bus, Some(&Bus::default().into()), &mut known).await;
        let every =
            Archive { event_source_arn: bus_arn(&bus.site, &bus.name), event_pattern: None, retention_days: 30 };
        let some = Archive { event_pattern: Some("{\"source\":[\"shop\"]}".into()), ..every.clone() };
        let ever = Archive { retention_days: 0, ..some.clone() };
        for (want, call) in [
            (Some(every.clone()), "events:CreateArchive"),
            (Some(some), "events:UpdateArchive"),
            (Some(ever), "events:UpdateArchive"),
            (Some(every), "events:UpdateArchive"),
        ] {
            let sent = lead(&aws, &id, want.map(State::from).as_ref(), &mut known).await;
            assert_eq!(sent, [call], "{emulator}");
        }
        let refused = aws.write.events.delete_event_bus().name(&bus.name).send().await;
        let refused = refused.answer("events:DeleteEventBus").unwrap_err();
        assert!(refused.message.contains("since it has rules"), "{emulator}: {refused}");
        let found = Kind::EventArchive.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        assert!(found.iter().any(|found| found.name == id.name), "{emulator}: {found:?}");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["events:DeleteArchive"], "{emulator}");
        assert_eq!(lead(&aws, &bus, None, &mut known).await, ["events:DeleteEventBus"], "{emulator}");
    }
}

#[tokio::test]
async fn buses_and_rules_are_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let bus = bus(&aws, "edited").await;
        let id = id(&aws, Kind::EventRule, "edited", "suite--test-edited/suite--test-edited").await;
        let mut known = Outputs::new();
        let want_bus = State::from(Bus { description: Some("d".into()), tags: tags(&[("a", "1")]), ..Bus::default() });
        lead(&aws, &bus, Some(&want_bus), &mut known).await;
        let targets = BTreeMap::from([("queue-jobs".to_owned(), to(queue(&id, "jobs")))]);
        let want = State::from(Rule { targets, ..rule() });
        lead(&aws, &id, Some(&want), &mut known).await;
        let events = &aws.write.events;
        events.update_event_bus().name(&bus.name).description("by hand").send().await.unwrap();
        let policy = accounts(&bus, "210987654321").unwrap().to_string();
        events.put_permission().event_bus_name(&bus.name).policy(policy).send().await.unwrap();
        let put = events.put_rule().event_bus_name(&bus.name).name("suite--test-edited");
        put.event_pattern("{\"source\":[\"bank\"]}").send().await.unwrap();
        let target =
            |id: &str, arn: String| types::Target::builder().id(id).arn(arn).input_path("$.detail").build().unwrap();
        let put = events.put_targets().event_bus_name(&bus.name).rule("suite--test-edited");
        let put =
            put.targets(target("queue-jobs", queue(&id, "other"))).targets(target("planted", queue(&id, "planted")));
        put.send().await.unwrap();
        let sent = lead(&aws, &bus, Some(&want_bus), &mut known).await;
        assert_eq!(sent, ["events:UpdateEventBus", "events:RemovePermission"], "{emulator}");
        let sent = lead(&aws, &id, Some(&want), &mut known).await;
        assert_eq!(sent, ["events:PutRule", "events:PutTargets", "events:RemoveTargets"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
        lead(&aws, &bus, None, &mut known).await;
    }
}

#[tokio::test]
async fn rules_are_found_on_our_buses_and_on_the_default_one_and_no_other() {
    for (emulator, aws) in emulators().await {
        let bus = bus(&aws, "found").await;
        let mut known = Outputs::new();
        lead(&aws, &bus, Some(&Bus::default().into()), &mut known).await;
        aws.write.events.create_event_bus().name("another").send().await.unwrap();
        let mut ids = Vec::new();
        for name in ["suite--test-found/suite--test-one", "suite--test-two", "another/suite--test-three"] {
            let id = id(&aws, Kind::EventRule, "found", name).await;
            lead(&aws, &id, Some(&rule().into()), &mut known).await;
            ids.push(id);
        }
        let reader = PlanReader::new(&aws);
        let found = Kind::EventRule.find(&reader, &bus.owner).await.unwrap();
        let mut names: Vec<_> = found.iter().map(|found| found.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["suite--test-found/suite--test-one", "suite--test-two"], "{emulator}");
        for id in &ids {
            let seed = found.iter().find(|found| found.name == id.name).map(|found| &found.seed);
            let read = id.address.kind.observe_for_plan(&reader, id, seed).await.unwrap().expect("the rule");
            assert_eq!((read.state, read.unmodelled), (rule().into(), vec![]), "{emulator} {}", id.name);
        }
        let buses = Kind::EventBus.find(&reader, &bus.owner).await.unwrap();
        assert!(buses.iter().any(|found| found.name == bus.name), "{emulator}: {buses:?}");
        for id in &ids {
            lead(&aws, id, None, &mut known).await;
        }
        lead(&aws, &bus, None, &mut known).await;
    }
}

#[tokio::test]
async fn eventbridge_empties_what_a_put_leaves_out_ignores_its_tags_and_takes_five_targets() {
    for (emulator, aws) in emulators().await {
        let events = &aws.write.events;
        let put = || events.put_rule().name("r").event_pattern("{\"source\":[\"a\"]}");
        let tag = |value: &str| types::Tag::builder().key("k").value(value).build().unwrap();
        put().description("d").state("DISABLED".into()).tags(tag("1")).send().await.unwrap();
        put().tags(tag("2")).send().await.unwrap();
        let mut read = events.describe_rule().name("r").send().await;
        if read.is_err() {
            // A rule just made is not known everywhere.
            read = events.describe_rule().name("r").send().await;
        }
        let read = read.unwrap();
        assert_eq!((read.description(), read.state().map(|s| s.as_str())), (None, Some("ENABLED")), "{emulator}");
        let arn = read.arn().unwrap();
        let tags = events.list_tags_for_resource().resource_arn(arn).send().await.unwrap().tags.unwrap();
        assert_eq!(tags[0].value(), "1", "{emulator}");
        let target = |n: usize| types::Target::builder().id(n.to_string()).arn("arn:aws:sqs:us-west-2:123456789012:q");
        let targets = |count| Some((0..count).map(|n| target(n).build().unwrap()).collect::<Vec<_>>());
        events.put_targets().rule("r").set_targets(targets(5)).send().await.unwrap();
        let sixth = events.put_targets().rule("r").targets(target(5).build().unwrap()).send().await;
        let sixth = sixth.answer("events:PutTargets").unwrap_err();
        assert_eq!(sixth.code.as_deref(), Some("LimitExceededException"), "{emulator}");
        let refused = events.delete_rule().name("r").send().await.answer("events:DeleteRule").unwrap_err();
        assert!(refused.message.contains("since it has targets"), "{emulator}: {refused}");
        let ids = Some((0..5).map(|n| n.to_string()).collect());
        events.remove_targets().rule("r").set_ids(ids).send().await.unwrap();
        events.delete_rule().name("r").send().await.unwrap();
    }
}

#[tokio::test]
async fn a_bus_is_kept_by_its_rules_and_by_the_memory_of_them_and_shows_its_logs_once_updated() {
    for (emulator, aws) in emulators().await {
        let events = &aws.write.events;
        let bus = bus(&aws, "guarded").await;
        let name = bus.name.as_str();
        events.create_event_bus().name(name).send().await.unwrap();
        let describe = async || events.describe_event_bus().name(name).send().await.unwrap();
        assert_eq!(describe().await.log_config, None, "{emulator}");
        events.update_event_bus().name(name).description("d").send().await.unwrap();
        let logs = describe().await.log_config.expect("logs");
        assert_eq!(logs.level().map(|level| level.as_str()), Some("OFF"), "{emulator}");
        let statement = json!({"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "210987654321"},
            "Action": "events:PutEvents", "Resource": bus_arn(&bus.site, name)});
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        events.put_permission().event_bus_name(name).policy(policy).send().await.unwrap();
        let shown = describe().await.policy.unwrap_or_default();
        assert!(shown.contains("arn:aws:iam::210987654321:root"), "{emulator}: {shown}");
        events.put_rule().event_bus_name(name).name("r").event_pattern("{\"source\":[\"a\"]}").send().await.unwrap();
        for _ in 0..2 {
            let refused = events.delete_event_bus().name(name).send().await.answer("events:DeleteEventBus");
            assert!(refused.unwrap_err().message.contains("since it has rules"), "{emulator}");
            events.delete_rule().event_bus_name(name).name("r").send().await.unwrap();
        }
        events.delete_event_bus().name(name).send().await.unwrap();
    }
}

#[tokio::test]
async fn eventbridge_says_what_is_wrong_with_a_pattern() {
    for (emulator, aws) in emulators().await {
        let site = aws.site().await.unwrap();
        let test = async |pattern: &str| {
            serverless_app::aws::events::test_pattern(&aws, &site, pattern).await.expect("an answer")
        };
        assert_eq!(test("{\"source\":[\"shop\"]}").await, Ok(()), "{emulator}");
        assert_eq!(test("{\"source\":[\"serverless-app\"]}").await, Ok(()), "{emulator}: it fits");
        for wrong in
            ["{\"source\":\"shop\"}", "{\"source\":[{\"prefx\":\"a\"}]}", "{\"source\":[{\"wildcard\":\"a\\\\b\"}]}"]
        {
            let why = test(wrong).await.expect_err("a refusal").0;
            assert!(why.contains("not valid"), "{emulator}: {why}");
        }
    }
}
