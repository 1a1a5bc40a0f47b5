use proptest::prelude::*;
use serde_json::json;

use super::call::DeleteObjects;
use super::observe::normalise;
use super::state::marked;
use super::*;
use crate::aws::State;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::name::hex;

const NAME: &str = "shop--test-site-123456789012-us-west-2/docs/";

fn id() -> Id {
    test_id(Kind::Files, NAME)
}

fn digest(rules: u8) -> String {
    hex(&[rules; 16])
}

/// A file as it is wanted; what it holds is a number.
fn wanted(bytes: u8, turn: Turn) -> Object {
    let put = Put {
        digest: Sha::of(&[bytes]),
        content_type: format!("text/x-{bytes}"),
        cache_control: (bytes > 1).then(|| "no-cache".into()),
        content_encoding: (bytes > 2).then(|| "gzip".into()),
        turn,
    };
    Object { e_tag: hex(&[bytes; 16]), size: u64::from(bytes), put: Some(put) }
}

/// The same as a listing has it.
fn listed(files: &Files) -> Files {
    let objects = files.objects.iter().map(|(key, object)| (key.clone(), Object { put: None, ..object.clone() }));
    Files { objects: objects.collect(), ..files.clone() }
}

fn turn() -> impl Strategy<Value = Turn> {
    proptest::sample::select(vec![Turn::Immutable, Turn::Usual, Turn::Page])
}

/// Keys of more than one group, now and then.
fn objects() -> impl Strategy<Value = BTreeMap<String, Object>> {
    let object = (0..4_u8, turn()).prop_map(|(bytes, turn)| wanted(bytes, turn));
    let few = proptest::collection::btree_map("docs/[a-e]", object, 1..5);
    (few, prop_oneof![4 => Just(0), 1 => Just(150)]).prop_map(|(mut all, more)| {
        all.extend((0..more).map(|number| (format!("docs/m{number:03}"), wanted(1, Turn::Usual))));
        all
    })
}

fn wish() -> impl Strategy<Value = Files> {
    (0..3_u8, objects()).prop_map(|(rules, objects)| Files {
        headers: Some(digest(rules)),
        objects,
        ..Files::default()
    })
}

