//! The JSON Schema of the manifest, for editors: what the types say, and what they cannot say.
//!
//! - A range that the documentation comment of a number has ("from 1 to 900") is its least and its greatest value.
//! - Texts of which this release knows many, but AWS may have others by now (runtimes, regions), are offered, and not asked for.
//! - `[stage.<name>]` has everything again, with nothing required: see `schema/stage.rs`.

use serde_json::{Map, Value, json};

use crate::aws::logs;
use crate::manifest::Manifest;
use crate::manifest::function::runtime;
use crate::manifest::role::access::target;
use crate::manifest::schedule;
use crate::name::Region;

mod stage;
#[cfg(test)]
mod tests;

/// Where the schema of this very release is.
pub const ADDRESS: &str = concat!(
    "https://github.com/org/serverless-app-action/releases/download/v",
    env!("CARGO_PKG_VERSION"),
    "/serverless-app.schema.json"
);

/// What names may be, as [`crate::name`] judges them.
const NAMES: [(&str, &str, u64); 4] = [
    ("Name", KEBAB, 64),
    ("AppName", KEBAB, 32),
    ("Account", "^[0-9]{12}$", 12),
    ("Region", "^[a-z][a-z0-9]*(-[a-z0-9]+)+-[a-z0-9]*[0-9]$", 64),
];
const KEBAB: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
const STAGE: &str = "^[a-z][a-z0-9]{0,15}$";

/// The statistics of alarms that have a name; the others hold numbers, such as `p99`.
const STATISTICS: [&str; 6] = ["Sum", "Average", "Minimum", "Maximum", "SampleCount", "IQM"];

/// The schema.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Manifest).to_value();
    schema["$id"] = json!(ADDRESS);
    schema["title"] = json!("serverless-app.toml");
    schema["description"] = json!("The app and its resources: see https://github.com/org/serverless-app-action");
    each(&mut schema, &mut in_range);
    each(&mut schema, &mut days_of_logs);
    for (name, pattern, longest) in NAMES {
        let definition = &mut schema["$defs"][name];
        definition["pattern"] = json!(pattern);
        definition["maxLength"] = json!(longest);
    }
    for section in Manifest::SECTIONS {
        schema["properties"][section]["propertyNames"] = json!({ "$ref": "#/$defs/Name" });
    }
    schema["$defs"]["Actions"]["anyOf"][0]["enum"] = json!(target::verbs());
    schema["$defs"]["Schedule"]["properties"]["timezone"]["enum"] = nullable(&schedule::timezones());
    offer(&mut schema["$defs"]["Region"], &Region::known());
    offer(&mut schema["$defs"]["Function"]["properties"]["runtime"], &runtime::current());
    offer(&mut schema["$defs"]["Alarm"]["properties"]["statistic"], &STATISTICS);
    stage::add(&mut schema, STAGE);
    schema
}

/// Values of a field that may be left out.
fn nullable(known: &[&str]) -> Value {
    known.iter().map(|value| json!(value)).chain([Value::Null]).collect()
}

/// Lets an editor offer these values, and take others.
fn offer(schema: &mut Value, known: &[&str]) {
    let Some(object) = schema.as_object_mut() else { return };
    let about = ["description", "default"].map(|key| object.remove_entry(key));
    let any = Value::Object(std::mem::take(object));
    object.extend(about.into_iter().flatten());
    object.insert("anyOf".into(), json!([{ "type": "string", "enum": known }, any]));
}

/// Calls this for every object of the schema.
fn each(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, change)),
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|value| each(value, change));
        }
        _ => {}
    }
}

/// Gives a number the range that its description says it has.
fn in_range(object: &mut Map<String, Value>) {
    let is_number = match object.get("type") {
        Some(Value::String(of)) => of == "integer",
        Some(Value::Array(all)) => all.contains(&json!("integer")),
        _ => false,
    };
    let Some(description) = object.get("description").and_then(Value::as_str).filter(|_| is_number) else { return };
    let (least, greatest) = range(description);
    let bounds = [("minimum", least), ("maximum", greatest)];
    object.extend(bounds.into_iter().filter_map(|(key, bound)| Some((key.to_owned(), json!(bound?)))));
}

/// CloudWatch keeps logs for some numbers of days alone; the manifest has 0 for those that are kept for ever.
fn days_of_logs(object: &mut Map<String, Value>) {
    let Some(fields) = object.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for name in ["retention_days", "log_retention_days"] {
        let Some(field) = fields.get_mut(name).and_then(Value::as_object_mut) else { continue };
        if field.get("description").and_then(Value::as_str).is_some_and(|about| about.contains("0: for ever")) {
            let none = field.get("type").is_some_and(Value::is_array).then_some(Value::Null);
            let days = [0].iter().chain(&logs::RETENTIONS).map(|days| json!(days));
            let all = days.chain(none).collect();
            field.insert("enum".into(), all);
        }
    }
}

/// The range in a description: "from 1 to 900". With "or more" it has no upper limit, with "or -1" it begins there.
fn range(description: &str) -> (Option<i64>, Option<i64>) {
    let words: Vec<&str> = description.split_whitespace().collect();
    let number = |word: &str| word.trim_end_matches([',', '.', ';', ':']).parse::<i64>().ok();
    let found = words.windows(4).find_map(|words| match words {
        ["from", least, "to", greatest] => number(least).zip(number(greatest)),
        _ => None,
    });
    let Some((least, greatest)) = found else { return (None, None) };
    let has = |these: [&str; 2]| words.windows(2).any(|words| words == these);
    (Some(if has(["or", "-1"]) { -1 } else { least }), (!has(["or", "more"])).then_some(greatest))
}
