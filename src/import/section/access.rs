//! `access`: what a role may do, as the manifest says it.
//!
//! An entry is made of each statement. What a section of its own stands for is named by it where the statement is about just that,
//! and by a verb where its actions are just those; anything else is said with ARNs. What no entry can say is reported.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toml_edit::Value;

use crate::aws::iam::reference::{self, Action, is_about, service_of};
use crate::aws::{Id, Kind, State};
use crate::import::Scene;
use crate::import::lines::{Lines, list};
use crate::manifest::role::access::target::{camel, rights};
use crate::name::Name;
use crate::text::Text;

mod wildcard;

/// What sections other than `access` bring to a role's policy, by the ids of their statements.
pub enum Brought {
    /// Nothing: the role is not this app's yet.
    Nothing,
    /// What functions that share a role need: dead letters, events, subnets, a file system.
    Shared,
    /// That, and what else the one function asks for that has the role.
    Own,
    /// What a workflow has by itself.
    Workflow,
}

const OF_FUNCTIONS: [&str; 8] = [
    "DeadLetter",
    "DeadLetterKey",
    "FileSystem",
    "ListStreams",
    "ListTableStreams",
    "NetworkInterfaces",
    "NetworkLooks",
    "NetworkNotByCode",
];
const OF_ONE_FUNCTION: [&str; 3] = ["Keys", "Parameters", "Secrets"];
const OF_WORKFLOWS: [&str; 7] =
    ["Executions", "Invoke", "JobEvents", "LogDelivery", "MapRunExecutions", "MapRuns", "Tracing"];
const BEGINNINGS: [&str; 8] =
    ["OnQueue", "OnStream", "OnTable", "ToBucket", "ToBus", "ToFunction", "ToQueue", "ToTopic"];

impl Brought {
    fn has(&self, sid: &str) -> bool {
        let of_key = sid.strip_prefix("KeyOf").unwrap_or(sid);
        let of_events = || BEGINNINGS.iter().any(|start| of_key.starts_with(start));
        match self {
            Self::Nothing => false,
            Self::Shared => OF_FUNCTIONS.contains(&sid) || of_events(),
            Self::Own => OF_FUNCTIONS.contains(&sid) || OF_ONE_FUNCTION.contains(&sid) || of_events(),
            Self::Workflow => OF_WORKFLOWS.contains(&sid),
        }
    }
}

/// The entries that stand for these statements of the role or policy `id`, but for those that `brought` accounts for.
pub fn write(id: &Id, statements: &[Json], brought: &Brought, scene: &Scene) -> Vec<Value> {
    let mut verbs = BTreeSet::new();
    let others = statements.iter().filter(|one| !brought.has(unnumbered(one["Sid"].as_str().unwrap_or_default())));
    others.filter_map(|one| entry(id, one, &mut verbs, scene)).collect()
}

/// A statement's id without the number that distinguishes it from another one.
pub fn unnumbered(sid: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    sid.rsplit_once('N').filter(|(_, number)| is_number(number)).map_or(sid, |(start, _)| start)
}

/// A statement that allows something.
struct Statement<'s> {
    sid: &'s str,
    actions: Vec<&'s str>,
    resources: Vec<Text>,
    condition: &'s Json,
}

impl<'s> Statement<'s> {
    /// `None` for one that denies, or that says what it is not about.
    fn of(value: &'s Json) -> Option<Self> {
        const MEMBERS: [&str; 5] = ["Action", "Condition", "Effect", "Resource", "Sid"];
        let is_known = value.as_object()?.keys().all(|member| MEMBERS.contains(&member.as_str()));
        let actions = value["Action"].as_array()?.iter().map(Json::as_str).collect::<Option<Vec<_>>>()?;
        let resources = value["Resource"].as_array()?.iter().map(|one| serde_json::from_value(one.clone()).ok());
        let resources = resources.collect::<Option<Vec<Text>>>()?;
        let sid = value["Sid"].as_str().unwrap_or_default();
        let condition = &value["Condition"];
        (is_known && value["Effect"] == "Allow").then_some(Self { sid, actions, resources, condition })
    }

    /// What AWS says of its actions, if it knows all of them.
    fn known(&self) -> Option<Vec<Action>> {
        self.actions.iter().map(|action| reference::action(action)).collect()
    }

    /// The actions, one of the service that the id names first: the id is made of that.
    fn listed(&self) -> Value {
        let is_first = |action: &&str| {
            let service = action.split(':').next().unwrap_or_default();
            camel(service) == unnumbered(self.sid)
        };
        let (first, others): (Vec<&str>, Vec<&str>) = self.actions.iter().partition(|action| is_first(action));
        list(first.into_iter().chain(others))
    }
}

