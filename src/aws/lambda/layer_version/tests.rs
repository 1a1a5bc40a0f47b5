use proptest::collection::btree_set;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::name::Place;
use super::observe::named;
use super::*;
use crate::aws::State;
use crate::aws::lambda::Through;
use crate::aws::required_actions::RequiredActions;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::canonical::Sha;

fn digest(of: &str) -> String {
    Blob::of(&Sha::of(of.as_bytes())).code_sha256()
}

prop_compose! {
    fn version()(
        code in "[a-b]", description in "[a-b ]{0,2}", license_info in "[a-b]?",
        (compatible_architectures, compatible_runtimes) in (btree_set("[a-b]", 0..3), btree_set("[a-b]", 0..3)),
        through in option::of(Just(Through { bucket: "zips".into(), size: 60_000_000 })),
    ) -> State {
        let way = through.map_or_else(Way::default, |through| Way::through(through.bucket, through.size));
        let code_sha256 = digest(&code);
        LayerVersion {
            code_sha256, compatible_architectures, compatible_runtimes, description, license_info, way,
            used_by: BTreeSet::new(),
        }.into()
    }
}

proptest! {
    #[test]
    fn the_three_properties_hold(want in option::of(version()), live in option::of(version())) {
        assert_properties(&test_id(Kind::LayerVersion, "shop--test-shared-0123456789"), want.as_ref(), live.as_ref());
    }
}

fn shared() -> LayerVersion {
    LayerVersion {
        code_sha256: digest("zip"),
        compatible_runtimes: ["python3.12".to_owned()].into(),
        description: "Shared".into(),
        ..LayerVersion::default()
    }
}

fn id() -> Id {
    test_id(Kind::LayerVersion, &shared().name("shop--test-shared"))
}

fn input(want: Option<LayerVersion>, live: Option<LayerVersion>) -> serde_json::Value {
    let (want, live) = (want.map(State::from), live.map(State::from));
    steps(&id(), want.as_ref(), live.as_ref()).expect("a plan")[0].call.json()
}

#[test]
fn a_version_is_published_with_a_mark_and_says_nothing_that_nobody_has_said() {
    let blob = Blob::of(&Sha::of(b"zip"));
    let description = format!("Shared serverless-app:{}", digest("zip"));
    let expected = json!({"api": "lambda:PublishLayerVersion", "input": {
        "LayerName": "shop--test-shared", "Description": description, "Content": {"ZipFile": blob},
        "CompatibleRuntimes": ["python3.12"],
    }});
    assert_eq!(input(Some(shared()), None), expected);
    let number = json!({"$output": "lambda.layer-version/thing.version"});
    let expected = json!({"api": "lambda:DeleteLayerVersion", "input": {
        "LayerName": "shop--test-shared", "VersionNumber": number,
    }});
    assert_eq!(input(None, Some(shared())), expected);
}

#[test]
fn a_large_zip_goes_by_way_of_the_bucket_of_the_app() {
    let large = LayerVersion { way: Way::through("zips", 60_000_000), ..shared() };
    let content = &input(Some(large), None)["input"]["Content"];
    let key = format!("shop/test/{}.zip", Sha::of(b"zip").hex());
    assert_eq!((&content["S3Bucket"], &content["S3Key"]), (&json!("zips"), &json!(key)));
}

fn listed(number: i64, description: Option<&str>, runtimes: &[&str]) -> LayerVersionsListItem {
    LayerVersionsListItem::builder()
        .version(number)
        .set_description(description.map(str::to_owned))
        .set_compatible_runtimes(Some(runtimes.iter().map(|name| (*name).into()).collect()))
        .build()
}

#[test]
fn of_several_versions_of_one_content_the_oldest_counts_and_what_is_not_marked_is_not_ours() {
    let marked = mark::marked("Shared", &digest("zip"));
    let other = mark::marked("", &digest("other"));
    let versions = vec![
        listed(9, Some(&marked), &["python3.12"]),
        listed(4, Some(&marked), &["python3.12"]),
        listed(3, Some("Shared"), &["python3.12"]),
        listed(2, None, &[]),
        listed(1, Some(&other), &[]),
        listed(5, Some(&marked), &["python3.13"]),
    ];
    let named = named("shop--test-shared", versions);
    let name = shared().name("shop--test-shared");
    assert_eq!(named[&name].version, 4);
    assert_eq!(named[&format!("{name}-v9")].version, 9);
    let numbers: BTreeSet<i64> = named.values().map(|listed| listed.version).collect();
    assert_eq!(numbers, [1, 4, 5, 9].into());
}

#[test]
fn rights_are_of_the_layers_name_and_no_number_is_known_before() {
    let asked = |want: Option<LayerVersion>, live: Option<LayerVersion>| {
        let (want, live) = (want.map(State::from), live.map(State::from));
        let all = steps(&id(), want.as_ref(), live.as_ref()).expect("a plan");
        let all = all[0].call.required_actions(&id());
        all.into_iter().map(|one| format!("{} {}", one.action, one.resource)).collect::<Vec<_>>()
    };
    let arn = "arn:aws:lambda:us-west-2:123456789012:layer:shop--test-shared";
    assert_eq!(asked(Some(shared()), None), [format!("lambda:PublishLayerVersion {arn}")]);
    let delete = [format!("lambda:DeleteLayerVersion {arn}:*"), "lambda:ListFunctions *".to_owned()];
    assert_eq!(asked(None, Some(shared())), delete);
    let all = test_id(Kind::LayerVersion, "shop--test-*");
    let read = LayerVersion::actions_to_read(&all);
    assert!(read.iter().any(|one| one.resource == "arn:aws:lambda:us-west-2:123456789012:layer:shop--test-*:*"));
    let address = id().address;
    let name = id().name.strip_prefix("shop--test-").expect("ours").parse().expect("a name");
    let address = crate::name::Address { name, ..address };
    assert_eq!(any_version(&id().site, &id().owner, &address), format!("{arn}:*"));
    assert_eq!(Place::of(&id().name).layer, "shop--test-shared");
}

#[test]
fn a_version_that_a_function_of_somebody_else_uses_is_needed() {
    assert_eq!(shared().is_needed_by(), None);
    let used = LayerVersion { used_by: ["other".to_owned()].into(), ..shared() };
    assert_eq!(used.is_needed_by().as_deref(), Some("the function other"));
}
