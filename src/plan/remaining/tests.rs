use std::collections::BTreeMap;

use super::*;
use crate::aws::lambda::{Canary, Course, Function, LayerVersion, Release, Version};
use crate::aws::test_support::test_id;
use crate::aws::{Id, Kind, Live, Observed, Wanted};
use crate::plan::build::{Request, decide};
use crate::plan::{Mode, Note, Step, Watch, remark};

fn id() -> Id {
    test_id(Kind::Function, "shop--test-f")
}

fn function(memory_size: i32) -> Function {
    Function { memory_size, code_sha256: "c2hh".into(), ..Function::default() }
}

fn released(memory_size: i32, release: Release) -> Function {
    let mut function = Function { release: Some(Box::new(release)), ..function(memory_size) }.marked(false);
    function.tags.extend(id().owner.tags(&id().address));
    function
}

/// The plan of a change with a canary, and where everything is to be.
fn planned() -> (Plan, Goals) {
    let alarms = ["shop--test-errors".to_owned()].into();
    let canary = Some(Canary { percent: 10, minutes: 5, alarms });
    let want = released(256, Release::of(&function(256), 3, canary, None));
    let live = Release { live: Some(Version::of(&function(128))), course: Course::default(), ..Release::default() };
    let (address, id) = (id().address, id());
    let observed = Observed::of(released(128, live).into());
    let live = BTreeMap::from([(address.clone(), Live { id: id.clone(), observed })]);
    let wanted = Wanted { id: id.clone(), state: want.into(), needs: BTreeSet::new(), adopt: false, named: false };
    let request = Request {
        owner: &id.owner,
        site: &id.site,
        wanted: &BTreeMap::from([(address, wanted)]),
        live: &live,
        mode: Mode::Deploy,
        adopt: &BTreeSet::new(),
        blobs: BTreeMap::new(),
        outputs: &BTreeMap::new(),
    };
    decide(&request).expect("a plan")
}

#[test]
fn what_a_call_waits_for_and_the_way_back_are_proved_with_it() {
    let (plan, goals) = planned();
    let (known, blobs, apart) = (Outputs::new(), BTreeMap::new(), BTreeMap::new());
    let today = Today { plan: &plan, known: &known, goals: &goals, blobs: &blobs, apart: &apart };
    let with = |edit: fn(&mut Step)| {
        let mut approved = plan.clone();
        edit(approved.changes[0].steps.last_mut().expect("a step"));
        check(&approved, &today)
    };
    assert!(with(|_| {}).is_ok());
    fn watch(step: &mut Step) -> &mut Watch {
        step.watch.as_mut().expect("a wait")
    }
    let edits: [fn(&mut Step); 5] = [
        |step| step.watch = None,
        |step| watch(step).minutes = 1,
        |step| watch(step).alarms.clear(),
        |step| {
            let call = step.call.clone();
            watch(step).otherwise = call;
        },
        |step| {
            let leads_to = step.leads_to;
            watch(step).leads_back_to = leads_to;
        },
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        assert_eq!(with(edit), Err(Beyond::OtherSteps(id().address)), "{number}");
    }
    // As it is read back from its file.
    let bytes = file::write(&plan).expect("a file");
    assert_eq!(file::read(&bytes).expect("a plan"), plan);
}

/// The plan of an app that asks for nothing where a version of its layer is left which these functions use.
fn beside(users: &[&str]) -> (Plan, Goals) {
    let used_by = users.iter().map(|name| (*name).to_owned()).collect();
    let version = LayerVersion { code_sha256: "c2hh".into(), used_by, ..LayerVersion::default() };
    let id = test_id(Kind::LayerVersion, &version.name("shop--test-shared"));
    let outputs = BTreeMap::from([("version".to_owned(), "4".to_owned())]);
    let observed = Observed { outputs, ..Observed::of(version.into()) };
    let request = Request {
        owner: &id.owner,
        site: &id.site,
        wanted: &BTreeMap::new(),
        live: &BTreeMap::from([(id.address.clone(), Live { id: id.clone(), observed })]),
        mode: Mode::Deploy,
        adopt: &BTreeSet::new(),
        blobs: BTreeMap::new(),
        outputs: &BTreeMap::new(),
    };
    decide(&request).expect("a plan")
}

#[test]
fn for_whom_a_version_stays_may_change_but_not_that_it_stays() {
    let (known, blobs, apart) = (Outputs::new(), BTreeMap::new(), BTreeMap::new());
    let held = |approved: &[&str], now: &[&str]| {
        let ((approved, _), (plan, goals)) = (beside(approved), beside(now));
        check(&approved, &Today { plan: &plan, known: &known, goals: &goals, blobs: &blobs, apart: &apart }).map(drop)
    };
    let version = test_id(Kind::LayerVersion, "").address;
    assert_eq!(beside(&["theirs"]).0.notes.len(), 1);
    for now in [&["theirs"][..], &["others"], &["others", "theirs"]] {
        assert_eq!(held(&["theirs"], now), Ok(()), "{now:?}");
        assert_eq!(held(&[], now), Err(Beyond::NotAsked(version.clone())), "its delete was approved: {now:?}");
    }
    assert_eq!(held(&["theirs"], &[]), Err(Beyond::Unapproved(version)));
}

#[test]
fn that_another_tool_lets_go_or_comes_changes_nothing_that_was_approved() {
    let (known, blobs, apart) = (Outputs::new(), BTreeMap::new(), BTreeMap::new());
    let (plan, goals) = beside(&["theirs"]);
    let goal = goals.values().next().expect("the version");
    let noted = |message: String| {
        let mut noted = plan.clone();
        noted.notes.push(Note { address: goal.id.address.clone(), message });
        noted
    };
    let held = |approved: &Plan, now: &Plan| {
        check(approved, &Today { plan: now, known: &known, goals: &goals, blobs: &blobs, apart: &apart }).map(drop)
    };
    let name = &goal.id.name;
    for managed in [
        remark::managed(name, 0, "the CloudFormation stack shop"),
        remark::managed(name, 12, "the SST app shop at the stage live"),
        remark::emptied(name, "aws-cdk:auto-delete-objects"),
    ] {
        let noted = noted(managed);
        assert_eq!((held(&noted, &plan), held(&plan, &noted)), (Ok(()), Ok(())), "{:?}", noted.notes);
    }
    let other = noted(format!("{name} is something else"));
    assert!(held(&plan, &other).is_err() && held(&other, &plan).is_err());
}
