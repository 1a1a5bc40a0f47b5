//! `[usage_plan.<name>]`. The values of its keys stand nowhere.

use std::collections::BTreeMap;

use toml_edit::{Table, Value};

use crate::aws::apigateway_keys::{ApiKey, ApiStage, Limits, Quota, UsagePlan};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::{Lines, inline};
use crate::name::{Name, tag};
use crate::text::Text;

/// The section of a usage plan.
pub fn write(id: &Id, plan: &UsagePlan, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    lines.set_unless("description", plan.description.as_str(), "");
    lines.set_list("apis", plan.api_stages.iter().filter_map(|stage| api(id, plan, stage, scene)));
    lines.set_some("quota", plan.quota.as_ref().map(quota));
    lines.set_some("throttle", plan.throttle.map(limits));
    keys(id, plan, scene, &mut lines);
    scene.end(id, &plan.tags, lines)
}

/// An API whose stage its keys open, with the limits on single routes.
fn api(id: &Id, plan: &UsagePlan, stage: &ApiStage, scene: &Scene) -> Option<Value> {
    let of = stage.api_id.references().find_map(|output| scene.live(&output.address));
    let section = of.and_then(|live| scene.section_of(Kind::RestApi, &live.id.name));
    let Some(section) = section else {
        let why =
            format!("the API {} has no section: its stage {} is removed", scene.plain(&stage.api_id), stage.stage);
        scene.unsaid(id, "apis", &why);
        return None;
    };
    let routes = plan.method_throttle.iter().filter(|(method, _)| method.of == *stage);
    let routes: BTreeMap<String, Value> = routes.map(|(method, of)| (route(&method.path), limits(*of))).collect();
    if routes.is_empty() {
        return Some(section.as_str().into());
    }
    let mut lines = Lines::new();
    lines.set("api", section.as_str());
    lines.set("routes", inline(routes));
    Some(lines.inline())
}

/// `/items/GET` as `GET /items`.
fn route(path: &str) -> String {
    path.rsplit_once('/').map_or_else(|| path.to_owned(), |(path, method)| format!("{method} {path}"))
}

fn limits(limits: Limits) -> Value {
    let mut lines = Lines::new();
    lines.set("rate", limits.rate_limit);
    lines.set("burst", i64::from(limits.burst_limit));
    lines.inline()
}

fn quota(quota: &Quota) -> Value {
    let mut lines = Lines::new();
    lines.set("limit", i64::from(quota.limit));
    lines.set("period", quota.period.to_lowercase());
    lines.set_unless("offset", i64::from(quota.offset), 0);
    lines.inline()
}

/// Its keys: by name, or with more where there is more to say.
fn keys(id: &Id, plan: &UsagePlan, scene: &Scene, lines: &mut Lines) {
    let (mut plain, mut others) = (Vec::new(), Vec::new());
    for text in &plan.keys {
        let Some((name, key)) = key(text, scene) else {
            scene.unsaid(
                id,
                "keys",
                &format!(
                    "the key {} has no name here: it is removed from the plan, and callers who use it are refused",
                    scene.plain(text)
                ),
            );
            continue;
        };
        if scene.is_foreign(&key.tags) {
            let why = "a section cannot set a key's name: another key, with another value, takes its place in the \
            plan, and callers who use this one are refused; leave the section out to keep it";
            scene.unsaid(id, &format!("the key {}", scene.plain(text)), why);
        }
        let more = of_key(id, plan, key, scene);
        match more.is_empty() {
            true => plain.push(name.as_str()),
            false => others.push((name.to_string(), more)),
        }
    }
    lines.set_list("keys", plain);
    lines.set_tables("key", others);
}

fn key<'s>(text: &Text, scene: &'s Scene) -> Option<(&'s Name, &'s ApiKey)> {
    let live = text.references().find_map(|output| scene.live(&output.address))?;
    match &live.observed.state {
        State::ApiKey(key) => Some((&live.id.address.name, key)),
        _ => None,
    }
}

/// What is to be said of a key: tags are the plan's and its own.
fn of_key(id: &Id, plan: &UsagePlan, key: &ApiKey, scene: &Scene) -> Lines {
    let mut lines = Lines::new();
    lines.set_unless("description", key.description.as_str(), "");
    lines.set_unless("enabled", key.enabled, true);
    let mut tags = key.tags.clone();
    tags.retain(|name, value| plan.tags.get(name) != Some(value));
    scene.tags(id, &tags, &mut lines);
    lines.set_some("on_delete", key.tags.get(tag::ON_DELETE).map(|_| "delete"));
    lines
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::aws::test_support::test_id;
    use crate::aws::{Live, Observed};
    use crate::text::OutputRef;

    #[test]
    fn a_key_that_another_one_takes_the_place_of_is_told() {
        let id = test_id(Kind::ApiKey, "Partner");
        let mut observed = Observed::of(State::from(ApiKey { enabled: true, ..ApiKey::default() }));
        observed.outputs.insert("id".into(), "k1".into());
        let keys = BTreeSet::from([Text::output(OutputRef::new(&id.address, "id"))]);
        let live = BTreeMap::from([(id.address.clone(), Live { id: id.clone(), observed })]);
        let scene = Scene::new(&id.site, &id.owner, live, BTreeMap::new());
        let plan = UsagePlan { keys, ..UsagePlan::default() };
        let table = write(&test_id(Kind::UsagePlan, "Free"), &plan, &scene);
        assert!(table.to_string().contains("keys = [\"thing\"]"), "{table}");
        let (unsaid, _) = scene.finish();
        assert!(unsaid.iter().any(|one| one.what.ends_with("the key k1")), "{unsaid:?}");
    }
}
