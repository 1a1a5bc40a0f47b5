//! An approved plan is accepted if and only if what is left of it is what the merged source and live AWS ask for.
//!
//! Random apps, of which one is live, one was planned and one was merged; the plan has come as far as chance would have it.
//! Then every value of every field of plans is changed, one at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use serverless_app::aws::Call;
use serverless_app::canonical;
use serverless_app::name::Address;
use serverless_app::plan::remaining::{self, Beyond, Start};
use serverless_app::plan::{Action, Note, Plan, file};
use tempfile::TempDir;

use crate::faults::turn;
use crate::model::app::{App, World};
use crate::model::random::Random;
use crate::model::write_files;
use crate::planner;
use account::{Account, Asked};

mod account;
mod forged;

/// The calls that are left, in JSON, with the ids that are known; of those that wait for alarms, also for which and what follows.
type Effect = BTreeMap<Address, Vec<Value>>;

/// What a plan still does from where each of its changes starts.
fn effect(plan: &Plan, start: &Start) -> Effect {
    let calls = plan.changes.iter().map(|change| {
        let from = start.from.get(&change.address).copied().unwrap_or_default();
        let calls = change.steps[from..].iter();
        let sent = |call: &Call| call.resolve(change.address.kind, &start.known).expect("a call").json();
        let calls = calls.map(|step| match &step.watch {
            Some(watch) => json!([sent(&step.call), watch.minutes, watch.alarms, sent(&watch.otherwise)]),
            None => sent(&step.call),
        });
        (change.address.clone(), calls.collect::<Vec<_>>())
    });
    calls.filter(|(_, calls)| !calls.is_empty()).collect()
}

/// True if both sources ask for the same, which is all that a merge may differ in.
fn same(one: &Asked, other: &Asked) -> bool {
    let states = |asked: &Asked| {
        let wanted = asked.lowered.wanted.iter();
        wanted.map(|(address, wanted)| (address.clone(), wanted.id.clone(), wanted.state.clone())).collect::<Vec<_>>()
    };
    states(one) == states(other) && one.lowered.outputs == other.lowered.outputs && one.blobs == other.blobs
}

struct Case<'a> {
    folder: &'a Path,
    world: World,
    random: Random,
}

impl Case<'_> {
    fn next(&mut self, app: &App) -> App {
        app.next(&mut self.random, &self.world)
    }

    fn ask(&self, app: &App) -> Asked {
        Asked::of(self.folder, &app.write())
    }

    /// One live app, one approved plan on its way, one merged source; what became of it, if there was a plan at all.
    fn run(&mut self) -> Option<bool> {
        let base = (0..6).fold(App::default(), |app, _| self.next(&app));
        let mut account = Account::of(&self.ask(&base));
        let planned = self.next(&base);
        let merged = if self.random.chance(60) { planned.clone() } else { self.next(&planned) };
        let (planned, merged) = (self.ask(&planned), self.ask(&merged));
        let (approved, _) = account.plan(&planned).ok()?;
        let way = self.random.below(4);
        account.advance(&approved, &mut self.random, way);
        let (fresh, goals) = account.plan(&merged).ok()?;
        let proved = account.prove(&approved, &fresh, &goals, &merged);
        let text = || format!("{:#?}\n{proved:?}", account.addresses());
        assert_eq!(proved.is_ok(), same(&planned, &merged), "{}", text());
        if let Ok(start) = &proved {
            let now = Start { known: account.known(), ..Start::default() };
            assert_eq!(effect(&approved, start), effect(&fresh, &now), "{}", text());
        }
        Some(proved.is_ok())
    }
}

#[test]
fn a_plan_is_accepted_if_and_only_if_what_is_left_of_it_is_asked_for() {
    let folder = TempDir::new().expect("a folder");
    write_files(folder.path());
    let first = turn() as u64 % 1_000_000;
    let mut counts = BTreeMap::from([(true, 0), (false, 0)]);
    for seed in first..first + 300 {
        let world = World { account: "123456789012".into(), codes: Vec::new() };
        let mut case = Case { folder: folder.path(), world, random: Random::new(seed) };
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| case.run()));
        let accepted = ran.unwrap_or_else(|_| panic!("seed {seed}"));
        accepted.into_iter().for_each(|accepted| *counts.entry(accepted).or_default() += 1);
    }
    assert!(counts.values().all(|count| *count > 40), "accepted and refused: {counts:?}");
}

