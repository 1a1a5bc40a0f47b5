//! Versions of a function, and the alias `live` that points to one of them.
//!
//! If the version that the alias points to is not what is wanted, a version is published, and then the alias is moved
//! to it. Lambda numbers versions as they are published, so a plan names the new one by its contents, and a call by the
//! number that was read right before it (`@newest`).
//!
//! 1. Whoever shall be moved from one version to the next calls the alias: it exists before they do, and is deleted by a plan of its
//!    own once they have let go of it ([`leaving`]).
//! 2. Versions that this program has published say so in their description. It deletes no others, and none that an alias points to.
//! 3. What AWS answers `PublishVersion` with where nothing has changed since the last one is that one: the call is safe to repeat.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer, ser};

use super::marks;
use super::{Function, Way, hidden_value};
use crate::aws::{Id, Resource, Tags};
use crate::canonical::Sha;
use crate::text::Text;

mod call;
mod next_call;
mod read;
mod send;

pub use call::{CreateAlias, DeleteAlias, PublishVersion, PutProvisionedConcurrencyConfig, RoutingConfig, UpdateAlias};
pub(super) use call::{Effect, effect};
pub(super) use next_call::{condition, next_release, next_removal, next_unready};
pub(super) use read::{Found, read};
pub(super) use send::send;

/// The alias that everything in the app invokes.
pub const LIVE: &str = "live";
/// The description of a version that this program has published.
const MARK: &str = "published by serverless-app";
/// What stands for the number of the newest version among the weights.
const NEWEST: &str = "newest";

/// The contents of a version: code and settings, without what belongs to the function as a whole. It is written as its
/// digest, since the function's own attributes show its contents.
#[derive(Debug, Clone, PartialEq)]
pub struct Version(Box<Function>);

impl Version {
    /// What a version of this function would hold.
    pub fn of(function: &Function) -> Self {
        Self(Box::new(Function {
            description: String::new(),
            reserved_concurrent_executions: None,
            runtime_management_config: None,
            recursive_loop: None,
            url: None,
            invoke_config: None,
            release: None,
            tags: Tags::new(),
            way: Way::default(),
            ..function.clone()
        }))
    }

    /// Hides every value of the environment that `shown` does not say.
    fn veil(&mut self, shown: &dyn Fn(&str, &Text) -> bool) {
        for (name, value) in &mut self.0.environment {
            if !shown(name, value) {
                *value = hidden_value();
            }
        }
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let digest = Sha::of_json(&*self.0).map_err(ser::Error::custom)?;
        output.serialize_str(&digest.hex())
    }
}

/// The versions of a function, and what its alias points to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Release {
    /// What the alias points to; `None` where there is no alias.
    pub live: Option<Version>,
    /// The newest version, where that is newer than what the alias points to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<Version>,
    /// How much of the traffic goes to another version, by its number, or `newest`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub additional_version_weights: BTreeMap<String, f64>,
    /// The numbers of versions of ours that no alias points to, but for the newest.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub old_versions: BTreeSet<u64>,
    /// Environments that are kept ready for the alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioned_concurrent_executions: Option<i32>,
    /// How it gets there.
    #[serde(skip)]
    pub course: Course,
}

/// What is known of a release besides what it is. Any equals any other.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// Of a wanted release: how many old versions are kept.
    pub keep: usize,
    /// In a wanted release: how a new version gets its traffic, unless all at once.
    pub canary: Option<Canary>,
    /// Of a wanted release that goes back: to which version.
    back_to: Option<u64>,
    /// What each version holds.
    contents: BTreeMap<u64, Version>,
    /// The version that the alias points to.
    number: Option<Numbered>,
    /// The newest version, where that is newer.
    newest: Option<Numbered>,
}

impl PartialEq for Course {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Course {
    /// The numbers of the versions that decide what is to be done.
    fn numbers(&self) -> Vec<String> {
        let numbers = [self.number, self.newest].into_iter().flatten().filter_map(|one| one.number);
        numbers.map(|number| number.to_string()).collect()
    }
}

/// A part of the traffic for a while, before all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// How much of it.
    pub percent: u8,
    /// For how long.
    pub minutes: u32,
    /// The physical names of the alarms of which each ends it.
    pub alarms: BTreeSet<String>,
}

