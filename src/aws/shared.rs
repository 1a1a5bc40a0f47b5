//! Answers that one plan uses several times.
//!
//! They are for the reads of one plan only, which happen at one time anyway. What an apply compares and waits for is
//! always asked anew.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::aws::iam::account::Account;
use crate::aws::need::anywhere;
use crate::aws::{Answer, Aws, AwsError, Kind, Need, Tags, tags};
use crate::name::{Owner, tag};

/// The listings that several kinds need.
#[derive(Debug, Default)]
pub struct Shared {
    /// REST APIs of the account.
    pub apis: Once<Vec<aws_sdk_apigateway::types::RestApi>>,
    /// Stages, by the API's id.
    pub stages: Once<Option<Vec<aws_sdk_apigateway::types::Stage>>>,
    /// Log groups, by what their names begin with.
    pub log_groups: Once<Vec<aws_sdk_cloudwatchlogs::types::LogGroup>>,
    /// The ARN of DynamoDB's managed key.
    pub managed_key: Once<Option<String>>,
    /// What IAM tells of the whole account; `None` if it does not, or has too much to tell.
    pub iam: Once<Option<Arc<Account>>>,
    /// The names of the account's functions; `None` if there are too many to ask for.
    pub function_names: Once<Option<Arc<BTreeSet<String>>>>,
    /// How functions are set up, by name.
    pub functions: Once<Option<Arc<aws_sdk_lambda::types::FunctionConfiguration>>>,
}

/// Answers by key, each asked for once, also by several at the same time. A failure is not kept.
#[derive(Debug)]
pub struct Once<T>(Mutex<BTreeMap<String, Arc<OnceCell<T>>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Once<T> {
    async fn get<E>(&self, key: &str, ask: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        self.cell(key).get_or_try_init(|| ask).await.cloned()
    }

    fn cell(&self, key: &str) -> Arc<OnceCell<T>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.entry(key.to_owned()).or_default())
    }
}

impl Aws {
    /// The same clients, for one plan: what several kinds ask alike is asked once.
    pub fn sharing(&self) -> Self {
        Self { shared: Some(Arc::default()), ..self.clone() }
    }

    /// The same clients, with tags by ARN that need not be read again.
    pub fn trusting(&self, tags: BTreeMap<String, Tags>) -> Self {
        Self { trusted: Arc::new(tags), ..self.clone() }
    }

    /// The same clients, which know how many resources there are to read: by kind, and whether a listing has named them.
    pub fn expecting(&self, counts: BTreeMap<(Kind, bool), usize>) -> Self {
        Self { counts: Arc::new(counts), ..self.clone() }
    }

    /// How many resources of a kind this plan reads that its listings have not named.
    pub(super) fn unlisted(&self, kind: Kind) -> usize {
        self.counts.get(&(kind, false)).copied().unwrap_or_default()
    }

    /// How many resources of a kind this plan reads that its listings have named.
    pub(super) fn listed(&self, kind: Kind) -> usize {
        self.counts.get(&(kind, true)).copied().unwrap_or_default()
    }

    /// True for a plan's reads.
    pub(super) fn is_planning(&self) -> bool {
        self.shared.is_some()
    }

    /// True if a listing of this plan did not name the resource: whether there is one is asked first then, since most
    /// likely there is nothing more to ask. A listing lags, so that by itself it proves nothing.
    pub(super) fn is_unlikely<S>(&self, seed: Option<&S>) -> bool {
        seed.is_none() && self.shared.is_some()
    }

    /// The answer of `ask`, or an earlier one to the same question where answers are shared.
    pub(super) async fn once<T: Clone>(
        &self,
        answers: impl FnOnce(&Shared) -> &Once<T>,
        key: &str,
        ask: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        match &self.shared {
            Some(shared) => answers(shared).get(key, ask).await,
            None => ask.await,
        }
    }

    /// The tags of the resource with this ARN: trusted ones, else what `read` tells.
    pub(super) async fn tags_or(
        &self,
        arn: &str,
        read: impl Future<Output = Result<Tags, AwsError>>,
    ) -> Result<Tags, AwsError> {
        match self.trusted(arn) {
            Some(tags) => Ok(tags::collect(tags.clone())),
            None => read.await,
        }
    }

    /// Trusted tags, AWS's own included.
    pub(super) fn trusted(&self, arn: &str) -> Option<&Tags> {
        self.trusted.get(arn)
    }

    /// What the tagging index of the region says of resources with our ownership tags, by ARN, AWS's own
    /// tags included. The index lags, and still names what has been deleted: it proves nothing by itself.
    pub async fn tag_index(&self, owner: &Owner) -> Result<BTreeMap<String, Tags>, AwsError> {
        let filter = |key: &str, value: &str| {
            aws_sdk_resourcegroupstagging::types::TagFilter::builder().key(key).values(value).build()
        };
        let request = self.read.tagging.get_resources().resources_per_page(100);
        let request = request
            .tag_filters(filter(tag::APP, owner.app.as_str()))
            .tag_filters(filter(tag::STAGE, owner.stage.as_str()));
        let (mut index, mut pages) = (BTreeMap::new(), request.into_paginator().items().send());
        while let Some(mapping) = pages.next().await {
            let mapping = mapping.answer("tag:GetResources")?;
            let tags = mapping.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
            index.extend(mapping.resource_arn.map(|arn| (arn, tags)));
        }
        Ok(index)
    }

    /// What the tagging index of the region says of these resources, by ARN.
    pub async fn tags_in_index(&self, arns: &[String]) -> Result<BTreeMap<String, Tags>, AwsError> {
        let mut index = BTreeMap::new();
        for some in arns.chunks(100) {
            let request = self.read.tagging.get_resources().set_resource_arn_list(Some(some.to_vec()));
            let answer = request.send().await.answer("tag:GetResources")?;
            for mapping in answer.resource_tag_mapping_list.unwrap_or_default() {
                let tags = mapping.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
                index.extend(mapping.resource_arn.map(|arn| (arn, tags)));
            }
        }
        Ok(index)
    }
}

/// What it takes to ask [`Aws::tag_index`].
pub fn needs_for_tag_index() -> Vec<Need> {
    anywhere(&["tag:GetResources"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn one_question_is_asked_once_and_a_failure_is_not_kept() {
        let (answers, asked) = (Once::<u32>::default(), AtomicU32::new(0));
        let ask = |ok: bool| {
            let asked = &asked;
            async move {
                tokio::task::yield_now().await;
                let count = asked.fetch_add(1, Ordering::SeqCst);
                if ok { Ok(count) } else { Err("no") }
            }
        };
        assert_eq!(answers.get("a", ask(false)).await, Err("no"));
        let (one, other) = tokio::join!(answers.get("a", ask(true)), answers.get("a", ask(true)));
        assert_eq!((one, other), (Ok(1), Ok(1)));
        assert_eq!(answers.get("b", ask(true)).await, Ok(2));
    }
}
