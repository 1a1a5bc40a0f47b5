use super::*;
use crate::manifest::function::tests::lowered;

const APP: &str = r#"[app]
name = "shop"
region = "us-west-2"
[function.worker]
source = "src"
runtime = "python3.12"
handler = "main.handler"
on_queue = [{ queue = "jobs" }, { queue = "orders", filter = [{ body = { kind = ["a"] } }] }]
on_stream = [{ table = "items", starting_position = "latest" }]
[queue.jobs]
[queue.orders]
[table.items]
hash_key = { name = "id", type = "S" }
range_key = { name = "at", type = "N" }
stream = "new-image"
[topic.alerts]
subscriptions = [{ lambda = "worker" }]
[topic.chosen]
subscriptions = [{ lambda = "worker", filter = { kind = ["a"] } }]
[bucket.uploads]
notify = [
  { events = ["object-created"], prefix = "in/", suffix = ".csv", function = "worker" },
  { events = ["object-removed"], function = "worker" },
]
[bus.orders]
[rule.paid]
bus = "orders"
pattern = { source = ["shop"], detail-type = ["OrderPaid"] }
targets = [{ function = "worker" }, { queue = "jobs" }]
[rule.objects]
pattern = { source = ["aws.s3"] }
targets = [{ function = "worker" }]
[rule.large]
pattern = { detail = { size = [{ numeric = [">", 1] }] } }
targets = [{ function = "worker" }]
"#;
const BUCKET: &str = "shop--test-uploads-123456789012-us-west-2";

#[test]
fn what_is_to_reach_a_function_is_found_in_what_is_wanted() {
    let found = deliveries(&lowered(APP, &[]).expect("an app").wanted);
    assert!(found.iter().all(|one| (&*one.function, &*one.physical) == ("worker", "shop--test-worker")), "{found:?}");
    let event = json!({"source": "shop", "detail-type": "OrderPaid", "detail": {}});
    let url = "https://sqs.us-west-2.amazonaws.com/123456789012/shop--test-jobs".to_owned();
    let key = vec![("id".to_owned(), "S".to_owned()), ("at".to_owned(), "N".to_owned())];
    let topic = "arn:aws:sns:us-west-2:123456789012:shop--test-alerts".to_owned();
    let expected = [
        ("an event for rule large", Err("its pattern does not only compare values")),
        ("an event for rule objects", Err("it is for events of AWS's own services")),
        ("an event for rule paid", Ok(Sent::Event { bus: "shop--test-orders".into(), event })),
        ("a message in queue jobs", Ok(Sent::Message { url, body: "{\"rehearsal\":true}".into(), is_fifo: false })),
        ("a message in queue orders", Err("the mapping has a filter")),
        ("an item in table items", Ok(Sent::Item { table: "shop--test-items".into(), key })),
        ("an object in bucket uploads", Ok(Sent::Object { bucket: BUCKET.into(), key: "in/rehearsal.csv".into() })),
        ("an object in bucket uploads", Err("it is for events other than a put")),
        ("a message on topic alerts", Ok(Sent::Notice { topic })),
        ("a message on topic chosen", Err("the subscription has a filter")),
    ];
    let found: Vec<_> = found.into_iter().map(|one| (one.what, one.sent)).collect();
    let found: Vec<(&str, _)> = found.iter().map(|(what, sent)| (what.as_str(), sent.clone())).collect();
    assert_eq!(found, expected);
}
