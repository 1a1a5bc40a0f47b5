use serde_json::json;

use crate::manifest::function::tests::{lowered, needs, problems, state};

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const ARN: &str = "arn:aws:events:us-west-2:123456789012:event-bus/shop--test-orders";

fn of(text: &str) -> String {
    format!("{APP}{text}")
}

#[test]
fn an_empty_section_is_a_bus_with_our_tags_alone() {
    let all = lowered(&of("[bus.orders]"), &[]).unwrap();
    let tags = json!({"serverless-app:app": "shop", "serverless-app:stage": "test",
        "serverless-app:address": "events.bus/orders"});
    let expected =
        json!({"Description": null, "KmsKeyIdentifier": null, "DeadLetterConfig": null, "Policy": null, "Tags": tags});
    assert_eq!(state(&all, "events.bus/orders"), expected);
    assert_eq!(all.wanted[&"events.bus/orders".parse().unwrap()].id.name, "shop--test-orders");
    assert_eq!(state(&all, "events.archive/orders"), json!(null));
}

#[test]
fn a_bus_is_known_by_name_and_arn_and_comes_after_its_dead_letter_queue_and_before_its_archive() {
    let text = of(r#"[bus.orders]
        description = "Orders of ${stage}"
        kms_key = "alias/own"
        dead_letter = "lost"
        archive = { days = 30, pattern = { source = ["shop"] } }
        [queue.lost]
        [outputs]
        bus = "${bus.orders.name} ${bus.orders.arn}"
"#);
    let all = lowered(&text, &[]).unwrap();
    let bus = state(&all, "events.bus/orders");
    assert_eq!((&bus["Description"], &bus["KmsKeyIdentifier"]), (&json!("Orders of test"), &json!("alias/own")));
    assert_eq!(bus["DeadLetterConfig"]["Arn"], "arn:aws:sqs:us-west-2:123456789012:shop--test-lost");
    assert_eq!(needs(&all, "events.bus/orders"), ["sqs.queue/lost"]);
    let archive = json!({"EventSourceArn": ARN, "EventPattern": "{\"source\":[\"shop\"]}", "RetentionDays": 30});
    assert_eq!(state(&all, "events.archive/orders"), archive);
    assert_eq!(needs(&all, "events.archive/orders"), ["events.bus/orders"]);
    assert_eq!(all.outputs["bus"].literal(), Some(format!("shop--test-orders {ARN}").as_str()));
}

#[test]
fn named_accounts_may_send_and_nobody_else() {
    let all = lowered(&of("[bus.orders]\naccounts = [\"210987654321\", \"111122223333\"]\n"), &[]).unwrap();
    let roots = ["arn:aws:iam::111122223333:root", "arn:aws:iam::210987654321:root"];
    let statement = json!({"Sid": "Accounts", "Effect": "Allow", "Principal": {"AWS": roots},
        "Action": ["events:PutEvents"], "Resource": [ARN]});
    let expected = json!({"Version": "2012-10-17", "Statement": [statement]});
    assert_eq!(state(&all, "events.bus/orders")["Policy"], expected);
}

#[test]
fn a_policy_comes_from_a_file_whose_references_are_filled_in_and_whose_variables_stay() {
    let file = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Org", "Effect": "Allow", "Principal": "*",
        "Action": "events:PutEvents", "Resource": "${bus.orders.arn}",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1", "events:source": "${aws:PrincipalTag/team}"}}}]}"#;
    let all = lowered(&of("[bus.orders]\npolicy = \"bus.json\"\n"), &[("bus.json", file)]).unwrap();
    let statement = state(&all, "events.bus/orders")["Policy"]["Statement"][0].clone();
    assert_eq!(statement["Resource"], json!([ARN]));
    assert_eq!(statement["Condition"]["StringEquals"]["events:source"], json!(["${aws:PrincipalTag/team}"]));
    assert_eq!(needs(&all, "events.bus/orders"), [""; 0], "not itself");
}

#[test]
fn every_problem_is_told_with_its_place() {
    let long = "x".repeat(513);
    let text = of(&format!(
        r#"[bus.orders]
description = "{long}"
kms_key = "no key"
dead_letter = "losst"
accounts = ["123456789012"]
policy = "bus.json"
archive = {{ days = -1, pattern = {{ source = "shop" }} }}
[bus.other]
dead_letter = "ordered"
accounts = ["123456789012"]
[bus.third]
policy = "bus.json"
[queue.lost]
[queue.ordered]
fifo = true
"#
    ));
    let file = r#"{"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"},
        {"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "*"}]}"#;
    let expected = [
        "5:15: a description can have at most 512 characters",
        "6:11: \"no key\" is not the id or ARN of a KMS key",
        "7:15: there is no queue section \"losst\"; did you mean \"lost\"?",
        "9:10: accounts and policy both determine who may send",
        "10:20: -1 is not a number of days",
        "10:45: source must be a list of accepted values",
        "12:15: ordered is a FIFO queue",
        "13:12: 123456789012 is this account",
        "15:10: statement \"A\" has no Principal",
        "15:10: the Sid of statement \"A\" is used twice",
    ];
    assert_eq!(problems(&text, &[("bus.json", file)]), expected);
}
