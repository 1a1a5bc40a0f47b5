//! Reading many groups with few requests.
//!
//! `DescribeLogGroups` accepts one prefix and returns 50 groups a page. Groups that are asked for at the same time and
//! whose names have a common prefix are listed by that prefix, if that takes fewer pages than reading each of them. How
//! many pages a prefix takes is known from the answers so far; only the number of requests depends on it.
//!
//! No prefix is ever shorter than that of this app's and stage's groups: nothing else in the account is listed. A group
//! whose name does not have that prefix is read by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::LogGroup;
use futures_util::future::try_join_all;

use crate::aws::coalesced::batch::Answers;
use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Id};

const API: &str = "logs:DescribeLogGroups";

/// Groups of a page.
const PAGE: usize = 50;
/// So many pages a listing is taken to have of which nothing is known: fewer groups are asked for one by one. Each that
/// was takes one off, so that what a listing would have told is not asked for ever.
const UNKNOWN: usize = 10;

/// A group that somebody wants to know of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    name: String,
    /// How much of the name only our groups have.
    ours: usize,
}

/// The groups that there are, as far as answers have told.
#[derive(Debug, Default)]
pub struct Known {
    names: BTreeSet<String>,
    /// Prefixes that have been listed.
    listed: BTreeSet<String>,
    /// How many groups were asked for one by one.
    alone: usize,
}

/// A request, or the pages of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// Of one group, by its name.
    One(String),
    /// Of all groups that begin so, in so many pages.
    All(String, usize),
}

/// One group, asked for along with others.
pub async fn describe(aws: &Aws, id: &Id) -> Result<Option<LogGroup>, AwsError> {
    let (logs, known) = (aws.read.logs.clone(), Arc::clone(&aws.coalesced.known_log_groups));
    let ask = move |asked| describe_all(logs.clone(), Arc::clone(&known), asked);
    aws.coalesced.log_groups.get(Asked::of(id), ask).await
}

async fn describe_all(logs: Client, known: Arc<Mutex<Known>>, asked: BTreeSet<Asked>) -> Answers<Asked, LogGroup> {
    let mut names: Vec<&Asked> = asked.iter().collect();
    names.dedup_by_key(|asked| &asked.name);
    let questions = {
        let known = lock(&known);
        questions(&names, &|prefix| known.pages(prefix))
    };
    let answers = try_join_all(questions.iter().map(async |question| {
        let groups = question.ask(&logs).await?;
        lock(&known).learn(question, &groups);
        Ok::<_, AwsError>(groups)
    }));
    let mut found: BTreeMap<String, LogGroup> = BTreeMap::new();
    for group in answers.await?.into_iter().flatten() {
        found.extend(group.log_group_name.clone().map(|name| (name, group)));
    }
    Ok(asked.into_iter().filter_map(|asked| found.get(&asked.name).cloned().map(|group| (asked, group))).collect())
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The fewest requests that tell of all these groups, which are in order and of different names.
fn questions(names: &[&Asked], pages: &impl Fn(&str) -> usize) -> Vec<Question> {
    let (first, last) = match names {
        [] => return Vec::new(),
        [one] => return vec![Question::One(one.name.clone())],
        [first, .., last] => (&first.name, &last.name),
    };
    let shared = shared(first, last);
    let is_ours = names.iter().all(|asked| asked.ours <= shared.len());
    let together = if is_ours { pages(shared) } else { usize::MAX };
    let next = |asked: &Asked| asked.name[shared.len()..].chars().next();
    let parts = names.chunk_by(|one, other| next(one) == next(other));
    let apart: Vec<Question> = parts.flat_map(|part| questions(part, pages)).collect();
    match together < apart.iter().map(Question::pages).sum() {
        true => vec![Question::All(shared.to_owned(), together)],
        false => apart,
    }
}

/// What two names begin with, both.
fn shared<'n>(one: &'n str, other: &str) -> &'n str {
    let end = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    &one[..end.unwrap_or_else(|| one.len().min(other.len()))]
}

impl Asked {
    fn of(id: &Id) -> Self {
        let ours = format!("/{}", id.owner.prefix());
        let end = id.name.find(&ours).map(|at| at + ours.len());
        Self { name: id.name.clone(), ours: end.unwrap_or(usize::MAX) }
    }
}

impl Question {
    fn pages(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::All(_, pages) => *pages,
        }
    }

    async fn ask(&self, logs: &Client) -> Result<Vec<LogGroup>, AwsError> {
        match self {
            // The shortest name comes first.
            Self::One(name) => {
                let answer = logs.describe_log_groups().log_group_name_prefix(name).send().await.answer(API)?;
                let groups = answer.log_groups.unwrap_or_default();
                Ok(groups.into_iter().filter(|group| group.log_group_name() == Some(name)).collect())
            }
            Self::All(prefix, _) => {
                let pages = logs.describe_log_groups().log_group_name_prefix(prefix).into_paginator().items();
                pages.send().collect::<Result<_, _>>().await.answer(API)
            }
        }
    }
}

impl Known {
    /// How many pages a listing by this prefix takes.
    fn pages(&self, prefix: &str) -> usize {
        let is_known = self.listed.iter().any(|listed| prefix.starts_with(listed.as_str()));
        let least = if is_known { 1 } else { UNKNOWN.saturating_sub(self.alone).max(1) };
        self.below(prefix).count().div_ceil(PAGE).max(least)
    }

