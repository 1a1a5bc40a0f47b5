//! The two readers. They are separate types, so that the compiler keeps them apart:
//!
//! - [`Aws`] keeps no answer. It is all that an apply has, so whatever an apply compares or waits for is asked anew.
//! - [`PlanReader`] reads for one plan: what several kinds need is asked for once, and what the listings and the tagging index
//!   have told spares further reads.
//!
//! [`Kind::observe`] takes the one and [`Kind::observe_for_plan`] the other. A kind's own `observe` serves both, as a
//! [`Reader`].

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use crate::aws::plan_cache::{Once, PlanCache};
use crate::aws::{Aws, AwsError, Kind, Tags, tags};

/// Reads for one plan, which happen at one time: each question is asked once.
#[derive(Debug, Clone)]
pub struct PlanReader {
    aws: Aws,
    cache: Arc<PlanCache>,
    trusted: Arc<BTreeMap<String, Tags>>,
    counts: Arc<BTreeMap<(Kind, bool), usize>>,
    parts: Arc<BTreeMap<(Kind, String), Vec<&'static str>>>,
    hints: Arc<BTreeMap<String, Tags>>,
    is_thorough: bool,
}

impl PlanReader {
    /// With these clients; knows nothing yet.
    pub fn new(aws: &Aws) -> Self {
        let (trusted, counts, parts, hints) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        Self { aws: aws.clone(), cache: Arc::default(), trusted, counts, parts, hints, is_thorough: false }
    }

    /// The same answers, and every part of whatever is read, whether tags tell of it or not: of what is not ours they do not.
    pub fn thorough(&self) -> Self {
        Self { is_thorough: true, ..self.clone() }
    }

    /// The clients, which know nothing of what was read here.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// The same answers, with tags by ARN that need not be read again.
    pub fn trusting(&self, tags: BTreeMap<String, Tags>) -> Self {
        Self { trusted: Arc::new(tags), ..self.clone() }
    }

    /// The same answers, and how many resources there are to read: by kind, and whether a listing has named them.
    pub fn expecting(&self, counts: BTreeMap<(Kind, bool), usize>) -> Self {
        Self { counts: Arc::new(counts), ..self.clone() }
    }

    /// The same answers, and which parts are wanted of functions and APIs, by their physical names.
    pub fn wanting(&self, parts: BTreeMap<(Kind, String), Vec<&'static str>>) -> Self {
        Self { parts: Arc::new(parts), ..self.clone() }
    }

    /// The same answers, and all that the tagging index says, by ARN: where else to look.
    pub fn hinted(&self, tags: BTreeMap<String, Tags>) -> Self {
        Self { hints: Arc::new(tags), ..self.clone() }
    }

    /// What the tagging index says, by ARN. It lags: of what it says nothing is taken for so.
    pub(super) fn hints(&self) -> &BTreeMap<String, Tags> {
        &self.hints
    }

    fn wants_part(&self, kind: Kind, name: &str, part: &str) -> bool {
        self.is_thorough || self.parts.get(&(kind, name.to_owned())).is_some_and(|parts| parts.contains(&part))
    }

    /// How many resources of a kind this plan reads that its listings have not named.
    pub(super) fn unlisted(&self, kind: Kind) -> usize {
        self.counts.get(&(kind, false)).copied().unwrap_or_default()
    }

    /// How many resources of a kind this plan reads that its listings have named.
    pub(super) fn listed(&self, kind: Kind) -> usize {
        self.counts.get(&(kind, true)).copied().unwrap_or_default()
    }

    /// The answer of `ask`, or an earlier one to the same question.
    pub(super) async fn once<T: Clone>(
        &self,
        answers: impl FnOnce(&PlanCache) -> &Once<T>,
        key: &str,
        ask: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        answers(&self.cache).get(key, ask).await
    }
}

