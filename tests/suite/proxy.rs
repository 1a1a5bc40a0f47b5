//! The recording proxy.

use std::time::{Duration, Instant};

use serverless_app::aws::Aws;

use crate::support::emulator::{Make, REGION, account, endpoint};
use crate::support::proxy::limits::{Limits, bound};
use crate::support::proxy::{Exchange, Proxy, busy, waves};

async fn through(proxy: &Proxy) -> Aws {
    Aws::emulator(&REGION.parse().unwrap(), &proxy.endpoint(), &account()).await.unwrap()
}

#[tokio::test]
async fn every_request_is_recorded_by_service_and_operation() {
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    let aws = through(&proxy).await.read;
    aws.dynamodb.list_tables().send().await.unwrap();
    aws.sns.list_topics().send().await.unwrap();
    aws.lambda.get_function().function_name("none").send().await.unwrap_err();
    aws.apigateway.get_rest_apis().limit(500).send().await.unwrap();
    aws.s3.list_buckets().send().await.unwrap();
    aws.s3.get_bucket_tagging().bucket("none-at-all").send().await.unwrap_err();
    let log = proxy.log();
    let seen: Vec<String> = log.iter().map(|e| format!("{} {} {}", e.service, e.operation, e.status)).collect();
    assert_eq!(
        seen,
        [
            "dynamodb ListTables 200",
            "sns ListTopics 200",
            "lambda GetFunction 404",
            "apigateway GetRestApis 200",
            "s3 ListBuckets 200",
            "s3 GetBucketTagging 404"
        ]
    );
    assert!(log.iter().all(|exchange| exchange.in_flight == 1));
    assert_eq!(waves(&log), 6);
}

#[tokio::test]
async fn a_sequential_proxy_makes_concurrent_requests_wait_for_one_another() {
    let latency = Duration::from_millis(200);
    let proxy = Proxy::sequential(&endpoint(Make::Moto).await, latency);
    let aws = through(&proxy).await.read;
    let start = Instant::now();
    let (topics, tables) = tokio::join!(aws.sns.list_topics().send(), aws.dynamodb.list_tables().send());
    topics.unwrap();
    tables.unwrap();
    assert!(start.elapsed() >= 2 * latency);
}

#[tokio::test]
async fn concurrent_requests_are_one_wave_and_cost_one_latency() {
    let latency = Duration::from_millis(300);
    let proxy = Proxy::start(&endpoint(Make::Moto).await, latency);
    let aws = through(&proxy).await.read;
    aws.sns.list_topics().send().await.unwrap();
    proxy.clear();
    let start = Instant::now();
    let (topics, tables) = tokio::join!(aws.sns.list_topics().send(), aws.dynamodb.list_tables().send());
    topics.unwrap();
    tables.unwrap();
    assert!(start.elapsed() >= latency);
    let log = proxy.log();
    assert_eq!((log.len(), waves(&log)), (2, 1), "{log:?}");
    assert!(log.iter().any(|exchange| exchange.in_flight == 2), "{log:?}");
    assert!(!busy(&log).is_zero() && busy(&log) + latency <= start.elapsed(), "{log:?}");
    aws.sns.list_topics().send().await.unwrap();
    assert_eq!(waves(&proxy.log()), 2);
}

#[test]
fn where_limits_are_enforced_a_burst_passes_and_then_the_rate() {
    let (limits, start) = (Limits::default(), Instant::now());
    let passing = |service, operation, after: u64, count: usize| {
        let now = start + Duration::from_millis(after);
        (0..count).filter(|_| limits.pass_at(service, operation, now)).count()
    };
    assert_eq!(passing("monitoring", "PutMetricAlarm", 0, 9), 3);
    assert_eq!(passing("monitoring", "PutMetricAlarm", 1000, 9), 3);
    assert_eq!(passing("apigateway", "GetRestApis", 0, 50), 40);
    assert_eq!(passing("apigateway", "CreateResource", 300, 9), 3, "the service's own limit leaves no more");
    assert_eq!(passing("lambda", "CreateFunction", 0, 10) + passing("lambda", "AddPermission", 0, 10), 15);
    assert_eq!(passing("iam", "GetRole", 0, 1000), 1000, "none is published");
    assert_eq!(limits.take_throttled()["apigateway GetRestApis"], 10);
}

#[test]
fn limits_say_how_long_requests_take_at_least() {
    let at = Instant::now();
    let asked = |service: &str, operation: &str, count: usize| {
        let (service, operation) = (service.to_owned(), operation.to_owned());
        let one =
            Exchange { service, operation, started: at, asked: at, answered: at, ended: at, in_flight: 1, status: 200 };
        vec![one; count]
    };
    let log = [asked("lambda", "GetPolicy", 45), asked("lambda", "GetFunction", 200), asked("sqs", "ListQueues", 999)];
    assert_eq!(bound(log.iter().flatten()), (Duration::from_secs(2), "lambda GetPolicy".to_owned()));
    assert_eq!(bound(&log[1][..100]).0, Duration::ZERO, "as many as may come at once");
}
