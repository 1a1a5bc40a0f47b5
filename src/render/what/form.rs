//! How each form of field is put into words.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::words::Sentence;
use super::called;
use super::field::{Born, Field, Form};
use super::files;
use super::rights;
use super::subject;
use super::value::{self, Naming};
use crate::kind::Kind;
use crate::plan::{AttributeDiff, Shown};

/// What is said of a field of a new resource, its name included.
pub(super) fn born(naming: &Naming, field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let label = || Sentence::default().words(format!("{} ", field.field));
    let (_, new) = sides(diffs);
    match (field.born, field.form) {
        (Born::Never, _) | (_, Form::Changed | Form::Altered | Form::Implied | Form::Excluded | Form::Called) => None,
        (born, Form::Value(spelling)) if !new.is_absent() => {
            let said = value::one(naming, new, spelling, false);
            let is_default = |default: &str| said.render(str::to_owned) == default;
            let quiet = matches!(born, Born::Unless(default) if is_default(default));
            (!quiet).then(|| label().then(said))
        }
        (_, Form::Value(_)) => None,
        (born, Form::Encryption) => {
            let said = encryption(naming, diffs, new_side, false);
            let is_default = matches!(born, Born::Unless(default) if said.render(str::to_owned) == default);
            (!is_default).then(|| label().then(said))
        }
        (_, Form::List) => listed(label(), &names(naming, diffs, new_side)),
        (_, Form::Managed) => listed(label(), &uncommon(naming, new)),
        (_, Form::Names) => listed(label(), &keys(field, diffs)),
        (_, Form::Files) => files::born(field, diffs).map(|said| label().then(said)),
        (_, Form::Parts) => listed(label(), &parts_in(field, diffs)),
        (_, Form::Blocks) => {
            let off = diffs.iter().filter(|diff| diff.new == Shown::Value(Value::Bool(false)));
            let off: Vec<String> = off.map(|diff| block(&diff.path)).collect();
            listed(label(), &off).map(|said| said.words(" false"))
        }
        (_, Form::Rights | Form::BucketPolicy) if is_of_compliance(naming) => None,
        (_, Form::Code) => code_size(naming).map(|size| label().words(size)),
        (_, Form::Keys) => key_sentence(&Shown::Absent, new, true),
        (_, Form::Rights) => rights::born(naming, &statements(diffs, new_side)).map(|said| label().then(said)),
        (_, Form::Trust) => rights::born_trust(&statements(diffs, new_side)).map(|said| label().then(said)),
        (_, Form::BucketPolicy) => rights::born_bucket(naming, &statements(diffs, new_side)),
        (_, Form::AllowIps) => match rights::addresses(&statements(diffs, new_side)) {
            Some(addresses) => listed(label(), &addresses),
            None => rights::born(naming, &statements(diffs, new_side))
                .map(|said| Sentence::default().words("policy ").then(said)),
        },
        (_, Form::Definition) => Some(label().words(format!("{} states", states(new).len()))),
        (_, Form::Origins) => listed(label(), &origins(new)),
        (born, Form::Stage) => {
            let names = keys(field, diffs);
            let is_default = matches!(born, Born::Unless(default) if names == [default]);
            if is_default { None } else { listed(label(), &names) }
        }
    }
}

/// What is said of a field that changes, its name included; nothing where that follows from something else.
pub(super) fn changed(naming: &Naming, field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let label = Sentence::default().words(format!("{} ", field.field));
    match field.form {
        Form::Keys | Form::BucketPolicy => change(naming, field, diffs),
        Form::AllowIps if !is_of_addresses(diffs) => {
            change(naming, field, diffs).map(|said| Sentence::default().words("policy ").then(said))
        }
        _ => change(naming, field, diffs).map(|said| label.then(said)),
    }
}

