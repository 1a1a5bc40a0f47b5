use serde_json::{Value, json};

use crate::manifest::function::tests::{lowered, needs, problems, state};
use crate::name::Address;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const REST: &str = r#"
[bus.orders]
[bus.other]
[queue.jobs]
[queue.lost]
[queue.ordered]
fifo = true
content_based_deduplication = true
[topic.alerts]
[workflow.flow]
definition = "flow.json"
[function.worker]
source = "lambda"
runtime = "python3.12"
handler = "main.handler"
"#;
const FLOW: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;

fn all(rule: &str) -> crate::manifest::lower::Lowered {
    lowered(&format!("{APP}{rule}{REST}"), &[("flow.json", FLOW)]).expect("no problems")
}

fn told(rule: &str) -> Vec<String> {
    problems(&format!("{APP}{rule}{REST}"), &[("flow.json", FLOW)])
}

fn targets(rule: &str) -> Value {
    state(&all(rule), "events.rule/paid")["Targets"].clone()
}

/// A rule with these targets.
fn with(targets: &str) -> String {
    format!("[rule.paid]\nbus = \"orders\"\npattern = {{ source = [\"shop\"] }}\ntargets = [{targets}]\n")
}

#[test]
fn a_rule_on_a_bus_sends_to_function_and_queue_after_what_lets_it_in() {
    let text = r#"[rule.paid]
        bus = "orders"
        pattern = { source = ["shop"], detail-type = ["OrderPaid"] }
        targets = [{ function = "worker" }, { queue = "jobs" }]
"#;
    let all = all(text);
    let wanted = &all.wanted[&"events.rule/paid".parse::<Address>().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-orders/shop--test-paid");
    let mut rule = state(&all, "events.rule/paid");
    assert_eq!(rule["Tags"]["serverless-app:address"], "events.rule/paid");
    rule.as_object_mut().unwrap().remove("Tags");
    let expected = json!({
        "Description": null,
        "EventPattern": "{\"detail-type\":[\"OrderPaid\"],\"source\":[\"shop\"]}",
        "State": "ENABLED",
        "Targets": {
            "function-worker": {"Arn": "arn:aws:lambda:us-west-2:123456789012:function:shop--test-worker"},
            "queue-jobs": {"Arn": "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs"},
        },
    });
    assert_eq!(rule, expected);
    let expected = ["events.bus/orders", "lambda.function/worker", "lambda.permission/worker", "sqs.queue/jobs"];
    assert_eq!(needs(&all, "events.rule/paid"), expected);
    let statement = state(&all, "lambda.permission/worker")["Statements"]["rule-paid"].clone();
    assert_eq!(statement["Principal"], "events.amazonaws.com");
    let arn = "arn:aws:events:us-west-2:123456789012:rule/shop--test-orders/shop--test-paid";
    assert_eq!((&statement["SourceArn"], &statement["SourceAccount"]), (&json!(arn), &json!("123456789012")));
}

#[test]
fn a_rule_without_a_bus_is_on_the_default_one() {
    let text = "[rule.paid]\nenabled = false\ndescription = \"d\"\npattern = { source = [\"aws.s3\"] }\n\
                targets = [{ topic = \"alerts\" }]\n[outputs]\nrule = \"${rule.paid.name} ${rule.paid.arn}\"\n";
    let all = all(text);
    let rule = state(&all, "events.rule/paid");
    assert_eq!((&rule["State"], &rule["Description"]), (&json!("DISABLED"), &json!("d")));
    let told = "shop--test-paid arn:aws:events:us-west-2:123456789012:rule/shop--test-paid";
    assert_eq!(all.outputs["rule"].literal(), Some(told));
    assert_eq!(needs(&all, "events.rule/paid"), ["sns.topic/alerts"]);
}

#[test]
fn workflows_and_buses_are_reached_by_a_role_of_the_rule_alone() {
    let elsewhere = "arn:aws:events:eu-west-1:210987654321:event-bus/central";
    let text = with(&format!("{{ workflow = \"flow\" }}, {{ bus = \"other\" }}, {{ bus = \"{elsewhere}\" }}"));
    let all = all(&text);
    let targets = state(&all, "events.rule/paid")["Targets"].clone();
    let role = "arn:aws:iam::123456789012:role/shop/test/shop--test-paid-rule";
    let ids: Vec<_> = targets.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(ids, ["bus-210987654321-eu-west-1-central", "bus-other", "workflow-flow"]);
    assert!(targets.as_object().unwrap().values().all(|target| target["RoleArn"] == role), "{targets}");
    let state_of = state(&all, "iam.role/paid-rule");
    let trust = json!([{"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com"]},
        "Action": ["sts:AssumeRole"], "Condition": {
            "ArnEquals": {"aws:SourceArn": ["arn:aws:events:us-west-2:123456789012:rule/shop--test-orders/shop--test-paid"]},
            "StringEquals": {"aws:SourceAccount": ["123456789012"]}}}]);
    assert_eq!(state_of["AssumeRolePolicyDocument"]["Statement"], trust);
    let other = "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-other";
    let flow = "arn:aws:states:us-west-2:123456789012:stateMachine:shop--test-flow";
    let rights = json!([
        {"Sid": "Buses", "Effect": "Allow", "Action": ["events:PutEvents"], "Resource": [elsewhere, other]},
        {"Sid": "Workflows", "Effect": "Allow", "Action": ["states:StartExecution"], "Resource": [flow]},
    ]);
    assert_eq!(state_of["InlinePolicies"]["rule"]["Statement"], rights);
    let expected = ["events.bus/orders", "events.bus/other", "iam.role/paid-rule", "stepfunctions.state-machine/flow"];
    assert_eq!(needs(&all, "events.rule/paid"), expected);
}

