use serde_json::{Value, json};

use super::*;
use crate::aws::test_support::test_id;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;

const API: &str = r#"
[api.public]
stage = "live"
routes = [
  { method = "GET", path = "/items", function = "f", api_key = true },
  { method = "POST", path = "/items/{id}", function = "f", api_key = true },
  { method = "GET", path = "/", function = "f" },
]
[function.f]
source = "f"
runtime = "python3.11"
handler = "main.handler"
"#;

/// The manifest, with an API `public` behind what is given.
fn lowered(text: &str) -> Result<Lowered, Problems> {
    lowered_of(&format!("{text}\n{API}"))
}

fn lowered_of(text: &str) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{text}");
    let id = test_id(Kind::UsagePlan, "any");
    let source = read("m.toml", &text, &id.owner.stage)?;
    let package = crate::package::Package { zip: vec![].into(), sha256: "0".repeat(64), requirements: vec![] };
    let sources = Sources { packages: [("f".parse().unwrap(), package)].into(), ..Sources::default() };
    lower(&source, &id.owner, &id.site, &sources)
}

fn state(lowered: &Lowered, address: &str) -> Value {
    serde_json::to_value(&lowered.wanted[&address.parse().unwrap()].state).unwrap()
}

/// The problems as `line:column message`.
fn problems(text: &str) -> Vec<String> {
    let problems = lowered(text).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

fn warnings(text: &str) -> Vec<String> {
    let lowered = lowered_of(text).expect("no problems");
    lowered.warnings.iter().map(|w| format!("{} {}", w.message, w.help.as_deref().unwrap_or_default())).collect()
}

#[test]
fn every_field_reaches_the_state_and_keys_and_apis_come_before_their_plan() {
    let lowered = lowered(
        r#"[usage_plan.free]
        description = "Free of charge"
        apis = [{ api = "public", throttle = { rate = 2, burst = 4 }, routes = { "GET /items" = { rate = 0.5, burst = 1 } } }]
        quota = { limit = 1000, period = "week", offset = 1 }
        throttle = { rate = 5.5, burst = 10 }
        keys = ["one", "two"]
        key.two = { description = "The second", enabled = false, tags = { of = "two" }, on_delete = "delete" }
        key.three = {}
        tags = { team = "shop" }
        "#,
    )
    .expect("no problems");
    let plan = state(&lowered, "apigateway.usage-plan/free");
    let stage = json!({"$join": [{"$output": "apigateway.rest-api/public.id"}, ":live"]});
    let key = |name: &str| json!({"$output": format!("apigateway.api-key/{name}.id")});
    let limits = |rate: f64, burst: i32| json!({"rateLimit": rate, "burstLimit": burst});
    assert_eq!(plan["description"], "Free of charge");
    assert_eq!(plan["apiStages"], json!([stage]));
    let of_methods = json!({
        "/items/GET apigateway.rest-api/public:live": limits(0.5, 1),
        "/items/{id}/POST apigateway.rest-api/public:live": limits(2.0, 4),
    });
    assert_eq!(plan["methodThrottle"], of_methods);
    assert_eq!(plan["throttle"], limits(5.5, 10));
    assert_eq!(plan["quota"], json!({"limit": 1000, "offset": 1, "period": "WEEK"}));
    assert_eq!(plan["keys"], json!([key("one"), key("three"), key("two")]));
    assert_eq!((&plan["tags"]["team"], plan["tags"].get("serverless-app:on-delete")), (&json!("shop"), None));
    let wanted = &lowered.wanted[&"apigateway.usage-plan/free".parse().unwrap()];
    assert_eq!(wanted.id.name, "shop--test-free");
    let needs =
        ["apigateway.api-key/one", "apigateway.api-key/three", "apigateway.api-key/two", "apigateway.rest-api/public"];
    assert_eq!(wanted.needs, needs.iter().map(|need| need.parse().unwrap()).collect());
    let two = state(&lowered, "apigateway.api-key/two");
    assert_eq!((&two["description"], &two["enabled"]), (&json!("The second"), &json!(false)));
    let tags = [("team", "shop"), ("of", "two"), ("serverless-app:on-delete", "delete")];
    assert!(tags.iter().all(|(key, value)| two["tags"][key] == *value), "{two}");
    let one = state(&lowered, "apigateway.api-key/one");
    assert_eq!((&one["enabled"], one["tags"].get("serverless-app:on-delete")), (&json!(true), None));
    assert!(lowered.wanted[&"apigateway.api-key/one".parse().unwrap()].needs.is_empty());
}

#[test]
fn a_key_that_changes_plans_stays_the_same_key() {
    let of = |first: &str, other: &str| {
        let text =
            format!("[usage_plan.free]\napis = [\"public\"]\n{first}\n[usage_plan.paid]\napis = [\"public\"]\n{other}");
        lowered(&text).expect("no problems").wanted[&"apigateway.api-key/partner".parse().unwrap()].clone()
    };
    let key = "keys = [\"partner\"]";
    assert_eq!(of(key, ""), of("", key));
}

#[test]
fn everything_that_api_gateway_would_refuse_is_told_with_its_place() {
    let found = problems(
        r#"[usage_plan.free]
apis = ["public", "public", { api = "publik", routes = {} }, { api = "public", throttle = { rate = 0, burst = 1 }, routes = { "GET /" = { rate = 1, burst = 1 }, "PUT /items" = { rate = 1, burst = 0 } } }]
quota = { limit = 0, period = "day", offset = 1 }
keys = ["one", "one"]
[usage_plan.late]
apis = []
quota = { limit = 1, period = "month", offset = 28 }
throttle = { rate = 1, burst = -1 }
keys = ["one"]
[usage_plan.later]
apis = ["public"]
quota = { limit = 1, period = "week", offset = 7 }
key.one = {}
"#,
    );
    let expected = [
        "5:19 the API public is listed twice",
        "5:37 there is no api section \"publik\"; did you mean \"public\"?",
        "5:62 AWS accepts limits on routes only in a usage plan that has limits itself",
        "5:70 the API public is listed twice",
        "5:80 limits must be above 0",
        "5:127 GET / requires no key, so its callers are not counted",
        "5:162 limits must be above 0",
        "5:162 public has no route \"PUT /items\"",
        "6:19 0 is out of range",
        "6:47 an offset is not possible within a day",
        "7:16 the key one is listed twice",
        "9:8 a usage plan without APIs gives access to nothing",
        "10:49 28 is out of range",
        "11:1 limits must be above 0",
        "12:9 the key one is also in the usage plan free",
        "15:48 7 is out of range",
        "16:5 the key one is also in the usage plan free",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_http_api_knows_no_keys() {
    let http = "[http_api.http]\nroutes = [{ route = \"GET /\", function = \"f\" }]\n";
    let found = problems(&format!("[usage_plan.free]\napis = [\"http\"]\n{http}"));
    assert_eq!(found, ["5:9 http is an HTTP API, which does not support API keys"]);
}

#[test]
fn whatever_is_written_in_the_place_of_a_key_is_not_repeated() {
    let planted = "planted-value-0123456789";
    for text in [
        format!("[usage_plan.free.key]\none = \"{planted}\""),
        format!("[usage_plan.free.key.one]\nvalues = \"{planted}\""),
        format!("[usage_plan.free]\nkey = {{ one = {{ value = \"{planted}\", enable = true }} }}"),
        format!("[usage_plan.free]\nkey = \"{planted}\""),
        format!("[usage_plan.free.key.one]\nenabled = \"{planted}\""),
    ] {
        let problems = lowered(&text).expect_err("problems").to_string();
        assert!(!problems.contains(planted), "{text}: {problems}");
    }
    let number = lowered("[usage_plan.free.key.one]\nvalue = 1234567890123").expect_err("problems").to_string();
    assert!(!number.contains("1234567890123"), "{number}");
}

#[test]
fn a_value_is_refused_and_not_repeated() {
    let planted = "planted-value-0123456789";
    let text = format!("[usage_plan.free]\napis = [\"public\"]\n[usage_plan.free.key.one]\nvalue = \"{planted}\"");
    let problems = lowered(&text).expect_err("a problem").to_string();
    assert!(
        problems.contains("7:9: AWS generates the value of an API key") && !problems.contains(planted),
        "{problems}"
    );
}

#[test]
fn an_api_whose_routes_ask_for_a_key_is_warned_of_until_a_plan_names_it() {
    let told = warnings(API);
    let said = "the route requires an API key, and no usage plan names its API: no key gives access to it \
                add [usage_plan.<name>] with apis = [\"public\"] and keys = [\"<name>\"]";
    assert_eq!(told, [said]);
    let plan = "[usage_plan.free]\napis = [\"public\"]\n";
    assert_eq!(warnings(&format!("{plan}{API}")), [""; 0]);
    let none = warnings(&format!("{plan}{}", API.replace(", api_key = true", "")));
    let said = "no route of public requires a key: its callers are not counted \
                write api_key = true in the routes that need a key";
    assert_eq!(none, [said]);
}

#[test]
fn references_stand_for_what_api_gateway_makes_up() {
    let text = "[usage_plan.free]\napis = [\"public\"]\n[outputs]\nid = \"${usage_plan.free.id}\"\nname = \"${usage_plan.free.name}\"\n";
    let outputs = lowered(text).expect("no problems").outputs;
    let shown: BTreeMap<&str, String> = outputs.iter().map(|(name, text)| (name.as_str(), text.to_string())).collect();
    assert_eq!(shown["id"], "${apigateway.usage-plan/free.id}");
    assert_eq!(shown["name"], "shop--test-free");
}