/// The same without the field's name, where the form does not say it itself.
pub(super) fn change(naming: &Naming, field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let (old, new) = sides(diffs);
    let changed = || Some(Sentence::default().words("changed"));
    match field.form {
        Form::Implied => None,
        Form::Value(_) if old == new => None,
        Form::Value(spelling) => Some(value::between(naming, old, new, spelling)),
        Form::List | Form::Managed => {
            gains(&names(naming, diffs, old_side), &names(naming, diffs, new_side)).or_else(changed)
        }
        Form::Names => named(field, diffs),
        Form::Files => files::changed(field, diffs),
        Form::Parts => parts(naming, field, diffs),
        Form::Altered => value::moved(&[], &[], &altered(field, diffs)),
        Form::Encryption => {
            let sides =
                |whole| (encryption(naming, diffs, old_side, whole), encryption(naming, diffs, new_side, whole));
            let (before, after) = if sides(false).0 == sides(false).1 { sides(true) } else { sides(false) };
            (before != after).then(|| before.words(" → ").then(after))
        }
        Form::Changed => changed(),
        Form::Called => Some(called::changed(naming, old, new)),
        Form::Blocks => blocks(naming, diffs),
        Form::Code => Some(Sentence::default().words(match code_size(naming) {
            Some(size) => format!("changed, now {size}"),
            None => "changed".into(),
        })),
        Form::Keys => key_sentence(old, new, false),
        Form::Rights => rights::changed(naming, &statements(diffs, old_side), &statements(diffs, new_side)),
        Form::Trust => rights::changed_trust(naming, &statements(diffs, old_side), &statements(diffs, new_side)),
        Form::BucketPolicy => {
            rights::changed_bucket(naming, &statements(diffs, old_side), &statements(diffs, new_side))
        }
        Form::AllowIps => allowed(naming, diffs),
        Form::Definition => states_moved(old, new).or_else(changed),
        Form::Origins => gains(&origins(old), &origins(new)).or_else(changed),
        Form::Excluded => {
            let names = |side: fn(&AttributeDiff) -> &Shown| {
                diffs.iter().flat_map(|diff| excluded(side(diff))).collect::<Vec<_>>()
            };
            gains(&names(old_side), &names(new_side))
                .or_else(changed)
                .map(|said| Sentence::default().words("exclude ").then(said))
        }
        Form::Stage => gains(&of_side(field, diffs, old_side), &of_side(field, diffs, new_side)),
    }
}

/// A key of the user's by its ARN, else what the manifest calls the keys of AWS. What does not change is as it was.
fn encryption(naming: &Naming, diffs: &[&AttributeDiff], side: fn(&AttributeDiff) -> &Shown, whole: bool) -> Sentence {
    let of = |ends: &[&str]| {
        let is_it = |path: &str| ends.iter().any(|end| path.ends_with(end));
        let changed = diffs.iter().find(|diff| is_it(&diff.path)).map(|diff| side(diff));
        changed.or_else(|| naming.change.was.iter().find(|(path, _)| is_it(path)).map(|(_, shown)| shown))
    };
    let key = of(&[".KMSMasterKeyId", ".KMSMasterKeyID", "KmsMasterKeyId"]).filter(|key| !key.is_absent());
    let kind = of(&["SSESpecification.Enabled", ".SSEAlgorithm", "SqsManagedSseEnabled"]).unwrap_or(&Shown::Absent);
    let spelling: &[(&str, &str)] = match naming.change.address.kind {
        Kind::Queue => &[("true", "sqs-owned"), ("false", "none")],
        _ => &[("true", "aws-managed"), ("false", "aws-owned"), ("AES256", "aes256"), ("aws:kms", "kms_key")],
    };
    value::one(naming, key.unwrap_or(kind), spelling, whole)
}

/// `true → false` where that happens to all four blocks, else which of them it happens to.
fn blocks(naming: &Naming, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let mut alike: Vec<(Sentence, Vec<String>)> = Vec::new();
    for diff in diffs {
        let said = value::change(naming, diff, &[]);
        match alike.iter_mut().find(|(same, _)| *same == said) {
            Some((_, names)) => names.push(block(&diff.path)),
            None => alike.push((said, vec![block(&diff.path)])),
        }
    }
    let said = alike.into_iter().map(|(said, names)| match names.len() {
        4.. => said,
        _ => value::list(&names, 4).words(" ").then(said),
    });
    let said: Vec<Sentence> = said.collect();
    (!said.is_empty()).then(|| Sentence::joined(said, ", "))
}

/// `block_public_acls` for `PublicAccessBlockConfiguration.BlockPublicAcls`.
fn block(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or_default();
    let letter = |(at, c): (usize, char)| match c.is_ascii_uppercase() {
        true if at > 0 => format!("_{}", c.to_ascii_lowercase()),
        _ => c.to_ascii_lowercase().to_string(),
    };
    name.chars().enumerate().map(letter).collect()
}

/// True for what no section asks for in so many words: AWS Config needs it.
fn is_of_compliance(naming: &Naming) -> bool {
    subject::section(&naming.change.address).is_some_and(|section| section.section == "compliance")
}

fn old_side(diff: &AttributeDiff) -> &Shown {
    &diff.old
}

fn new_side(diff: &AttributeDiff) -> &Shown {
    &diff.new
}

/// The first old and the first new value that there are.
fn sides<'a>(diffs: &[&'a AttributeDiff]) -> (&'a Shown, &'a Shown) {
    let first = |side: fn(&AttributeDiff) -> &Shown| {
        diffs.iter().copied().map(side).find(|shown| !shown.is_absent()).unwrap_or(&Shown::Absent)
    };
    (first(old_side), first(new_side))
}