#[test]
fn what_is_sent_is_said_in_one_of_three_ways() {
    let text = with(
        r#"
        { function = "worker", input = { kind = "full", stage = "${stage}" } },
        { queue = "jobs", input_path = "$.detail", dead_letter = "lost", retries = 3, max_age = 600 },
        { topic = "alerts", input_template = { paths = { id = "$.detail.id" }, template = "\"order <id> of ${app}\"" } },
        { queue = "ordered", message_group_id = "orders", retries = 185, max_age = 86400 },
        "#,
    );
    let found = targets(&text);
    assert_eq!(found["function-worker"]["Input"], "{\"kind\":\"full\",\"stage\":\"test\"}");
    let jobs = &found["queue-jobs"];
    assert_eq!(jobs["InputPath"], "$.detail");
    assert_eq!(jobs["DeadLetterConfig"]["Arn"], "arn:aws:sqs:us-west-2:123456789012:shop--test-lost");
    assert_eq!(jobs["RetryPolicy"], json!({"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 600}));
    let transformer = json!({"InputPathsMap": {"id": "$.detail.id"}, "InputTemplate": "\"order <id> of shop\""});
    assert_eq!(found["topic-alerts"]["InputTransformer"], transformer);
    let ordered = &found["queue-ordered"];
    assert_eq!(ordered["Arn"], "arn:aws:sqs:us-west-2:123456789012:shop--test-ordered.fifo");
    assert_eq!(ordered["SqsParameters"], json!({"MessageGroupId": "orders"}));
    assert_eq!(ordered.get("RetryPolicy"), None, "AWS's defaults");
}

#[test]
fn default_is_the_account_s_own_bus_and_no_section_has_that_name() {
    let rule = |bus: &str| {
        let text = "pattern = { source = [\"shop\"] }\ntargets = [{ function = \"worker\" }]\n";
        state(&all(&format!("[rule.paid]\n{bus}{text}")), "events.rule/paid")
    };
    assert_eq!(rule("bus = \"default\"\n"), rule(""));
    let sent = targets(&with("{ bus = \"default\" }"));
    assert_eq!(sent["bus-default"]["Arn"], "arn:aws:events:us-west-2:123456789012:event-bus/default");
    let section = told(&format!("{}[bus.default]\n", with("{ queue = \"jobs\" }")));
    assert_eq!(
        section.iter().filter(|problem| problem.ends_with("the name default is that of the account's own bus")).count(),
        1,
        "{section:?}"
    );
}

#[test]
fn a_message_group_is_filled_in_and_a_reference_to_nothing_is_reported_once() {
    let of = |group: &str| with(&format!("{{ queue = \"ordered\", message_group_id = \"g-{group}\" }}"));
    let found = targets(&of("${region}:${account}"));
    let parameters = json!({"MessageGroupId": "g-us-west-2:123456789012"});
    assert_eq!(found["queue-ordered"]["SqsParameters"], parameters);
    assert_eq!(told(&of("${regoin}")), ["7:52: ${regoin} refers to nothing"]);
}

#[test]
fn what_a_rule_delivers_is_one_statement_for_each_receiver() {
    let text = with("{ queue = \"jobs\", dead_letter = \"jobs\" }, { topic = \"alerts\", dead_letter = \"lost\" }");
    let source = crate::manifest::read::read("m.toml", &format!("{APP}{text}{REST}"), &"test".parse().unwrap());
    let source = source.expect("a manifest");
    let rule = &source.manifest.rule["paid"];
    let to: Vec<String> = rule.targets.iter().flat_map(|target| target.lets_in()).map(|to| to.to_string()).collect();
    assert_eq!(to, ["sqs.queue/jobs", "sqs.queue/jobs", "sns.topic/alerts", "sqs.queue/lost"]);
}

#[test]
fn a_schedule_is_pointed_to_its_own_section() {
    let text = "[rule.paid]\nschedule = \"rate(1 day)\"\ntargets = [{ queue = \"jobs\" }]\n";
    assert_eq!(told(text), ["5:12: a rule cannot have a schedule"]);
    let Err(all) = lowered(&format!("{APP}{text}{REST}"), &[("flow.json", FLOW)]) else { panic!("a problem") };
    assert!(all.0[0].help.as_ref().unwrap().contains("[schedule.paid]"), "{all}");
}

#[test]
fn a_name_that_leaves_no_room_for_its_role_s_is_a_problem() {
    let name = "x".repeat(60);
    let text = with("{ bus = \"other\" }").replace("rule.paid", &format!("rule.{name}"));
    assert_eq!(told(&text), ["4:7: the name of the function's role would be too long"]);
}

#[test]
fn every_problem_of_a_rule_is_told_with_its_place() {
    let text = r#"[rule.paid]
bus = "ordres"
targets = [
  { function = "wroker" },
  { queue = "jobs", topic = "alerts" },
  { queue = "jobs", input = 1, input_path = "$.detail" },
  { queue = "jobs" },
  { queue = "ordered" },
  { topic = "alerts", message_group_id = "g", retries = 186, max_age = 59, dead_letter = "ordered" },
  { workflow = "flow", input_path = "detail" },
  { bus = "arn:aws:events:us-west-2:210987654321:rule/x" },
  { bus = "Orders" },
]
[rule.none]
pattern = { source = ["shop"] }
[rule.back]
bus = "orders"
pattern = { source = ["shop"] }
targets = [{ bus = "orders" }, { bus = "arn:aws:events:us-west-2:210987654321:event-bus/x", input_path = "$.a" }]
"#;
    let expected = [
        "4:7: the rule has no pattern",
        "5:7: there is no bus section \"ordres\"; did you mean \"orders\"?",
        "7:16: there is no function section \"wroker\"; did you mean \"worker\"?",
        "8:3: a target has exactly one of function, workflow, queue, topic and bus",
        "9:45: input and input_path both determine what is sent",
        "10:3: this target is listed twice",
        "11:3: a FIFO queue needs a message group",
        "12:3: a rule can have at most 5 targets",
        "12:42: message_group_id is only for FIFO queues",
        "12:57: 186 is out of range",
        "12:72: 59 is out of range",
        "12:90: ordered is a FIFO queue",
        "13:37: \"detail\" is not a path",
        "14:11: \"arn:aws:events:us-west-2:210987654321:rule/x\" is not the ARN of a bus",
        "15:11: \"Orders\" is neither the name nor the ARN of a bus",
        "17:7: the rule has no targets",
        "22:20: the rule would send events to the bus that they come from",
        "22:106: input_path is not for buses in other accounts",
    ];
    assert_eq!(told(text), expected);
}

#[test]
fn a_fifo_queue_has_to_find_duplicates_by_content() {
    let text = format!("{APP}{}{REST}", with("{ queue = \"ordered\", message_group_id = \"g\" }"));
    let text = text.replace("content_based_deduplication = true\n", "");
    let told = problems(&text, &[("flow.json", FLOW)]);
    assert_eq!(told, ["7:22: ordered has no content-based deduplication"]);
}

#[test]
fn every_problem_of_a_template_is_told_with_its_place() {
    let text = with(
        r#"
  { queue = "jobs", input_template = { paths = { "a b" = "$.x", aws-it = "$.x", c = "x", d = "$..x" }, template = "<c> <e> <aws.events.rule-name>" } },
  { topic = "alerts", input_template = { template = "" } },
  { function = "worker", input = { when = 2026-01-01, n = inf } },
"#,
    );
    let expected = [
        "8:58: \"a b\" cannot be the name of a part",
        "8:74: \"aws-it\" cannot be the name of a part",
        "8:85: \"x\" is not a path",
        "8:94: \"$..x\" is not a path",
        "9:53: the template is empty",
        "10:43: JSON has no dates",
        "10:59: JSON cannot contain this number",
    ];
    assert_eq!(told(&text), expected);
    let unknown = with("{ queue = \"jobs\", input_template = { template = \"<b> <aws.events.rule-name>\" } }");
    let warnings: Vec<String> = all(&unknown).warnings.into_iter().map(|warning| warning.message).collect();
    assert_eq!(warnings, ["<b> is not one of the template's paths"], "it may be meant as it is");
}
