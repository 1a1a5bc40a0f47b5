//! `[compliance.rule.<name>]`

use toml_edit::{Table, Value};

use crate::aws::config::{Rule, Scope, recorder_name};
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};
use crate::manifest::compliance::RECORDS;
use crate::name::tag;

/// The section of a rule.
pub fn write(id: &Id, rule: &Rule, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set("managed_rule", rule.source_identifier.as_str());
    let parameters: Vec<(&String, String)> =
        rule.input_parameters.iter().map(|(name, value)| (name, scene.string(value))).collect();
    if !parameters.is_empty() {
        lines.set("parameters", inline(parameters));
    }
    lines.set_some("scope", scope(&rule.scope));
    lines.set_some("frequency", rule.maximum_execution_frequency.as_deref().and_then(frequency));
    lines.set_some("description", rule.description.as_deref());
    scene.end(id, &rule.tags, lines)
}

fn scope(scope: &Scope) -> Option<Value> {
    let mut lines = Lines::new();
    lines.set_list("resource_types", &scope.compliance_resource_types);
    lines.set_some("resource_id", scope.compliance_resource_id.as_deref());
    lines.set_some("tag_key", scope.tag_key.as_deref());
    lines.set_some("tag_value", scope.tag_value.as_deref());
    (!lines.is_empty()).then(|| lines.inline())
}

fn frequency(of_aws: &str) -> Option<&'static str> {
    let all = [
        ("One_Hour", "1h"),
        ("Three_Hours", "3h"),
        ("Six_Hours", "6h"),
        ("Twelve_Hours", "12h"),
        ("TwentyFour_Hours", "24h"),
    ];
    all.into_iter().find(|(name, _)| *name == of_aws).map(|(_, ours)| ours)
}

/// The lines of `[compliance]` itself: the recorder, where it is this app's.
pub fn recorder(scene: &Scene) -> Lines {
    let mut lines = Lines::new();
    let ours = scene.all(Kind::Recorder).find(|live| live.id.name == recorder_name(&scene.owner));
    if ours.is_some() {
        lines.set("recorder", "managed");
        let records = scene.all(Kind::Bucket).find(|live| live.id.address.name.as_str() == RECORDS);
        let tags = records.and_then(|live| live.observed.state.tags());
        lines.set_some("on_delete", tags.and_then(|tags| tags.get(tag::ON_DELETE)).map(|_| "delete"));
    }
    lines
}
