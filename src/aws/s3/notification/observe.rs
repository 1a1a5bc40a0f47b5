//! What AWS reports of a bucket's notifications.

use std::collections::BTreeMap;

use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput as Output;
use aws_sdk_s3::types::{Event, FilterRuleName, NotificationConfigurationFilter};

use super::{API, Notification, Notifications, is_ours};
use crate::aws::Unmodelled;

/// The document as a state. Filters' names come back in capitals, the order of lists is nobody's promise.
pub(in crate::aws::s3) fn notifications(live: Option<&Output>) -> Notifications {
    let Some(live) = live else { return Notifications::default() };
    let entries: BTreeMap<_, _> = entries(live).collect();
    Notifications { event_bridge: live.event_bridge_configuration().is_some(), entries }
}

fn entries(live: &Output) -> impl Iterator<Item = (String, Notification)> {
    let topics = live.topic_configurations().iter().map(|one| {
        let entry = Notification { topic_arn: Some(one.topic_arn().to_owned()), ..of(one.events(), one.filter()) };
        (one.id(), entry)
    });
    let queues = live.queue_configurations().iter().map(|one| {
        let entry = Notification { queue_arn: Some(one.queue_arn().to_owned()), ..of(one.events(), one.filter()) };
        (one.id(), entry)
    });
    let functions = live.lambda_function_configurations().iter().map(|one| {
        let arn = Some(one.lambda_function_arn().to_owned());
        (one.id(), Notification { lambda_function_arn: arn, ..of(one.events(), one.filter()) })
    });
    topics.chain(queues).chain(functions).map(|(id, entry)| (id.unwrap_or_default().to_owned(), entry))
}

/// Events and filter; the destination is to be filled in.
fn of(events: &[Event], filter: Option<&NotificationConfigurationFilter>) -> Notification {
    let rules = || filter.and_then(|filter| filter.key()).map(|key| key.filter_rules()).unwrap_or_default().iter();
    let value = |name: FilterRuleName| {
        let rule = rules().find(|rule| rule.name().is_some_and(|it| it.as_str().eq_ignore_ascii_case(name.as_str())));
        rule.map(|rule| rule.value().unwrap_or_default().to_owned())
    };
    Notification {
        events: events.iter().map(|event| event.as_str().to_owned()).collect(),
        prefix: value(FilterRuleName::Prefix),
        suffix: value(FilterRuleName::Suffix),
        ..Notification::default()
    }
}

/// What a state cannot hold: entries that bear one id, or more than two rules. And, of a bucket with notifications of ours, those of
/// others.
pub(in crate::aws::s3) fn unmodelled(live: Option<&Output>, notifies: bool) -> Vec<Unmodelled> {
    let Some(live) = live else { return Vec::new() };
    let mut all = Vec::new();
    let known = notifications(Some(live));
    if entries(live).count() > known.entries.len() {
        all.push(Unmodelled::erased("several notifications with one id", API));
    }
    if filters(live).any(|filter| count(filter) > 2) {
        all.push(Unmodelled::erased("a notification with filters other than a prefix and a suffix", API));
    }
    let foreign = known.entries.keys().filter(|id| notifies && !is_ours(id));
    all.extend(foreign.map(|id| Unmodelled::kept(format!("the notification {id:?} of another owner"))));
    all
}

fn filters(live: &Output) -> impl Iterator<Item = &NotificationConfigurationFilter> {
    let topics = live.topic_configurations().iter().filter_map(|one| one.filter());
    let queues = live.queue_configurations().iter().filter_map(|one| one.filter());
    let functions = live.lambda_function_configurations().iter().filter_map(|one| one.filter());
    topics.chain(queues).chain(functions)
}

fn count(filter: &NotificationConfigurationFilter) -> usize {
    filter.key().map_or(0, |key| key.filter_rules().len())
}