fn entry(id: &Id, statement: &Json, verbs: &mut BTreeSet<String>, scene: &Scene) -> Option<Value> {
    let named =
        statement["Sid"].as_str().map_or_else(|| "a statement".to_owned(), |sid| format!("the statement {sid}"));
    let expanded = wildcard::expanded(statement);
    if expanded.is_some() {
        let why = match statement["Resource"] == serde_json::json!(["*"]) {
            true => {
                "they apply to all resources, but `access` names resources: only actions that do not act on a \
                 resource are written; add what is needed, with its resources"
            }
            false => {
                "`access` lists actions: those that AWS documents for these resources are written; check which are \
                 needed"
            }
        };
        scene.unsaid(id, &format!("the actions with wildcards of {named}"), why);
    }
    let Some(read) = Statement::of(expanded.as_ref().unwrap_or(statement)) else {
        scene.unsaid(
            id,
            &named,
            "it denies something, or names exceptions, but `access` only allows: it is left out, and no longer denies \
             anything",
        );
        return None;
    };
    if follows(&read, verbs) {
        return None;
    }
    let Some(known) = read.known() else {
        let unknown = read.actions.iter().find(|action| reference::action(action).is_none()).unwrap_or(&"");
        let why = format!(
            "{unknown} is not one of the actions that AWS documents, and `access` lists only those: it is left out"
        );
        scene.unsaid(id, &named, &why);
        return None;
    };
    let mut lines = Lines::new();
    match target(&read, &known, scene) {
        Some(Found { section, name, verb, sid }) => {
            lines.set(section, name.as_str());
            match verb {
                Some(verb) => {
                    verbs.insert(sid);
                    lines.set("actions", verb);
                }
                None => lines.set("actions", read.listed()),
            }
        }
        None => {
            if let Some(why) = unsayable(&read, &known) {
                scene.unsaid(id, &named, &why);
                return None;
            }
            lines.set("resources", list(read.resources.iter().map(|one| scene.text(one))));
            lines.set("actions", read.listed());
        }
    }
    lines.set_some("condition", condition(read.condition, scene));
    Some(lines.inline())
}

/// True for what a verb brings beside its own statement: the right to use the resource's key, or to hand over its role.
fn follows(statement: &Statement, verbs: &BTreeSet<String>) -> bool {
    let of = |part: &str| unnumbered(statement.sid).strip_suffix(part).is_some_and(|sid| verbs.contains(sid));
    let all = |start: &str| statement.actions.iter().all(|action| action.starts_with(start));
    of("Key") && all("kms:") || of("Role") && all("iam:PassRole")
}

/// A section that a statement is about.
struct Found<'s> {
    section: &'static str,
    name: &'s Name,
    verb: Option<&'static str>,
    /// How its statements' ids begin.
    sid: String,
}

const TARGETS: [(Kind, &str, &str); 8] = [
    (Kind::Bucket, "bucket", "Bucket"),
    (Kind::EventBus, "bus", "Bus"),
    (Kind::Function, "function", "Function"),
    (Kind::Queue, "queue", "Queue"),
    (Kind::Schedule, "schedule", "Schedule"),
    (Kind::Table, "table", "Table"),
    (Kind::Topic, "topic", "Topic"),
    (Kind::StateMachine, "workflow", "Workflow"),
];

fn target<'s>(statement: &Statement, known: &[Action], scene: &'s Scene) -> Option<Found<'s>> {
    let texts = statement.resources.iter().map(Text::literal).collect::<Option<BTreeSet<&str>>>()?;
    let actions: BTreeSet<&str> = statement.actions.iter().copied().collect();
    let mut all = TARGETS.into_iter().flat_map(|of| texts.iter().map(move |arn| (of, *arn)));
    all.find_map(|((kind, section, sid), arn)| {
        let name = scene.section_of(kind, arn).filter(|_| arn.starts_with("arn:"))?;
        let (own, parts) = shape(kind, arn, name);
        if !own.iter().all(|arn| texts.contains(arn.as_str())) {
            return None;
        }
        let rest: BTreeSet<&str> = texts.iter().copied().filter(|text| !own.iter().any(|arn| arn == text)).collect();
        let rights = rights(section, is_express(kind, arn, scene))?;
        let is_verb = |verb: &&str| rest.is_empty() && rights.verb(verb).is_some_and(|of| of.actions == actions);
        let verb = rights.verbs.iter().map(|(verb, _)| *verb).find(is_verb);
        let about: BTreeSet<&str> = parts.iter().map(String::as_str).filter(|arn| are_about(known, arn)).collect();
        let fits = verb.is_some() || rest == about && of_it(known, &own, &parts);
        fits.then(|| Found { section, name, verb, sid: format!("{sid}{}", camel(name.as_str())) })
    })
}

