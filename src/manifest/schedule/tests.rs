use serde_json::{Value, json};

use crate::manifest::function::tests::{lowered, needs, problems, state};
use crate::manifest::lower::Lowered;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const FLOW: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
const TARGETS: &str = "[function.worker]\nsource = \"w\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
    [queue.jobs]\n[queue.order]\nfifo = true\ncontent_based_deduplication = true\n[queue.twice]\nfifo = true\n[queue.kept]\nencryption = { kms_key = \"abc\" }\n\
    [topic.news]\nkms_key = \"alias/news\"\n[topic.lined]\nfifo = true\n[bus.orders]\n\
    [workflow.flow]\ndefinition = \"f.json\"\n";
const NIGHTLY: &str = "scheduler.schedule/nightly";

fn manifest(schedule: &str) -> String {
    format!("{APP}{TARGETS}[schedule.nightly]\n{schedule}\n")
}

fn of(schedule: &str) -> Lowered {
    lowered(&manifest(schedule), &[("f.json", FLOW)]).unwrap_or_else(|problems| panic!("{problems}"))
}

fn of_app(schedules: &str) -> Lowered {
    lowered(&format!("{APP}{TARGETS}{schedules}"), &[("f.json", FLOW)]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The problems of one, without their place.
fn wrong(schedule: &str) -> Vec<String> {
    let all = problems(&manifest(schedule), &[("f.json", FLOW)]);
    all.into_iter().map(|line| line.splitn(3, ':').nth(2).unwrap_or_default().trim().to_owned()).collect()
}

fn statements(lowered: &Lowered) -> Value {
    state(lowered, "iam.role/nightly-schedule")["InlinePolicies"]["schedule"]["Statement"].clone()
}

#[test]
fn the_contract_of_the_manifest_is_a_schedule_with_its_role_in_the_apps_group() {
    let all =
        of("cron = \"0 3 * * ? *\"\ntimezone = \"Europe/Berlin\"\nfunction = \"worker\"\ninput = { kind = \"full\" }");
    let function = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-worker";
    let expected = json!({
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "StartDate": null,
        "EndDate": null,
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": function,
            "RoleArn": "arn:aws:iam::123456789012:role/shop/test/shop--test-nightly-schedule",
            "Input": "{\"kind\":\"full\"}",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
        },
        "State": "ENABLED",
        "Description": null,
        "KmsKeyArn": null,
        "ActionAfterCompletion": "NONE",
    });
    assert_eq!(state(&all, NIGHTLY), expected);
    let role = state(&all, "iam.role/nightly-schedule");
    let group = "arn:aws:scheduler:us-west-2:123456789012:schedule-group/shop--test-schedules";
    let trust = &role["AssumeRolePolicyDocument"]["Statement"][0];
    assert_eq!(trust["Principal"], json!({"Service": ["scheduler.amazonaws.com"]}));
    let condition = json!({"StringEquals": {"aws:SourceAccount": ["123456789012"], "aws:SourceArn": [group]}});
    assert_eq!(trust["Condition"], condition);
    let target =
        json!([{"Sid": "Target", "Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": [function]}]);
    assert_eq!(statements(&all), target);
    let needed = ["iam.role/nightly-schedule", "lambda.function/worker", "scheduler.schedule-group/schedules"];
    assert_eq!(needs(&all, NIGHTLY), needed);
}

#[test]
fn all_schedules_share_one_group_with_the_apps_tags_and_without_schedules_there_is_none() {
    let schedule = |name: &str| format!("[schedule.{name}]\nrate = \"1 hour\"\nqueue = \"jobs\"\n");
    let all = of_app(&format!("{}{}{}", schedule("a"), schedule("b"), schedule("c")));
    let group = "scheduler.schedule-group/schedules";
    let tags = json!({"Tags": {"serverless-app:app": "shop", "serverless-app:stage": "test",
        "serverless-app:address": group}});
    assert_eq!(state(&all, group), tags);
    assert_eq!(all.wanted[&group.parse().unwrap()].id.name, "shop--test-schedules");
    for name in ["a", "b", "c"] {
        assert!(needs(&all, &format!("scheduler.schedule/{name}")).contains(&group.to_owned()), "{name}");
    }
    assert_eq!(state(&of_app(""), group), Value::Null);
}

#[test]
fn adopting_any_schedule_takes_over_the_group_and_its_own_role() {
    let all = of_app(
        "[schedule.a]\nrate = \"1 hour\"\nqueue = \"jobs\"\n[schedule.b]\nrate = \"1 hour\"\nqueue = \"jobs\"\nadopt = true\n",
    );
    let adopts = |address: &str| all.wanted[&address.parse().unwrap()].adopt;
    assert!(adopts("scheduler.schedule-group/schedules") && adopts("iam.role/b-schedule"));
    assert!(!adopts("iam.role/a-schedule") && !adopts("scheduler.schedule/b"));
}

#[test]
fn each_target_gets_exactly_the_call_that_it_takes() {
    for (target, action, arn) in [
        ("function = \"worker\"", "lambda:InvokeFunction", "lambda:us-west-2:123456789012:function:shop--test-worker"),
        ("workflow = \"flow\"", "states:StartExecution", "states:us-west-2:123456789012:stateMachine:shop--test-flow"),
        ("queue = \"jobs\"", "sqs:SendMessage", "sqs:us-west-2:123456789012:shop--test-jobs"),
        (
            "queue = \"order\"\nmessage_group_id = \"all\"",
            "sqs:SendMessage",
            "sqs:us-west-2:123456789012:shop--test-order.fifo",
        ),
        (
            "bus = \"default\"\nsource = \"shop\"\ndetail_type = \"Nightly\"",
            "events:PutEvents",
            "events:us-west-2:123456789012:event-bus/default",
        ),
        (
            "bus = \"orders\"\nsource = \"shop\"\ndetail_type = \"Nightly\"",
            "events:PutEvents",
            "events:us-west-2:123456789012:event-bus/shop--test-orders",
        ),
    ] {
        let (all, arn) = (of(&format!("rate = \"1 hour\"\n{target}")), format!("arn:aws:{arn}"));
        assert_eq!(state(&all, NIGHTLY)["Target"]["Arn"], json!(arn), "{target}");
        let expected = json!([{"Sid": "Target", "Effect": "Allow", "Action": [action], "Resource": [arn]}]);
        assert_eq!(statements(&all), expected, "{target}");
    }
    let order = state(&of("rate = \"1 hour\"\nqueue = \"order\"\nmessage_group_id = \"all\""), NIGHTLY);
    assert_eq!(order["Target"]["SqsParameters"], json!({"MessageGroupId": "all"}));
    let event =
        state(&of("rate = \"1 hour\"\nbus = \"default\"\nsource = \"shop\"\ndetail_type = \"Nightly\""), NIGHTLY);
    assert_eq!(event["Target"]["EventBridgeParameters"], json!({"DetailType": "Nightly", "Source": "shop"}));
}

#[test]
fn keys_are_used_by_the_service_that_needs_them_alone() {
    let all = of("rate = \"1 hour\"\ntopic = \"news\"\ndead_letter = \"kept\"\n\
        kms_key = \"arn:aws:kms:us-west-2:123456789012:key/abc\"");
    let via = |service: &str| json!({"kms:ViaService": [format!("{service}.us-west-2.amazonaws.com")]});
    let key = |id: &str| json!([format!("arn:aws:kms:us-west-2:123456789012:key/{id}")]);
    let expected = json!([
        {"Sid": "Target", "Effect": "Allow", "Action": ["sns:Publish"],
            "Resource": ["arn:aws:sns:us-west-2:123456789012:shop--test-news"]},
        {"Sid": "TargetKey", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key("*"),
            "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/news"]}, "StringEquals": via("sns")}},
        {"Sid": "DeadLetter", "Effect": "Allow", "Action": ["sqs:SendMessage"],
            "Resource": ["arn:aws:sqs:us-west-2:123456789012:shop--test-kept"]},
        {"Sid": "DeadLetterKey", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key("abc"),
            "Condition": {"StringEquals": via("sqs")}},
        {"Sid": "Input", "Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": key("abc")},
    ]);
    assert_eq!(statements(&all), expected);
    let target = &state(&all, NIGHTLY)["Target"];
    assert_eq!(target["DeadLetterConfig"], json!({"Arn": "arn:aws:sqs:us-west-2:123456789012:shop--test-kept"}));
    assert_eq!(state(&all, NIGHTLY)["KmsKeyArn"], "arn:aws:kms:us-west-2:123456789012:key/abc");
}