fn listed(label: Sentence, names: &[String]) -> Option<Sentence> {
    (!names.is_empty()).then(|| label.then(value::list(names, 5)))
}

/// What one list has and the other has not; `None` where both have the same.
fn gains(old: &[String], new: &[String]) -> Option<Sentence> {
    let (before, after): (BTreeSet<&String>, BTreeSet<&String>) = (old.iter().collect(), new.iter().collect());
    let owned = |names: Vec<&&String>| names.into_iter().map(|name| (*name).clone()).collect::<Vec<_>>();
    value::moved(&owned(after.difference(&before).collect()), &owned(before.difference(&after).collect()), &[])
}

/// The items of lists, by the manifest's names where that does not make two of them one.
fn names(naming: &Naming, diffs: &[&AttributeDiff], side: fn(&AttributeDiff) -> &Shown) -> Vec<String> {
    let all = |side: fn(&AttributeDiff) -> &Shown| {
        diffs.iter().flat_map(|diff| value::items(side(diff))).collect::<BTreeSet<_>>()
    };
    let both: BTreeSet<String> = all(old_side).into_iter().chain(all(new_side)).collect();
    let mut called: BTreeMap<&str, usize> = BTreeMap::new();
    both.iter().for_each(|item| *called.entry(naming.name(item)).or_default() += 1);
    let items = diffs.iter().flat_map(|diff| value::items(side(diff)));
    items
        .map(|item| if called.get(naming.name(&item)) == Some(&1) { naming.name(&item).to_owned() } else { item })
        .collect()
}

/// The managed policies that not every function's role has, and that are not its own.
fn uncommon(naming: &Naming, new: &Shown) -> Vec<String> {
    let common = ["AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess", naming.change.address.name.as_str()];
    let names = value::items(new).into_iter().map(|arn| naming.name(&arn).to_owned());
    names.filter(|name| !common.contains(&name.as_str())).collect()
}

/// The name that each of these attributes has in its map.
fn keys(field: &Field, diffs: &[&AttributeDiff]) -> Vec<String> {
    of_side(field, diffs, new_side)
}

fn of_side(field: &Field, diffs: &[&AttributeDiff], side: fn(&AttributeDiff) -> &Shown) -> Vec<String> {
    let present = diffs.iter().filter(|diff| !side(diff).is_absent());
    present.filter_map(|diff| key(field, &diff.path)).collect()
}

fn key(field: &Field, path: &str) -> Option<String> {
    field.keys(path).map(|(key, tail)| if tail.is_empty() { key } else { tail }.to_owned())
}

