//! The recording proxy.

use std::time::{Duration, Instant};

use serverless_app::aws::Aws;
use serverless_app::emulator::Make;

use crate::support::emulator::{REGION, account, endpoint};
use crate::support::proxy::{Proxy, waves};

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
    aws.sns.list_topics().send().await.unwrap();
    assert_eq!(waves(&proxy.log()), 2);
}
