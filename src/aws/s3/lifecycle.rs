//! What happens to objects as they age.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aws::tags::{self, Tags};

pub(super) mod observe;
pub(super) mod send;

/// A lifecycle rule; in a call, with a filter in AWS's form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LifecycleRule<F = Filter> {
    #[serde(rename = "ID")]
    pub id: String,
    /// `Enabled` or `Disabled`.
    pub status: String,
    /// The objects that it is for.
    pub filter: F,
    /// When an object goes, or a delete marker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration: Option<Expiration>,
    /// When a version goes that is no longer the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
    /// Moves to cheaper storage of versions that are no longer the current ones.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub noncurrent_version_transitions: BTreeSet<NoncurrentVersionTransition>,
    /// When an upload goes that was never completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
    /// Moves objects to cheaper storage.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub transitions: BTreeSet<Transition>,
}

/// The objects that a rule is for: those of which all of this is true.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Filter {
    /// How their keys begin; empty: all of them.
    pub prefix: String,
    /// Tags that they have.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// They are larger than so many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_size_greater_than: Option<i64>,
    /// They are smaller than so many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_size_less_than: Option<i64>,
}

/// A filter in AWS's form: one condition, or several within `And`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WireFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object_size_greater_than: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object_size_less_than: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) and: Option<And>,
}

/// A tag that an object has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

/// Several conditions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct And {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prefix: Option<String>,
    #[serde(with = "tags::listed", default, skip_serializing_if = "Tags::is_empty")]
    pub(super) tags: Tags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object_size_greater_than: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) object_size_less_than: Option<i64>,
}

impl<F> LifecycleRule<F> {
    /// The same rule with its filter in another form.
    pub(super) fn into_form<G: From<F>>(self) -> LifecycleRule<G> {
        LifecycleRule {
            id: self.id,
            status: self.status,
            filter: self.filter.into(),
            expiration: self.expiration,
            noncurrent_version_expiration: self.noncurrent_version_expiration,
            noncurrent_version_transitions: self.noncurrent_version_transitions,
            abort_incomplete_multipart_upload: self.abort_incomplete_multipart_upload,
            transitions: self.transitions,
        }
    }
}

impl Filter {
    /// All objects whose keys begin so.
    pub fn prefix(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..Self::default() }
    }
}

impl From<Filter> for WireFilter {
    fn from(filter: Filter) -> Self {
        let Filter { prefix, tags, object_size_greater_than, object_size_less_than } = filter;
        let sizes = [object_size_greater_than, object_size_less_than].iter().flatten().count();
        let prefix = (!prefix.is_empty()).then_some(prefix);
        if usize::from(prefix.is_some()) + tags.len() + sizes > 1 {
            let and = And { prefix, tags, object_size_greater_than, object_size_less_than };
            return Self { and: Some(and), ..Self::default() };
        }
        let tag = tags.into_iter().next().map(|(key, value)| Tag { key, value });
        // A filter without a condition is one with an empty prefix.
        let prefix = if tag.is_none() && sizes == 0 { Some(prefix.unwrap_or_default()) } else { None };
        Self { prefix, tag, object_size_greater_than, object_size_less_than, and: None }
    }
}

impl From<WireFilter> for Filter {
    fn from(wire: WireFilter) -> Self {
        let and = wire.and.unwrap_or_default();
        let mut tags = and.tags;
        tags.extend(wire.tag.map(|tag| (tag.key, tag.value)));
        Self {
            prefix: wire.prefix.or(and.prefix).unwrap_or_default(),
            tags,
            // Beside other conditions AWS always shows one, 0 where none was set.
            object_size_greater_than: wire
                .object_size_greater_than
                .or(and.object_size_greater_than.filter(|size| *size > 0)),
            object_size_less_than: wire.object_size_less_than.or(and.object_size_less_than),
        }
    }
}

/// When an object goes, or a delete marker that no version is behind any more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Expiration {
    /// Days after it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// True if such delete markers go.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired_object_delete_marker: bool,
}

/// When a version goes that is no longer the current one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NoncurrentVersionExpiration {
    /// Days after another one took its place.
    pub noncurrent_days: i32,
    /// So many newer ones that are not current stay, whatever their age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer_noncurrent_versions: Option<i32>,
}

/// A move to cheaper storage of versions that are no longer the current ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NoncurrentVersionTransition {
    /// Days after another one took its place.
    pub noncurrent_days: i32,
    /// Where to, such as `STANDARD_IA`.
    pub storage_class: String,
    /// So many newer ones that are not current stay where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer_noncurrent_versions: Option<i32>,
}

/// When an upload goes that was never completed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AbortIncompleteMultipartUpload {
    /// Days after it began.
    pub days_after_initiation: i32,
}

/// Moves objects to cheaper storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Transition {
    /// After how many days.
    pub days: i32,
    /// Where to, such as `STANDARD_IA`.
    pub storage_class: String,
}
