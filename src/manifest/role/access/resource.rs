//! Checks ARNs against the resources to which AWS's reference says that the actions apply.

use serde_json::Value;

use super::action::{Listed, on_everything, written};
use crate::aws::iam::reference::{Action, is_about, service_of};
use crate::manifest::Cursor;
use crate::text::Text;

/// Actions that AWS's reference knows a resource of, and that are also about what has no ARN.
const BESIDES: [(&str, &str); 1] =
    [("sns:Publish", "text messages to phone numbers have no ARN, and this allows publishing to every topic too")];
/// As many forms of ARNs are shown of an action.
const SHOWN: usize = 3;

/// An entry of `resources`.
struct Resource {
    text: Text,
    /// The text as far as it is known, with `*` for what AWS has yet to make up.
    pattern: String,
    kind: Kind,
}

/// What an entry names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `*`
    Everything,
    /// An ARN, with its service.
    Arn,
    /// An id that AWS has yet to make up, or something that is reported already.
    Unknown,
}

/// The texts of these entries, for a statement. Reports those that AWS would refuse, and those by which the actions would
/// be allowed on everything or on nothing; `None`: the actions are not all known.
pub fn checked(resources: &[String], actions: Option<&Listed>, here: &Cursor) -> Vec<Value> {
    let place = here.at("resources");
    if resources.is_empty() {
        place.problem("the entry grants nothing", Some("list at least one ARN, or remove the entry"));
    }
    let read: Vec<(Cursor, Resource)> =
        place.each(resources).map(|(here, raw)| (here.clone(), read(raw, &here))).collect();
    if let Some(Listed(actions)) = actions {
        read.iter().for_each(|(here, resource)| check_resource(resource, actions, here));
        let all: Vec<&Resource> = read.iter().map(|(_, resource)| resource).collect();
        let places = (0..).map(|index| here.at("actions").nth(index));
        actions.iter().zip(places).for_each(|((name, action), here)| check_action(name, action, &all, &here));
    }
    read.into_iter().map(|(_, resource)| serde_json::to_value(resource.text).unwrap_or_default()).collect()
}

fn read(raw: &str, here: &Cursor) -> Resource {
    let (text, pattern) = (here.text(raw), here.likely(raw, "*"));
    let kind = match pattern.as_str() {
        "*" if raw == "*" => Kind::Everything,
        pattern if pattern.starts_with('*') && raw.starts_with("${") => Kind::Unknown,
        pattern if is_arn(pattern, here) => Kind::Arn,
        _ => Kind::Unknown,
    };
    Resource { text, pattern, kind }
}

/// True for an ARN of the app's partition and of one service; reports any other text.
fn is_arn(text: &str, here: &Cursor) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let wild = |part: &str| part.is_empty() || part.contains(['*', '?']);
    let ours = here.site.partition.as_str();
    let (message, help) = match parts.as_slice() {
        ["arn", partition, service, .., resource]
            if parts.len() == 6 && !wild(partition) && !wild(service) && !resource.is_empty() =>
        {
            if *partition == ours {
                return true;
            }
            let message = format!("{text:?} is in the partition {partition}, and the app is in {ours}");
            (message, format!("write arn:{ours}:..."))
        }
        _ => {
            let help =
                format!("write arn:{ours}:<service>:<region>:<account>:<resource>; the last three may contain *");
            (format!("{text:?} is not an ARN"), help)
        }
    };
    here.problem(message, Some(&help));
    false
}

/// Reports a `*` that an action does not need, and an ARN of a service that no action is about; warns of one that none can
/// be about.
fn check_resource(resource: &Resource, actions: &[(&str, Action)], here: &Cursor) {
    match resource.kind {
        Kind::Unknown => {}
        Kind::Everything => {
            let besides = |name: &str| BESIDES.iter().find(|(action, _)| *action == name);
            for (name, said) in actions.iter().filter_map(|(name, _)| besides(name)) {
                let help = "if no text messages are sent, name the ARNs of the topics";
                here.advise(format!("{name} on \"*\": {said}"), help);
            }
            let narrower = actions.iter().find(|(name, action)| !action.needs_everything() && besides(name).is_none());
            if let Some((name, action)) = narrower {
                let help = format!("name the resources that it applies to: {}", written(action, SHOWN, here));
                here.problem(format!("{name} would be allowed on all resources"), Some(&help));
            }
        }
        Kind::Arn => {
            let about = actions.iter().filter(|(_, action)| !action.forms.is_empty());
            let of_service = about.clone().any(|(_, action)| action.forms.iter().any(|form| is_of(form, resource)));
            let Some((name, action)) = about.clone().next() else { return };
            let help = format!("{name} applies to {}", written(action, SHOWN, here));
            if !of_service {
                here.problem(format!("none of the actions applies to {:?}", resource.pattern), Some(&help));
            } else if !about.clone().any(|(_, action)| fits(action, resource)) {
                here.advise("none of the actions applies to ARNs of this form", &help);
            }
        }
    }
}

/// Reports an action that none of the resources lets through; warns of one that none seems to.
fn check_action(name: &str, action: &Action, resources: &[&Resource], here: &Cursor) {
    if resources.is_empty() || resources.iter().any(|resource| resource.kind != Kind::Arn) {
        return;
    }
    if action.forms.is_empty() {
        here.problem(format!("{name} can be allowed only on all resources"), Some(&on_everything(name)));
    } else if !resources.iter().any(|resource| action.forms.iter().any(|form| is_of(form, resource))) {
        let help = format!(
            "add a resource that it applies to, {}, or move it to an entry of its own",
            written(action, SHOWN, here)
        );
        here.problem(format!("{name} applies to none of these resources"), Some(&help));
    } else if !resources.iter().any(|resource| fits(action, resource)) {
        let help = format!("it applies to {}", written(action, SHOWN, here));
        here.advise("AWS's reference does not list such a resource for this action", &help);
    }
}

/// True if a form of ARNs is of the service that an ARN is of.
fn is_of(form: &str, resource: &Resource) -> bool {
    service_of(form).is_none_or(|service| resource.pattern.split(':').nth(2) == Some(service))
}

fn fits(action: &Action, resource: &Resource) -> bool {
    action.forms.iter().any(|form| is_about(form, &resource.pattern))
}