/// The number of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbered {
    /// `None` until it has been read.
    number: Option<u64>,
    /// True if this program has published it.
    is_ours: bool,
}

impl Release {
    /// A release of what the function is.
    pub fn of(function: &Function, keep: usize, canary: Option<Canary>, provisioned: Option<i32>) -> Self {
        Self {
            live: Some(Version::of(function)),
            provisioned_concurrent_executions: provisioned,
            course: Course { keep, canary, ..Course::default() },
            ..Self::default()
        }
    }

    fn is_nothing(&self) -> bool {
        self.live.is_none() && self.newest.is_none() && self.old_versions.is_empty()
    }

    /// Each version that it knows: those that it may come to hold too.
    fn versions(&mut self) -> impl Iterator<Item = &mut Version> {
        self.live.iter_mut().chain(&mut self.newest).chain(self.course.contents.values_mut())
    }

    fn is_at(&self, number: u64) -> bool {
        self.course.number.and_then(|at| at.number) == Some(number)
    }

    /// Visits the texts of its versions.
    pub(super) fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        for version in self.versions() {
            let function = &mut version.0;
            function.environment.values_mut().chain(&mut function.layers).for_each(&mut *visit);
        }
    }

    /// Hides what its versions hold besides what `shown` says.
    pub(super) fn veil(&mut self, shown: &dyn Fn(&str, &Text) -> bool) {
        self.versions().for_each(|version| version.veil(shown));
    }

    /// Leaves of the old versions as many as are to be kept, and what others have published. Versions that are newer than what the
    /// alias points to were put back, or moved back from: they go, unless the alias moves on to the newest of them.
    fn keep(&mut self, live: &Self) {
        let moves = self.live != live.live;
        let goes_on = moves && self.live == live.newest;
        let number = live.course.number.and_then(|at| at.number);
        let left = number.filter(|_| moves && live.course.number.is_some_and(|at| at.is_ours));
        let is_older = |old: &u64| goes_on || number.is_some_and(|number| *old < number);
        let old: BTreeSet<u64> = live.old_versions.iter().copied().filter(is_older).chain(left).collect();
        self.old_versions = old.into_iter().rev().take(self.course.keep).collect();
        if let Some((number, theirs)) = live.newest_of_others().filter(|_| !moves) {
            self.newest = Some(theirs);
            self.course.newest = Some(Numbered { number, is_ours: false });
        }
    }

    /// The newest version that others have published, where that is newer than what the alias points to.
    fn newest_of_others(&self) -> Option<(Option<u64>, Version)> {
        let newest = self.course.newest?;
        if !newest.is_ours {
            return Some((newest.number, self.newest.clone()?));
        }
        let at = self.course.number.and_then(|at| at.number)?;
        let is_theirs = |number: &u64| Some(*number) != newest.number && !self.old_versions.contains(number);
        let mut newer = self.course.contents.range(at + 1..).rev();
        newer.find(|(number, _)| is_theirs(number)).map(|(number, content)| (Some(*number), content.clone()))
    }
}

impl Function {
    /// The same with all of the traffic at a version that it has: at this one, or at the one before. While another version has a part
    /// of it, the one before is the one that the alias points to. `Err` says why that cannot be.
    pub fn back_to(&self, id: &Id, version: Option<u64>) -> Result<Self, String> {
        let release = self.release.as_deref().filter(|release| release.live.is_some());
        let release = release.ok_or_else(|| format!("it has no alias `{LIVE}`: its section has no release"))?;
        let current = release.course.number.and_then(|number| number.number).unwrap_or_default();
        let is_whole = release.additional_version_weights.is_empty();
        let before = || match is_whole {
            true => release.old_versions.range(..current).next_back().copied(),
            false => Some(current),
        };
        let number = version.or_else(before).ok_or_else(|| format!("there is no version before {current}"))?;
        let content = release.course.contents.get(&number).ok_or_else(|| {
            let known: Vec<String> = release.course.contents.keys().map(u64::to_string).collect();
            format!("there is no version {number}: it has {}", known.join(", "))
        })?;
        if release.live.as_ref() == Some(content) && (is_whole || number != current) {
            return Err(format!("version {number} is already the one that `{LIVE}` points to"));
        }
        let mut goal = self.clone();
        call::effect(&mut goal, &Effect::Updated(&next_call::back(id, Some(number).filter(|to| *to != current))));
        Ok(self.with_goal(goal, number))
    }

