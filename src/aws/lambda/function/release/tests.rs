use serde_json::{Value, json};

use super::*;
use crate::aws::lambda::{Blob, PackageType};
use crate::aws::steps::{Planned, steps};
use crate::aws::test_support::test_id;
use crate::aws::{Id, Kind, Resource, State};
use crate::canonical::Fingerprint;

fn id() -> Id {
    test_id(Kind::Function, "f")
}

fn code() -> String {
    Blob::of(&Sha::of(b"code")).code_sha256()
}

fn function(memory_size: i32) -> Function {
    Function {
        code_sha256: code(),
        memory_size,
        timeout: 3,
        architecture: "x86_64".into(),
        tracing_mode: "PassThrough".into(),
        ephemeral_storage_size: 512,
        ..Function::default()
    }
}

fn canary() -> Canary {
    Canary { percent: 10, minutes: 5, alarms: ["shop--test-errors".to_owned()].into() }
}

/// A function that shall be released, with as many old versions kept.
fn wanted(memory_size: i32, keep: usize, canary: Option<Canary>) -> Function {
    let function = function(memory_size);
    let release = Release::of(&function, keep, canary, None);
    Function { release: Some(Box::new(release)), ..function }.marked(false)
}

/// What AWS shows of it: the alias at `number`, which holds `live`, with these older versions.
fn live(latest: i32, live: i32, number: u64, old: &[u64]) -> Function {
    let numbered = |number| Some(Numbered { number: Some(number), is_ours: true });
    let release = Release {
        live: Some(Version::of(&function(live))),
        old_versions: old.iter().copied().collect(),
        course: Course { number: numbered(number), ..Course::default() },
        ..Release::default()
    };
    Function { release: Some(Box::new(release)), ..function(latest) }.marked(false)
}

/// The same with so many environments that are kept ready.
fn ready(mut function: Function, executions: i32) -> Function {
    function.release.as_mut().expect("a release").provisioned_concurrent_executions = Some(executions);
    function.marked(false)
}

/// The same with a newer version, which gets so much of the traffic.
fn with_newest(mut function: Function, number: u64, memory_size: i32, weight: Option<f64>) -> Function {
    let release = function.release.as_mut().expect("a release");
    release.newest = Some(Version::of(&self::function(memory_size)));
    release.course.newest = Some(Numbered { number: Some(number), is_ours: true });
    release.additional_version_weights = weight.map(|weight| (NEWEST.to_owned(), weight)).into_iter().collect();
    function
}

/// The steps from what there is to what is wanted, as a plan makes them.
fn plan(want: &Function, live: Option<&Function>) -> Vec<Planned> {
    let mut want = want.clone();
    live.iter().for_each(|live| want.keep(live));
    let (want, live) = (State::from(want), live.cloned().map(State::from));
    steps(&id(), Some(&want), live.as_ref()).expect("it converges")
}

fn calls(planned: &[Planned]) -> Vec<String> {
    let said = |step: &Planned| {
        let input = step.call.json()["input"].clone();
        let weights = input["RoutingConfig"]["AdditionalVersionWeights"].as_array().map(Vec::len);
        let mut said = step.call.api().trim_start_matches("lambda:").to_owned();
        if let Some(qualifier) = input["Qualifier"].as_str() {
            said.push_str(&format!(" {qualifier}"));
        }
        if let Some(weights) = weights {
            said.push_str(if input.get("FunctionVersion").is_some() { " moves" } else { " stays" });
            said.push_str(if weights > 0 { ", a part" } else { ", all" });
        }
        said
    };
    planned.iter().map(said).collect()
}

#[test]
fn the_first_release_publishes_and_makes_the_alias_without_a_canary() {
    let planned = plan(&wanted(128, 3, Some(canary())), None);
    assert_eq!(calls(&planned), ["CreateFunction", "PublishVersion", "CreateAlias"]);
    assert!(planned.iter().all(|step| step.watch.is_none()));
    let publish = planned[1].call.json()["input"].clone();
    let expected = json!({
        "FunctionName": "f", "CodeSha256": code(), "Description": "published by serverless-app",
        "RevisionId": {"$output": "lambda.function/thing.@revision"},
    });
    let named = |mut value: Value| {
        value["RevisionId"] = Value::Null;
        value
    };
    assert_eq!(named(publish), named(expected));
}

