use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::operation::get_schedule::builders::GetScheduleOutputBuilder;
use aws_sdk_scheduler::primitives::DateTime;
use aws_sdk_scheduler::types;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::aws::kit::members::{Form, note, unread};
use crate::aws::required_actions::RequiredActions;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};

fn id() -> Id {
    test_id(Kind::Schedule, "shop--test-nightly")
}

fn plain() -> Schedule {
    Schedule {
        schedule_expression: "cron(0 3 * * ? *)".into(),
        schedule_expression_timezone: UTC.into(),
        start_date: None,
        end_date: None,
        flexible_time_window: FlexibleTimeWindow::of(None),
        target: Target {
            arn: "arn:f".into(),
            role_arn: "arn:r".into(),
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

prop_compose! {
    fn target()(
        (arn, role_arn, input) in ("[a-b]", "[a-b]", option::of("[a-b]")),
        (maximum_event_age_in_seconds, maximum_retry_attempts) in (60..62, 0..2),
        (dead, group, event) in (option::of("[a-b]"), option::of("[a-b]"), option::of(("[a-b]", "[a-b]"))),
    ) -> Target {
        Target {
            arn,
            role_arn,
            input: input.map(Text::from),
            retry_policy: RetryPolicy { maximum_event_age_in_seconds, maximum_retry_attempts },
            dead_letter_config: dead.map(|arn| DeadLetterConfig { arn }),
            sqs_parameters: group.map(|message_group_id| SqsParameters { message_group_id }),
            event_bridge_parameters: event.map(|(detail_type, source)| EventBridgeParameters { detail_type, source }),
        }
    }
}

prop_compose! {
    fn schedule()(
        (schedule_expression, schedule_expression_timezone) in ("[a-b]", "[a-b]"),
        (start_date, end_date) in (option::of("[a-b]"), option::of("[a-b]")),
        (window, target) in (option::of(1..3), target()),
        (state, action_after_completion) in ("[a-b]", "[a-b]"),
        (description, kms_key_arn) in (option::of("[a-b]"), option::of("[a-b]")),
    ) -> State {
        let flexible_time_window = FlexibleTimeWindow::of(window);
        Schedule {
            schedule_expression, schedule_expression_timezone, start_date, end_date, flexible_time_window, target, state,
            description, kms_key_arn, action_after_completion,
        }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(schedule()), live in option::of(schedule())) {
        assert_properties(&id(), want.as_ref(), live.as_ref());
    }
}

#[test]
fn an_update_says_everything_since_what_it_leaves_out_falls_to_a_default() {
    let live = Schedule { state: DISABLED.into(), ..plain() };
    let want = Schedule { description: Some("d".into()), ..live.clone() };
    let planned = steps(&id(), Some(&want.into()), Some(&live.into())).unwrap();
    let [step] = planned.as_slice() else { panic!("{planned:?}") };
    let expected = json!({"api": "scheduler:UpdateSchedule", "input": {
        "Name": "shop--test-nightly",
        "GroupName": "shop--test-schedules",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": "arn:f",
            "RoleArn": "arn:r",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
        },
        "State": "DISABLED",
        "Description": "d",
        "ActionAfterCompletion": "NONE",
    }});
    assert_eq!(step.call.json(), expected);
}

#[test]
fn every_call_says_which_group() {
    for (want, live) in [(Some(plain()), None), (None, Some(plain()))] {
        let planned = steps(&id(), want.map(State::from).as_ref(), live.map(State::from).as_ref()).unwrap();
        assert_eq!(planned[0].call.json()["input"]["GroupName"], "shop--test-schedules", "{planned:?}");
    }
}

#[test]
fn the_role_is_handed_over_and_the_key_used_with_every_create_and_update() {
    let with_key = Schedule { kms_key_arn: Some("arn:k".into()), ..plain() };
    for live in [None, Some(plain())] {
        let planned = steps(&id(), Some(&with_key.clone().into()), live.map(State::from).as_ref()).unwrap();
        let call = &planned[0].call;
        let actions: Vec<_> = call.required_actions(&id()).into_iter().map(|one| (one.action, one.resource)).collect();
        let rest = ["iam:PassRole", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"];
        let arn = "arn:aws:scheduler:us-west-2:123456789012:schedule/shop--test-schedules/shop--test-nightly";
        assert_eq!(actions[0].1, arn);
        assert_eq!(actions[1..].iter().map(|one| one.0).collect::<Vec<_>>(), rest);
        assert_eq!((actions[1].1.as_str(), actions[2].1.as_str()), ("arn:r", "arn:k"));
    }
    let read: Vec<_> = Schedule::actions_to_read(&id()).into_iter().map(|one| one.action).collect();
    assert_eq!(read, ["scheduler:GetSchedule"]);
}

fn answer() -> GetScheduleOutputBuilder {
    let window = types::FlexibleTimeWindow::builder().mode(types::FlexibleTimeWindowMode::Off).build().unwrap();
    GetScheduleOutput::builder().schedule_expression("cron(0 3 * * ? *)").flexible_time_window(window)
}

fn target_of() -> types::builders::TargetBuilder {
    types::Target::builder().arn("arn:f").role_arn("arn:r")
}

#[test]
fn what_aws_fills_in_is_what_was_not_asked_for() {
    let bare = observe::assemble(answer().target(target_of().build().unwrap()).build()).unwrap();
    assert_eq!(bare, Observed::of(plain()));
    let retry = types::RetryPolicy::builder().maximum_event_age_in_seconds(86_400).maximum_retry_attempts(185).build();
    let dead = types::DeadLetterConfig::builder().build();
    let full = answer()
        .target(target_of().retry_policy(retry).dead_letter_config(dead).input("").build().unwrap())
        .schedule_expression_timezone("UTC")
        .state(types::ScheduleState::Enabled)
        .action_after_completion(types::ActionAfterCompletion::None)
        .description("");
    assert_eq!(observe::assemble(full.build()).unwrap(), bare);
}

#[test]
fn moments_are_told_as_the_manifest_has_them_and_a_schedule_without_a_target_is_an_error() {
    let dated = answer().target(target_of().build().unwrap());
    let dated =
        dated.start_date(DateTime::from_secs(1_798_135_200)).end_date(DateTime::from_secs_f64(1_798_135_201.25));
    let state = observe::assemble(dated.build()).unwrap().state;
    assert_eq!(state.start_date.as_deref(), Some("2026-12-24T18:00:00Z"));
    assert_eq!(state.end_date.as_deref(), Some("2026-12-24T18:00:01Z"));
    let error = observe::assemble(answer().build()).unwrap_err();
    assert_eq!(error.message, "the answer has no target");
}

#[test]
fn a_schedule_that_deletes_itself_is_a_difference() {
    let live = Schedule { action_after_completion: "DELETE".into(), ..plain() };
    let planned = steps(&id(), Some(&plain().into()), Some(&live.into())).unwrap();
    assert_eq!(planned[0].call.json()["input"]["ActionAfterCompletion"], "NONE");
}

#[test]
fn a_target_of_another_kind_is_named_since_an_update_would_erase_it() {
    let stream = types::KinesisParameters::builder().partition_key("p").build().unwrap();
    let read =
        observe::assemble(answer().target(target_of().kinesis_parameters(stream).build().unwrap()).build()).unwrap();
    let named: Vec<_> = read.unmodelled.iter().map(|one| (one.attribute.as_str(), one.erased_by)).collect();
    assert_eq!(named, [("Target.KinesisParameters", Some("scheduler:UpdateSchedule"))]);
}

#[tokio::test]
async fn a_member_that_is_newer_than_the_sdk_is_named() {
    let body = br#"{"Name": "n", "Newer": true, "Description": null, "Target": {"Arn": "a", "NewerStill": {"x": 1}}}"#;
    let (noted, found) = unread(&members::SHAPE, async { note(Form::Json, body) }).await;
    noted.expect("JSON");
    let named: Vec<_> = found.all().into_iter().map(|one| one.attribute).collect();
    assert_eq!(named, ["Newer", "Target.NewerStill"]);
}
