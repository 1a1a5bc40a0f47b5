//! What becomes of a bucket's objects as they age.

use toml_edit::Value;

use crate::aws::Id;
use crate::aws::s3::LifecycleRule;
use crate::import::Scene;
use crate::import::lines::{Lines, inline, list};

/// A rule that is in force.
pub fn rule(id: &Id, rule: &LifecycleRule, scene: &Scene) -> Option<Lines> {
    if rule.status != "Enabled" {
        let why = "it is disabled, but the rules of a section are enabled: it would be removed";
        scene.unsaid(id, &format!("the lifecycle rule {:?}", rule.id), why);
        return None;
    }
    let mut lines = Lines::new();
    lines.set("id", rule.id.as_str());
    lines.set_unless("prefix", rule.filter.prefix.as_str(), "");
    if !rule.filter.tags.is_empty() {
        lines.set("tags", inline(&rule.filter.tags));
    }
    lines.set_some("larger_than", rule.filter.object_size_greater_than);
    lines.set_some("smaller_than", rule.filter.object_size_less_than);
    if let Some(expiration) = &rule.expiration {
        lines.set_some("expiration_days", expiration.days.map(i64::from));
        lines.set_unless("expired_delete_markers", expiration.expired_object_delete_marker, false);
    }
    if let Some(noncurrent) = &rule.noncurrent_version_expiration {
        lines.set("noncurrent_days", i64::from(noncurrent.noncurrent_days));
        lines.set_some("newer_noncurrent_versions", noncurrent.newer_noncurrent_versions.map(i64::from));
    }
    let moves = rule.noncurrent_version_transitions.iter();
    let moves = moves.map(|one| transition(one.noncurrent_days, &one.storage_class, one.newer_noncurrent_versions));
    set_moves("noncurrent_transitions", moves.collect(), &mut lines);
    let abort = rule.abort_incomplete_multipart_upload.as_ref();
    lines.set_some("abort_multipart_days", abort.map(|abort| i64::from(abort.days_after_initiation)));
    let moves = rule.transitions.iter().map(|one| transition(one.days, &one.storage_class, None));
    set_moves("transitions", moves.collect(), &mut lines);
    Some(lines)
}

fn set_moves(key: &str, moves: Vec<Value>, lines: &mut Lines) {
    if !moves.is_empty() {
        lines.set(key, list(moves));
    }
}

fn transition(days: i32, class: &str, newer: Option<i32>) -> Value {
    let mut lines = Lines::new();
    lines.set("days", i64::from(days));
    lines.set("storage_class", class.to_lowercase().replace('_', "-"));
    lines.set_some("newer_versions", newer.map(i64::from));
    lines.inline()
}