    /// The same where this call of a plan has moved the alias back already, and this version is asked for or the one before: by now
    /// another one is the one before. `None` where it has not.
    pub fn gone_back(&self, call: &UpdateAlias, version: Option<u64>) -> Option<Self> {
        let release = self.release.as_deref().filter(|release| release.additional_version_weights.is_empty())?;
        let at = release.course.number?.number?;
        let is_there = call.function_version.is_none() || call.version() == Some(at);
        let is_asked_for = version.is_none_or(|version| version == at);
        (is_there && is_asked_for).then(|| self.with_goal(self.clone(), at))
    }

    /// This goal of going back to a version, as it shows.
    fn with_goal(&self, mut goal: Self, number: u64) -> Self {
        if let Some(release) = &mut goal.release {
            release.course.back_to = Some(number);
        }
        goal.veil(Some(self));
        goal
    }
}

/// What must survive of the live function: see [`Release::keep`], and [`leaving`]. Nothing does of one whose place another takes.
pub(super) fn keep(want: &mut Function, live: &Function) {
    let lasts = want.package_type == live.package_type;
    let Some(of_live) = live.release.as_deref().filter(|_| lasts) else { return };
    match &mut want.release {
        Some(release) if release.course.back_to.is_some() => {}
        Some(release) => {
            release.keep(of_live);
            let environment = want.environment.clone();
            release
                .newest
                .iter_mut()
                .for_each(|newest| newest.veil(&|name, value| environment.get(name) == Some(value)));
        }
        None => {
            let mut kept = of_live.clone();
            kept.provisioned_concurrent_executions = None;
            kept.veil(&|name, value| want.environment.get(name) == Some(value));
            want.way.leaving = Some(Box::new(kept));
            if !marks::is_leaving(&live.tags) {
                *want = leaving(want).unwrap_or_else(|| want.clone());
            }
        }
    }
}

/// Where a plan leaves a function that shall have no alias any more: it is still there, and the tag says that it goes. By the plan
/// after that nothing invokes it.
pub(super) fn leaving(want: &Function) -> Option<Function> {
    let release = want.way.leaving.clone().filter(|release| release.live.is_some())?;
    let mut half = Function { release: Some(release), ..want.clone() };
    marks::mark_leaving(&mut half.tags);
    Some(half)
}

/// Why no part of the traffic can go to a version of what is wanted: Lambda divides it between versions of one role and one dead-letter
/// queue, and would refuse that in the middle of an apply.
pub(super) fn obstacle(want: &Function, live: &Function) -> Option<String> {
    want.release.as_deref()?.course.canary.as_ref()?;
    let before = &live.release.as_deref()?.live.as_ref()?.0;
    let field = match (before.role == want.role, before.dead_letter_target_arn == want.dead_letter_target_arn) {
        (false, _) => "role",
        (true, false) => "dead_letter",
        (true, true) => return None,
    };
    Some(format!(
        "Lambda cannot divide traffic between versions that differ in `{field}`, as a canary of this change would: \
         remove `canary`, `minutes` and `alarms` from `release` for this change, and put them back in the next one"
    ))
}

/// What is left to a later plan, for people.
pub(super) fn later(want: &Function, live: &Function) -> Option<String> {
    let has_alias = live.release.as_ref().is_some_and(|release| release.live.is_some());
    let stays = want.release.is_none() && has_alias && !marks::is_leaving(&live.tags);
    stays.then(|| {
        format!(
            "the alias `{LIVE}` and its versions will be deleted by the next plan, when nothing invokes the alias any \
             more"
        )
    })
}

#[cfg(test)]
mod tests;
