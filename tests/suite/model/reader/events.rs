//! Buses, archives and rules.

use serverless_app::aws::client::Clients;

use super::{last, or_none};
use crate::model::app::PREFIX;

pub async fn buses(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.events, Vec::new());
    for name in names(read).await {
        let got = client.describe_event_bus().name(&name).send().await.unwrap();
        let open = got.policy().is_some_and(|policy| policy.contains("arn:aws:iam::210987654321:root"));
        all.push(format!("bus {name} description={} open={open}", or_none(got.description())));
    }
    let archives = client.list_archives().send().await.unwrap();
    for name in archives.archives().iter().filter_map(|archive| archive.archive_name()) {
        let got = client.describe_archive().archive_name(name).send().await.unwrap();
        let chosen = got.event_pattern().is_some_and(|pattern| pattern.contains("shop"));
        all.push(format!("archive {name} days={} chosen={chosen}", got.retention_days().unwrap()));
    }
    all
}

async fn names(read: &Clients) -> Vec<String> {
    let buses = read.events.list_event_buses().name_prefix(PREFIX).send().await.unwrap();
    buses.event_buses().iter().filter_map(|bus| bus.name().map(str::to_owned)).collect()
}

pub async fn rules(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.events, Vec::new());
    let mut buses = names(read).await;
    buses.push("default".into());
    for bus in buses {
        let rules = client.list_rules().event_bus_name(&bus).send().await.unwrap();
        for rule in rules.rules().iter().filter(|rule| rule.managed_by().unwrap_or_default().is_empty()) {
            let name = rule.name().unwrap();
            let path = if bus == "default" { name.to_owned() } else { format!("{bus}/{name}") };
            let state = or_none(rule.state().map(|state| state.as_str()));
            all.push(format!("rule {path} {} {state}", or_none(rule.event_pattern())));
            let targets = client.list_targets_by_rule().event_bus_name(&bus).rule(name).send().await.unwrap();
            for target in targets.targets() {
                let retries = target.retry_policy().and_then(|retry| retry.maximum_retry_attempts());
                all.push(format!(
                    "rule {path} sends {} to {} {} {} retries={}",
                    or_none(target.input_path()),
                    target.id(),
                    last(target.arn()),
                    target.role_arn().map_or("-", last),
                    retries.map_or("-".to_owned(), |retries| retries.to_string()),
                ));
            }
        }
    }
    all
}