#[test]
fn a_change_is_published_and_the_alias_moved_and_what_is_too_old_deleted() {
    let planned = plan(&wanted(256, 2, None), Some(&live(128, 128, 7, &[4, 5, 6])));
    let expected = [
        "UpdateFunctionConfiguration",
        "PublishVersion",
        "UpdateAlias moves, all",
        "DeleteFunction 4",
        "DeleteFunction 5",
    ];
    assert_eq!(calls(&planned), expected);
    assert_eq!(plan(&wanted(128, 3, None), Some(&live(128, 128, 7, &[4, 5, 6]))), [], "nothing has changed");
    assert_eq!(calls(&plan(&wanted(128, 1, None), Some(&live(128, 128, 7, &[5, 6])))), ["DeleteFunction 5"]);
}

#[test]
fn a_version_that_somebody_else_has_published_is_neither_kept_nor_deleted() {
    let mut theirs = live(128, 128, 7, &[]);
    theirs.release.as_mut().unwrap().course.number = Some(Numbered { number: Some(7), is_ours: false });
    assert_eq!(calls(&plan(&wanted(256, 1, None), Some(&theirs))).len(), 3);
    let mut newer = with_newest(live(128, 128, 7, &[]), 8, 512, None);
    newer.release.as_mut().unwrap().course.newest = Some(Numbered { number: Some(8), is_ours: false });
    assert_eq!(plan(&wanted(128, 1, None), Some(&newer)), []);
}

#[test]
fn a_canary_gets_its_part_and_then_waits_with_the_way_back_in_the_plan() {
    let (want, live) = (wanted(256, 3, Some(canary())), live(128, 128, 7, &[]));
    let planned = plan(&want, Some(&live));
    let expected =
        ["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias stays, a part", "UpdateAlias moves, all"];
    assert_eq!(calls(&planned), expected);
    let part = planned[2].call.json()["input"]["RoutingConfig"]["AdditionalVersionWeights"].clone();
    assert_eq!(part[0]["FunctionWeight"], 0.1);
    let watch = planned[3].watch.as_ref().expect("a wait");
    assert_eq!((watch.minutes, watch.alarms.iter().next().unwrap().as_str()), (5, "shop--test-errors"));
    assert_eq!(watch.leads_back_to, planned[1].leads_to, "as it was before the canary");
    let back = watch.otherwise.json()["input"].clone();
    assert_eq!(back["RoutingConfig"]["AdditionalVersionWeights"], json!([]));
    assert!(back.get("FunctionVersion").is_none() && planned[..3].iter().all(|step| step.watch.is_none()));
}

#[test]
fn no_canary_divides_traffic_between_versions_that_lambda_does_not_divide_it_between() {
    let now = live(128, 128, 7, &[]);
    let of = |canary: Option<Canary>, role: &str, queue: Option<&str>| {
        let dead_letter_target_arn = queue.map(str::to_owned);
        let function = Function { role: role.to_owned(), dead_letter_target_arn, ..function(128) };
        let release = Some(Box::new(Release::of(&function, 3, canary, None)));
        let mut want = Function { release, ..function };
        want.keep(&now);
        want.obstacle(Some(&now), &[])
    };
    for (role, queue, field) in [("other", None, "`role`"), ("", Some("queue"), "`dead_letter`")] {
        assert!(of(Some(canary()), role, queue).is_some_and(|why| why.contains(field)), "{field}");
        assert_eq!(of(None, role, queue), None, "{field}: all of it moves at once");
    }
    assert_eq!(of(Some(canary()), "", None), None);
}

#[test]
fn a_wait_that_was_interrupted_and_a_canary_that_was_put_back_have_the_rest_left() {
    let want = wanted(256, 3, Some(canary()));
    let whole = plan(&want, Some(&live(128, 128, 7, &[])));
    let waiting = with_newest(live(256, 128, 7, &[]), 8, 256, Some(0.1));
    assert_eq!(plan(&want, Some(&waiting)), whole[3..], "it waits again, from the beginning");
    let back = with_newest(live(256, 128, 7, &[]), 8, 256, None);
    assert_eq!(plan(&want, Some(&back)), whole[2..]);
    // The source follows: what was put back is deleted, and the alias stays where it is.
    let followed = plan(&wanted(128, 3, Some(canary())), Some(&back));
    assert_eq!(calls(&followed), ["UpdateFunctionConfiguration", "DeleteFunction 8"]);
}

