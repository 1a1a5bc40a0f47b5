//! Checks actions against the list of all AWS actions.

use super::target::Target;
use crate::aws::iam::reference::{self, Action, is_about};
use crate::manifest::Cursor;
use crate::manifest::problem::nearest;

/// The actions of a list, each with what AWS says of it, in the list's order.
pub struct Listed<'a>(pub Vec<(&'a str, Action)>);

const NEWER: &str = "if AWS has added it since this release, attach a policy of your own by managed in [role.<name>]";

impl<'a> Listed<'a> {
    /// Reports what AWS does not know; `None` if anything is.
    pub fn new(actions: &'a [String], here: &Cursor) -> Option<Self> {
        let each = here.each(actions).map(|(here, action)| Some((action.as_str(), known(action, &here)?)));
        // Each of them, so that all problems are reported.
        let all: Vec<_> = each.collect();
        all.into_iter().collect::<Option<_>>().map(Self)
    }

    /// The ARNs of a resource of the app that these actions are about; reports those that are about none.
    pub fn on_target(&self, target: &Target, here: &Cursor) -> Vec<String> {
        for ((name, action), here) in self.0.iter().zip((0..).map(|index| here.nth(index))) {
            let arns = || target.resources.iter().chain(&target.parts);
            if action.forms.is_empty() {
                let help = on_everything(name);
                here.problem(format!("{name} can be allowed only on all resources"), Some(&help));
            } else if !arns().any(|arn| action.forms.iter().any(|form| is_about(form, arn))) {
                let help =
                    format!("move it to an entry of its own, with resources = [\"{}\"]", written(action, 1, &here));
                here.problem(format!("{name} does not apply to this resource"), Some(&help));
            }
        }
        let parts = target.parts.iter().filter(|arn| self.are_about(arn));
        target.resources.iter().chain(parts).cloned().collect()
    }

    fn are_about(&self, arn: &str) -> bool {
        self.0.iter().any(|(_, action)| action.forms.iter().any(|form| is_about(form, arn)))
    }
}

/// What to write for an action that can be allowed only on all resources.
pub fn on_everything(action: &str) -> String {
    format!("move it to an entry of its own: {{ actions = [\"{action}\"], resources = [\"*\"] }}")
}

/// What AWS says of an action.
fn known(name: &str, here: &Cursor) -> Option<Action> {
    if let Some(action) = reference::action(name) {
        return Some(action);
    }
    let (message, help) = unknown(name);
    here.problem(message, Some(&help));
    None
}

/// Why there is no such action, and what to write.
fn unknown(name: &str) -> (String, String) {
    let Some((prefix, own)) = name.split_once(':') else {
        let help = "write the service and the action, such as dynamodb:GetItem";
        return (format!("{name:?} is not an IAM action"), help.into());
    };
    let lower = prefix.to_ascii_lowercase();
    if own.contains(['*', '?']) {
        let service = reference::service(&lower);
        let some = service.and_then(|service| service.names().find(|known| starts_alike(known, own)));
        let some = some.map(|some| format!(", such as {lower}:{some}")).unwrap_or_default();
        return (
            format!("{name:?} is a wildcard for several actions"),
            format!("list the required actions one by one{some}"),
        );
    }
    let Some(service) = reference::service(&lower) else {
        let services: Vec<&str> = reference::services().collect();
        let near = nearest(&lower, &services).map(|near| format!("; did you mean {near:?}?"));
        return (format!("there is no service {prefix:?}{}", near.unwrap_or_default()), NEWER.into());
    };
    let names: Vec<&str> = service.names().collect();
    let same = names.iter().copied().find(|known| known.eq_ignore_ascii_case(own));
    let near = same.or_else(|| nearest(own, &names)).map(|near| format!("; did you mean \"{lower}:{near}\"?"));
    (format!("there is no action {name:?}{}", near.unwrap_or_default()), NEWER.into())
}

/// True if a name begins as a pattern does.
fn starts_alike(name: &str, pattern: &str) -> bool {
    let start = pattern.split(['*', '?']).next().unwrap_or_default();
    name.starts_with(start)
}

/// The ARNs that an action is about, as a manifest would have them; the shortest ones, which are those that most are.
pub fn written(action: &Action, most: usize, here: &Cursor) -> String {
    let form = |form: &&str| {
        let text = form.replace("{Region}", "${region}").replace("{Account}", "${account}");
        format!("arn:{}:{}", here.site.partition, angled(&text))
    };
    let mut forms = action.forms.clone();
    forms.sort_by_key(|form| form.len());
    forms.iter().take(most).map(form).collect::<Vec<_>>().join(" or ")
}

/// `{Name}` as `<Name>`, but for `${name}`.
fn angled(text: &str) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        done += before;
        done += &if before.ends_with('$') { format!("{{{name}}}") } else { format!("<{name}>") };
        rest = after;
    }
    done + rest
}
