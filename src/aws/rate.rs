//! Keeps to the request rates that AWS publishes: a request waits for its turn before it is sent, so that no known
//! limit is exceeded.
//!
//! A limit is a token bucket for an account and region, shared by reads and writes of this process. Other processes use
//! the same limits, so a throttled request halves the rate of everything that it counted against, and successful
//! requests raise it again. A service without a published limit has none until it throttles.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::aws::Kind;

mod bucket;

use bucket::{Bucket, Turn};

/// Which operations of a service count together.
#[derive(Debug, Clone, Copy)]
pub enum Operations {
    /// All of them.
    Service,
    /// These.
    These(&'static [&'static str]),
    /// Each by itself whose name begins so, except those that have a limit of their own.
    Each(&'static [&'static str]),
    /// All but these.
    AllBut(&'static [&'static str]),
}

/// A published limit of a new account, from the service's quota page. It stands with the kind ([`Resource::LIMITS`]), or
/// with the service where several kinds share it; of those that fit, the first one counts.
///
/// [`Resource::LIMITS`]: crate::aws::Resource::LIMITS
#[derive(Debug)]
pub struct Limit {
    /// The service, as the SDK calls it.
    service: &'static str,
    operations: Operations,
    /// Requests a second.
    rate: f64,
    /// Requests at once.
    burst: f64,
}

/// A limit: requests a second, and requests at once.
pub(in crate::aws) const fn limit(service: &'static str, operations: Operations, rate: f64, burst: f64) -> Limit {
    Limit { service, operations, rate, burst }
}

/// The rate of a service without a published limit once it has throttled.
const AFTER_THROTTLE: f64 = 10.0;

/// Told what is waited for: `API Gateway CreateDeployment`, and how long.
pub type Told = dyn Fn(&str, Duration) + Send + Sync;

/// Every bucket of a process.
#[derive(Clone, Default)]
pub struct Rates(Option<Arc<Shared>>);

struct Shared {
    buckets: Mutex<BTreeMap<String, Arc<Bucket>>>,
    told: Box<Told>,
}

impl fmt::Debug for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rates").finish_non_exhaustive()
    }
}

impl Rates {
    /// The published limits; `told` hears of long waits.
    pub fn published(told: impl Fn(&str, Duration) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Shared { buckets: Mutex::default(), told: Box::new(told) })))
    }

    /// No limits, for an emulator of our own.
    pub fn unlimited() -> Self {
        Self(None)
    }

    /// Waits until a request of this operation may be sent: until it is first in all of its queues.
    pub async fn turn(&self, service: &str, operation: &str) {
        let Some(shared) = &self.0 else { return };
        let classes = classes(service, operation).into_iter();
        let buckets: Vec<Arc<Bucket>> = classes.filter_map(|(name, limit)| shared.bucket(name, limit)).collect();
        let mut turns = Vec::with_capacity(buckets.len());
        for bucket in &buckets {
            let told = |wait| (shared.told)(&format!("{service} {operation}"), wait);
            turns.push(bucket.turn(told).await);
        }
        turns.into_iter().for_each(Turn::leave);
    }

    /// Learns from an answer.
    pub fn answered(&self, service: &str, operation: &str, is_throttle: bool) {
        let Some(shared) = &self.0 else { return };
        let (mut buckets, classes) = (shared.buckets(), classes(service, operation));
        for bucket in classes.iter().filter_map(|(name, _)| buckets.get(name)) {
            bucket.answered(is_throttle);
        }
        let is_unlimited = classes.iter().all(|(_, limit)| limit.is_none());
        if is_throttle && is_unlimited {
            buckets.entry(service.to_owned()).or_insert_with(|| Arc::new(Bucket::new(AFTER_THROTTLE, 1.0)));
        }
    }
}

impl Shared {
    fn buckets(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Bucket>>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bucket(&self, name: String, limit: Option<&Limit>) -> Option<Arc<Bucket>> {
        let mut buckets = self.buckets();
        match limit {
            Some(limit) => {
                let new = || Arc::new(Bucket::new(limit.rate, limit.burst));
                Some(Arc::clone(buckets.entry(name).or_insert_with(new)))
            }
            None => buckets.get(&name).cloned(),
        }
    }
}

fn limits() -> impl Iterator<Item = &'static Limit> {
    Kind::ALL.iter().flat_map(|kind| kind.limits())
}

/// What a request counts against, the narrowest first; last the service as a whole.
fn classes(service: &str, operation: &str) -> Vec<(String, Option<&'static Limit>)> {
    let mut classes = Vec::new();
    let mut whole = None;
    let whole_of = family(service);
    let is_whole = |limit: &&Limit| limit.service == whole_of && matches!(limit.operations, Operations::Service);
    for limit in limits().filter(|limit| limit.service == service || is_whole(limit)) {
        let by_itself = format!("{service} {operation}");
        let name = match limit.operations {
            Operations::Service => {
                whole = Some(limit);
                continue;
            }
            Operations::These(names) if names.contains(&operation) => format!("{service} {}", names[0]),
            Operations::Each(starts) if starts.iter().any(|start| operation.starts_with(start)) => by_itself,
            Operations::AllBut(names) if !names.contains(&operation) => format!("{service} others"),
            _ => continue,
        };
        // The first that fits is the one that is meant.
        if classes.is_empty() {
            classes.push((name, Some(limit)));
        }
    }
    classes.push((whole_of.to_owned(), whole));
    classes
}