/// The parts that these attributes are of.
fn parts_in(field: &Field, diffs: &[&AttributeDiff]) -> Vec<String> {
    let names: BTreeSet<&str> = diffs.iter().filter_map(|diff| Some(field.keys(&diff.path)?.0)).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Which parts come, go and change: one that has any attribute on a side is there on that side.
fn parts(naming: &Naming, field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let before = field.path.split('*').next().unwrap_or_default();
    let is_there = |name: &str, side: fn(&AttributeDiff) -> &Shown| {
        let start = format!("{before}{name}.");
        let moved = || naming.change.diff.iter().filter(|diff| diff.path.starts_with(&start));
        let stays = |path: &&String| !moved().any(|diff| diff.path == **path);
        moved().any(|diff| !side(diff).is_absent())
            || naming.change.was.keys().filter(stays).any(|path| path.starts_with(&start))
    };
    let (mut new, mut old, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for name in parts_in(field, diffs) {
        match (is_there(&name, old_side), is_there(&name, new_side)) {
            (false, _) => new.push(name),
            (true, false) => old.push(name),
            (true, true) => changed.push(name),
        }
    }
    value::moved(&new, &old, &changed)
}

/// Which keys of a map come, go and change.
fn named(field: &Field, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let (old, new) = (of_side(field, diffs, old_side), of_side(field, diffs, new_side));
    let only = |these: &[String], those: &[String]| {
        let those: BTreeSet<&String> = those.iter().collect();
        these.iter().filter(|key| !those.contains(key)).cloned().collect::<Vec<_>>()
    };
    value::moved(&only(&new, &old), &only(&old, &new), &altered(field, diffs))
}

/// The keys that have a value before and after.
fn altered(field: &Field, diffs: &[&AttributeDiff]) -> Vec<String> {
    let stay = diffs.iter().filter(|diff| !diff.old.is_absent() && !diff.new.is_absent());
    stay.filter_map(|diff| key(field, &diff.path)).collect()
}

/// How large the zip is that this change sends.
fn code_size(naming: &Naming) -> Option<String> {
    let sent = naming.change.steps.iter().find_map(|step| step.call.blob())?;
    naming.plan.blobs.get(&sent.digest.hex()).map(|blob| value::size(blob.size))
}

fn statements(diffs: &[&AttributeDiff], side: fn(&AttributeDiff) -> &Shown) -> Vec<Value> {
    let lists = diffs.iter().filter_map(|diff| match side(diff) {
        Shown::Value(Value::Array(statements)) => Some(statements.clone()),
        _ => None,
    });
    lists.flatten().collect()
}

fn is_of_addresses(diffs: &[&AttributeDiff]) -> bool {
    let is = |side| rights::addresses(&statements(diffs, side)).is_some();
    is(old_side) && is(new_side)
}

fn allowed(naming: &Naming, diffs: &[&AttributeDiff]) -> Option<Sentence> {
    let (old, new) = (statements(diffs, old_side), statements(diffs, new_side));
    let (Some(before), Some(after)) = (rights::addresses(&old), rights::addresses(&new)) else {
        return rights::changed(naming, &old, &new);
    };
    let said = gains(&before, &after)?;
    Some(if after.is_empty() { said.words(": anybody may call") } else { said })
}

/// `hash_key id → order_id, range_key none → at`
fn key_sentence(old: &Shown, new: &Shown, is_born: bool) -> Option<Sentence> {
    let key = |shown: &Shown, part: &str| -> Option<(String, String)> {
        let Shown::Value(Value::Array(keys)) = shown else { return None };
        let text = |key: &Value, name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let found = keys.iter().find(|key| text(key, "KeyType") == part)?;
        Some((text(found, "AttributeName"), text(found, "AttributeType")))
    };
    let parts = [("hash_key", "HASH"), ("range_key", "RANGE")].into_iter().filter_map(|(field, part)| {
        let (before, after) = (key(old, part), key(new, part));
        let typed = before.as_ref().zip(after.as_ref()).is_some_and(|(before, after)| before.0 == after.0);
        let side = |key: Option<(String, String)>| match key {
            None => Sentence::default().words("none"),
            Some((name, of)) if typed => Sentence::default().value(name).words(" of type ").value(of),
            Some((name, _)) => Sentence::default().value(name),
        };
        let label = Sentence::default().words(format!("{field} "));
        match (before == after, is_born) {
            (true, _) => None,
            (false, true) => Some(label.then(side(after))),
            (false, false) => Some(label.then(side(before)).words(" → ").then(side(after))),
        }
    });
    let parts: Vec<Sentence> = parts.collect();
    (!parts.is_empty()).then(|| Sentence::joined(parts, ", "))
}

/// A state machine's states by name, as far as its definition can be read.
fn states(shown: &Shown) -> BTreeMap<String, Value> {
    let Shown::Value(value) = shown else { return BTreeMap::new() };
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => {
            let pieces = map.get("$join").and_then(Value::as_array).into_iter().flatten();
            pieces.map(|piece| piece.as_str().unwrap_or("id")).collect()
        }
        _ => String::new(),
    };
    let definition: Value = serde_json::from_str(&text).unwrap_or_default();
    let states = definition.get("States").and_then(Value::as_object).into_iter().flatten();
    states.map(|(name, state)| (name.clone(), state.clone())).collect()
}

fn states_moved(old: &Shown, new: &Shown) -> Option<Sentence> {
    let (before, after) = (states(old), states(new));
    let only = |these: &BTreeMap<String, Value>, those: &BTreeMap<String, Value>| {
        these.keys().filter(|name| !those.contains_key(*name)).cloned().collect::<Vec<_>>()
    };
    let other = after.iter().filter(|(name, state)| before.get(*name).is_some_and(|was| was != *state));
    let other: Vec<String> = other.map(|(name, _)| name.clone()).collect();
    value::moved(&only(&after, &before), &only(&before, &after), &other)
}

fn origins(shown: &Shown) -> Vec<String> {
    let Shown::Value(Value::Array(rules)) = shown else { return Vec::new() };
    let of = |rule: &Value| rule.get("AllowedOrigins").and_then(Value::as_array).cloned().unwrap_or_default();
    let all: BTreeSet<String> = rules.iter().flat_map(of).filter_map(|one| one.as_str().map(str::to_owned)).collect();
    all.into_iter().collect()
}

fn excluded(shown: &Shown) -> Vec<String> {
    let Shown::Value(Value::Array(rules)) = shown else { return Vec::new() };
    rules.iter().filter_map(|rule| rule.get("Name").and_then(Value::as_str)).map(str::to_owned).collect()
}