#[test]
fn what_is_newer_than_the_alias_goes_where_the_source_follows_but_for_what_others_have_published() {
    let newer = |theirs: Option<u64>| {
        let mut now = with_newest(live(512, 128, 6, &[5, 7]), 9, 512, None);
        let known = [(5, 64), (6, 128), (7, 256), (9, 512)].into_iter().chain(theirs.map(|number| (number, 1024)));
        let release = now.release.as_mut().unwrap();
        release.course.contents = known.map(|(number, memory)| (number, Version::of(&function(memory)))).collect();
        calls(&plan(&wanted(128, 3, None), Some(&now)))
    };
    assert_eq!(newer(None), ["UpdateFunctionConfiguration", "DeleteFunction 9", "DeleteFunction 7"]);
    assert_eq!(newer(Some(8)), ["UpdateFunctionConfiguration", "DeleteFunction 9", "DeleteFunction 7"]);
}

/// The same, with what each version holds.
fn knowing(mut function: Function, contents: &[(u64, i32)]) -> Function {
    let release = function.release.as_mut().expect("a release");
    let known = contents.iter().map(|(number, memory)| (*number, Version::of(&self::function(*memory))));
    release.course.contents = known.collect();
    function
}

#[test]
fn what_the_alias_goes_past_is_deleted_before_other_content_is_published() {
    let contents = [(4, 64), (5, 128), (6, 256), (7, 512)];
    let back = knowing(with_newest(live(512, 128, 5, &[4, 6]), 7, 512, None), &contents);
    let of = |memory: i32, keep: usize, now: &Function| calls(&plan(&wanted(memory, keep, None), Some(now)));
    let begins = ["UpdateFunctionConfiguration", "DeleteFunction 7"];
    let other = [&begins[..], &["DeleteFunction 6", "PublishVersion", "UpdateAlias moves, all"]].concat();
    assert_eq!(of(1024, 3, &back), other);
    assert_eq!(of(1024, 1, &back), [&other[..], &["DeleteFunction 4"]].concat(), "what ran last is kept");
    assert_eq!(of(256, 3, &back), [&begins[..], &["UpdateAlias moves, all"]].concat(), "it is there already");
    assert_eq!(of(512, 3, &back), ["UpdateAlias moves, all"], "forward again, and nothing was bad in between");
    let mut theirs = back.clone();
    theirs.release.as_mut().unwrap().course.newest = Some(Numbered { number: Some(7), is_ours: false });
    let expected = ["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias moves, all", "DeleteFunction 6"];
    assert_eq!(of(1024, 3, &theirs), expected);
    // An alias that somebody has deleted points to nothing that could be gone back to.
    let mut none = back;
    let release = none.release.as_mut().unwrap();
    (release.live, release.course.number) = (None, None);
    release.old_versions = [4, 5, 6].into();
    let gone = ["DeleteFunction 7", "DeleteFunction 6", "DeleteFunction 5", "DeleteFunction 4"];
    assert_eq!(
        of(1024, 3, &none),
        [&["UpdateFunctionConfiguration"][..], &gone, &["PublishVersion", "CreateAlias"]].concat()
    );
    assert_eq!(of(512, 3, &none), ["CreateAlias"]);
}

/// A plan refuses it with what to do, which it can only say of calls that lead somewhere.
#[test]
fn another_function_in_the_place_of_a_released_one_has_none_of_its_versions() {
    let now = ready(live(128, 128, 7, &[5, 6]), 1);
    let image = Function { package_type: PackageType::Image, ..function(128) };
    let release = Some(Box::new(Release::of(&image, 3, None, None)));
    let released = Function { release, ..image.clone() }.marked(false);
    assert_eq!(
        calls(&plan(&released, Some(&now))),
        ["DeleteFunction", "CreateFunction", "PublishVersion", "CreateAlias"]
    );
    assert_eq!(calls(&plan(&image.marked(false), Some(&now))), ["DeleteFunction", "CreateFunction"]);
}

#[test]
fn weights_and_an_alias_that_were_set_by_hand_are_set_back() {
    let mut weighted = live(128, 128, 7, &[5, 6]);
    weighted.release.as_mut().unwrap().additional_version_weights = [("5".to_owned(), 0.5)].into();
    assert_eq!(calls(&plan(&wanted(128, 3, None), Some(&weighted))), ["UpdateAlias stays, all"]);
    let moved = with_newest(live(256, 128, 7, &[]), 8, 256, None);
    assert_eq!(calls(&plan(&wanted(256, 3, None), Some(&moved))), ["UpdateAlias moves, all"]);
    let begun = with_newest(live(256, 128, 7, &[]), 8, 256, Some(0.1));
    let other = plan(&wanted(512, 3, Some(canary())), Some(&begun));
    assert_eq!(
        calls(&other)[1..4],
        ["UpdateAlias stays, all", "DeleteFunction 8", "PublishVersion"],
        "nothing goes on with another version"
    );
}