fn is_express(kind: Kind, arn: &str, scene: &Scene) -> bool {
    let name = arn.rsplit(':').next().unwrap_or_default();
    let live = scene.part(kind, name).map(|live| &live.observed.state);
    matches!(live, Some(State::StateMachine(machine)) if machine.machine_type == "EXPRESS")
}

/// What an entry that names a section is about, and what else of it a list of actions can be about.
fn shape(kind: Kind, arn: &str, section: &Name) -> (Vec<String>, Vec<String>) {
    let (start, last) = arn.rsplit_once('/').unwrap_or((arn, ""));
    let own = |more: String| vec![more, arn.to_owned()];
    match kind {
        Kind::Bucket => (own(format!("{arn}/*")), Vec::new()),
        Kind::Function => (own(format!("{arn}:*")), Vec::new()),
        Kind::Schedule if !last.is_empty() => {
            (own(format!("{start}/{section}.*")), vec![start.replacen(":schedule/", ":schedule-group/", 1)])
        }
        Kind::Table => (own(format!("{arn}/index/*")), vec![format!("{arn}/stream/*")]),
        Kind::StateMachine => {
            let of = |noun: &str| arn.replacen(":stateMachine:", &format!(":{noun}:"), 1);
            (vec![arn.to_owned()], vec![format!("{}:*", of("execution")), format!("{}:*:*", of("express"))])
        }
        _ => (vec![arn.to_owned()], Vec::new()),
    }
}

fn are_about(actions: &[Action], arn: &str) -> bool {
    actions.iter().any(|action| action.forms.iter().any(|form| is_about(form, arn)))
}

/// True if each action is about the resource or a part of it.
fn of_it(actions: &[Action], own: &[String], parts: &[String]) -> bool {
    let is_one = |action: &Action| own.iter().chain(parts).any(|arn| are_about(std::slice::from_ref(action), arn));
    actions.iter().all(is_one)
}

/// Why an entry with ARNs would be refused, if it would.
fn unsayable(statement: &Statement, known: &[Action]) -> Option<String> {
    if statement.resources.iter().any(|text| text.references().next().is_some()) {
        return None;
    }
    let texts: Vec<String> = statement.resources.iter().map(Text::to_string).collect();
    let all = statement.actions.iter().zip(known);
    if texts.iter().any(|text| text == "*") {
        let narrower = all.clone().find(|(name, action)| !action.needs_everything() && **name != "sns:Publish");
        return narrower.map(|(name, _)| {
            format!("it allows {name} on all resources, but `access` names resources: it is left out")
        });
    }
    let of_service =
        |form: &str| service_of(form).is_none_or(|of| texts.iter().any(|text| text.split(':').nth(2) == Some(of)));
    let about_none = all.clone().find(|(_, action)| !action.forms.iter().any(|form| of_service(form)));
    about_none
        .map(|(name, _)| format!("{name} does not act on any of its resources, which `access` refuses: it is left out"))
}

fn condition(condition: &Json, scene: &Scene) -> Option<Value> {
    let mut lines = Lines::new();
    for (operator, keys) in condition.as_object()? {
        let mut of_keys = Lines::new();
        for (key, values) in keys.as_object()? {
            let values: Vec<String> =
                values.as_array()?.iter().filter_map(Json::as_str).map(|one| scene.string(one)).collect();
            match values.as_slice() {
                [one] => of_keys.set(key, one.as_str()),
                many => of_keys.set(key, list(many)),
            }
        }
        lines.set(operator, of_keys.inline());
    }
    Some(lines.inline())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::aws::test_support::test_id;

    #[test]
    fn rights_on_everything_that_cannot_be_said_are_told() {
        let id = test_id(Kind::Role, "/worker");
        let scene = Scene::new(&id.site, &id.owner, BTreeMap::new(), BTreeMap::new());
        let statement = |resource: &str| json!({ "Effect": "Allow", "Action": ["sqs:*"], "Resource": [resource] });
        let all = [statement("*"), statement("arn:aws:sqs:us-west-2:123456789012:jobs")];
        let entries = write(&id, &all, &Brought::Nothing, &scene);
        let written = entries.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(written[0].contains("ListQueues") && !written[0].contains("SendMessage"), "{written:?}");
        assert!(written[1].contains("SendMessage"), "{written:?}");
        let (unsaid, _) = scene.finish();
        assert_eq!(
            unsaid.iter().filter(|one| one.why.contains("they apply to all resources")).count(),
            1,
            "{unsaid:?}"
        );
    }
}
