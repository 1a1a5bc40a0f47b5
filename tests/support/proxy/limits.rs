//! The request rates that AWS publishes, as AWS would enforce them on a new account: what comes faster is throttled.
//!
//! Written from the services' quota pages and not from the product's own table, so that the two check each other. A
//! limit is a token bucket of an account and region; a throttled request takes no token. Where no burst is published, a
//! second's worth of requests may come at once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Exchange;

/// Which operations share a bucket.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// All of these together.
    Together(&'static [&'static str]),
    /// Each by itself, of those whose names begin so.
    Each(&'static [&'static str]),
    /// All others of the service together.
    Others,
    /// All of the service, beside the limit of their own.
    Whole,
}

/// A row: service as requests are signed for, operations, requests a second, requests at once.
type Row = (&'static str, Of, f64, f64);

use Of::{Each, Others, Together, Whole};

/// Of the rows of a service, the first that fits counts, and `Whole` always.
const PUBLISHED: &[Row] = &[
    ("acm", Each(&["RequestCertificate", "AddTagsToCertificate", "RemoveTagsFromCertificate"]), 5.0, 5.0),
    ("acm", Each(&["ListCertificates"]), 8.0, 8.0),
    ("acm", Each(&["DeleteCertificate", "DescribeCertificate", "ListTagsForCertificate"]), 10.0, 10.0),
    ("apigateway", Together(&["CreateRestApi"]), 1.0 / 3.0, 1.0),
    ("apigateway", Together(&["DeleteRestApi"]), 1.0 / 30.0, 1.0),
    ("apigateway", Together(&["CreateDeployment"]), 1.0 / 5.0, 1.0),
    ("apigateway", Together(&["UpdateAccount"]), 1.0 / 20.0, 1.0),
    ("apigateway", Together(&["UpdateUsagePlan"]), 1.0 / 20.0, 1.0),
    ("apigateway", Each(&["CreateDomainName", "UpdateDomainName", "DeleteDomainName"]), 1.0 / 30.0, 1.0),
    ("apigateway", Each(&["CreateApiKey", "DeleteApiKey"]), 5.0, 5.0),
    ("apigateway", Together(&["GetResources"]), 5.0 / 2.0, 5.0),
    ("apigateway", Each(&["CreateResource", "DeleteResource"]), 5.0, 5.0),
    ("apigateway", Whole, 10.0, 40.0),
    ("events", Others, 50.0, 50.0),
    ("dynamodb", Together(&["TagResource", "UntagResource"]), 5.0, 5.0),
    ("lambda", Together(&["GetFunction"]), 100.0, 100.0),
    ("lambda", Together(&["GetPolicy"]), 15.0, 15.0),
    ("lambda", Others, 15.0, 15.0),
    ("logs", Each(&["CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"]), 5.0, 5.0),
    ("monitoring", Together(&["DescribeAlarms"]), 9.0, 9.0),
    ("monitoring", Each(&["PutMetricAlarm", "DeleteAlarms", "EnableAlarm", "DisableAlarm"]), 3.0, 3.0),
    ("route53", Whole, 5.0, 5.0),
    ("scheduler", Each(&["CreateSchedule", "GetSchedule", "UpdateSchedule", "DeleteSchedule"]), 250.0, 250.0),
    ("scheduler", Each(&["CreateScheduleGroup", "DeleteScheduleGroup"]), 10.0, 10.0),
    ("sns", Each(&["ListTopics"]), 30.0, 30.0),
    ("sns", Each(&["Subscribe"]), 100.0, 100.0),
    ("states", Each(&["CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine"]), 1.0, 100.0),
    ("states", Each(&["ListTagsForResource"]), 1.0, 100.0),
    ("states", Each(&["DescribeStateMachine"]), 20.0, 200.0),
    ("states", Each(&["ListStateMachines"]), 5.0, 100.0),
    ("wafv2", Each(&["AssociateWebACL", "DisassociateWebACL"]), 0.5, 1.0),
    ("wafv2", Each(&["GetWebACLForResource", "ListResourcesForWebACL"]), 1.0, 1.0),
    ("wafv2", Each(&["Get", "List"]), 5.0, 5.0),
    ("wafv2", Each(&["Create", "Update", "Delete", "Put", "Tag", "Untag"]), 1.0, 1.0),
];

/// The buckets of one account.
#[derive(Debug, Default)]
pub struct Limits(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What is left, and since when.
    buckets: BTreeMap<String, (f64, Instant)>,
    /// How many requests were throttled, by service and operation.
    throttled: BTreeMap<String, usize>,
}

impl Limits {
    /// True if a request may pass now; it has taken its tokens then.
    pub fn pass(&self, service: &str, operation: &str) -> bool {
        self.pass_at(service, operation, Instant::now())
    }

    /// The same at this moment.
    pub fn pass_at(&self, service: &str, operation: &str, now: Instant) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = buckets(service, operation);
        for (name, row) in &of {
            let (tokens, since) = state.buckets.entry(name.clone()).or_insert((row.3, now));
            *tokens = (*tokens + now.duration_since(*since).as_secs_f64() * row.2).min(row.3);
            *since = now;
        }
        let may_pass = of.iter().all(|(name, _)| state.buckets[name].0 >= 1.0);
        for (name, _) in of.iter().filter(|_| may_pass) {
            state.buckets.entry(name.clone()).and_modify(|(tokens, _)| *tokens -= 1.0);
        }
        if !may_pass {
            *state.throttled.entry(format!("{service} {operation}")).or_default() += 1;
        }
        may_pass
    }

    /// How many requests were throttled since this was asked last, by service and operation; all buckets are full
    /// again then, as after a pause of minutes.
    pub fn take_throttled(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).throttled
    }
}

/// The least time that requests can take without a throttle, and which limit says so.
pub fn bound<'a>(log: impl IntoIterator<Item = &'a Exchange>) -> (Duration, String) {
    let mut counts: BTreeMap<String, (f64, &Row)> = BTreeMap::new();
    for exchange in log {
        for (name, row) in buckets(&exchange.service, &exchange.operation) {
            counts.entry(name).or_insert((0.0, row)).0 += 1.0;
        }
    }
    let times = counts.into_iter().map(|(name, (count, row))| (((count - row.3) / row.2).max(0.0), name));
    let longest = times.filter(|(seconds, _)| *seconds > 0.0).max_by(|one, other| one.0.total_cmp(&other.0));
    longest.map_or_else(Default::default, |(seconds, name)| (Duration::from_secs_f64(seconds), name))
}

/// What a request takes tokens from.
fn buckets(service: &str, operation: &str) -> Vec<(String, &'static Row)> {
    let rows = || PUBLISHED.iter().filter(|row| row.0 == service);
    let own = rows().find_map(|row| match row.1 {
        Together(names) if names.contains(&operation) => Some((format!("{service} {}", names[0]), row)),
        Each(starts) if starts.iter().any(|start| operation.starts_with(start)) => {
            Some((format!("{service} {operation}"), row))
        }
        Others => Some((format!("{service}, others"), row)),
        _ => None,
    });
    let whole = rows().find(|row| matches!(row.1, Whole)).map(|row| (format!("{service}, all"), row));
    own.into_iter().chain(whole).collect()
}
