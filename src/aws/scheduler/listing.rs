//! What is in the group: our schedules, and those of others.

use std::collections::BTreeSet;

use crate::aws::error::{Answer, AwsError};
use crate::aws::scheduler::{ABSENT, group_name};
use crate::aws::{Aws, Reader};
use crate::name::Owner;

/// A group with more schedules than these pages hold is not looked at in full: an app may make millions there.
const PAGES: usize = 10;
const PAGE: i32 = 100;

/// What is in the group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InGroup {
    /// The names that begin with our prefix, all of them.
    pub ours: BTreeSet<String>,
    /// Others, of the first pages.
    pub others: BTreeSet<String>,
    /// True if there are more than that.
    pub has_more: bool,
}

/// What is in the group, asked for once a plan.
pub(super) async fn in_group(reader: Reader<'_>, owner: &Owner) -> Result<InGroup, AwsError> {
    let key = group_name(owner);
    reader.once(|cache| &cache.schedules, &key, read(reader.aws(), owner)).await
}

/// What is in the group now. One that is not there holds nothing.
pub(super) async fn read(aws: &Aws, owner: &Owner) -> Result<InGroup, AwsError> {
    let prefix = owner.prefix();
    let (names, has_more) = pages(aws, owner, None, PAGES).await?;
    let (mut ours, others): (BTreeSet<_>, BTreeSet<_>) =
        names.into_iter().partition(|name: &String| name.starts_with(&prefix));
    if has_more {
        ours.extend(pages(aws, owner, Some(&prefix), usize::MAX).await?.0);
    }
    Ok(InGroup { ours, others, has_more })
}

/// The names on so many pages, and whether there are more.
async fn pages(
    aws: &Aws,
    owner: &Owner,
    prefix: Option<&str>,
    most: usize,
) -> Result<(BTreeSet<String>, bool), AwsError> {
    let request = aws.read.scheduler.list_schedules().group_name(group_name(owner)).max_results(PAGE);
    let request = request.set_name_prefix(prefix.map(str::to_owned));
    let (mut names, mut token) = (BTreeSet::new(), None);
    for _ in 0..most {
        let page = request.clone().set_next_token(token).send().await.found("scheduler:ListSchedules", ABSENT)?;
        let Some(page) = page else { return Ok((names, false)) };
        names.extend(page.schedules.into_iter().filter_map(|schedule| schedule.name));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok((names, false));
        }
    }
    Ok((names, true))
}