/// An API's stage has one web ACL, so that its association is one resource of one name whichever section it comes of.
#[test]
fn an_api_that_has_moved_to_another_firewall_is_as_approved() {
    let folder = TempDir::new().expect("a folder");
    write_files(folder.path());
    let app = |ada: &str, bea: &str| {
        let api = "[function.ada]\nsource = \"code-0\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
                   [api.cyd]\nroutes = [{ path = \"/\", method = \"GET\", function = \"ada\" }]\n";
        let firewall =
            |name: &str, protects: &str| format!("[firewall.{name}]\nprotects = [{protects}]\nrate_limit = 100\n");
        let head = "[app]\nname = \"model\"\nregion = \"us-west-2\"\n";
        Asked::of(folder.path(), &format!("{head}{api}{}{}", firewall("ada", ada), firewall("bea", bea)))
    };
    let (before, after) = (app("\"cyd\"", ""), app("", "\"cyd\""));
    let mut account = Account::of(&before);
    let (approved, _) = account.plan(&after).expect("a plan");
    let actions: Vec<_> = approved.changes.iter().map(|c| (c.address.to_string(), c.action)).collect();
    assert_eq!(actions, [("wafv2.association/bea-cyd".to_owned(), Action::Update)]);
    account.advance(&approved, &mut Random::new(0), 3);
    let (fresh, goals) = account.plan(&after).expect("a plan");
    assert_eq!((fresh.is_empty(), account.prove(&approved, &fresh, &goals, &after).is_ok()), (true, true));
}

/// The forged plan, if the program reads it and it is another one.
fn read(forged: &Value, approved: &Plan) -> Option<Plan> {
    let mut bytes = canonical::bytes(forged).expect("canonical JSON");
    bytes.push(b'\n');
    file::read(&bytes).ok().filter(|plan| plan != approved)
}

/// The names of the fields that this plan's file has at these places.
fn fields(plan: &Value, pointer: &[&str]) -> BTreeSet<String> {
    match (pointer.split_first(), plan) {
        (None, Value::Object(map)) => map.keys().cloned().collect(),
        (Some((&"*", rest)), Value::Array(items)) => items.iter().flat_map(|item| fields(item, rest)).collect(),
        (Some((name, rest)), Value::Object(map)) => map.get(*name).map(|at| fields(at, rest)).unwrap_or_default(),
        _ => BTreeSet::new(),
    }
}

/// Plans that have each field of a plan file, and what has been done of them.
fn rich() -> Vec<(Asked, Account, Plan)> {
    let cases = planner::cases();
    let pairs = cases.iter().filter_map(|case| {
        let text = |name: &str| std::fs::read_to_string(case.join(name)).ok();
        let account = text("before.toml").map_or_else(Account::default, |text| Account::of(&Asked::of(case, &text)));
        let any = text("after.toml").or(text("before.toml"))?;
        let asked = if text("after.toml").is_some() { Asked::of(case, &any) } else { Asked::nothing(case, &any) };
        let (plan, _) = account.plan(&asked).ok()?;
        Some((asked, account, plan))
    });
    pairs.collect()
}

#[test]
fn every_value_that_is_changed_is_refused_while_nothing_is_done() {
    let mut tried = BTreeSet::new();
    let mut all = BTreeSet::new();
    for (asked, account, approved) in rich() {
        let (fresh, goals) = account.plan(&asked).expect("a plan");
        assert!(account.prove(&approved, &fresh, &goals, &asked).is_ok(), "the control");
        if let Some(change) = approved.changes.first() {
            let mut noted = approved.clone();
            noted.notes.push(Note { address: change.address.clone(), message: "all is well".into() });
            assert!(account.prove(&noted, &fresh, &goals, &asked).is_err(), "a note that nobody made");
            tried.insert((String::new(), "notes".to_owned()));
        }
        let json = serde_json::to_value(&approved).expect("JSON");
        for (at, names) in forged::FIELDS {
            all.extend(fields(&json, at).into_iter().map(|name| (*at, name)));
            assert!(fields(&json, at).iter().all(|name| names.contains(&name.as_str())), "a field that nobody forges");
        }
        for (path, forged) in forged::each(&json) {
            match read(&forged, &approved) {
                None if path != ["format"] => continue,
                // Another format is refused by whoever reads it.
                None => {}
                Some(plan) => {
                    let proved = account.prove(&plan, &fresh, &goals, &asked);
                    assert!(proved.is_err(), "{path:?} was accepted: {forged}");
                }
            }
            tried.insert(forged::field(&path));
        }
    }
    for (at, names) in forged::FIELDS.iter().filter(|(at, _)| at.first() != Some(&"notes")) {
        for name in *names {
            assert!(all.contains(&(*at, (*name).to_owned())), "no plan has {at:?} {name}");
            // What has fields of its own cannot be read without one of them; those are forged one by one.
            let is_forged = tried.contains(&(at.concat(), (*name).to_owned())) || ["site", "watch"].contains(name);
            assert!(is_forged, "nobody forged {at:?} {name}");
        }
    }
}

#[test]
fn whatever_is_changed_of_a_plan_that_is_on_its_way_changes_nothing_that_may_run() {
    let (mut accepted, mut refused) = (BTreeSet::new(), 0);
    for (seed, (asked, mut account, approved)) in rich().into_iter().enumerate() {
        let mut random = Random::new(seed as u64);
        account.advance(&approved, &mut random, 1);
        let (fresh, goals) = account.plan(&asked).expect("a plan");
        let start = account.prove(&approved, &fresh, &goals, &asked).unwrap_or_else(|beyond| panic!("{beyond}"));
        let left = effect(&approved, &start);
        let json = serde_json::to_value(&approved).expect("JSON");
        for (path, forged) in forged::each(&json) {
            let Some(plan) = read(&forged, &approved) else { continue };
            match account.prove(&plan, &fresh, &goals, &asked) {
                Ok(start) => {
                    assert_eq!(effect(&plan, &start), left, "{path:?} changes what may run: {forged}");
                    accepted.insert(forged::field(&path).1);
                }
                Err(_) => refused += 1,
            }
        }
    }
    // What nobody can know any more of what is done, and what makes no difference then.
    let gone = [
        "changes",
        "before",
        "identity",
        "was",
        "waits_for",
        "steps",
        "call",
        "leads_to",
        "action",
        "known",
        "notes",
        "message",
        "name",
        "diff",
        "watch",
        "minutes",
        "alarms",
        "otherwise",
        "leads_back_to",
    ];
    assert!(accepted.iter().all(|field| gone.contains(&field.as_str())), "{accepted:?}");
    assert!(refused > 200, "{refused}");
}

/// A table with this attribute for its time to live, and a topic.
fn expiring(folder: &Path, attribute: &str) -> Asked {
    let table = format!("[table.t]\nhash_key = {{ name = \"id\", type = \"S\" }}\ntime_to_live = \"{attribute}\"\n");
    Asked::of(folder, &format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{table}[topic.t]\n"))
}

#[test]
fn another_attribute_for_time_to_live_is_two_plans_and_the_first_one_is_resumed_all_the_same() {
    let folder = TempDir::new().expect("a folder");
    let (before, after) = (expiring(folder.path(), "old"), expiring(folder.path(), "new"));
    let mut account = Account::of(&before);
    let (first, goals) = account.plan(&after).expect("a plan");
    let calls = |plan: &Plan| plan.changes.iter().map(|change| change.steps.len()).collect::<Vec<_>>();
    assert_eq!((calls(&first), first.notes.len()), (vec![1], 1), "{:#?}", first.changes);
    assert!(first.notes[0].message.contains("so a plan an hour later will switch it on for new"), "{:?}", first.notes);
    let start = account.prove(&first, &first, &goals, &after).expect("as approved");
    assert_eq!(effect(&first, &start).len(), 1);

    account.advance(&first, &mut Random::new(1), 3);
    let (second, goals) = account.plan(&after).expect("a plan");
    assert_eq!((calls(&second), second.notes.len()), (vec![1], 0), "{:#?}", second.changes);
    let start = account.prove(&first, &second, &goals, &after).expect("it has led as far as one plan does");
    assert_eq!(effect(&first, &start), Effect::new(), "and nothing of the second one may run");
    let start = account.prove(&second, &second, &goals, &after).expect("a plan of its own");
    assert_eq!(effect(&second, &start).len(), 1);

    account.advance(&second, &mut Random::new(1), 3);
    let (last, goals) = account.plan(&after).expect("a plan");
    assert!(last.changes.is_empty(), "{:#?}", last.changes);
    assert!(account.prove(&second, &last, &goals, &after).is_ok(), "the second one is done");
}

#[test]
fn a_refusal_names_the_change_and_says_why() {
    let case = planner::cases().into_iter().find(|case| case.ends_with("edited")).expect("a case");
    let text = |name: &str| std::fs::read_to_string(case.join(name)).expect("a manifest");
    let (before, after) = (Asked::of(&case, &text("before.toml")), Asked::of(&case, &text("after.toml")));
    let account = Account::of(&before);
    let (approved, _) = account.plan(&after).expect("a plan");
    // The source is what is live: nothing of the plan is asked for.
    let (fresh, goals) = account.plan(&before).expect("a plan");
    let beyond = account.prove(&approved, &fresh, &goals, &before).expect_err("a refusal");
    assert!(matches!(&beyond, Beyond::NotAsked(address) if approved.changes.iter().any(|c| c.address == *address)));
    assert_eq!(beyond.reason().word(), "not-in-source");
    assert!(beyond.to_string().contains("the merged source does not ask for"), "{beyond}");
    let none = remaining::apart(&approved, &goals);
    assert!(none.is_empty(), "all of it is there, so that nothing has to be read apart");
}
