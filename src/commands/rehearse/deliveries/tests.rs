use super::*;
use crate::manifest::function::tests::lowered;

const APP: &str = r#"[app]
name = "shop"
region = "us-west-2"
[function.worker]
source = "src"
runtime = "python3.12"
handler = "main.handler"
[queue.jobs]
[table.items]
hash_key = { name = "id", type = "S" }
range_key = { name = "at", type = "N" }
[topic.alerts]
subscriptions = [{ lambda = "worker" }]
[topic.chosen]
subscriptions = [{ lambda = "worker", filter = { kind = ["a"] } }]
[bucket.uploads]
notify = [
  { events = ["object-created"], prefix = "in/", suffix = ".csv", function = "worker" },
  { events = ["object-removed"], function = "worker" },
]
"#;
const BUCKET: &str = "shop--test-uploads-123456789012-us-west-2";

fn wanted() -> All {
    lowered(APP, &[]).expect("an app").wanted
}

fn sent(found: &[Delivery]) -> Vec<(&str, &str, &Result<Sent, &'static str>)> {
    found.iter().map(|one| (one.what.as_str(), one.function.as_str(), &one.sent)).collect()
}

#[test]
fn objects_and_messages_are_found_in_what_is_wanted() {
    let found = deliveries(&wanted());
    let object = Sent::Object { bucket: BUCKET.into(), key: "in/rehearsal.csv".into() };
    let topic = "arn:aws:sns:us-west-2:123456789012:shop--test-alerts".to_owned();
    let expected = [
        ("an object in bucket uploads", "worker", &Ok(object)),
        ("an object in bucket uploads", "worker", &Err("it is for other events than a put")),
        ("a message on topic alerts", "worker", &Ok(Sent::Notice { topic, is_fifo: false })),
        ("a message on topic chosen", "worker", &Err("the subscription has a filter")),
    ];
    assert_eq!(sent(&found), expected);
    assert!(found.iter().all(|one| one.physical == "shop--test-worker"), "{found:?}");
}

#[test]
fn a_mapping_takes_messages_and_items_unless_it_has_a_filter() {
    let all = wanted();
    let of = |mapping: Value| of_mapping(&mapping, &all).map(|one| (one.what, one.sent));
    let queue = json!({"EventSourceArn": "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs", "FunctionName": "shop--test-worker"});
    let url = "https://sqs.us-west-2.amazonaws.com/123456789012/shop--test-jobs".to_owned();
    let message = Sent::Message { url, body: "{\"rehearsal\":true}".into(), is_fifo: false };
    assert_eq!(of(queue.clone()), Some(("a message in queue jobs".into(), Ok(message))));
    let mut filtered = queue;
    filtered["FilterCriteria"] = json!({"Filters": [{"Pattern": "{}"}]});
    assert_eq!(of(filtered), Some(("a message in queue jobs".into(), Err("the mapping has a filter"))));
    let stream = json!({"EventSourceArn": {"$output": "dynamodb.table/items.stream_arn"},
        "FunctionArn": "arn:aws:lambda:us-west-2:123456789012:function:shop--test-worker"});
    let key = vec![("id".to_owned(), "S".to_owned()), ("at".to_owned(), "N".to_owned())];
    let item = Sent::Item { table: "shop--test-items".into(), key };
    assert_eq!(of(stream), Some(("an item in table items".into(), Ok(item))));
    assert_eq!(
        of(json!({"EventSourceArn": "arn:aws:kinesis:us-west-2:1:stream/s", "FunctionName": "shop--test-worker"})),
        None
    );
    assert_eq!(
        of(json!({"EventSourceArn": "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs", "FunctionName": "other"})),
        None
    );
}

#[test]
fn a_rule_gets_an_event_that_its_pattern_matches() {
    let all = wanted();
    let rule = &all[&"sns.topic/alerts".parse::<Address>().expect("an address")];
    let of = |pattern: Value| {
        let arn = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-worker";
        let state = json!({"EventPattern": pattern, "EventBusName": "default",
            "Targets": {"a": {"Arn": arn}, "b": {"Arn": "arn:aws:sqs:us-west-2:123456789012:shop--test-jobs"}}});
        let found = of_rule(rule, &state, &all);
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().expect("one").sent
    };
    let event = json!({"source": "shop", "detail-type": "OrderPaid", "detail": {}});
    let expected = Ok(Sent::Event { bus: "default".into(), event });
    assert_eq!(of(json!({"source": ["shop"], "detail-type": ["OrderPaid"]})), expected);
    assert_eq!(of(json!("{\"source\": [\"shop\"], \"detail-type\": [\"OrderPaid\"]}")), expected, "as text");
    assert_eq!(of(json!({"source": ["aws.s3"]})), Err("it is for events of AWS's own services"));
    assert_eq!(of(json!({"detail": {"n": [{"numeric": [">", 1]}]}})), Err("its pattern asks for more than values"));
}
