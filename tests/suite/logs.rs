//! Log groups on both emulators.

use serverless_app::aws::logs::LogGroup;
use serverless_app::aws::{Kind, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead};

fn group(days: Option<i32>, tags: &[(&str, &str)]) -> State {
    let tags: Tags = tags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    LogGroup { retention_in_days: days, tags }.into()
}

#[tokio::test]
async fn a_log_group_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::LogGroup, "life", "/aws/lambda/suite--test-life").await;
        let mut known = Outputs::new();
        for want in
            [Some(group(Some(7), &[("a", "1")])), Some(group(Some(30), &[("b", "2")])), Some(group(None, &[])), None]
        {
            let sent = lead(&aws, &id, want.as_ref(), &mut known).await;
            assert!(!sent.is_empty(), "{emulator}");
        }
    }
}
