//! What is wrong with the names that sections give.

use std::collections::BTreeMap;

use super::form::{Fault, Form, compared, path_fault};
use super::given::OwnName;
use crate::aws::iam;
use crate::aws::{Kind, Wanted};
use crate::manifest::Cursor;
use crate::manifest::problem::KeyPath;
use crate::manifest::read::Source;
use crate::name::{Address, AppName, Owner, Stage};

const VARIABLES: &str = "write ${stage}, ${app}, ${region} or ${account}";

/// Reports names that AWS would refuse, that another app and stage may have, or that every stage would have.
pub fn check(source: &Source, top: &Cursor) {
    for own in top.manifest.own_names() {
        let Some(given) = top.owner.given(&own.address) else { continue };
        let section = section(&own, top);
        check_role(&own, given, top, &section);
        let (here, name) = (section.at("name"), bare(&own, given));
        if check_variables(name, &here) && check_form(&own, name, top, &here) && check_owner(name, &here) {
            check_stage(source, &own, &here);
        }
    }
}

/// Reports two resources of one name: each where its own is given.
pub fn unique(top: &Cursor, wanted: &BTreeMap<Address, Wanted>) {
    let key = |wanted: &Wanted| (wanted.id.address.kind, compared(wanted.id.address.kind, &wanted.id.name));
    let mut called: BTreeMap<(Kind, String), Vec<&Address>> = BTreeMap::new();
    for one in wanted.values().filter(|one| Form::of(one.id.address.kind).is_some()) {
        called.entry(key(one)).or_default().push(&one.id.address);
    }
    for own in top.manifest.own_names() {
        let Some(one) = wanted.get(&own.address) else { continue };
        let all = called.get(&key(one)).map(Vec::as_slice).unwrap_or_default();
        if let Some(other) = all.iter().find(|other| ***other != own.address) {
            let message = format!("{:?} is also the name of {other}", one.id.name);
            section(&own, top).at("name").problem(message, Some("give one of them another name"));
        }
    }
}

fn section<'a>(own: &OwnName, top: &Cursor<'a>) -> Cursor<'a> {
    own.section.iter().fold(top.top(), |here, key| here.at(key)).at(&own.name)
}

/// The name without the path that a role's stands behind.
fn bare<'n>(own: &OwnName, given: &'n str) -> &'n str {
    if own.address.kind == Kind::Role { iam::role::name_of(given) } else { given }
}

/// Path and name of a role stand one after the other in what is given: each is looked at as it was written.
fn check_role(own: &OwnName, given: &str, top: &Cursor, section: &Cursor) {
    let Some(role) = top.manifest.role.get(&own.name).filter(|_| own.address.kind == Kind::Role) else { return };
    if role.name.as_ref().is_some_and(|name| name.contains('/')) {
        section.at("name").problem("the name of a role cannot contain '/'", Some("write the part before it in path"));
        return;
    }
    match role.path.as_deref() {
        // What follows its last slash would begin the name.
        Some(path) if !path.ends_with('/') => {
            section.at("path").problem(format!("{path:?} is not an IAM path"), path_fault(path));
        }
        _ => check_path(given, &section.at("path")),
    }
}

fn check_path(given: &str, here: &Cursor) {
    let Some((path, _)) = given.rsplit_once('/') else { return };
    let path = format!("{path}/");
    if let Some(why) = path_fault(&path) {
        here.problem(format!("{path:?} is not an IAM path"), Some(why));
    } else if path.starts_with(&here.owner.path()) {
        here.problem(format!("{path} is this stage's default path for roles"), Some("leave path out"));
    } else if let Some(other) = owner_of_path(&path) {
        let message = format!("{path} is the path of the roles of the app {} at the stage {}", other.app, other.stage);
        here.problem(
            message,
            Some("that app could change a role there: choose another path, or move the section to that app"),
        );
    }
}

/// Whose roles are under a path.
fn owner_of_path(path: &str) -> Option<Owner> {
    let mut parts = path.split('/').skip(1);
    let (app, stage) = (parts.next()?.parse::<AppName>().ok()?, parts.next()?.parse::<Stage>().ok()?);
    Some(Owner { app, stage })
}

fn check_variables(name: &str, here: &Cursor) -> bool {
    let Some((_, rest)) = name.split_once("${") else { return true };
    if rest.starts_with("account}") {
        let help = "write account = \"...\" in [app], or the account's digits here";
        here.problem("${account} can be used in a name only if [app] sets account", Some(help));
    } else {
        let end = rest.find('}').map_or(rest.len(), |end| end + 1);
        here.problem(format!("${{{} cannot be used in a name", &rest[..end]), Some(VARIABLES));
    }
    false
}

fn check_form(own: &OwnName, name: &str, top: &Cursor, here: &Cursor) -> bool {
    let kind = own.address.kind;
    let is_fifo = match kind {
        Kind::Queue => top.manifest.queue.get(&own.name).is_some_and(|queue| queue.fifo),
        Kind::Topic => top.manifest.topic.get(&own.name).is_some_and(|topic| topic.fifo),
        _ => false,
    };
    let Some(form) = Form::of(kind) else { return true };
    let Some(fault) = form.fault(kind, name, is_fifo) else { return true };
    let (least, most) = (form.least, form.most);
    let (message, help) = match fault {
        Fault::Length => (
            format!(
                "{name:?} has {} characters, and the name of {} can have {least} to {most}",
                name.chars().count(),
                an(kind)
            ),
            "shorten or lengthen it".to_owned(),
        ),
        Fault::Character(wrong) => {
            (format!("the name of {} cannot contain {wrong:?}", an(kind)), format!("use {}", form.characters))
        }
        Fault::Kept(kept) => {
            (format!("AWS reserves {kept:?} in the name of {}", an(kind)), "choose another name".into())
        }
        Fault::Form(why) => (format!("{name:?} is not a name for {}", an(kind)), why.to_owned()),
    };
    here.problem(message, Some(&help));
    false
}

/// A kind with its article, such as `an alarm`.
fn an(kind: Kind) -> String {
    let noun = kind.name().split_once('.').map_or(kind.name(), |(_, noun)| noun).replace('-', " ");
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn check_owner(name: &str, here: &Cursor) -> bool {
    let Some(other) = here.owner.other_owner(name) else { return true };
    let message = format!("{name:?} has the form of the names of the app {} at the stage {}", other.app, other.stage);
    here.problem(message, Some("choose a name without `--`: that app's roles would have every right to this resource"));
    false
}

/// Where there are several stages, a name of all of them tells which one it is of.
fn check_stage(source: &Source, own: &OwnName, here: &Cursor) {
    let Some(said) = &source.own_names else { return };
    let path = own.section.iter().fold(KeyPath::default(), |path, key| path.at(key)).at(&own.name).at("name");
    if bare(own, &own.raw).contains("${stage}") || said.contains(path.as_str()) {
        return;
    }
    let section = own.section.join(".");
    let help = format!(
        "write ${{stage}} in it, or a name for each stage, in [stage.{}.{section}.{}]",
        here.owner.stage, own.name
    );
    here.problem("every stage would use this name", Some(&help));
}
