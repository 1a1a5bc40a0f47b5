//! Usage plans and API keys.

use std::collections::BTreeMap;

use serverless_app::aws::client::Clients;

use super::{Tags, owned, sorted};

/// By the names of APIs.
pub async fn plans(read: &Clients, apis: &BTreeMap<String, String>) -> Vec<String> {
    let (client, mut all) = (&read.apigateway, Vec::new());
    for plan in client.get_usage_plans().send().await.unwrap().items() {
        let keys = client.get_usage_plan_keys().usage_plan_id(plan.id().unwrap()).send().await.unwrap();
        let keys = keys.items().iter().map(|key| key.name().unwrap().to_owned());
        let stages = plan.api_stages().iter().map(|stage| {
            let api = apis.get(stage.api_id().unwrap()).map_or("gone", String::as_str);
            format!("{api}:{}", stage.stage().unwrap())
        });
        let throttle = plan.throttle().filter(|limits| limits.burst_limit() > 0);
        let throttle = throttle.map(|limits| format!("{}/{}", limits.rate_limit(), limits.burst_limit()));
        let quota = plan.quota().and_then(|quota| Some(format!("{}/{}", quota.limit(), quota.period()?.as_str())));
        let or = |text: Option<String>| text.unwrap_or("-".to_owned());
        all.push(format!(
            "usage plan {} opens {} throttle={} quota={} keys={}",
            plan.name().unwrap(),
            sorted(stages),
            or(throttle),
            or(quota),
            sorted(keys)
        ));
    }
    all
}

pub async fn keys(read: &Clients) -> Vec<String> {
    let (client, mut all) = (&read.apigateway, Vec::new());
    for listed in client.get_api_keys().send().await.unwrap().items() {
        let key = client.get_api_key().api_key(listed.id().unwrap()).send().await.unwrap();
        let tags: Tags = key.tags.clone().unwrap_or_default().into_iter().collect();
        let more = format!("enabled={}", key.enabled());
        all.push(owned(format!("key {}", key.name().unwrap()), &more, &tags));
    }
    all
}