#[test]
fn an_alias_that_is_no_longer_asked_for_is_deleted_by_the_plan_after() {
    let (want, before) = (function(128).marked(false), live(128, 128, 7, &[6]));
    let first = plan(&want, Some(&before));
    assert_eq!(calls(&first), ["TagResource"]);
    assert!(want.later(&before).is_some());
    let mut half = want.clone();
    half.keep(&before);
    assert_eq!(half.tags["serverless-app:parts"], "versions-leave");
    let mut later = want.clone();
    later.keep(&half);
    assert_eq!(later.halfway(), Some(half.clone()), "what the first plan leaves");
    let second = plan(&want, Some(&Function { tags: half.tags, ..before }));
    assert_eq!(calls(&second), ["DeleteAlias", "DeleteFunction 6", "DeleteFunction 7", "UntagResource"]);
}

#[test]
fn environments_that_are_kept_ready_come_after_the_alias_and_go_before_it() {
    let (want, kept) = (ready(wanted(128, 3, None), 2), ready(live(128, 128, 7, &[]), 1));
    let calls_of = |want: &Function, live: Option<&Function>| calls(&plan(want, live));
    assert_eq!(calls_of(&want, None)[2..], ["CreateAlias", "PutProvisionedConcurrencyConfig live"]);
    assert_eq!(calls_of(&want, Some(&kept)), ["PutProvisionedConcurrencyConfig live"]);
    // Once the tag no longer says that there are some, nobody asks for them.
    let gone = ["DeleteProvisionedConcurrencyConfig live", "TagResource"];
    assert_eq!(calls_of(&wanted(128, 3, None), Some(&kept)), gone);
    assert_eq!(calls_of(&function(128).marked(false), Some(&kept)), gone, "with the release");
    let changed = calls_of(&wanted(256, 3, None), Some(&kept));
    assert_eq!(changed[..2], ["DeleteProvisionedConcurrencyConfig live", "UpdateFunctionConfiguration"]);
    let reserved = Function { reserved_concurrent_executions: Some(1), ..wanted(128, 3, None) };
    let fewer = ["DeleteProvisionedConcurrencyConfig live", "PutFunctionConcurrency", "TagResource"];
    assert_eq!(calls_of(&reserved, Some(&kept)), fewer);
}

#[test]
fn the_values_of_a_versions_environment_never_reach_a_fingerprint() {
    let with = |value: &str| {
        let mut function = function(128);
        function.environment.insert("KEY".into(), value.into());
        let release = Release::of(&function, 3, None, None);
        Function { release: Some(Box::new(release)), ..function }
    };
    let goal = with("wanted");
    let shown = |value: &str| {
        let mut function = with(value);
        function.veil(Some(&goal));
        serde_json::to_value(function.release).expect("JSON")
    };
    assert_eq!(shown("secret"), shown("other"));
    assert_ne!(shown("secret"), shown("wanted"));
}

#[test]
fn a_function_goes_back_to_a_version_by_the_aliass_call_alone() {
    let mut now = live(256, 256, 7, &[4, 6]);
    let contents = [(4, 64), (6, 128), (7, 256)].map(|(number, memory)| (number, Version::of(&function(memory))));
    now.release.as_mut().unwrap().course.contents = contents.into();
    let back = |version| now.back_to(&id(), version);
    let goal = back(None).expect("the version before");
    assert_eq!(goal.release.as_ref().unwrap().live, Some(Version::of(&function(128))));
    let planned = plan(&goal, Some(&now));
    assert_eq!(calls(&planned), ["UpdateAlias moves, all"]);
    assert_eq!(planned[0].call.json()["input"]["FunctionVersion"], "6");
    let release = goal.release.as_ref().unwrap();
    assert_eq!((&release.old_versions, release.newest.is_some()), (&BTreeSet::from([4]), true));
    // The source asks for what it did before: forward again.
    assert_eq!(calls(&plan(&wanted(256, 3, None), Some(&goal))), ["UpdateAlias moves, all"]);
    assert_eq!(back(Some(4)).unwrap().release.unwrap().live, Some(Version::of(&function(64))));
    assert_eq!(back(Some(5)), Err("there is no version 5: it has 4, 6, 7".into()));
    assert_eq!(back(Some(7)), Err("version 7 is already the one that `live` points to".into()));
    assert_eq!(live(1, 1, 7, &[]).back_to(&id(), None), Err("there is no version before 7".into()));
    assert!(function(128).back_to(&id(), None).unwrap_err().contains("no alias `live`"));
}

