//! The schema against manifests that are right and wrong, and against what judges them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{NAMES, STAGE, range, schema, stage};
use crate::name::{Account, AppName, Name, Region, Stage};

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::validator_for(schema).expect("a schema")
}

fn parsed(text: &str) -> Value {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}: {text}"));
    serde_json::to_value(table).expect("JSON")
}

/// Where a manifest is wrong by the schema.
fn wrong(manifest: &Value) -> Vec<String> {
    validator(&schema()).iter_errors(manifest).map(|error| error.instance_path().to_string()).collect()
}

/// The manifests of the repository that are applied, planned or started from.
fn manifests() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = ["examples", "fixtures/plan", "fixtures/terminal", "src/commands/init"];
    let files = below.iter().flat_map(|folder| walkdir::WalkDir::new(root.join(folder)));
    let files = files.map(|entry| entry.expect("an entry").into_path());
    let is_manifest = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        ["before.toml", "after.toml", "serverless-app.toml"].contains(&name)
    };
    files.filter(is_manifest).chain([root.join("serverless-app.toml")]).collect()
}

#[test]
fn every_manifest_that_is_planned_is_right_by_the_schema() {
    let all = manifests();
    assert!(all.len() > 30, "{all:?}");
    let validator = validator(&schema());
    for path in all {
        let manifest = parsed(&std::fs::read_to_string(&path).expect("a manifest"));
        let errors: Vec<String> =
            validator.iter_errors(&manifest).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{}", path.display());
    }
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.api]\nsource = \"a\"\nruntime = \"python3.13\"\n\
                   handler = \"main.handler\"\n[table.orders]\nhash_key = { name = \"id\", type = \"S\" }\n";

#[test]
fn what_is_out_of_range_misspelt_or_unknown_is_marked_in_stages_too() {
    for (more, place) in [
        ("[function.api]\nmax_retries = 3", "/function/api/max_retries"),
        ("[function.api]\nlog_retention_days = 15", "/function/api/log_retention_days"),
        ("[function.api]\naccess = [{ table = \"orders\", actions = \"reed\" }]", "/function/api/access/0/actions"),
        ("[function.api]\nmemry = 512", "/function/api"),
        ("[table.Orders]\nhash_key = { name = \"id\", type = \"S\" }", "/table"),
        ("[app]\naccount = \"12345678901\"", "/app/account"),
        ("[stage.Production]", "/stage"),
        ("[stage.live]\nregoin = \"us-west-2\"", "/stage/live"),
        ("[stage.live.function.api]\nmax_retries = 3", "/stage/live/function/api/max_retries"),
        ("[stage.live.function.api]\nmemry = 512", "/stage/live/function/api"),
        ("[stage.live.function.api.vpc]\nsubnet = []", "/stage/live/function/api/vpc"),
        (
            "[schedule.nightly]\ncron = \"0 3 * * ? *\"\nfunction = \"api\"\ntimezone = \"Europe/Berln\"",
            "/schedule/nightly/timezone",
        ),
    ] {
        let mut manifest = parsed(APP);
        merge(&mut manifest, parsed(more));
        let places = wrong(&manifest);
        assert!(places.iter().any(|found| found == place), "{more}: {places:?}");
    }
    assert_eq!(wrong(&parsed(APP)), [""; 0]);
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            from.into_iter().for_each(|(key, value)| merge(into.entry(key).or_insert(Value::Null), value));
        }
        (into, from) => *into = from,
    }
}

#[test]
fn stages_may_leave_out_what_sections_need_and_take_what_aws_may_have_by_now() {
    let more = "[stage.live]\naccount = \"123456789012\"\nregion = \"eu-moon-7\"\ntags = { Of = \"live\" }\n[stage.live.app]\n\
                packages = \"bootstrap\"\n[stage.live.function.api]\nruntime = \"python3.99\"\nmemory = 20480\n\
                [stage.live.function.api.environment]\nKEY = { ssm = \"/live\" }\n";
    let mut manifest = parsed(APP);
    merge(&mut manifest, parsed(more));
    assert_eq!(wrong(&manifest), [""; 0]);
}

/// The entries of a list are whole in stages too: a stage's list takes the place of the other one.
#[test]
fn definitions_have_names_of_their_own_and_say_what_they_are() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().expect("definitions");
    for (name, definition) in definitions {
        assert!(
            !name.ends_with(|c: char| c.is_ascii_digit()),
            "{name}: two types of one name; rename one for the schema"
        );
        let says = ["type", "anyOf", "oneOf", "$ref"].iter().any(|key| definition.get(*key).is_some());
        assert!(says, "{name} is no type of the manifest");
        assert!(definition.get("description").is_some() || name.ends_with(stage::ENDING), "{name} has no description");
    }
    for path in ["Function/properties/runtime", "Region", "Alarm/properties/statistic"] {
        let offered = schema.pointer(&format!("/$defs/{path}/anyOf/0/enum")).and_then(Value::as_array);
        assert!(offered.is_some_and(|all| all.len() > 5), "{path}");
    }
    let whole = &definitions["FunctionOverrides"]["properties"]["access"]["items"]["$ref"];
    assert_eq!(whole, "#/$defs/Access");
}

#[test]
fn names_are_what_the_program_takes_for_names() {
    let long = "a".repeat(65);
    let texts = [
        "a",
        "a1",
        "a-b",
        "a--b",
        "-a",
        "a-",
        "1a",
        "A",
        "a_b",
        "",
        "shop",
        "us-west-2",
        "us-gov-west-1",
        "west-2",
        "us-west-x",
        "123456789012",
        "12345678901",
        "1234567890123",
        "production",
        "seventeen-letters",
        "seventeenletters0",
        long.as_str(),
        &long[..64],
        &long[..33],
        &long[..32],
    ];
    let is_read = |name: &str, text: &str| match name {
        "Name" => text.parse::<Name>().is_ok(),
        "AppName" => text.parse::<AppName>().is_ok(),
        "Account" => text.parse::<Account>().is_ok(),
        "Region" => text.parse::<Region>().is_ok(),
        other => panic!("{other} has no type here"),
    };
    for (name, pattern, longest) in NAMES {
        let validator = validator(&json!({ "type": "string", "pattern": pattern, "maxLength": longest }));
        for text in texts {
            assert_eq!(validator.is_valid(&json!(text)), is_read(name, text), "{name}: {text:?}");
        }
    }
    let stage = validator(&json!({ "type": "string", "pattern": STAGE }));
    texts.iter().for_each(|text| assert_eq!(stage.is_valid(&json!(text)), text.parse::<Stage>().is_ok(), "{text:?}"));
}

#[test]
fn ranges_are_those_that_descriptions_say() {
    for (description, expected) in [
        ("Seconds: from 0 to 300; 0 of a FIFO queue.", (Some(0), Some(300))),
        ("Status, from 400 to\n599, else 200.", (Some(400), Some(599))),
        ("From the first, from 60 to 86400. Left out: 300.", (Some(60), Some(86400))),
        ("Memory in MB, from 128 to 10240, or more if AWS allows it.", (Some(128), None)),
        ("Seconds: from 0 to 86400, or -1 for not at all.", (Some(-1), Some(86400))),
        ("From 0 (Sunday) to 6.", (None, None)),
        ("Requests at once.", (None, None)),
    ] {
        assert_eq!(range(description), expected, "{description}");
    }
}