    fn below<'k>(&'k self, prefix: &'k str) -> impl Iterator<Item = &'k String> {
        self.names.range(prefix.to_owned()..).take_while(move |name| name.starts_with(prefix))
    }

    fn learn(&mut self, question: &Question, groups: &[LogGroup]) {
        match question {
            Question::One(name) => {
                self.alone += 1;
                self.names.remove(name);
            }
            Question::All(prefix, _) => {
                self.names.retain(|name| !name.starts_with(prefix));
                self.listed.insert(prefix.clone());
            }
        }
        self.names.extend(groups.iter().filter_map(|group| group.log_group_name.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "/aws/lambda/shop--test-";

    fn asked(names: &[String]) -> Vec<Asked> {
        let ours = |name: &String| if name.starts_with(OURS) { OURS.len() } else { usize::MAX };
        let mut asked: Vec<Asked> = names.iter().map(|name| Asked { ours: ours(name), name: name.clone() }).collect();
        asked.sort();
        asked
    }

    fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
        numbers.map(|number| format!("{OURS}f{number:04}")).collect()
    }

    fn groups(names: &[String]) -> Vec<LogGroup> {
        names.iter().map(|name| LogGroup::builder().log_group_name(name).build()).collect()
    }

    /// What is asked where these groups exist and a listing has said so.
    fn plan(names: &[String], exist: &[String]) -> Vec<Question> {
        let mut known = Known::default();
        known.learn(&Question::All(OURS.into(), 1), &groups(exist));
        let asked = asked(names);
        questions(&asked.iter().collect::<Vec<_>>(), &|prefix| known.pages(prefix))
    }

    fn all(prefix: &str, pages: usize) -> Question {
        Question::All(format!("{OURS}{prefix}"), pages)
    }

    fn one(name: &str) -> Question {
        Question::One(format!("{OURS}{name}"))
    }

    #[test]
    fn what_begins_alike_is_listed_where_that_takes_fewer_requests() {
        let exist = numbered(0..1000);
        assert_eq!(plan(&numbered(7..8), &exist), [one("f0007")]);
        assert_eq!(plan(&numbered(7..9), &exist), [all("f000", 1)]);
        assert_eq!(plan(&numbered(100..164), &exist), [all("f01", 2)], "of a hundred");
        let hundreds: Vec<Question> = (0..10).map(|hundred| all(&format!("f0{hundred}"), 2)).collect();
        assert_eq!(plan(&numbered(0..1000), &exist), hundreds, "side by side, since it takes no more");
        assert_eq!(plan(&numbered(95..105), &exist), [all("f009", 1), all("f010", 1)]);
        assert_eq!(plan(&numbered(0..1000), &[]), [all("f0", 1)], "none exists, as is known");
        let few = [numbered(3..4), numbered(500..501), numbered(900..901)].concat();
        assert_eq!(plan(&few, &exist), [one("f0003"), one("f0500"), one("f0900")]);
        let nested = [format!("{OURS}f"), format!("{OURS}f-1"), format!("{OURS}f-2")];
        assert_eq!(plan(&nested, &exist), [one("f"), all("f-", 1)], "20 pages begin with the first");
    }

    #[test]
    fn others_groups_are_never_listed() {
        let names: Vec<String> = (0..30).map(|number| format!("/aws/lambda/shop--other-{number:02}")).collect();
        let mixed = [names.clone(), numbered(0..2)].concat();
        let asked = plan(&mixed, &numbered(0..2));
        let alone: Vec<Question> = names.into_iter().map(Question::One).collect();
        assert_eq!(asked, [alone, vec![all("f000", 1)]].concat());
    }

    #[test]
    fn of_what_is_not_known_yet_few_are_asked_one_by_one_and_many_by_what_they_share() {
        let plan = |known: &Known, count| {
            let asked = asked(&numbered(0..count));
            questions(&asked.iter().collect::<Vec<_>>(), &|prefix| known.pages(prefix))
        };
        assert_eq!(plan(&Known::default(), UNKNOWN).len(), UNKNOWN);
        assert_eq!(plan(&Known::default(), 64), [all("f00", UNKNOWN)]);
        let mut known = Known::default();
        for name in numbered(0..8) {
            known.learn(&Question::One(name.clone()), &groups(&[name]));
        }
        assert_eq!(plan(&known, 2).len(), 2);
        assert_eq!(plan(&known, 3), [all("f000", 2)], "many by now");
    }

    #[test]
    fn what_is_made_and_deleted_meanwhile_counts() {
        let mut known = Known::default();
        known.learn(&Question::All(OURS.into(), 1), &[]);
        for name in numbered(0..51) {
            assert_eq!(known.pages(&format!("{OURS}f")), 1);
            known.learn(&Question::One(name.clone()), &groups(&[name]));
        }
        assert_eq!((known.pages(&format!("{OURS}f")), known.pages(&format!("{OURS}f005"))), (2, 1));
        known.learn(&one("f0000"), &[]);
        assert_eq!(known.pages(&format!("{OURS}f")), 1);
        known.learn(&all("f00", 1), &groups(&numbered(0..99)));
        assert_eq!(known.pages(OURS), 2);
    }
}
