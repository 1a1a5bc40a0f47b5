//! The rule groups that AWS offers.

use std::collections::BTreeSet;

use aws_sdk_wafv2::types::Scope;

use crate::aws::Aws;
use crate::aws::error::{Answer, AwsError};

/// Whose rule groups a section can name: those of others are bought first.
const VENDOR: &str = "AWS";

/// The names of the rule groups that AWS offers for what is regional.
pub async fn rule_groups(aws: &Aws) -> Result<BTreeSet<String>, AwsError> {
    let api = "wafv2:ListAvailableManagedRuleGroups";
    let (mut names, mut marker) = (BTreeSet::new(), None);
    loop {
        let request = aws.read.wafv2.list_available_managed_rule_groups().scope(Scope::Regional).limit(100);
        let page = request.set_next_marker(marker).send().await.answer(api)?;
        let groups = page.managed_rule_groups.unwrap_or_default();
        let is_last = groups.is_empty();
        let ours = groups.into_iter().filter(|group| group.vendor_name() == Some(VENDOR));
        names.extend(ours.filter_map(|group| group.name));
        marker = page.next_marker.filter(|marker| !marker.is_empty() && !is_last);
        if marker.is_none() {
            return Ok(names);
        }
    }
}
