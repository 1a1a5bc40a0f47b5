//! Answers that one plan uses several times. Only a [`PlanReader`](crate::aws::PlanReader) holds any.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::aws::iam::account::RolesAndPolicies;

/// What several kinds need.
#[derive(Debug, Default)]
pub struct PlanCache {
    /// Certificates of the account and region, with keys of every type.
    pub certificates: Once<Vec<aws_sdk_acm::types::CertificateSummary>>,
    /// The tags of certificates, by ARN; `None` of one that is gone.
    pub certificate_tags: Once<Option<crate::aws::Tags>>,
    /// REST APIs of the account.
    pub apis: Once<Vec<aws_sdk_apigateway::types::RestApi>>,
    /// Custom domain names of API Gateway.
    pub domain_names: Once<Vec<aws_sdk_apigateway::types::DomainName>>,
    /// HTTP APIs of the account.
    pub http_apis: Once<Vec<aws_sdk_apigatewayv2::types::Api>>,
    /// Stages, by the API's id.
    pub stages: Once<Option<Vec<aws_sdk_apigateway::types::Stage>>>,
    /// The names of event buses, by what they begin with.
    pub event_buses: Once<Vec<String>>,
    /// Hosted zones of the account.
    pub hosted_zones: Once<Vec<aws_sdk_route53::types::HostedZone>>,
    /// Log groups, by what their names begin with.
    pub log_groups: Once<Vec<aws_sdk_cloudwatchlogs::types::LogGroup>>,
    /// The ARN of DynamoDB's managed key.
    pub managed_key: Once<Option<String>>,
    /// What IAM tells of the whole account; `None` if it does not, or has too much to tell.
    pub iam: Once<Option<Arc<RolesAndPolicies>>>,
    /// The names of the account's functions; `None` if there are too many to ask for.
    pub function_names: Once<Option<Arc<BTreeSet<String>>>>,
    /// The functions of the account that use each layer version, by its ARN.
    pub layer_users: Once<Arc<BTreeMap<String, BTreeSet<String>>>>,
    /// The schedule groups whose names begin so.
    pub schedule_groups: Once<Vec<crate::aws::scheduler::group::Listed>>,
    /// The tags of schedule groups, by ARN.
    pub schedule_group_tags: Once<crate::aws::Tags>,
    /// What is in a schedule group, by its name.
    pub schedules: Once<crate::aws::scheduler::InGroup>,
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
    /// The answer by this key, which `ask` gets where there is none yet.
    pub(super) async fn get<E>(&self, key: &str, ask: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        self.cell(key).get_or_try_init(|| ask).await.cloned()
    }

    fn cell(&self, key: &str) -> Arc<OnceCell<T>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.entry(key.to_owned()).or_default())
    }
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