/// Whoever reads one resource.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// Asks for everything, such as an apply.
    Direct(&'a Aws),
    /// Reads for a plan.
    Plan(&'a PlanReader),
}

impl<'a> From<&'a Aws> for Reader<'a> {
    fn from(aws: &'a Aws) -> Self {
        Self::Direct(aws)
    }
}

impl<'a> From<&'a PlanReader> for Reader<'a> {
    fn from(reader: &'a PlanReader) -> Self {
        Self::Plan(reader)
    }
}

impl<'a> Reader<'a> {
    /// The clients.
    pub fn aws(self) -> &'a Aws {
        match self {
            Self::Direct(aws) => aws,
            Self::Plan(reader) => reader.aws(),
        }
    }

    /// True if a plan wants this part of a resource: it is looked for then, whatever the resource's tags say.
    pub(super) fn wants_part(self, kind: Kind, name: &str, part: &str) -> bool {
        matches!(self, Self::Plan(reader) if reader.wants_part(kind, name, part))
    }

    /// True if a listing of this plan did not name the resource: whether there is one is asked first then, since most
    /// likely there is nothing more to ask. A listing lags, so that by itself it proves nothing.
    pub(super) fn is_unlikely<S>(self, seed: Option<&S>) -> bool {
        seed.is_none() && matches!(self, Self::Plan(_))
    }

    /// The answer of `ask`; for a plan also an earlier one to the same question.
    pub(super) async fn once<T: Clone>(
        self,
        answers: impl FnOnce(&PlanCache) -> &Once<T>,
        key: &str,
        ask: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        match self {
            Self::Direct(_) => ask.await,
            Self::Plan(reader) => reader.once(answers, key, ask).await,
        }
    }

    /// The tags of the resource with this ARN: trusted ones, else what `read` tells.
    pub(super) async fn tags_or(
        self,
        arn: &str,
        read: impl Future<Output = Result<Tags, AwsError>>,
    ) -> Result<Tags, AwsError> {
        match self.trusted(arn) {
            Some(tags) => Ok(tags::collect(tags.clone())),
            None => read.await,
        }
    }

    /// Tags that need not be read, AWS's own included.
    pub(super) fn trusted(self, arn: &str) -> Option<&'a Tags> {
        match self {
            Self::Direct(_) => None,
            Self::Plan(reader) => reader.trusted.get(arn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    const ARN: &str = "arn:aws:sns:us-west-2:123456789012:news";

    async fn aws() -> Aws {
        let region = "us-west-2".parse().expect("the literal is valid");
        Aws::emulator(&region, "http://127.0.0.1:9", "123456789012").await.expect("clients")
    }

    #[tokio::test]
    async fn a_plan_asks_once_and_an_apply_each_time() {
        let (aws, asked) = (aws().await, AtomicU32::new(0));
        let ask = async |reader: Reader<'_>| {
            let answer = async { Ok(Some(asked.fetch_add(1, Ordering::SeqCst).to_string())) };
            reader.once(|cache| &cache.managed_key, "", answer).await.expect("an answer").expect("a key")
        };
        let plan = PlanReader::new(&aws);
        assert_eq!([ask((&plan).into()).await, ask((&plan).into()).await], ["0", "0"]);
        assert_eq!([ask((&aws).into()).await, ask(plan.aws().into()).await], ["1", "2"], "nothing is kept");
        assert_eq!([ask((&plan).into()).await, ask((&PlanReader::new(&aws)).into()).await], ["0", "3"], "of one plan");
    }

    #[tokio::test]
    async fn tags_that_a_plan_trusts_are_read_by_an_apply() {
        let aws = aws().await;
        let tags = |value: &str| Tags::from([("team".to_owned(), value.to_owned())]);
        let plan = PlanReader::new(&aws).trusting(BTreeMap::from([(ARN.to_owned(), tags("indexed"))]));
        let read = async |reader: Reader<'_>| reader.tags_or(ARN, async { Ok(tags("read")) }).await.expect("tags");
        assert_eq!(read((&plan).into()).await, tags("indexed"));
        assert_eq!(read(plan.aws().into()).await, tags("read"));
    }
}
