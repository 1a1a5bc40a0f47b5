//! The calls that publish versions and move the alias, and what each does to a function's state.

use serde::{Deserialize, Serialize};

use super::{LIVE, NEWEST, Numbered, Release, Version};
use crate::aws::lambda::function::Function;
use crate::text::Text;

/// Input of `PublishVersion`: AWS refuses it where the function has other code, or was changed since it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PublishVersion {
    /// The physical name.
    pub function_name: String,
    /// The code that it must have.
    pub code_sha256: String,
    /// That it is ours.
    pub description: String,
    /// The revision that was read last.
    pub revision_id: Text,
}

/// Input of `CreateAlias`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateAlias {
    /// The physical name.
    pub function_name: String,
    /// The alias.
    pub name: String,
    /// The number of the version that was published last.
    pub function_version: Text,
}

/// Input of `UpdateAlias`: what it leaves out is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateAlias {
    /// The physical name.
    pub function_name: String,
    /// The alias.
    pub name: String,
    /// The number of the version that it shall point to, if that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_version: Option<Text>,
    /// What another version gets of the traffic.
    pub routing_config: RoutingConfig,
    /// The revision of the alias that was read last.
    pub revision_id: Text,
}

/// `RoutingConfig`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RoutingConfig {
    /// AWS's map as a list, since its key is known only when the version has been published. Without any all goes to one version.
    pub additional_version_weights: Vec<Weight>,
}

/// What one version gets of the traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Weight {
    /// Its number.
    pub function_version: Text,
    /// From 0 to 1.
    pub function_weight: f64,
}

/// Input of `DeleteAlias`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteAlias {
    /// The physical name.
    pub function_name: String,
    /// The alias.
    pub name: String,
}

/// Input of `PutProvisionedConcurrencyConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutProvisionedConcurrencyConfig {
    /// The physical name.
    pub function_name: String,
    /// The alias.
    pub qualifier: String,
    /// How many environments are kept ready.
    pub provisioned_concurrent_executions: i32,
}

/// What one of the calls on versions and the alias does.
pub enum Effect<'a> {
    /// A version was published.
    Published,
    /// The alias was made.
    Created,
    /// The alias was moved, or its weights were set.
    Updated(&'a UpdateAlias),
    /// The alias is gone.
    AliasDeleted,
    /// The version of this number is gone.
    VersionDeleted(&'a str),
    /// So many environments are kept ready.
    Provisioned(Option<i32>),
}

/// What such a call does to a function's state.
pub(in crate::aws::lambda::function) fn effect(function: &mut Function, what: &Effect) {
    let mut release = function.release.take().map(|release| *release).unwrap_or_default();
    match what {
        Effect::Published => {
            release.newest = Some(Version::of(function));
            release.course.newest = Some(Numbered { number: None, is_ours: true });
        }
        Effect::Created => release.move_to_newest(),
        Effect::Updated(input) => release.update(input),
        Effect::AliasDeleted => release.let_go(),
        Effect::VersionDeleted(number) => release.forget(number),
        Effect::Provisioned(executions) => release.provisioned_concurrent_executions = *executions,
    }
    function.release = (!release.is_nothing()).then(|| Box::new(release));
}

impl Release {
    fn move_to_newest(&mut self) {
        let left = self.course.number.take().filter(|left| left.is_ours).and_then(|left| left.number);
        self.old_versions.extend(left);
        self.course.number = self.course.newest.take();
        self.live = self.newest.take();
    }

    /// The alias goes to a version that is known: what it pointed to is the newest one, or an old one.
    fn move_back(&mut self, number: u64) {
        let (left, current) = (self.live.take(), self.course.number.take());
        match self.newest {
            None => (self.newest, self.course.newest) = (left, current),
            Some(_) => self.old_versions.extend(current.filter(|left| left.is_ours).and_then(|left| left.number)),
        }
        self.live = self.course.contents.get(&number).cloned();
        let is_ours = self.old_versions.remove(&number);
        self.course.number = Some(Numbered { number: Some(number), is_ours });
    }

    fn update(&mut self, input: &UpdateAlias) {
        match input.function_version.as_ref().map(|version| version.literal().and_then(|number| number.parse().ok())) {
            Some(Some(number)) => self.move_back(number),
            Some(None) => self.move_to_newest(),
            None => {}
        }
        let weights = &input.routing_config.additional_version_weights;
        let weights =
            weights.iter().map(|one| (one.function_version.literal().unwrap_or(NEWEST).into(), one.function_weight));
        self.additional_version_weights = weights.collect();
    }

    /// The alias goes: what it pointed to is an old version, or the newest one.
    fn let_go(&mut self) {
        let left = (self.live.take(), self.course.number.take());
        self.additional_version_weights.clear();
        match left {
            (Some(version), Some(number)) if number.is_ours && self.newest.is_none() => {
                (self.newest, self.course.newest) = (Some(version), Some(number));
            }
            (_, Some(number)) if number.is_ours => self.old_versions.extend(number.number),
            _ => {}
        }
        if self.course.newest.is_some_and(|newest| !newest.is_ours) {
            (self.newest, self.course.newest) = (None, None);
        }
    }

    fn forget(&mut self, number: &str) {
        let number: Option<u64> = number.parse().ok();
        self.old_versions.retain(|old| Some(*old) != number);
        self.course.contents.retain(|known, _| Some(*known) != number);
        if self.course.newest.is_some_and(|newest| newest.number == number) {
            self.promote();
        }
    }

    /// The newest version is gone: then the one before is the newest, if the alias points to an older one, or there is none and it
    /// is ours.
    fn promote(&mut self) {
        (self.newest, self.course.newest) = (None, None);
        let at = self.course.number.and_then(|at| at.number);
        let last = self.course.contents.iter().next_back().map(|(number, content)| (*number, content.clone()));
        let is_newest = |number: u64| at.map_or_else(|| self.old_versions.contains(&number), |at| number > at);
        if let Some((number, content)) = last.filter(|(number, _)| is_newest(*number)) {
            let is_ours = self.old_versions.remove(&number);
            self.newest = Some(content);
            self.course.newest = Some(Numbered { number: Some(number), is_ours });
        }
    }
}

impl UpdateAlias {
    /// The number of the version that the alias shall point to, where a plan knows it.
    pub fn version(&self) -> Option<u64> {
        self.function_version.as_ref()?.literal()?.parse().ok()
    }

    /// The call that leaves a function's alias so.
    pub(super) fn of(function_name: String, version: Option<Text>, weights: Vec<Weight>, revision_id: Text) -> Self {
        let routing_config = RoutingConfig { additional_version_weights: weights };
        Self { function_name, name: LIVE.into(), function_version: version, routing_config, revision_id }
    }
}
