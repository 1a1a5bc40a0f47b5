//! Settings of methods: limits, logs, metrics, caching.
//!
//! They are stored by method, and under `*/*` for all methods. Setting one of them sets all others to their defaults;
//! those of a method start with the values for all methods at that moment, and do not follow them from then on. So a
//! wanted stage contains all settings of a method, those for all methods are set first, and settings that a method is
//! not to have are set back.
//!
//! API Gateway cannot remove single settings: to remove one, all settings of its method are removed, and the same call
//! sets the rest again.

use std::collections::BTreeMap;

use super::{PatchOperation, Stage, Throttle};

/// A setting: its name, what patches call it, and its default.
struct Setting {
    name: &'static str,
    path: &'static str,
    /// A setting that is so is not in a state. Limits always are.
    default: Option<&'static str>,
}

const fn setting(name: &'static str, path: &'static str, default: Option<&'static str>) -> Setting {
    Setting { name, path, default }
}

/// The key of the settings that hold for all methods.
pub const ALL: &str = "*/*";

/// By name.
const SETTINGS: [Setting; 8] = [
    setting("cacheDataEncrypted", "caching/dataEncrypted", Some("false")),
    setting("cacheTtlInSeconds", "caching/ttlInSeconds", Some("300")),
    setting("cachingEnabled", "caching/enabled", Some("false")),
    setting("dataTraceEnabled", "logging/dataTrace", Some("false")),
    setting("loggingLevel", "logging/loglevel", Some("OFF")),
    setting("metricsEnabled", "metrics/enabled", Some("false")),
    setting("throttlingBurstLimit", "throttling/burstLimit", None),
    setting("throttlingRateLimit", "throttling/rateLimit", None),
];

/// The limits of a method, or of all methods, for which nothing else was asked.
pub const LIMITS: Throttle = Throttle { rate_limit: 10_000.0, burst_limit: 5_000 };

impl Throttle {
    /// The settings of a method with these limits.
    pub fn of_method(self) -> BTreeMap<String, String> {
        BTreeMap::from([
            ("throttlingBurstLimit".into(), self.burst_limit.to_string()),
            ("throttlingRateLimit".into(), self.rate_limit.to_string()),
        ])
    }
}

/// The settings of all methods together, beside their limits.
fn of_all(stage: &Stage) -> BTreeMap<String, String> {
    stage.other_settings.get(ALL).cloned().unwrap_or_default()
}

/// The patches that lead from one stage's settings to another's.
pub(super) fn patches(want: &Stage, live: &Stage) -> Vec<PatchOperation> {
    let gone = |key: &String| !want.other_settings.contains_key(key);
    let others = live.other_settings.keys().filter(|key| *key != ALL && gone(key));
    let mut patches: Vec<_> = others.map(|key| PatchOperation::remove(&format!("/{key}"))).collect();
    let (all, was) = (of_all(want), of_all(live));
    let goes =
        live.other_settings.contains_key(ALL) && (was.is_empty() || was.keys().any(|name| !all.contains_key(name)));
    let anew = goes || (want.throttling.is_none() && live.throttling.is_some());
    if anew {
        patches.push(PatchOperation::remove(&format!("/{ALL}")));
    }
    if let Some(throttle) = want.throttling.filter(|_| anew || want.throttling != live.throttling) {
        patches.push(PatchOperation::replace("/*/*/throttling/rateLimit", throttle.rate_limit.to_string()));
        patches.push(PatchOperation::replace("/*/*/throttling/burstLimit", throttle.burst_limit.to_string()));
    }
    let differs = all.iter().filter(|(name, value)| anew || was.get(*name) != Some(*value));
    patches.extend(differs.filter_map(|(name, value)| put(ALL, name, value)));
    for (key, settings) in
        want.other_settings.iter().filter(|(key, of)| *key != ALL && live.other_settings.get(*key) != Some(*of))
    {
        patches.extend(live.other_settings.get(key).map(|_| PatchOperation::remove(&format!("/{key}"))));
        let back = all.keys().filter(|name| !settings.contains_key(*name));
        patches.extend(back.filter_map(|name| put(key, name, default(name)?)));
        patches.extend(settings.iter().filter_map(|(name, value)| put(key, name, value)));
    }
    patches
}

fn put(key: &str, name: &str, value: &str) -> Option<PatchOperation> {
    let setting = SETTINGS.iter().find(|setting| setting.name == name)?;
    Some(PatchOperation::replace(&format!("/{key}/{}", setting.path), value))
}

fn default(name: &str) -> Option<&'static str> {
    SETTINGS.iter().find(|setting| setting.name == name)?.default
}

/// Sets what `path`, without the slash that it begins with, stands for; nothing where that is no setting.
pub(super) fn set(stage: &mut Stage, path: &str, value: &str) {
    let found = SETTINGS.iter().find_map(|one| Some((one, path.strip_suffix(one.path)?.strip_suffix('/')?)));
    let Some((setting, key)) = found else { return };
    if key == ALL {
        set_for_all(stage, setting, value);
        return;
    }
    let (begins, limits) = (of_all(stage), stage.throttling.unwrap_or(LIMITS).of_method());
    let settings =
        stage.other_settings.entry(key.to_owned()).or_insert_with(|| begins.into_iter().chain(limits).collect());
    keep(settings, setting, value);
}

fn set_for_all(stage: &mut Stage, setting: &Setting, value: &str) {
    let throttle = stage.throttling.get_or_insert(LIMITS);
    match setting.name {
        "throttlingRateLimit" => throttle.rate_limit = value.parse().unwrap_or_default(),
        "throttlingBurstLimit" => throttle.burst_limit = value.parse().unwrap_or_default(),
        _ => {
            keep(stage.other_settings.entry(ALL.to_owned()).or_default(), setting, value);
            stage.other_settings.retain(|_, settings| !settings.is_empty());
        }
    }
}

fn keep(settings: &mut BTreeMap<String, String>, setting: &Setting, value: &str) {
    match setting.default {
        Some(default) if default == value => drop(settings.remove(setting.name)),
        _ => drop(settings.insert(setting.name.to_owned(), value.to_owned())),
    }
}

/// Takes all settings of a key away.
pub(super) fn remove(stage: &mut Stage, key: &str) {
    stage.other_settings.remove(key);
    if key == ALL {
        stage.throttling = None;
    }
}
