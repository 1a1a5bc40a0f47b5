//! Patches of a usage plan: what differs as operations, and what operations do.
//!
//! A stage is named by the value of an operation, `<API id>:<stage>`; a limit on one of its methods by the path. AWS takes limits
//! on methods only while the plan has limits of its own, so they go before those and come after them.

use super::*;

/// One operation of a patch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// `add`, `replace` or `remove`.
    pub(super) op: String,
    /// What it is about.
    pub(super) path: Text,
    /// The new value, or the stage that comes or goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Text>,
}

const STAGES: &str = "/apiStages";
const THROTTLE: &str = "/throttle";
const QUOTA: &str = "/quota";
const RATE: &str = "rateLimit";
const BURST: &str = "burstLimit";

impl Patch {
    fn add(path: &str, value: impl Into<Text>) -> Self {
        Self { op: "add".into(), path: path.into(), value: Some(value.into()) }
    }

    fn replace(path: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { op: "replace".into(), path: path.into(), value: Some(value.into()) }
    }

    fn remove(path: impl Into<Text>) -> Self {
        Self { op: "remove".into(), path: path.into(), value: None }
    }

    fn remove_stage(stage: &ApiStage) -> Self {
        Self { op: "remove".into(), path: STAGES.into(), value: Some(stage.text()) }
    }
}

/// The operations that take these stages out.
pub(super) fn without<'a>(stages: impl Iterator<Item = &'a ApiStage>) -> Vec<Patch> {
    stages.map(Patch::remove_stage).collect()
}

/// The operations from one plan to another, but for its keys and tags.
pub(super) fn between(want: &UsagePlan, live: &UsagePlan) -> Vec<Patch> {
    let mut patches = without(live.api_stages.difference(&want.api_stages));
    // The limits of a stage go with it.
    let stays = |method: &&Method| want.api_stages.contains(&method.of) && !want.method_throttle.contains_key(*method);
    patches.extend(live.method_throttle.keys().filter(stays).map(|method| Patch::remove(path(method, ""))));
    if want.description != live.description {
        patches.push(Patch::replace("/description", want.description.as_str()));
    }
    patches.extend(throttle(want.throttle, live.throttle));
    patches.extend(quota(want.quota.as_ref(), live.quota.as_ref()));
    patches.extend(want.api_stages.difference(&live.api_stages).map(|stage| Patch::add(STAGES, stage.text())));
    let kept = |method: &Method| live.method_throttle.get(method).filter(|_| live.api_stages.contains(&method.of));
    for (method, limits) in want.method_throttle.iter().filter(|(method, limits)| kept(method) != Some(*limits)) {
        patches.push(Patch::replace(path(method, RATE), limits.rate_limit.to_string()));
        patches.push(Patch::replace(path(method, BURST), limits.burst_limit.to_string()));
    }
    patches
}

/// `/apiStages/<API id>:<stage>/throttle/<path>/<method>`, or one of its limits.
fn path(method: &Method, limit: &str) -> Text {
    let limit = if limit.is_empty() { String::new() } else { format!("/{limit}") };
    Text::from(format!("{STAGES}/")).then(method.of.text()).then(format!("{THROTTLE}/{}{limit}", method.path))
}

fn throttle(want: Option<Limits>, live: Option<Limits>) -> Vec<Patch> {
    match want {
        _ if want == live => Vec::new(),
        None => vec![Patch::remove(THROTTLE)],
        Some(limits) => vec![
            Patch::replace(format!("{THROTTLE}/{RATE}"), limits.rate_limit.to_string()),
            Patch::replace(format!("{THROTTLE}/{BURST}"), limits.burst_limit.to_string()),
        ],
    }
}

fn quota(want: Option<&Quota>, live: Option<&Quota>) -> Vec<Patch> {
    match want {
        _ if want == live => Vec::new(),
        None => vec![Patch::remove(QUOTA)],
        Some(quota) => vec![
            Patch::replace(format!("{QUOTA}/limit"), quota.limit.to_string()),
            Patch::replace(format!("{QUOTA}/offset"), quota.offset.to_string()),
            Patch::replace(format!("{QUOTA}/period"), quota.period.as_str()),
        ],
    }
}

/// What operations do to a plan. Those that make no sense change nothing.
pub(super) fn apply(plan: &mut UsagePlan, patches: &[Patch]) {
    patches.iter().for_each(|patch| apply_one(plan, patch));
}

fn apply_one(plan: &mut UsagePlan, patch: &Patch) {
    let text = patch.value.as_ref().and_then(Text::literal).unwrap_or_default().to_owned();
    let path = patch.path.to_string();
    match (patch.op.as_str(), path.as_str()) {
        (op, STAGES) => {
            if let Some(stage) = patch.value.as_ref().and_then(ApiStage::read) {
                apply_stage(plan, op, stage);
            }
        }
        ("remove", THROTTLE) => plan.throttle = None,
        ("remove", QUOTA) => plan.quota = None,
        (_, "/description") => plan.description = text,
        (_, "/throttle/rateLimit") => plan.throttle.get_or_insert_default().set(RATE, &text),
        (_, "/throttle/burstLimit") => plan.throttle.get_or_insert_default().set(BURST, &text),
        (_, "/quota/limit") => plan.quota.get_or_insert_default().limit = text.parse().unwrap_or_default(),
        (_, "/quota/offset") => plan.quota.get_or_insert_default().offset = text.parse().unwrap_or_default(),
        (_, "/quota/period") => plan.quota.get_or_insert_default().period = text,
        (op, _) => apply_method(plan, op, &patch.path, &path, &text),
    }
}

fn apply_stage(plan: &mut UsagePlan, op: &str, stage: ApiStage) {
    if op == "remove" {
        plan.method_throttle.retain(|method, _| method.of != stage);
        plan.api_stages.remove(&stage);
    } else {
        plan.api_stages.insert(stage);
    }
}

fn apply_method(plan: &mut UsagePlan, op: &str, of: &Text, path: &str, value: &str) {
    let parts = path.strip_prefix("/apiStages/").and_then(|rest| rest.split_once("/throttle/"));
    let Some((stage, method)) = parts else { return };
    let Some((api, name)) = stage.rsplit_once(':') else { return };
    let api_id = of.references().next().map_or_else(|| api.into(), |reference| Text::output(reference.clone()));
    let of = ApiStage { api_id, stage: name.to_owned() };
    if op == "remove" {
        plan.method_throttle.remove(&Method { of, path: method.to_owned() });
    } else if let Some((method, limit)) = method.rsplit_once('/') {
        plan.method_throttle.entry(Method { of, path: method.to_owned() }).or_default().set(limit, value);
    }
}

impl Limits {
    fn set(&mut self, limit: &str, value: &str) {
        match limit {
            RATE => self.rate_limit = value.parse().unwrap_or_default(),
            _ => self.burst_limit = value.parse().unwrap_or_default(),
        }
    }
}