#[test]
fn a_canary_that_is_not_over_goes_back_to_the_version_that_the_alias_points_to() {
    let contents = [(6, 64), (7, 128), (8, 256)];
    let begun = knowing(with_newest(live(256, 128, 7, &[6]), 8, 256, Some(0.1)), &contents);
    for version in [None, Some(7)] {
        let goal = begun.back_to(&id(), version).expect("the version before");
        assert_eq!(calls(&plan(&goal, Some(&begun))), ["UpdateAlias stays, all"]);
    }
    let further = begun.back_to(&id(), Some(6)).expect("an older one");
    let planned = plan(&further, Some(&begun));
    assert_eq!(
        (calls(&planned), &planned[0].call.json()["input"]["FunctionVersion"]),
        (vec!["UpdateAlias moves, all".to_owned()], &json!("6"))
    );
    let whole = knowing(with_newest(live(256, 128, 7, &[6]), 8, 256, None), &contents);
    assert_eq!(whole.back_to(&id(), Some(7)), Err("version 7 is already the one that `live` points to".into()));
}

#[test]
fn of_a_function_that_has_gone_back_already_nothing_is_left() {
    let now = knowing(live(256, 256, 7, &[5, 6]), &[(5, 64), (6, 128), (7, 256)]);
    let sent = next_call::back(&id(), Some(6));
    for version in [None, Some(6)] {
        assert_eq!(now.gone_back(&sent, version), None, "not yet");
        let then = now.back_to(&id(), version).expect("an older one");
        let goal = then.gone_back(&sent, version).expect("it is there");
        assert_eq!(plan(&goal, Some(&then)), []);
        assert_eq!(then.gone_back(&sent, Some(5)), None, "another one is asked for");
    }
    let begun = with_newest(live(256, 128, 7, &[6]), 8, 256, Some(0.1));
    let begun = knowing(begun, &[(6, 64), (7, 128), (8, 256)]);
    let stays = next_call::back(&id(), None);
    assert_eq!(begun.gone_back(&stays, None), None, "the canary is not over");
    let whole = begun.back_to(&id(), None).expect("the version before");
    assert!(whole.gone_back(&stays, None).is_some());
}

#[test]
fn a_function_goes_back_to_versions_whose_environment_is_hidden() {
    let with = |secret: &str| {
        let mut function = function(128);
        function.environment.insert("KEY".into(), secret.into());
        function
    };
    let contents = [(5, "one"), (6, "two"), (7, "three")].map(|(number, secret)| (number, Version::of(&with(secret))));
    let mut now = live(128, 128, 7, &[5, 6]);
    now.environment = with("three").environment;
    let release = now.release.as_mut().unwrap();
    (release.live, release.course.contents) = (Some(Version::of(&with("three"))), contents.into());
    let go_back = |now: &Function, version| {
        let goal = now.back_to(&id(), version).expect("it is there");
        let mut live = now.clone();
        live.veil(Some(&goal));
        let planned = plan(&goal, Some(&live));
        assert_eq!(calls(&planned), ["UpdateAlias moves, all"]);
        let leads_to = planned[0].leads_to;
        // What AWS shows then, as it is read.
        let mut then = now.clone();
        call::effect(&mut then, &Effect::Updated(&next_call::back(&id(), version)));
        let mut seen = then.clone();
        seen.veil(Some(&goal));
        assert_eq!(Fingerprint::of(Some(&State::from(seen))).expect("JSON"), leads_to);
        then
    };
    // Of two versions that differ in what is hidden alone neither is the other.
    let at_six = go_back(&now, Some(6));
    go_back(&at_six, Some(5));
}

#[test]
fn what_is_promoted_holds_no_value_that_is_not_wanted() {
    let print = |secret: &str| {
        let mut now = knowing(with_newest(live(128, 128, 5, &[6]), 7, 512, None), &[(5, 128), (7, 512)]);
        let mut older = function(256);
        older.environment.insert("KEY".into(), secret.into());
        now.release.as_mut().unwrap().course.contents.insert(6, Version::of(&older));
        now.veil(Some(&function(128)));
        plan(&wanted(128, 3, None), Some(&now)).into_iter().map(|step| step.leads_to).collect::<Vec<_>>()
    };
    assert_eq!(print("secret"), print("other"));
}