fn live() -> impl Strategy<Value = Files> {
    (proptest::option::of(0..3_u8), objects())
        .prop_map(|(rules, objects)| listed(&Files { headers: rules.map(digest), objects, ..Files::default() }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn calls_lead_from_any_files_to_any_others(
        want in proptest::option::of(wish()), live in proptest::option::of(live())
    ) {
        let (want, live) = (want.map(State::from), live.map(State::from));
        assert_properties(&id(), want.as_ref(), live.as_ref());
    }

    /// Wherever an apply is stopped: between two calls, and within one.
    #[test]
    fn what_is_left_of_a_call_that_was_stopped_halfway_is_a_rest_of_it(
        want in wish(), live in proptest::option::of(live()), at in 0..6_usize, done in 0..100_usize
    ) {
        let (id, want, live) = (id(), State::from(want), live.map(State::from));
        let all = steps(&id, Some(&want), live.as_ref()).expect("the calls lead there");
        let mut state = live;
        for step in all.iter().take(at) {
            state = step.call.effect(state);
        }
        let Some(step) = all.get(at) else { return Ok(()) };
        let partly = halfway(&step.call, state.clone(), done);
        let rest = steps(&id, Some(&want), partly.as_ref()).expect("the calls lead there");
        let is_done = partly == step.call.effect(state.clone());
        let left = if is_done && partly != state { &all[at + 1..] } else { &all[at..] };
        // A group that is put for its headers alone leaves no trace: all such groups are put again.
        if let (Some(State::Files(files)), false) = (&partly, is_done) {
            prop_assert_eq!(rest.len(), left.len(), "{:?}", files);
            prop_assert_eq!(rest[0].leads_to, left[0].leads_to);
            prop_assert!(rest[0].call == left[0].call || rest[0].call.is_rest_of(&left[0].call, &id, Some(&want)));
            prop_assert_eq!(&rest[1..], &left[1..]);
            prop_assert_eq!(step.call.effect(partly), step.call.effect(state), "sent again, it leads there");
        }
    }
}

/// What is there once the first `done` requests of a call have been answered.
fn halfway(call: &crate::aws::Call, state: Option<State>, done: usize) -> Option<State> {
    let part = match call {
        crate::aws::Call::Files(Call::Put(input)) => {
            let objects: Vec<_> = input.objects.iter().take(done).cloned().collect();
            Call::Put(PutObjects { objects, ..input.clone() })
        }
        crate::aws::Call::Files(Call::Delete(input)) => {
            Call::Delete(DeleteObjects { keys: input.keys.iter().take(done).cloned().collect(), ..input.clone() })
        }
        other => panic!("{other:?}"),
    };
    let is_none = match &part {
        Call::Put(input) => input.objects.is_empty(),
        Call::Delete(input) => input.keys.is_empty(),
    };
    if is_none { state } else { crate::aws::Call::Files(part).effect(state) }
}

fn files(pairs: &[(&str, u8, Turn)]) -> Files {
    let objects = pairs.iter().map(|(key, bytes, turn)| (format!("docs/{key}"), wanted(*bytes, *turn)));
    Files { headers: Some(digest(1)), objects: objects.collect(), ..Files::default() }
}

/// Each call as its name and the ends of its keys.
fn told(want: &Files, live: Option<&Files>) -> Vec<String> {
    let (want, live) = (State::from(want.clone()), live.map(|live| State::from(listed(live))));
    let planned = steps(&id(), Some(&want), live.as_ref()).expect("a plan");
    let one = |call: &crate::aws::Call| {
        let input = call.json()["input"].clone();
        let keys = input["Objects"].as_array().or(input["Keys"].as_array()).expect("keys").clone();
        let key = |one: serde_json::Value| one["Key"].as_str().or(one.as_str()).expect("a key").to_owned();
        let keys: Vec<String> = keys.into_iter().map(key).collect();
        let short =
            keys.iter().map(|key| key.trim_start_matches("docs/").replace(&digest(1), "1").replace(&digest(2), "2"));
        format!("{} {}", call.api(), short.collect::<Vec<_>>().join(" "))
    };
    planned.iter().map(|step| one(&step.call)).collect()
}

#[test]
fn files_come_in_their_order_and_go_at_the_end() {
    let want = files(&[("a.html", 1, Turn::Page), ("b.txt", 1, Turn::Usual), ("z.js", 1, Turn::Immutable)]);
    let first = told(&want, None);
    let expected =
        ["s3:PutObject .serverless-app/headers-1", "s3:PutObject z.js", "s3:PutObject b.txt", "s3:PutObject a.html"];
    assert_eq!(first, expected);
    let before = files(&[("a.html", 1, Turn::Page), ("b.txt", 2, Turn::Usual), ("old.js", 1, Turn::Immutable)]);
    assert_eq!(told(&want, Some(&before)), ["s3:PutObject z.js", "s3:PutObject b.txt", "s3:DeleteObjects old.js"]);
    assert_eq!(told(&want, Some(&want)), [""; 0]);
}

#[test]
fn other_rules_of_headers_put_every_file_again_and_are_named_last() {
    let want = files(&[("a.html", 1, Turn::Page), ("b.txt", 1, Turn::Usual)]);
    let before = Files { headers: Some(digest(2)), ..want.clone() };
    let all = ["s3:PutObject b.txt", "s3:PutObject a.html", "s3:PutObject .serverless-app/headers-1"];
    assert_eq!(told(&want, Some(&before)), [&["s3:DeleteObjects .serverless-app/headers-2"], &all[..]].concat());
    let foreign = Files { headers: None, ..want.clone() };
    assert_eq!(told(&want, Some(&foreign)), all, "files that something else has put");
}

#[test]
fn a_call_names_digest_size_and_headers_of_each_file() {
    let want = State::from(files(&[("a.html", 3, Turn::Page)]));
    let planned = steps(&id(), Some(&want), None).expect("a plan");
    assert_eq!(
        planned[1].call.json(),
        json!({"api": "s3:PutObject", "input": {
            "Bucket": "shop--test-site-123456789012-us-west-2", "ExpectedBucketOwner": "123456789012",
            "Objects": [{"Key": "docs/a.html", "Body": {"$blob": Sha::of(&[3]).to_string(), "size": 3},
                "ETag": hex(&[3; 16]), "ContentType": "text/x-3", "CacheControl": "no-cache", "ContentEncoding": "gzip"}],
        }})
    );
    let bodies: Vec<&Body> = planned[1].call.bodies();
    assert_eq!(bodies, [&Body { digest: Sha::of(&[3]), size: 3 }]);
}

#[test]
fn one_object_names_the_rules_and_several_name_none() {
    let object = || Object { e_tag: String::new(), size: 0, put: None };
    let of = |keys: &[String]| normalise("docs/", keys.iter().map(|key| (key.clone(), object())).collect());
    let key = |rules: u8| format!("docs/{MARKER}{}", digest(rules));
    assert_eq!(of(&[key(1)]).headers, Some(digest(1)));
    assert_eq!(of(&["docs/a".into(), key(1)]).objects.len(), 1);
    let both = of(&[key(1), key(2)]);
    assert_eq!((both.headers, both.objects.len()), (None, 2), "they are deleted as what the folder does not have");
    assert_eq!(marked("docs/", &format!("docs/x/{MARKER}{}", digest(1))), None);
    assert_eq!(marked("docs/", &format!("docs/{MARKER}zz")), None);
}

#[test]
fn nobody_needs_rights_beyond_the_prefix() {
    use crate::aws::required_actions::RequiredActions;
    let shown = |all: Vec<crate::aws::RequiredAction>| {
        all.into_iter().map(|one| format!("{} {}", one.action, one.resource)).collect::<Vec<_>>()
    };
    let objects = format!("arn:aws:s3:::{NAME}*");
    let expected = [format!("s3:DeleteObject {objects}"), format!("s3:PutObject {objects}")];
    assert_eq!(shown(Files::actions_of_all_calls(&id())), expected);
    let bucket = "s3:ListBucket arn:aws:s3:::shop--test-site-123456789012-us-west-2";
    assert_eq!(shown(Files::actions_to_read(&id())), [bucket]);
}

/// What a plan that was approved says is what is wanted, though it was begun: whatever more it does is not.
#[test]
fn nothing_is_a_rest_of_a_call_that_does_more_than_what_is_wanted() {
    let want = files(&[("a.txt", 1, Turn::Usual), ("b.txt", 1, Turn::Usual)]);
    let before =
        files(&[("a.txt", 2, Turn::Usual), ("b.txt", 2, Turn::Usual), ("old", 1, Turn::Usual), ("x", 1, Turn::Usual)]);
    let plan = |live: &Files| steps(&id(), Some(&want.clone().into()), Some(&listed(live).into())).expect("a plan");
    let half = files(&[("a.txt", 1, Turn::Usual), ("b.txt", 2, Turn::Usual), ("x", 1, Turn::Usual)]);
    let (whole, rest, state) = (plan(&before), plan(&half), State::from(want.clone()));
    let is_rest = |step: usize, change: &dyn Fn(&mut serde_json::Value)| {
        let mut forged = whole[step].call.json();
        change(&mut forged["input"]);
        let forged = crate::aws::Call::Files(serde_json::from_value(forged).expect("a call"));
        rest[step].call.is_rest_of(&forged, &id(), Some(&state))
    };
    for step in [0, 1] {
        assert!(is_rest(step, &|_| ()));
    }
    assert!(!rest[0].call.is_rest_of(&whole[0].call, &id(), None), "where nothing is wanted nothing is put");
    let evil = json!({"Key": "docs/c.txt", "Body": {"$blob": Sha::of(b"evil").to_string(), "size": 4}, "ETag": "e", "ContentType": "text/x-1"});
    assert!(!is_rest(0, &|input| input["Objects"].as_array_mut().expect("objects").push(evil.clone())));
    assert!(!is_rest(0, &|input| input["Objects"][0]["ContentType"] = "text/html".into()));
    assert!(!is_rest(0, &|input| input["Objects"][0]["Body"]["$blob"] = Sha::of(b"evil").to_string().into()));
    for key in ["docs/b.txt", "elsewhere", &format!("docs/{MARKER}{}", digest(1))] {
        assert!(!is_rest(1, &|input| input["Keys"].as_array_mut().expect("keys").push(key.into())), "{key}");
    }
}
