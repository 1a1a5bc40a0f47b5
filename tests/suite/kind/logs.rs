//! Log groups on both emulators.

use serverless_app::aws::logs::{LogGroup, list_in};
use serverless_app::aws::{Kind, PlanReader, State, Tags};
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead};

fn group(days: Option<i32>, tags: &[(&str, &str)]) -> State {
    let tags: Tags = tags.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    LogGroup { retention_in_days: days, tags, ..LogGroup::default() }.into()
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

#[tokio::test]
async fn a_log_group_of_another_class_is_another_log_group() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::LogGroup, "class", "/serverless-app/suite--test-class").await;
        let of = |class: Option<&str>| -> State {
            let retention_in_days = (class != Some("DELIVERY")).then_some(7);
            LogGroup { log_group_class: class.map(str::to_owned), retention_in_days, ..LogGroup::default() }.into()
        };
        let (make, keep, delete) = ("logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup");
        let mut known = Outputs::new();
        for (want, calls) in [
            (Some(of(Some("INFREQUENT_ACCESS"))), vec![make, keep]),
            (Some(of(None)), vec![delete, make, keep]),
            (Some(of(Some("DELIVERY"))), vec![delete, make]),
            (None, vec![delete]),
        ] {
            assert_eq!(lead(&aws, &id, want.as_ref(), &mut known).await, calls, "{emulator}");
        }
    }
}

/// AWS reports six members of a group that a pattern has found, so nothing may be compared with such a listing.
#[tokio::test]
async fn a_listing_by_pattern_holds_no_retention_and_ours_does() {
    for (emulator, aws) in emulators().await {
        let mut id = id(&aws, Kind::LogGroup, "listed", "").await;
        id.name = format!("/aws/lambda/{}listed", id.owner.prefix());
        let mut known = Outputs::new();
        lead(&aws, &id, Some(&group(Some(7), &[])), &mut known).await;
        let logs = &aws.read.logs;
        let by_pattern = logs.describe_log_groups().log_group_name_pattern("test-listed").send().await.unwrap();
        assert!(by_pattern.next_token().is_some(), "{emulator}: a token though nothing follows");
        let found = &by_pattern.log_groups()[0];
        assert_eq!((found.log_group_name(), found.retention_in_days()), (Some(id.name.as_str()), None), "{emulator}");
        let listed = list_in(&PlanReader::new(&aws), "/aws/lambda/", &id.owner).await.unwrap();
        let found = listed.iter().find(|group| group.log_group_name() == Some(&id.name));
        assert_eq!(found.and_then(|group| group.retention_in_days()), Some(7), "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}
