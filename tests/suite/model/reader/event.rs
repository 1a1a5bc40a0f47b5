//! Schedules and their group.

use serverless_app::aws::client::Clients;

use super::{last, or_none};
use crate::model::app::PREFIX;

pub async fn schedules(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.scheduler, Vec::new());
    let groups = client.list_schedule_groups().name_prefix(PREFIX).send().await.unwrap();
    for group in
        groups.schedule_groups().iter().filter(|group| group.state().is_some_and(|state| state.as_str() == "ACTIVE"))
    {
        let name = group.name().unwrap();
        let tags = client.list_tags_for_resource().resource_arn(group.arn().unwrap()).send().await.unwrap();
        let project = tags.tags().iter().find(|tag| tag.key() == "Project").map(|tag| tag.value());
        all.push(format!("schedule group {name} project={}", or_none(project)));
        for schedule in client.list_schedules().group_name(name).send().await.unwrap().schedules() {
            all.push(self::schedule(read, name, schedule.name().unwrap()).await);
        }
    }
    all
}

async fn schedule(read: &Clients, group: &str, name: &str) -> String {
    let got = read.scheduler.get_schedule().group_name(group).name(name).send().await.unwrap();
    let (target, window) = (got.target().unwrap(), got.flexible_time_window().unwrap());
    let retries = target.retry_policy().and_then(|policy| policy.maximum_retry_attempts());
    format!(
        "schedule {name} {} {} calls {} as {} window={} retries={} {} input={} then {}",
        got.schedule_expression().unwrap(),
        got.schedule_expression_timezone().unwrap(),
        last(target.arn()),
        last(target.role_arn()),
        window.maximum_window_in_minutes().unwrap_or_default(),
        retries.unwrap(),
        got.state().unwrap().as_str(),
        or_none(target.input()),
        got.action_after_completion().unwrap().as_str(),
    )
}