/// The service whose limit as a whole counts: API Gateway's two APIs count together.
fn family(service: &str) -> &str {
    match service {
        "ApiGatewayV2" => "API Gateway",
        service => service,
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn seconds(rates: &Rates, service: &str, operation: &str, count: usize) -> f64 {
        let start = Instant::now();
        for _ in 0..count {
            rates.turn(service, operation).await;
        }
        start.elapsed().as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let rates = Rates::published(|_, _| {});
        assert_eq!(seconds(&rates, "API Gateway", "GetRestApis", 35).await, 0.0);
        let more = seconds(&rates, "API Gateway", "GetRestApis", 19).await;
        assert!((1.95..2.1).contains(&more), "{more}");
        assert_eq!(seconds(&rates, "CloudWatch", "PutMetricAlarm", 1).await, 0.0);
        let alarms = seconds(&rates, "CloudWatch", "PutMetricAlarm", 4).await;
        assert!((1.2..1.3).contains(&alarms), "{alarms}");
        assert_eq!(seconds(&rates, "IAM", "GetRole", 1000).await, 0.0, "no limit is published");
    }

    #[tokio::test(start_paused = true)]
    async fn operations_wait_for_their_own_limit_and_for_the_service_s() {
        let rates = Rates::published(|_, _| {});
        assert_eq!(seconds(&rates, "WAFV2", "UpdateWebACL", 1).await, 0.0);
        assert_eq!(seconds(&rates, "WAFV2", "UpdateIPSet", 1).await, 0.0, "each has its own");
        assert!(seconds(&rates, "WAFV2", "UpdateWebACL", 1).await > 1.0);
        let two = seconds(&rates, "API Gateway", "DeleteRestApi", 2).await;
        assert!((31.0..32.0).contains(&two), "{two}");
        let both = Rates::published(|_, _| {});
        seconds(&both, "API Gateway", "GetRestApis", 35).await;
        assert!(seconds(&both, "ApiGatewayV2", "GetApis", 19).await > 1.9, "API Gateway's two APIs count together");
        assert_eq!(seconds(&both, "DynamoDB", "TagResource", 2).await, 0.0);
        assert!(seconds(&both, "DynamoDB", "UntagResource", 3).await > 0.4, "they count together");
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttle_slows_down_and_what_goes_through_speeds_up_again() {
        let rates = Rates::published(|_, _| {});
        seconds(&rates, "SNS", "ListTopics", 30).await;
        let before = seconds(&rates, "SNS", "ListTopics", 30).await;
        rates.answered("SNS", "ListTopics", true);
        let after = seconds(&rates, "SNS", "ListTopics", 30).await;
        assert!(after > 1.9 * before, "{before} {after}");
        (0..100).for_each(|_| rates.answered("SNS", "ListTopics", false));
        assert!(seconds(&rates, "SNS", "ListTopics", 30).await < 1.2);
        rates.answered("IAM", "CreateRole", true);
        let roles = seconds(&rates, "IAM", "CreateRole", 20).await;
        assert!((1.9..2.2).contains(&roles), "{roles}");
    }

    #[tokio::test(start_paused = true)]
    async fn throttles_that_come_together_count_once_and_leave_other_operations_alone() {
        let rates = Rates::published(|_, _| {});
        seconds(&rates, "CloudWatch Logs", "DescribeLogGroups", 5).await;
        (0..8).for_each(|_| rates.answered("CloudWatch Logs", "DescribeLogGroups", true));
        let halved = seconds(&rates, "CloudWatch Logs", "DescribeLogGroups", 10).await;
        assert!((4.0..4.5).contains(&halved), "{halved}");
        assert_eq!(seconds(&rates, "CloudWatch Logs", "ListTagsForResource", 100).await, 0.0, "it has no limit");
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_was_held_up_does_not_make_up_for_it_at_once() {
        let rates = Rates::published(|_, _| {});
        seconds(&rates, "CloudWatch", "PutMetricAlarm", 2).await;
        let left = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let (rates, left) = (rates.clone(), Arc::clone(&left));
                tokio::spawn(async move {
                    rates.turn("CloudWatch", "PutMetricAlarm").await;
                    left.lock().unwrap().push(Instant::now());
                })
            })
            .collect();
        tokio::task::yield_now().await;
        tokio::time::advance(Duration::from_secs(60)).await;
        futures_util::future::join_all(tasks).await;
        let left = left.lock().unwrap().clone();
        let together = left.iter().filter(|at| **at == left[0]).count();
        assert!(together <= 2, "{together} left at once, as many as a full bucket lets through");
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_told_and_an_emulator_has_none() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let to = told.clone();
        let rates = Rates::published(move |what, wait| to.lock().unwrap().push((what.to_owned(), wait.as_secs())));
        seconds(&rates, "API Gateway", "CreateDeployment", 2).await;
        assert_eq!(*told.lock().unwrap(), [("API Gateway CreateDeployment".to_owned(), 5)]);
        let many = (0..100).map(|_| rates.turn("Lambda", "GetPolicy"));
        futures_util::future::join_all(many).await;
        let policies = told.lock().unwrap().split_off(1);
        assert_eq!(policies.len(), 2, "a line for each doubling and not for each request: {policies:?}");
        assert_eq!(seconds(&Rates::unlimited(), "API Gateway", "DeleteRestApi", 50).await, 0.0);
    }
}