#[test]
fn every_field_reaches_the_schedule() {
    let all = of("at = \"2026-12-24T18:00:00\"\ntimezone = \"US/Pacific\"\nwindow = 15\nfunction = \"worker\"\n\
        retries = 0\nmax_age = 60\nenabled = false\ndescription = \"d\"\ntags = { Team = \"a\" }\n\
        permissions_boundary = \"arn:aws:iam::123456789012:policy/b\"");
    let schedule = state(&all, NIGHTLY);
    assert_eq!(schedule["ScheduleExpression"], "at(2026-12-24T18:00:00)");
    assert_eq!(schedule["ScheduleExpressionTimezone"], "US/Pacific");
    assert_eq!(schedule["FlexibleTimeWindow"], json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}));
    let retry = json!({"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0});
    assert_eq!(schedule["Target"]["RetryPolicy"], retry);
    assert_eq!((&schedule["State"], &schedule["Description"]), (&json!("DISABLED"), &json!("d")));
    assert_eq!(schedule["ActionAfterCompletion"], "NONE", "a schedule that is done stays");
    let role = state(&all, "iam.role/nightly-schedule");
    assert_eq!(role["PermissionsBoundary"], "arn:aws:iam::123456789012:policy/b");
    assert_eq!(role["Tags"]["Team"], "a");
    let dated = state(
        &of("rate = \"5 minutes\"\nstart = \"2026-01-01T00:00:00Z\"\nend = \"2026-01-02T00:00:00Z\"\nqueue = \"jobs\""),
        NIGHTLY,
    );
    assert_eq!(
        (&dated["StartDate"], &dated["EndDate"]),
        (&json!("2026-01-01T00:00:00Z"), &json!("2026-01-02T00:00:00Z"))
    );
}

#[test]
fn any_value_is_handed_over_as_json_with_its_references_filled_in() {
    let input = |input: &str| {
        let all = of(&format!("rate = \"1 hour\"\nqueue = \"jobs\"\ninput = {input}"));
        state(&all, NIGHTLY)["Target"]["Input"].clone()
    };
    assert_eq!(input("\"plain\""), "\"plain\"");
    assert_eq!(input("7"), "7");
    assert_eq!(input("[1, 2.5, true]"), "[1,2.5,true]");
    assert_eq!(input("{ b = 1, a = { at = 2026-12-24T18:00:00Z } }"), r#"{"a":{"at":"2026-12-24T18:00:00Z"},"b":1}"#);
    let filled = r#"{"stage":"test","to":"arn:aws:sqs:us-west-2:123456789012:shop--test-order.fifo"}"#;
    assert_eq!(input("{ to = \"${queue.order.arn}\", stage = \"${stage}\" }"), filled);
    assert_eq!(input("{ at = \"<aws.scheduler.scheduled-time>\" }"), r#"{"at":"<aws.scheduler.scheduled-time>"}"#);
    assert_eq!(input("{ literal = \"$${x}\" }"), r#"{"literal":"${x}"}"#);
    let id = of("rate = \"1 hour\"\nqueue = \"jobs\"\ninput = { url = \"${api.web.url}\" }\n\
        [api.web]\nroutes = [{ method = \"GET\", path = \"/\", function = \"worker\" }]");
    assert!(state(&id, NIGHTLY)["Target"]["Input"]["$join"].is_array(), "an id that AWS makes up");
}

#[test]
fn texts_of_a_schedule_are_filled_in_and_references_to_nothing_are_reported_once() {
    let to_bus = |text: &str| {
        format!(
            "rate = \"1 hour\"\nbus = \"default\"\nsource = \"s.{text}\"\ndetail_type = \"d {text}\"\ndescription = \"{text}\""
        )
    };
    let to_queue = |text: &str| format!("rate = \"1 hour\"\nqueue = \"order\"\nmessage_group_id = \"g-{text}\"");
    let text = "${region}:${account}";
    let event = state(&of(&to_bus(text)), NIGHTLY);
    let parameters = json!({"DetailType": "d us-west-2:123456789012", "Source": "s.us-west-2:123456789012"});
    assert_eq!(event["Target"]["EventBridgeParameters"], parameters);
    assert_eq!(event["Description"], "us-west-2:123456789012");
    let message = state(&of(&to_queue(text)), NIGHTLY);
    assert_eq!(message["Target"]["SqsParameters"], json!({"MessageGroupId": "g-us-west-2:123456789012"}));
    assert_eq!(wrong(&to_bus("${regoin}")), ["${regoin} refers to nothing"; 3]);
    assert_eq!(wrong(&to_queue("${regoin}")), ["${regoin} refers to nothing"]);
    // What is filled in is what has to fit.
    let long = format!("rate = \"1 hour\"\nqueue = \"jobs\"\ndescription = \"{}${{account}}\"", "x".repeat(501));
    assert_eq!(wrong(&long), ["a description can have at most 512 characters"]);
}

#[test]
fn a_schedule_is_known_by_name_arn_group_and_role() {
    let all = of_app(
        "[schedule.a]\nrate = \"1 hour\"\nfunction = \"worker\"\n[outputs]\n\
        name = \"${schedule.a.name}\"\narn = \"${schedule.a.arn}\"\ngroup = \"${schedule.a.group}\"\n\
        role = \"${schedule.a.role_arn}\"\n",
    );
    let output = |name: &str| all.outputs[name].literal().unwrap().to_owned();
    assert_eq!((output("name"), output("group")), ("shop--test-a".into(), "shop--test-schedules".into()));
    let arn = "arn:aws:scheduler:us-west-2:123456789012:schedule/shop--test-schedules/shop--test-a";
    assert_eq!(output("arn"), arn);
    assert_eq!(output("role"), state(&all, "scheduler.schedule/a")["Target"]["RoleArn"]);
}

#[test]
fn a_function_may_know_the_schedule_that_calls_it() {
    let text = format!(
        "{APP}[function.worker]\nsource = \"w\"\nruntime = \"python3.12\"\nhandler = \"m.h\"\n\
         environment = {{ SCHEDULE = \"${{schedule.a.name}}\" }}\n[schedule.a]\nrate = \"1 hour\"\nfunction = \"worker\"\n"
    );
    let all = lowered(&text, &[]).unwrap();
    let both = [needs(&all, "lambda.function/worker"), needs(&all, "scheduler.schedule/a")].concat();
    let edges = ["lambda.function/worker", "scheduler.schedule/a"].map(|one| both.contains(&one.to_owned()));
    assert_ne!(edges, [true, true], "one of them comes first");
}

#[test]
fn what_aws_would_refuse_is_a_problem_at_its_place() {
    let target = "queue = \"jobs\"\n";
    for (schedule, problem) in [
        ("", "a schedule has exactly one of cron, rate and at"),
        ("rate = \"1 hour\"\nat = \"2026-12-24T18:00:00\"", "a schedule has exactly one of cron, rate and at"),
        (
            "cron = \"0 3 * * * *\"",
            "both the day of the month and the day of the week are given (column 9 of \"0 3 * * * *\")",
        ),
        ("rate = \"1 minutes\"", "the unit \"minutes\" does not agree with 1 (column 3 of \"1 minutes\")"),
        ("at = \"2026-12-24T18:00:00Z\"", "there is \"Z\" after the time (column 20 of \"2026-12-24T18:00:00Z\")"),
        ("rate = \"1 hour\"\ntimezone = \"Europe/Berln\"", "there is no time zone \"Europe/Berln\""),
        ("rate = \"1 hour\"\ntimezone = \"europe/berlin\"", "there is no time zone \"europe/berlin\""),
        ("rate = \"1 hour\"\nwindow = 0", "0 is out of range"),
        ("rate = \"1 hour\"\nwindow = 1441", "1441 is out of range"),
        ("rate = \"1 hour\"\nretries = 186", "186 is out of range"),
        ("rate = \"1 hour\"\nmax_age = 59", "59 is out of range"),
        ("rate = \"1 hour\"\nmax_age = 86401", "86401 is out of range"),
        ("rate = \"1 hour\"\nkms_key = \"alias/x\"", "\"alias/x\" is not the ARN of a KMS key"),
        (
            "at = \"2026-12-24T18:00:00\"\nstart = \"2026-12-24T18:00:00Z\"",
            "AWS ignores the start of a schedule that fires once",
        ),
        (
            "rate = \"1 hour\"\nstart = \"2026-12-24T18:00:00Z\"\nend = \"2026-12-24T18:00:00Z\"",
            "the schedule ends at 2026-12-24T18:00:00Z, before it starts",
        ),
        (
            "rate = \"1 hour\"\nend = \"2026-12-24\"",
            "in \"2026-12-24\", the hour must be 2 digits here (column 11 of \"2026-12-24\")",
        ),
        ("rate = \"1 hour\"\ndead_letter = \"jbs\"", "there is no queue section \"jbs\"; did you mean \"jobs\"?"),
        (
            "rate = \"1 hour\"\ndead_letter = \"order\"",
            "order is a FIFO queue, which AWS does not support as a dead-letter queue of a schedule",
        ),
        ("rate = \"1 hour\"\nmessage_group_id = \"g\"", "jobs is not a FIFO queue: its messages have no message group"),
        ("rate = \"1 hour\"\nsource = \"shop\"", "source is only for a bus"),
        ("rate = \"1 hour\"\ninput = nan", "JSON cannot contain this number"),
    ] {
        assert_eq!(wrong(&format!("{target}{schedule}")), [problem], "{schedule}");
    }
    for (schedule, problem) in [
        ("", "a schedule has exactly one target"),
        ("queue = \"jobs\"\nfunction = \"worker\"", "a schedule has exactly one target"),
        ("function = \"workr\"", "there is no function section \"workr\"; did you mean \"worker\"?"),
        ("topic = \"lined\"", "lined is a FIFO topic, and a schedule sends messages without a message group"),
        (
            "bus = \"ordrs\"\nsource = \"shop\"\ndetail_type = \"d\"",
            "there is no bus section \"ordrs\"; did you mean \"orders\"?",
        ),
        ("queue = \"order\"", "order is a FIFO queue: its messages need a message group"),
        ("queue = \"twice\"\nmessage_group_id = \"g\"", "twice has no content-based deduplication"),
        ("bus = \"default\"\nsource = \"shop\"", "an event needs a source and a detail type"),
        (
            "bus = \"default\"\nsource = \"aws.shop\"\ndetail_type = \"d\"",
            "sources that begin with aws. are reserved for AWS",
        ),
        ("bus = \"default\"\nsource = \"shop\"\ndetail_type = \"\"", "detail_type must have 1 to 128 characters"),
        (
            "bus = \"default\"\nsource = \"shop\"\ndetail_type = \"d\"\ninput = [1]",
            "an event's detail must be an object",
        ),
        ("function = \"worker\"\nmessage_group_id = \"g\"", "message_group_id is only for a queue"),
    ] {
        assert_eq!(wrong(&format!("rate = \"1 hour\"\n{schedule}")), [problem], "{schedule}");
    }
    let long = format!("rate = \"1 hour\"\nqueue = \"jobs\"\ninput = \"{}\"", "x".repeat(256 * 1024));
    assert_eq!(wrong(&long), ["the input has 262146 bytes; AWS allows 262144"]);
    let long = format!("rate = \"1 hour\"\nqueue = \"jobs\"\ndescription = \"{}\"", "x".repeat(513));
    assert_eq!(wrong(&long), ["a description can have at most 512 characters"]);
}

#[test]
fn the_nearest_zone_is_offered() {
    let help = |zone: &str| {
        let text = manifest(&format!("rate = \"1 hour\"\nqueue = \"jobs\"\ntimezone = \"{zone}\""));
        lowered(&text, &[("f.json", FLOW)]).unwrap_err().0.remove(0).help.unwrap()
    };
    assert!(help("Europe/Berln").starts_with("did you mean Europe/Berlin?"));
    assert!(help("america/new_york").starts_with("did you mean America/New_York?"), "{}", help("america/new_york"));
}

#[test]
fn the_zones_are_those_of_the_database() {
    let zones = super::timezones();
    assert!(zones.is_sorted() && zones.len() > 500, "{}", zones.len());
    for zone in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "US/Pacific", "Asia/Kolkata"] {
        assert!(zones.contains(&zone), "{zone}");
    }
}
